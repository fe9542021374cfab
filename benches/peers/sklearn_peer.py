"""The learning workloads in scikit-learn."""

import sklearn
import sklearn.cluster
import sklearn.decomposition

import cases
from measure import Case, Peer, close

peer = Peer("scikit-learn", f"scikit-learn {sklearn.__version__}")


@peer.workload("kmeans", list(cases.POINTS))
def kmeans(case, dtype):
    x = cases.points(case, dtype)
    expected = cases.plain_lloyd(x)

    def run():
        start = x[: cases.CENTRES]
        model = sklearn.cluster.KMeans(cases.CENTRES, init=start, n_init=1, max_iter=cases.ITERATIONS, tol=0, copy_x=False)
        return model.fit(x).cluster_centers_

    return Case(run, lambda centres: close(centres, expected, 1e-3))


@peer.workload("kmeans_start", list(cases.POINTS))
def kmeans_start(case, dtype):
    x = cases.points(case, dtype)
    # One candidate a centre, as in the paper and in the suite: the default draws several.
    return Case(
        lambda: sklearn.cluster.kmeans_plusplus(x, cases.CENTRES, random_state=1, n_local_trials=1),
        lambda start: start[0].shape == (cases.CENTRES, 16),
    )


@peer.workload("pca", "1000000x64", "f64")
def pca(_, dtype):
    x = cases.uniform((cases.TALL * 5 // 2, 64), dtype)
    return Case(lambda: sklearn.decomposition.PCA(8).fit(x), lambda model: model.components_.shape == (8, 64))


if __name__ == "__main__":
    peer.main()
