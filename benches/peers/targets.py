"""What each workload is to reach: the ratio to a peer's best time, or the share of a ceiling that was measured in the same run."""

import dataclasses

EVERY = ("NumPy", "PyTorch", "Heat", "scikit-learn", "Dask", "Numba", "pandas", "Polars")


@dataclasses.dataclass(frozen=True)
class Target:
    workloads: tuple[str, ...]
    against: tuple[str, ...]
    """Peers, of which the fastest counts; none stands for the ceiling."""
    factor: float
    """This project must be so many times as fast, or reach so much of the ceiling."""
    cases: tuple[str, ...] = ()
    """Only these; none stands for all."""
    dtypes: tuple[str, ...] = ()
    cores: int | None = None
    """At this many cores; none stands for all of the machine."""

    def concerns(self, record: dict) -> bool:
        return (
            record["workload"] in self.workloads
            and (not self.cases or record["case"] in self.cases)
            and (not self.dtypes or record["dtype"] in self.dtypes)
        )

    def __str__(self) -> str:
        if not self.against:
            return f">= {self.factor:.0%} of its ceiling"
        return f">= {self.factor:g}x {' and '.join(self.against)}"


STREAMS = ("copy", "fill", "saxpy", "cast", "compare", "where")
FUNCTIONS = ("exp", "log", "sin", "cos", "tan", "tanh", "pow", "expm1", "log1p", "atan", "sqrt")
REDUCTIONS = ("sum", "mean", "var", "min", "argmax")
STRIDED = ("broadcast", "strided", "transpose", "concatenate")

TARGETS = (
    Target(STREAMS, (), 0.90),
    Target(("chain",), (), 1 / 1.5),
    Target(("chain",), ("Heat",), 4, dtypes=("f32",)),
    Target(("chain",), ("NumPy",), 12, dtypes=("f32",)),
    Target(FUNCTIONS, ("PyTorch", "NumPy"), 1),
    Target(REDUCTIONS, (), 0.85),
    Target(REDUCTIONS, ("Heat",), 2),
    Target(("transpose",), (), 0.60),
    Target(STRIDED, ("NumPy",), 1, cores=1),
    Target(("matmul", "matvec"), ("PyTorch", "NumPy"), 0.90, dtypes=("f64",)),
    Target(("matmul", "matvec"), ("PyTorch", "NumPy"), 0.75, dtypes=("f32",)),
    Target(("qr", "svd"), ("Heat",), 3),
    Target(("qr", "svd"), ("PyTorch",), 2.5),
    Target(("kmeans",), ("Heat",), 20),
    Target(("kmeans",), ("scikit-learn",), 3),
    Target(("pca",), ("Heat", "scikit-learn"), 1),
    Target(("resplit", "balance", "reshape"), ("Heat",), 3),
    Target(("diffusion",), (), 0.80),
    Target(("diffusion",), ("NumPy", "Numba"), 1),
    Target(("uniform", "normal"), ("NumPy", "PyTorch"), 1),
    Target(("csv_read",), ("pandas",), 1, cores=1),
    Target(("csv_read",), ("Heat", "NumPy", "Polars"), 1),
    Target(("npy_read",), ("NumPy",), 1),
)
