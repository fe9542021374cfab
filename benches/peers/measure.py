"""How a workload is timed, and what is written down about it: the same on every peer.

A workload is a function that makes its data and gives back a `Case`: what to run, and a check of what it computed. It is registered under the
names of the Rust suite (`cargo bench --bench suite -- --list`), so that the report can lay the records side by side.
"""

import argparse
import dataclasses
import datetime
import gc
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable

import numpy

DTYPES = {"f32": numpy.float32, "f64": numpy.float64, "i64": numpy.int64}
FEWEST, MOST = 3, 50
LONG = 2.0
"""Seconds beyond which the checked run counts as a repetition, and one more is enough."""


@dataclasses.dataclass
class Case:
    """Data that are made and a thing to do with them."""

    run: Callable[[], object]
    """What is timed. It gives back what `check` looks at."""
    check: Callable[[object], bool]
    """Whether the result is right: computed apart from the peer, or by an identity."""
    units: int = 1
    """The operations in one run, where a run is many small ones."""


@dataclasses.dataclass
class Workload:
    name: str
    case: str
    dtype: str
    make: Callable[[str, str], Case]


class Peer:
    """The workloads of one system."""

    def __init__(self, system: str, version: str):
        self.system, self.version = system, version
        self.workloads: list[Workload] = []

    def workload(self, name: str, cases: str | list[str] = "", dtypes: str = "f32 f64"):
        """Register a maker, called with a case and a dtype, under every pair of them."""

        def register(make):
            for case in [cases] if isinstance(cases, str) else cases:
                for dtype in dtypes.split():
                    self.workloads.append(Workload(name, case, dtype, make))
            return make

        return register

    def main(self, barrier=lambda: None, slowest=lambda seconds: seconds, leads=True, ranks=1):
        """Run what the command line asks for and write it down.

        `barrier` and `slowest` make the ranks of a distributed peer begin together and agree on the time of the slowest.
        """
        arguments = argparse.ArgumentParser(description=f"The workloads of the suite in {self.system}.")
        arguments.add_argument("prefixes", nargs="*", help="only workloads whose names begin so")
        arguments.add_argument("--out", help="the JSON file to write")
        arguments.add_argument("--seconds", type=float, default=1.5, help="time to spend on each")
        options = arguments.parse_args()
        records = []
        before = os.getloadavg()[0]
        for workload in self.workloads:
            if options.prefixes and not any(workload.name.startswith(prefix) for prefix in options.prefixes):
                continue
            record = measured(workload, options.seconds, barrier, slowest)
            records.append(record)
            if leads:
                seconds = sorted(record["seconds"]) or [float("nan")]
                print(
                    f"{self.system:12} {workload.name:14} {workload.case:28} {workload.dtype:4} "
                    f"median {seconds[len(seconds) // 2] * 1e3:10.2f} ms  best {seconds[0] * 1e3:10.2f} ms  {record['error'] or ''}",
                    flush=True,
                )
        if leads and options.out:
            report = {
                "suite": self.system,
                "version": self.version,
                "ranks": ranks,
                "threads": int(os.environ.get("OMP_NUM_THREADS", "0")),
                "python": platform.python_version(),
                "command": " ".join([os.path.basename(argument) for argument in sys.argv[:1]] + options.prefixes),
                "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                "load_before": before,
                "load_after": os.getloadavg()[0],
                "records": records,
            }
            with open(options.out, "w", encoding="utf-8") as file:
                json.dump(report, file, indent=1)


def measured(workload: Workload, seconds: float, barrier, slowest) -> dict:
    """One record: checked first, then timed. A wrong result is timed and marked; what fails is written down with its reason."""
    record = {"workload": workload.name, "case": workload.case, "dtype": workload.dtype, "seconds": [], "units": 1, "error": None}
    try:
        case = workload.make(workload.case, workload.dtype)
        record["units"] = case.units
        (first,), result = timed(case.run, 1, 0, barrier, slowest)
        if not case.check(result):
            record["error"] = "the result is wrong"
        del result
        if first > LONG:
            record["seconds"] = [first, *timed(case.run, 1, 0, barrier, slowest)[0]]
        else:
            record["seconds"] = timed(case.run, FEWEST, seconds, barrier, slowest)[0]
    except Exception as error:  # whatever a peer does is its result
        record["error"] = f"{type(error).__name__}: {error}"[:200]
    record["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    gc.collect()
    return record


def timed(run, fewest: int, seconds: float, barrier, slowest) -> tuple[list[float], object]:
    """The times of at least so many repetitions, each that of the slowest rank, and the last result."""
    times: list[float] = []
    while len(times) < fewest or (sum(times) < seconds and len(times) < MOST):
        barrier()
        start = time.perf_counter()
        result = run()
        times.append(slowest(time.perf_counter() - start))
    return times, result


def close(a, b, tolerance: float) -> bool:
    """Whether two results agree relative to the largest of the second."""
    a, b = numpy.asarray(a, dtype=numpy.float64), numpy.asarray(b, dtype=numpy.float64)
    scale = max(1.0, float(numpy.max(numpy.abs(b), initial=0.0)))
    return a.shape == b.shape and bool(numpy.all(numpy.abs(a - b) <= tolerance * scale))


def tolerance(dtype: str) -> float:
    """What a sum or a product of many terms may lose."""
    return 2e-3 if dtype == "f32" else 1e-9
