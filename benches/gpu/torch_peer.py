"""The workloads of `isotherm gpu-bench` in PyTorch, on the same card and at the same sizes: `torch_peer.py gpu.json --out torch.json`.

Sizes come from the records. A workload is timed as there: repetitions in rounds that hide what waiting costs, the median of the rounds. TF32 is off.
"""

import argparse
import json
import math
import sys
import time

import torch

ROUNDS, LONG = 9, 0.1
TYPES = {"f32": torch.float32, "f64": torch.float64, "i32": torch.int32}
CARD = torch.device("cuda")


def uniform(size, dtype):
    return torch.rand(size, dtype=TYPES[dtype], device=CARD)


def unary(function):
    def make(size, dtype):
        x = uniform(size, dtype)
        return lambda: function(x)

    return make


def binary(function):
    def make(size, dtype):
        x, y = uniform(size, dtype), uniform(size, dtype)
        return lambda: function(x, y)

    return make


def chain(x, y):
    return ((x * y + 1).sqrt() - x * 0.25).abs() / (y + 2)


def matmul(size, dtype):
    m, k, n = size
    a, b = uniform((m, k), dtype), uniform((k, n), dtype)
    return lambda: a @ b


def cdist(size, dtype):
    """By differences, as measured here: products would lose digits."""
    m, n, features = size
    x, y = uniform((m, features), dtype), uniform((n, features), dtype)
    return lambda: torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")


def kmeans(size, dtype):
    """Lloyd's steps by the usual expansion of the squared distance."""
    rows, columns, clusters, steps = size
    x = torch.randn((rows, columns), dtype=TYPES[dtype], device=CARD)
    first = x[:clusters].clone()

    def run():
        centres = first
        for _ in range(steps):
            labels = ((centres**2).sum(1) - 2 * x @ centres.T).argmin(1)
            sums = torch.zeros_like(centres).index_add_(0, labels, x)
            centres = sums / labels.bincount(minlength=clusters).clamp(min=1)[:, None]
        return centres

    return run


def pca(size, dtype):
    rows, columns, components = size
    x = torch.randn((rows, columns), dtype=TYPES[dtype], device=CARD)

    def run():
        centred = x - x.mean(0)
        return torch.linalg.eigh(centred.T @ centred)[1][:, -components:]

    return run


def small_add(size, dtype):
    many, few = size
    x, y = uniform((few,), dtype), uniform((few,), dtype)

    def run():
        for _ in range(many):
            z = x + y
        return z

    return run


def sort(size, dtype):
    keys = torch.randint(-(2**31), 2**31 - 1, tuple(size), dtype=TYPES[dtype], device=CARD)
    return lambda: torch.sort(keys)


WORKLOADS = {
    "negative": unary(torch.neg),
    "compare": binary(torch.less),
    "where": binary(lambda x, y: torch.where(x < 0.5, x, y)),
    "cast": unary(lambda x: x.to(torch.float64)),
    "saxpy": binary(lambda x, y: torch.add(y, x, alpha=3)),
    "chain": binary(chain),
    "exp": unary(torch.exp),
    "sin": unary(torch.sin),
    "tanh": unary(torch.tanh),
    "sum": unary(torch.sum),
    "min": unary(torch.min),
    "max": unary(torch.max),
    "mean": unary(torch.mean),
    "argmax": unary(torch.argmax),
    "sum axis 0": unary(lambda x: x.sum(0)),
    "sum axis 1": unary(lambda x: x.sum(1)),
    "sum axis 2": unary(lambda x: x.sum(2)),
    "transpose": unary(lambda x: x.T.contiguous()),
    "permute": unary(lambda x: x.permute(2, 0, 1).contiguous()),
    "strided": unary(lambda x: x[:, ::2] + 1),
    "matmul": matmul,
    "cdist": cdist,
    "kmeans": kmeans,
    "pca": pca,
    "uniform": lambda size, dtype: lambda: torch.rand(size, dtype=TYPES[dtype], device=CARD),
    "normal": lambda size, dtype: lambda: torch.randn(size, dtype=TYPES[dtype], device=CARD),
    "scan": unary(lambda x: x.cumsum(0)),
    "sort": sort,
    "small add": small_add,
}


def timed(run, times):
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(times):
        run()
    torch.cuda.synchronize()
    return (time.perf_counter() - start) / times


def measured(record):
    """The seconds of each round of one repetition."""
    run = WORKLOADS[record["workload"]](record["size"], record["dtype"])
    timed(run, 1)
    times = 1
    while timed(run, times) * times < LONG and times < 4096:
        times *= 2
    return [timed(run, times) for _ in range(ROUNDS)]


def line(record, torch_seconds):
    ours, theirs = record["median"], torch_seconds and sorted(torch_seconds)[len(torch_seconds) // 2]
    ratio = theirs / ours if ours and theirs else math.nan
    wanted = record["times_torch"]
    met = "" if wanted is None or math.isnan(ratio) else "yes" if ratio >= wanted else "NO"
    target = "" if wanted is None else f">= {wanted:g}x"
    own, other = (f"{1e3 * seconds:.4f}" if seconds else "-" for seconds in (ours, theirs))
    return f"{record['workload']:14} {record['case']:26} {record['dtype'] or '':5} {own:>12} {other:>12} {ratio:>8.2f}x {target:>9} {met}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("records", help="what isotherm gpu-bench has written")
    arguments.add_argument("--out", help="the JSON file to write")
    options = arguments.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    with open(options.records, encoding="utf-8") as file:
        records = json.load(file).get("records", [])
    card = torch.cuda.get_device_name(CARD)
    print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}, {card}")
    print(f"{'workload':14} {'size':26} {'dtype':5} {'isotherm ms':>12} {'torch ms':>12} {'faster':>9} {'target':>9} met")
    results = []
    for record in records:
        if record["workload"] not in WORKLOADS:
            continue
        seconds, error = None, None
        try:
            seconds = measured(record)
        except Exception as failure:  # whatever PyTorch does is its result
            error = f"{type(failure).__name__}: {failure}"[:200]
        torch.cuda.empty_cache()
        print(line(record, seconds), error or "", flush=True)
        results.append({**{key: record[key] for key in ("workload", "case", "dtype", "size")}, "seconds": seconds, "error": error})
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            versions = {"torch": torch.__version__, "cuda": torch.version.cuda, "card": card}
            json.dump({"suite": "PyTorch", "versions": versions, "records": results}, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
