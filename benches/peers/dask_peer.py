"""The workloads in Dask's arrays, with its threaded scheduler. Chunks are some 16 MB: many per thread, each beyond its overhead."""

import os

import dask
import dask.array
import numpy

import cases
from measure import DTYPES, Case, Peer, close, tolerance

THREADS = int(os.environ.get("DASK_THREADS", "1"))
dask.config.set(scheduler="threads", num_workers=THREADS)
peer = Peer("Dask", f"dask {dask.__version__}, numpy {numpy.__version__}")
N = cases.ELEMENTWISE
CHUNK = 1 << 21


@peer.workload("chain", "16M")
def chain(_, dtype):
    x, y = cases.uniform(N, dtype), cases.uniform(N, dtype, seed=2)
    exact = float(numpy.sum(numpy.sqrt(x.astype("f8") ** 2 + y.astype("f8") ** 2) * 0.5 + numpy.exp(-x.astype("f8"))))
    x, y = dask.array.from_array(x, CHUNK), dask.array.from_array(y, CHUNK)
    half = DTYPES[dtype](0.5)
    work = dask.array.sum(dask.array.sqrt(x * x + y * y) * half + dask.array.exp(-x))
    return Case(work.compute, lambda s: close(s, exact, 1e-4))


def reduction(name):
    @peer.workload(name, list(cases.AXES))
    def make(case, dtype):
        values = cases.uniform(cases.BLOCK, dtype)
        axis = cases.AXES[case]
        expected = getattr(numpy, name)(values.astype("f8"), axis=axis)
        work = getattr(dask.array, name)(dask.array.from_array(values, (64, *cases.BLOCK[1:])), axis=axis)
        return Case(work.compute, lambda z: close(z, expected, tolerance(dtype)))


for name in ("sum", "mean", "var", "min", "argmax"):
    reduction(name)


@peer.workload("matmul", ["2048", "4096"])
def matmul(case, dtype):
    m, k, n = cases.PRODUCTS[case]
    a, b = cases.normal((m, k), dtype), cases.normal((k, n), dtype, seed=2)
    work = dask.array.from_array(a, (m // 2, k // 2)) @ dask.array.from_array(b, (k // 2, n // 2))
    return Case(work.compute, lambda c: close(c[0, :3], a[0].astype("f8") @ b[:, :3].astype("f8"), tolerance(dtype)))


@peer.workload("qr", "400000x64", "f64")
def qr(_, dtype):
    a = cases.normal((cases.TALL, 64), dtype)
    work = dask.array.linalg.tsqr(dask.array.from_array(a, (cases.TALL // 8, 64)))
    return Case(lambda: dask.compute(*work), lambda qr: close((qr[0] @ qr[1])[:9], a[:9], 1e-10))


@peer.workload("svd", "400000x64", "f64")
def svd(_, dtype):
    a = cases.normal((cases.TALL, 64), dtype)
    work = dask.array.linalg.svd(dask.array.from_array(a, (cases.TALL // 8, 64)))
    return Case(lambda: dask.compute(*work), lambda usv: close((usv[0][:9] * usv[1]) @ usv[2], a[:9], 1e-10))


def draw(name, method, moment, expected):
    @peer.workload(name, "16M", "f64")
    def make(_, dtype):
        generator = dask.array.random.default_rng(1)
        work = getattr(generator, method)(size=N, chunks=CHUNK)
        return Case(work.compute, lambda z: abs(float(moment(z)) - expected) < 1e-2)


draw("uniform", "random", numpy.mean, 0.5)
draw("normal", "standard_normal", numpy.std, 1)


if __name__ == "__main__":
    peer.main()
