"""Measure this project and its peers side by side, and write the report.

    benches/peers/install.sh
    target/peers/bin/python benches/peers/run.py scaling-reports/DATE-NAME

Every system is given the same cores: one thread, then all of them, as threads of one rank and as ranks of one thread where it has ranks.
Nothing else should run meanwhile; the load before and after is written down with each system's records.
"""

import argparse
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CORES = os.cpu_count() or 1
POOLS = ("OMP", "MKL", "OPENBLAS", "NUMEXPR", "NUMBA", "POLARS_MAX", "DASK")
"""The libraries' thread pools: each reads `NAME_NUM_THREADS` or `NAME_THREADS`."""

PROPORTIONAL = ("copy", "saxpy", "chain", "sum", "mean", "var", "min", "argmax", "broadcast", "qr", "svd", "pca", "kmeans", "uniform", "normal")
"""Workloads whose work is proportional to their first extent: those of weak scaling."""

ONE_RANK = {
    "numpy": ["numpy_peer.py"],
    "torch": ["torch_peer.py"],
    "sklearn": ["sklearn_peer.py"],
    "dask": ["dask_peer.py"],
    "numba": ["numba_peer.py"],
    "pandas": ["tables_peer.py", "pandas"],
    "polars": ["tables_peer.py", "Polars"],
    "loadtxt": ["tables_peer.py", "NumPy"],
}


def environment(threads: int, blas: int | None = None) -> dict[str, str]:
    """The variables that hold every library to so many threads."""
    variables = dict(os.environ, PYTHONWARNINGS="ignore", OMPI_MCA_mpi_yield_when_idle="1", OMPI_MCA_hwloc_base_binding_policy="none")
    for pool in POOLS:
        variables[f"{pool}_NUM_THREADS"] = variables[f"{pool}_THREADS"] = str(threads)
    if blas is not None:
        variables["OPENBLAS_NUM_THREADS"] = variables["OMP_NUM_THREADS"] = str(blas)
    return variables


def run(command: list[str], variables: dict[str, str]):
    print("$", " ".join(command), flush=True)
    if subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode:
        print("  ended with an error: what it did not write is missing from the report", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=pathlib.Path, help="where the records and the report go")
    arguments.add_argument("--systems", nargs="*", help="only these: isotherm heat " + " ".join(ONE_RANK))
    arguments.add_argument("--seconds", default="1.0", help="time to spend on each workload")
    arguments.add_argument("prefixes", nargs="*", help="only workloads whose names begin so")
    options = arguments.parse_args()
    folder = options.folder.resolve()
    (folder / "raw").mkdir(parents=True, exist_ok=True)

    def wanted(system):
        return not options.systems or system in options.systems

    def out(system, ranks, threads):
        # Relative where it can be: the command is written into the record.
        return os.path.relpath(folder / "raw" / f"{system}-{ranks}x{threads}.json", ROOT)

    shapes = [(1, 1)] if CORES == 1 else [(1, 1), (1, CORES), (CORES, 1)]
    limits = ["--seconds", options.seconds]
    if wanted("isotherm"):
        for ranks, threads in shapes:
            own = ["--ranks", str(ranks), "--threads", str(threads), "--out", out("isotherm", ranks, threads)]
            run(["cargo", "bench", "--bench", "suite", "--", *own, *limits, *options.prefixes], dict(os.environ))
        if CORES > 1:
            own = ["--part", str(CORES), "--ranks", "1", "--threads", "1", "--out", out("isotherm-part", 1, 1)]
            chosen = [name for name in PROPORTIONAL if not options.prefixes or name.startswith(tuple(options.prefixes))]
            if chosen:
                run(["cargo", "bench", "--bench", "suite", "--", *own, *limits, *chosen], dict(os.environ))
    for system, script in ONE_RANK.items():
        for ranks, threads in shapes:
            if wanted(system) and ranks == 1:
                # Dask's threads each call NumPy: more threads below would fight over the cores.
                variables = environment(threads, blas=1 if system == "dask" else None)
                script_line = [sys.executable, str(HERE / script[0]), *script[1:]]
                run([*script_line, "--out", out(system, ranks, threads), *limits, *options.prefixes], variables)
    if wanted("heat"):
        as_root = ["--allow-run-as-root"] if os.geteuid() == 0 else []
        for ranks, threads in shapes:
            mpirun = [os.environ.get("MPIEXEC", "mpirun"), *as_root, "-n", str(ranks)]
            script_line = [sys.executable, str(HERE / "heat_peer.py"), "--out", out("heat", ranks, threads)]
            run([*mpirun, *script_line, *limits, *options.prefixes], environment(threads))
    run([sys.executable, str(HERE / "report.py"), str(folder)], dict(os.environ))


if __name__ == "__main__":
    main()
