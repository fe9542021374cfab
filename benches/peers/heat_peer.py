"""The workloads in Heat, on as many ranks as mpirun starts. Every array is split along its first axis unless the workload says otherwise."""

import os

import heat
import numpy
import torch
from mpi4py import MPI

import cases
from measure import Case, Peer, close, tolerance

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
peer = Peer("Heat", f"heat {heat.__version__}, torch {torch.__version__}, {MPI.Get_library_version().split(',')[0].strip()}")
world = MPI.COMM_WORLD
N = cases.ELEMENTWISE
TYPES = {"f32": heat.float32, "f64": heat.float64, "i64": heat.int64}


def shared(values, split=0):
    """An array that every rank made in full, of which each keeps its part."""
    return heat.array(values, split=split)


def random(shape, dtype, low=0.0, high=1.0, split=0):
    shape = shape if isinstance(shape, tuple) else (shape,)
    if dtype == "i64":
        return heat.random.randint(-1000, 1000, shape, dtype=heat.int64, split=split)
    return heat.random.rand(*shape, dtype=TYPES[dtype], split=split) * (high - low) + low


def first(x, count=9):
    """The first elements, on every rank."""
    return x.flatten()[:count].numpy()


@peer.workload("copy", "16M", "f32 f64 i64")
def copy(_, dtype):
    x = random(N, dtype)
    return Case(lambda: heat.copy(x), lambda z: close(first(z), first(x), 0))


@peer.workload("fill", "16M", "f32 f64 i64")
def fill(_, dtype):
    return Case(lambda: heat.full((N,), 3, dtype=TYPES[dtype], split=0), lambda z: close(first(z), numpy.full(9, 3), 0))


@peer.workload("saxpy", "16M", "f32 f64 i64")
def saxpy(_, dtype):
    x, y = random(N, dtype), random(N, dtype)
    return Case(lambda: x * 3 + y, lambda z: close(first(z), 3 * first(x) + first(y), tolerance(dtype)))


@peer.workload("cast", "f32->f64", "f32")
@peer.workload("cast", "f64->f32", "f64")
@peer.workload("cast", "i64->f64", "i64")
def cast(case, dtype):
    x = random(N, dtype)
    return Case(lambda: x.astype(TYPES[case.split("->")[1]]), lambda z: close(first(z), first(x), 1e-6))


@peer.workload("compare", "16M", "f32 f64 i64")
def compare(_, dtype):
    x, y = random(N, dtype), random(N, dtype)
    return Case(lambda: x < y, lambda z: numpy.array_equal(first(z), first(x) < first(y)))


@peer.workload("where", "16M", "f32 f64 i64")
def where(_, dtype):
    x, y = random(N, dtype), random(N, dtype)
    c = random(N, "f32") < 0.5
    return Case(lambda: heat.where(c, x, y), lambda z: numpy.array_equal(first(z), numpy.where(first(c), first(x), first(y))))


@peer.workload("chain", "16M")
def chain(_, dtype):
    x, y = random(N, dtype), random(N, dtype)
    a, b = x.larray.double(), y.larray.double()
    exact = world.allreduce(float(torch.sum(torch.sqrt(a * a + b * b) * 0.5 + torch.exp(-a))))
    return Case(lambda: heat.sum(heat.sqrt(x * x + y * y) * 0.5 + heat.exp(-x)).item(), lambda s: close(s, exact, 1e-4))


def function(name):
    apply, check = getattr(heat, name), getattr(numpy, {"atan": "arctan"}.get(name, name))

    @peer.workload(name, "4M")
    def make(_, dtype):
        x = random(cases.FUNCTION, dtype, *cases.RANGES[name])
        return Case(lambda: apply(x), lambda z: close(first(z), check(first(x).astype("f8")), 1e-4))


for name in cases.RANGES:
    function(name)


