"""The workloads in PyTorch on the CPU: `out=` wherever it exists."""

import os

import numpy
import torch

import cases
from measure import Case, Peer, close, tolerance

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
peer = Peer("PyTorch", f"torch {torch.__version__}")
N = cases.ELEMENTWISE
TYPES = {"f32": torch.float32, "f64": torch.float64, "i64": torch.int64}


def tensor(*arguments, **options):
    return torch.from_numpy(cases.uniform(*arguments, **options))


@peer.workload("copy", "16M", "f32 f64 i64")
def copy(_, dtype):
    x = tensor(N, dtype)
    z = torch.empty_like(x)
    return Case(lambda: z.copy_(x), lambda _: z[-1] == x[-1])


@peer.workload("fill", "16M", "f32 f64 i64")
def fill(_, dtype):
    z = torch.empty(N, dtype=TYPES[dtype])
    return Case(lambda: z.fill_(3), lambda _: z[-1] == 3)


@peer.workload("saxpy", "16M", "f32 f64 i64")
def saxpy(_, dtype):
    x, y = tensor(N, dtype), tensor(N, dtype, seed=2)
    z = torch.empty_like(x)
    return Case(lambda: torch.add(y, x, alpha=3, out=z), lambda _: close(z[:9], 3 * x[:9] + y[:9], tolerance(dtype)))


@peer.workload("cast", "f32->f64", "f32")
@peer.workload("cast", "f64->f32", "f64")
@peer.workload("cast", "i64->f64", "i64")
def cast(case, dtype):
    x = tensor(N, dtype)
    z = torch.empty(N, dtype=TYPES[case.split("->")[1]])
    return Case(lambda: z.copy_(x), lambda _: close(z[:9], x[:9], 1e-6))


@peer.workload("compare", "16M", "f32 f64 i64")
def compare(_, dtype):
    x, y = tensor(N, dtype), tensor(N, dtype, seed=2)
    z = torch.empty(N, dtype=torch.bool)
    return Case(lambda: torch.lt(x, y, out=z), lambda _: bool(z[7]) == bool(x[7] < y[7]))


@peer.workload("where", "16M", "f32 f64 i64")
def where(_, dtype):
    x, y = tensor(N, dtype), tensor(N, dtype, seed=2)
    c = tensor(N, "f32") < 0.5
    z = torch.empty_like(x)
    return Case(lambda: torch.where(c, x, y, out=z), lambda _: z[5] == (x[5] if c[5] else y[5]))


@peer.workload("chain", "16M")
def chain(_, dtype):
    x, y = tensor(N, dtype), tensor(N, dtype, seed=2)
    exact = float(torch.sum(torch.sqrt(x.double() ** 2 + y.double() ** 2) * 0.5 + torch.exp(-x.double())))
    return Case(lambda: torch.sum(torch.sqrt(x * x + y * y) * 0.5 + torch.exp(-x)), lambda s: close(s, exact, 1e-4))


def function(name):
    apply = getattr(torch, name)

    @peer.workload(name, "4M")
    def make(_, dtype):
        x = tensor(cases.FUNCTION, dtype, *cases.RANGES[name])
        z = torch.empty_like(x)
        return Case(lambda: apply(x, out=z), lambda _: close(z[:99], apply(x[:99].double()), 1e-4))


for name in cases.RANGES:
    function(name)


@peer.workload("pow", "4M")
def power(_, dtype):
    x, y = tensor(cases.FUNCTION, dtype, 1e-3, 10), tensor(cases.FUNCTION, dtype, -3, 3, seed=2)
    z = torch.empty_like(x)
    return Case(lambda: torch.pow(x, y, out=z), lambda _: close(z[0], float(x[0]) ** float(y[0]), 1e-4))


def reduction(name, apply, reference):
    @peer.workload(name, list(cases.AXES))
    def make(case, dtype):
        x = tensor(cases.BLOCK, dtype)
        axis = cases.AXES[case]
        expected = reference(x.numpy().astype("f8"), axis=axis)
        return Case(lambda: apply(x, axis), lambda z: close(z, expected, tolerance(dtype)))


reduction("sum", lambda x, axis: torch.sum(x) if axis is None else torch.sum(x, axis), numpy.sum)
reduction("mean", lambda x, axis: torch.mean(x) if axis is None else torch.mean(x, axis), numpy.mean)
reduction("var", lambda x, axis: torch.var(x, axis, correction=0), numpy.var)
reduction("min", lambda x, axis: torch.amin(x) if axis is None else torch.amin(x, axis), numpy.min)
reduction("argmax", lambda x, axis: torch.argmax(x, axis), numpy.argmax)


