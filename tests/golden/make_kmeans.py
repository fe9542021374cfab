#!/usr/bin/env python3
"""Make kmeans.json beside itself: what scikit-learn's Lloyd answers from given starts.

Run: python3 tests/golden/make_kmeans.py  (scikit-learn >= 1.9). The file is committed; the tests need no Python.

digits: the example data, ten clusters that begin at its first ten rows, until no label changes and with the default tolerance.
vacant: the iris data from a start with a centre so far off that its cluster is empty and takes the farthest row.
"""
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import KMeans

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "data"


def bits(array):
    text = np.asarray(array, ">f8").tobytes().hex()
    return [text[at : at + 16] for at in range(0, len(text), 16)]


def answer(x, start, tol):
    fit = KMeans(len(start), init=start, n_init=1, tol=tol, max_iter=300, algorithm="lloyd").fit(x)
    return {
        "tol": tol,
        "inertia": fit.inertia_,
        "iterations": int(fit.n_iter_),
        "sizes": np.bincount(fit.labels_, minlength=len(start)).tolist(),
        "centers": {"dtype": "float64", "shape": list(fit.cluster_centers_.shape), "bits": bits(fit.cluster_centers_)},
        "labels": fit.labels_.tolist(),
    }


digits = np.loadtxt(DATA / "digits.csv", delimiter=",", skiprows=1)
iris = np.loadtxt(DATA / "iris.csv", delimiter=",", skiprows=1)
far = np.array([iris[0], [100.0, 100.0, 100.0, 100.0], iris[100]])
golden = {
    "source": "scikit-learn, KMeans(algorithm='lloyd', n_init=1)",
    "sklearn": sklearn.__version__,
    "numpy": np.__version__,
    "digits": [answer(digits, digits[:10], tol) for tol in (0.0, 1e-4)],
    "vacant": {"start": far.tolist(), **answer(iris, far, 0.0)},
}
(HERE / "kmeans.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
for case in [*golden["digits"], golden["vacant"]]:
    print(case["iterations"], case["inertia"], case["sizes"])