@peer.workload("pow", "4M")
def power(_, dtype):
    x, y = random(cases.FUNCTION, dtype, 1e-3, 10), random(cases.FUNCTION, dtype, -3, 3)
    return Case(lambda: heat.pow(x, y), lambda z: close(first(z), first(x).astype("f8") ** first(y), 1e-4))


def reduction(name):
    apply, check = getattr(heat, name), getattr(numpy, name)

    @peer.workload(name, list(cases.AXES))
    def make(case, dtype):
        values = cases.uniform(cases.BLOCK, dtype)
        x = shared(values)
        axis = cases.AXES[case]
        expected = check(values.astype("f8"), axis=axis)
        return Case(lambda: apply(x, axis=axis), lambda z: close(numpy.squeeze(z.numpy()), expected, tolerance(dtype)))


for name in ("sum", "mean", "var", "min", "argmax"):
    reduction(name)


@peer.workload("broadcast", "250000x64-row")
def broadcast(_, dtype):
    x, row = random((cases.TALL * 5 // 8, 64), dtype), random(64, dtype, split=None)
    return Case(lambda: x - row, lambda z: close(first(z), first(x) - first(row), tolerance(dtype)))


@peer.workload("strided", "x[:, ::2]+1 of 8192x4096")
def strided(_, dtype):
    x = random((2 * cases.SIDE, cases.SIDE), dtype)
    return Case(lambda: x[:, ::2] + 1, lambda z: close(first(z), first(x, 18)[::2] + 1, tolerance(dtype)))


@peer.workload("transpose", "4096x4096")
def transpose(_, dtype):
    x = random((cases.SIDE, cases.SIDE), dtype)

    def run():
        z = heat.transpose(x)
        z.larray = z.larray.contiguous()
        return z

    return Case(run, lambda z: z.shape == (cases.SIDE, cases.SIDE))


@peer.workload("reshape", "across")
def reshape(_, dtype):
    x = random((2 * cases.SIDE, cases.SIDE), dtype)
    return Case(lambda: heat.reshape(x, (cases.SIDE, 2 * cases.SIDE), new_split=0), lambda z: close(first(z), first(x), 0))


@peer.workload("concatenate", ["axis 0", "axis 1"], "f64")
def concatenate(case, dtype):
    x, y = random((cases.SIDE, cases.SIDE), dtype), random((cases.SIDE, cases.SIDE), dtype)
    return Case(lambda: heat.concatenate((x, y), int(case[-1])), lambda z: close(first(z), first(x), 0))


@peer.workload("matmul", list(cases.PRODUCTS))
def matmul(case, dtype):
    m, k, n = cases.PRODUCTS[case]
    a, b = cases.normal((m, k), dtype), cases.normal((k, n), dtype, seed=2)
    # The split that suits the shape: the long axis of the product, or of the sum.
    inner = k > max(m, n)
    x, y = shared(a, 1 if inner else 0), shared(b, 0 if inner else None)
    expected = a[0].astype("f8") @ b[:, :3].astype("f8")
    return Case(lambda: heat.matmul(x, y), lambda c: close(c[0, :3].numpy(), expected, tolerance(dtype)))


@peer.workload("qr", "400000x64", "f64")
def qr(_, dtype):
    a = shared(cases.normal((cases.TALL, 64), dtype))
    return Case(lambda: heat.linalg.qr(a), lambda qr: close(first(qr.Q[:1] @ qr.R), first(a[:1]), 1e-10))


@peer.workload("qr_r", "400000x64", "f64")
def qr_r(_, dtype):
    values = cases.normal((cases.TALL, 64), dtype)
    a = shared(values)
    gram = values.T @ values
    return Case(lambda: heat.linalg.qr(a, mode="r").R.numpy(), lambda r: close(r.T @ r, gram, 1e-10))


@peer.workload("svd", "400000x64", "f64")
def svd(_, dtype):
    values = cases.normal((cases.TALL, 64), dtype)
    a = shared(values)
    expected = numpy.linalg.svd(values.T @ values, compute_uv=False) ** 0.5
    return Case(lambda: heat.linalg.svd(a), lambda usv: close(usv[1].numpy(), expected, 1e-9))


@peer.workload("pca", "1000000x64", "f64")
def pca(_, dtype):
    x = random((cases.TALL * 5 // 2, 64), dtype)

    def run():
        model = heat.decomposition.PCA(n_components=8)
        model.fit(x)
        return model

    return Case(run, lambda model: model.components_.shape == (8, 64))


@peer.workload("kmeans", list(cases.POINTS))
def kmeans(case, dtype):
    values = cases.points(case, dtype)
    x, start = shared(values), heat.array(values[: cases.CENTRES])
    expected = cases.plain_lloyd(values)

    def run():
        model = heat.cluster.KMeans(cases.CENTRES, init=start, max_iter=cases.ITERATIONS, tol=-1.0)
        model.fit(x)
        return model.cluster_centers_

    return Case(run, lambda centres: close(centres.numpy(), expected, 1e-3))


@peer.workload("kmeans_start", list(cases.POINTS))
def kmeans_start(case, dtype):
    x = shared(cases.points(case, dtype))

    def run():
        model = heat.cluster.KMeans(cases.CENTRES, init="kmeans++", max_iter=1)
        model.fit(x)
        return model

    return Case(run, lambda model: model.cluster_centers_.shape[0] == cases.CENTRES)


@peer.workload("resplit", "0->2->4 of (40,41,40,40,40)", "f32")
def resplit(_, dtype):
    x = random(cases.RESPLIT, dtype)
    return Case(lambda: heat.resplit(heat.resplit(x, 2), 4), lambda z: z.split == 4 and z.shape == x.shape)


@peer.workload("balance", "16M", "f64")
def balance(_, dtype):
    ends = [N * 9 // 10 if rank < world.size else N for rank in range(world.size + 1)]
    ends[0], ends[-1] = 0, N
    x = heat.array(torch.rand(ends[world.rank + 1] - ends[world.rank], dtype=torch.float64), is_split=0)
    return Case(lambda: heat.balance(x, copy=True), lambda z: z.is_balanced())


@peer.workload("uniform", "16M")
def uniform(_, dtype):
    return Case(lambda: heat.random.rand(N, dtype=TYPES[dtype], split=0), lambda z: abs(heat.mean(z).item() - 0.5) < 1e-2)


@peer.workload("normal", "16M")
def normal(_, dtype):
    return Case(lambda: heat.random.randn(N, dtype=TYPES[dtype], split=0), lambda z: abs(heat.std(z).item() - 1) < 1e-2)


@peer.workload("csv_read", "250 MB", "f64")
def csv_read(_, dtype):
    path = cases.csv_file()
    return Case(lambda: heat.load_csv(path, sep=",", dtype=heat.float64, split=0), lambda x: x.shape[1] == 16)


@peer.workload("small_add", "1e5 of 100", "f64")
def small_add(_, dtype):
    x, y = random(100, dtype), random(100, dtype)
    few = cases.SMALL // 20

    def run():
        for _ in range(few):
            z = x + y
        return z

    return Case(run, lambda z: z.shape == (100,), units=few)


@peer.workload("small_allreduce", "1e5 of 8", "f64")
def small_allreduce(_, dtype):
    x, total = torch.ones(8, dtype=torch.float64), torch.empty(8, dtype=torch.float64)
    few = cases.SMALL // 10

    def run():
        for _ in range(few):
            heat.MPI_WORLD.Allreduce(x, total, MPI.SUM)

    return Case(run, lambda _: close(total, numpy.full(8, world.size), 0), units=few)


if __name__ == "__main__":
    peer.main(world.Barrier, lambda seconds: world.allreduce(seconds, MPI.MAX), world.rank == 0, world.size)