@peer.workload("broadcast", "250000x64-row")
def broadcast(_, dtype):
    x, row = tensor((cases.TALL * 5 // 8, 64), dtype), tensor(64, dtype, seed=2)
    z = torch.empty_like(x)
    return Case(lambda: torch.sub(x, row, out=z), lambda _: z[5, 7] == x[5, 7] - row[7])


@peer.workload("strided", "x[:, ::2]+1 of 8192x4096")
def strided(_, dtype):
    x = tensor((2 * cases.SIDE, cases.SIDE), dtype)
    z = torch.empty((2 * cases.SIDE, cases.SIDE // 2), dtype=TYPES[dtype])
    return Case(lambda: torch.add(x[:, ::2], 1, out=z), lambda _: z[5, 7] == x[5, 14] + 1)


@peer.workload("transpose", "4096x4096")
def transpose(_, dtype):
    x = tensor((cases.SIDE, cases.SIDE), dtype)
    z = torch.empty_like(x)
    return Case(lambda: z.copy_(x.T), lambda _: z[5, 7] == x[7, 5])


@peer.workload("transpose", "256x256x256 (2,0,1)")
def permute(_, dtype):
    x = tensor((cases.GRID, cases.GRID, cases.GRID), dtype)
    z = torch.empty_like(x)
    return Case(lambda: z.copy_(x.permute(2, 0, 1)), lambda _: z[5, 7, 9] == x[7, 9, 5])


@peer.workload("concatenate", ["axis 0", "axis 1"], "f64")
def concatenate(case, dtype):
    x, y = tensor((cases.SIDE, cases.SIDE), dtype), tensor((cases.SIDE, cases.SIDE), dtype, seed=2)
    axis = int(case[-1])
    z = torch.empty((2 * cases.SIDE, cases.SIDE) if axis == 0 else (cases.SIDE, 2 * cases.SIDE), dtype=torch.float64)
    return Case(lambda: torch.cat((x, y), axis, out=z), lambda _: z[-1, -1] == y[-1, -1])


@peer.workload("matmul", list(cases.PRODUCTS))
def matmul(case, dtype):
    m, k, n = cases.PRODUCTS[case]
    a, b = torch.from_numpy(cases.normal((m, k), dtype)), torch.from_numpy(cases.normal((k, n), dtype, seed=2))
    c = torch.empty((m, n), dtype=TYPES[dtype])
    return Case(lambda: torch.matmul(a, b, out=c), lambda _: close(c[0, :3], a[0].double() @ b[:, :3].double(), tolerance(dtype)))


@peer.workload("matvec", "8192x8192")
def matvec(_, dtype):
    a, x = torch.from_numpy(cases.normal((2 * cases.SIDE, 2 * cases.SIDE), dtype)), torch.from_numpy(cases.normal(2 * cases.SIDE, dtype, seed=2))
    y = torch.empty_like(x)
    return Case(lambda: torch.mv(a, x, out=y), lambda _: close(y[:3], a[:3].double() @ x.double(), tolerance(dtype)))


@peer.workload("qr", "400000x64", "f64")
def qr(_, dtype):
    a = torch.from_numpy(cases.normal((cases.TALL, 64), dtype))
    return Case(lambda: torch.linalg.qr(a), lambda qr: close((qr[0] @ qr[1])[:9], a[:9], 1e-10))


@peer.workload("qr_r", "400000x64", "f64")
def qr_r(_, dtype):
    a = torch.from_numpy(cases.normal((cases.TALL, 64), dtype))
    gram = a.T @ a
    return Case(lambda: torch.linalg.qr(a, mode="r")[1], lambda r: close(r.T @ r, gram, 1e-10))


@peer.workload("svd", "400000x64", "f64")
def svd(_, dtype):
    a = torch.from_numpy(cases.normal((cases.TALL, 64), dtype))
    return Case(lambda: torch.linalg.svd(a, full_matrices=False), lambda usv: close((usv[0][:9] * usv[1]) @ usv[2], a[:9], 1e-10))


@peer.workload("uniform", "16M")
def uniform(_, dtype):
    z = torch.empty(N, dtype=TYPES[dtype])
    return Case(lambda: z.uniform_(), lambda _: abs(float(z.mean(dtype=torch.float64)) - 0.5) < 5 / N**0.5)


@peer.workload("normal", "16M")
def normal(_, dtype):
    z = torch.empty(N, dtype=TYPES[dtype])
    return Case(lambda: z.normal_(), lambda _: abs(float(z.double().std()) - 1) < 5 / N**0.5)


@peer.workload("small_add", "1e5 of 100", "f64")
def small_add(_, dtype):
    x, y = tensor(100, dtype), tensor(100, dtype, seed=2)

    def run():
        for _ in range(cases.SMALL):
            z = x + y
        return z

    return Case(run, lambda z: z[7] == x[7] + y[7], units=cases.SMALL)


if __name__ == "__main__":
    peer.main()
