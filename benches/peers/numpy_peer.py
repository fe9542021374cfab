"""The workloads in NumPy and SciPy, as a careful user writes them: `out=` wherever it exists."""

import numpy
import scipy
import scipy.linalg

import cases
from measure import DTYPES, Case, Peer, close, tolerance

peer = Peer("NumPy", f"numpy {numpy.__version__}, scipy {scipy.__version__}")
N = cases.ELEMENTWISE


@peer.workload("copy", "16M", "f32 f64 i64")
def copy(_, dtype):
    x = cases.uniform(N, dtype)
    z = numpy.empty_like(x)
    return Case(lambda: numpy.copyto(z, x), lambda _: z[-1] == x[-1])


@peer.workload("fill", "16M", "f32 f64 i64")
def fill(_, dtype):
    z = numpy.empty(N, DTYPES[dtype])
    return Case(lambda: z.fill(3), lambda _: z[-1] == 3)


@peer.workload("saxpy", "16M", "f32 f64 i64")
def saxpy(_, dtype):
    x, y = cases.uniform(N, dtype), cases.uniform(N, dtype, seed=2)
    z = numpy.empty_like(x)
    a = DTYPES[dtype](3)

    def run():
        numpy.multiply(x, a, out=z)
        numpy.add(z, y, out=z)

    return Case(run, lambda _: close(z[:9], 3 * x[:9] + y[:9], tolerance(dtype)))


@peer.workload("cast", "f32->f64", "f32")
@peer.workload("cast", "f64->f32", "f64")
@peer.workload("cast", "i64->f64", "i64")
def cast(case, dtype):
    x = cases.uniform(N, dtype)
    z = numpy.empty(N, DTYPES[case.split("->")[1]])
    return Case(lambda: numpy.copyto(z, x, casting="same_kind"), lambda _: close(z[:9], x[:9], 1e-6))


@peer.workload("compare", "16M", "f32 f64 i64")
def compare(_, dtype):
    x, y = cases.uniform(N, dtype), cases.uniform(N, dtype, seed=2)
    z = numpy.empty(N, numpy.bool_)
    return Case(lambda: numpy.less(x, y, out=z), lambda _: bool(z[7]) == bool(x[7] < y[7]))


@peer.workload("where", "16M", "f32 f64 i64")
def where(_, dtype):
    x, y = cases.uniform(N, dtype), cases.uniform(N, dtype, seed=2)
    c = cases.uniform(N, "f32") < 0.5
    return Case(lambda: numpy.where(c, x, y), lambda z: z[5] == (x[5] if c[5] else y[5]))


@peer.workload("chain", "16M")
def chain(_, dtype):
    x, y = cases.uniform(N, dtype), cases.uniform(N, dtype, seed=2)
    half = DTYPES[dtype](0.5)
    exact = float(numpy.sum(numpy.sqrt(x.astype("f8") ** 2 + y.astype("f8") ** 2) * 0.5 + numpy.exp(-x.astype("f8"))))
    return Case(lambda: numpy.sum(numpy.sqrt(x * x + y * y) * half + numpy.exp(-x)), lambda s: close(s, exact, 1e-4))


def function(name, apply, dtypes="f32 f64"):
    @peer.workload(name, "4M", dtypes)
    def make(_, dtype):
        x = cases.uniform(cases.FUNCTION, dtype, *cases.RANGES[name])
        z = numpy.empty_like(x)
        return Case(lambda: apply(x, out=z), lambda _: close(z[:99], apply(x[:99].astype("f8")), 1e-4))


for name in cases.RANGES:
    function(name, getattr(numpy, {"atan": "arctan"}.get(name, name)))


@peer.workload("pow", "4M")
def power(_, dtype):
    x, y = cases.uniform(cases.FUNCTION, dtype, 1e-3, 10), cases.uniform(cases.FUNCTION, dtype, -3, 3, seed=2)
    z = numpy.empty_like(x)
    return Case(lambda: numpy.power(x, y, out=z), lambda _: close(z[0], float(x[0]) ** float(y[0]), 1e-4))


def reduction(name, apply):
    @peer.workload(name, list(cases.AXES))
    def make(case, dtype):
        x = cases.uniform(cases.BLOCK, dtype)
        axis = cases.AXES[case]
        return Case(lambda: apply(x, axis=axis), lambda z: close(z, apply(x.astype("f8"), axis=axis), tolerance(dtype)))


for name in ("sum", "mean", "var", "min", "argmax"):
    reduction(name, getattr(numpy, name))


