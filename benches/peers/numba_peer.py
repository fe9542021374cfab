"""Loops that Numba compiles and runs on its threads: what a Python user writes when NumPy is not enough."""

import math

import numba
import numpy

import cases
from measure import DTYPES, Case, Peer, close

peer = Peer("Numba", f"numba {numba.__version__}")


@numba.njit(parallel=True, fastmath=False)
def step(u, v):
    n = u.shape[0]
    for i in numba.prange(1, n - 1):
        for j in range(1, n - 1):
            for k in range(1, n - 1):
                c = u[i, j, k]
                around = u[i - 1, j, k] + u[i + 1, j, k] + u[i, j - 1, k] + u[i, j + 1, k] + u[i, j, k - 1] + u[i, j, k + 1]
                v[i, j, k] = c + 0.1 * (around - 6 * c)


@peer.workload("diffusion", "256x256x256", "f64")
def diffusion(_, dtype):
    n = cases.GRID
    u = cases.uniform((n, n, n), dtype)
    v = u.copy()
    total = float(u.sum())

    def run():
        nonlocal u, v
        for _ in range(cases.STEPS):
            step(u, v)
            u, v = v, u

    return Case(run, lambda _: abs(float(u.sum()) - total) < 1e-2 * total)


@numba.njit(parallel=True, fastmath=True)
def fused(x, y, half):
    total = 0.0
    for i in numba.prange(x.size):
        total += math.sqrt(x[i] * x[i] + y[i] * y[i]) * half + math.exp(-x[i])
    return total


@peer.workload("chain", "16M")
def chain(_, dtype):
    x, y = cases.uniform(cases.ELEMENTWISE, dtype), cases.uniform(cases.ELEMENTWISE, dtype, seed=2)
    exact = float(numpy.sum(numpy.sqrt(x.astype("f8") ** 2 + y.astype("f8") ** 2) * 0.5 + numpy.exp(-x.astype("f8"))))
    return Case(lambda: fused(x, y, DTYPES[dtype](0.5)), lambda s: close(s, exact, 1e-4))


if __name__ == "__main__":
    peer.main()