@peer.workload("broadcast", "250000x64-row")
def broadcast(_, dtype):
    x, row = cases.uniform((cases.TALL * 5 // 8, 64), dtype), cases.uniform(64, dtype, seed=2)
    z = numpy.empty_like(x)
    return Case(lambda: numpy.subtract(x, row, out=z), lambda _: z[5, 7] == x[5, 7] - row[7])


@peer.workload("strided", "x[:, ::2]+1 of 8192x4096")
def strided(_, dtype):
    x = cases.uniform((2 * cases.SIDE, cases.SIDE), dtype)
    one = DTYPES[dtype](1)
    z = numpy.empty((2 * cases.SIDE, cases.SIDE // 2), DTYPES[dtype])
    return Case(lambda: numpy.add(x[:, ::2], one, out=z), lambda _: z[5, 7] == x[5, 14] + one)


@peer.workload("transpose", "4096x4096")
def transpose(_, dtype):
    x = cases.uniform((cases.SIDE, cases.SIDE), dtype)
    z = numpy.empty_like(x)
    return Case(lambda: numpy.copyto(z, x.T), lambda _: z[5, 7] == x[7, 5])


@peer.workload("transpose", "256x256x256 (2,0,1)")
def permute(_, dtype):
    x = cases.uniform((cases.GRID, cases.GRID, cases.GRID), dtype)
    z = numpy.empty_like(x)
    return Case(lambda: numpy.copyto(z, x.transpose(2, 0, 1)), lambda _: z[5, 7, 9] == x[7, 9, 5])


@peer.workload("concatenate", ["axis 0", "axis 1"], "f64")
def concatenate(case, dtype):
    x, y = cases.uniform((cases.SIDE, cases.SIDE), dtype), cases.uniform((cases.SIDE, cases.SIDE), dtype, seed=2)
    axis = int(case[-1])
    z = numpy.empty((2 * cases.SIDE, cases.SIDE) if axis == 0 else (cases.SIDE, 2 * cases.SIDE))
    return Case(lambda: numpy.concatenate((x, y), axis, out=z), lambda _: z[-1, -1] == y[-1, -1])


@peer.workload("matmul", list(cases.PRODUCTS))
def matmul(case, dtype):
    m, k, n = cases.PRODUCTS[case]
    a, b = cases.normal((m, k), dtype), cases.normal((k, n), dtype, seed=2)
    c = numpy.empty((m, n), DTYPES[dtype])
    return Case(lambda: numpy.matmul(a, b, out=c), lambda _: close(c[0, :3], a[0].astype("f8") @ b[:, :3].astype("f8"), tolerance(dtype)))


@peer.workload("matvec", "8192x8192")
def matvec(_, dtype):
    a, x = cases.normal((2 * cases.SIDE, 2 * cases.SIDE), dtype), cases.normal(2 * cases.SIDE, dtype, seed=2)
    y = numpy.empty_like(x)
    return Case(lambda: numpy.matmul(a, x, out=y), lambda _: close(y[:3], a[:3].astype("f8") @ x.astype("f8"), tolerance(dtype)))


@peer.workload("qr", "400000x64", "f64")
def qr(_, dtype):
    a = cases.normal((cases.TALL, 64), dtype)
    return Case(lambda: scipy.linalg.qr(a, mode="economic", check_finite=False), lambda qr: close((qr[0] @ qr[1])[:9], a[:9], 1e-10))


@peer.workload("qr_r", "400000x64", "f64")
def qr_r(_, dtype):
    a = cases.normal((cases.TALL, 64), dtype)
    gram = a.T @ a
    return Case(lambda: numpy.linalg.qr(a, mode="r"), lambda r: close(r.T @ r, gram, 1e-10))


@peer.workload("svd", "400000x64", "f64")
def svd(_, dtype):
    a = cases.normal((cases.TALL, 64), dtype)
    return Case(
        lambda: scipy.linalg.svd(a, full_matrices=False, check_finite=False, lapack_driver="gesdd"),
        lambda usv: close((usv[0][:9] * usv[1]) @ usv[2], a[:9], 1e-10),
    )


@peer.workload("diffusion", "256x256x256", "f64")
def diffusion(_, dtype):
    n = cases.GRID
    u = cases.uniform((n, n, n), dtype)
    v, w = u.copy(), numpy.empty((n - 2, n - 2, n - 2))

    def run():
        nonlocal u, v
        for _ in range(cases.STEPS):
            c = u[1:-1, 1:-1, 1:-1]
            numpy.add(u[:-2, 1:-1, 1:-1], u[2:, 1:-1, 1:-1], out=w)
            for neighbour in (u[1:-1, :-2, 1:-1], u[1:-1, 2:, 1:-1], u[1:-1, 1:-1, :-2], u[1:-1, 1:-1, 2:]):
                numpy.add(w, neighbour, out=w)
            w.__isub__(6 * c)
            w.__imul__(0.1)
            numpy.add(c, w, out=v[1:-1, 1:-1, 1:-1])
            u, v = v, u

    total = float(u.sum())
    return Case(run, lambda _: abs(float(u.sum()) - total) < 1e-2 * total)


@peer.workload("uniform", "16M")
def uniform(_, dtype):
    generator = numpy.random.default_rng(1)
    z = numpy.empty(N, DTYPES[dtype])
    return Case(lambda: generator.random(dtype=DTYPES[dtype], out=z), lambda _: abs(float(z.mean(dtype="f8")) - 0.5) < 5 / N**0.5)


@peer.workload("normal", "16M")
def normal(_, dtype):
    generator = numpy.random.default_rng(1)
    z = numpy.empty(N, DTYPES[dtype])
    return Case(lambda: generator.standard_normal(dtype=DTYPES[dtype], out=z), lambda _: abs(float(z.std(dtype="f8")) - 1) < 5 / N**0.5)


@peer.workload("npy_read", "512 MB", "f64")
def npy_read(_, dtype):
    path = cases.npy_file()
    return Case(lambda: numpy.load(path), lambda x: x.shape == (cases.MILLION, 64))


@peer.workload("small_add", "1e5 of 100", "f64")
def small_add(_, dtype):
    x, y = cases.uniform(100, dtype), cases.uniform(100, dtype, seed=2)

    def run():
        for _ in range(cases.SMALL):
            z = x + y
        return z

    return Case(run, lambda z: z[7] == x[7] + y[7], units=cases.SMALL)


if __name__ == "__main__":
    peer.main()
