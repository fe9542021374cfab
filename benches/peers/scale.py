"""Scale without the machine: `scale.py COUNTS.json FOLDER [--records RAW_FOLDER]`.

COUNTS.json is what `cargo run --release --example communication -- COUNTS.json` counted on 1 to 256 ranks. This page draws it against the lower bound
or the closed form, and puts the closed forms into the alpha-beta-gamma model to say what 1,024 nodes would take: a model, not a measurement. The local
rates of the model (gamma) are medians of this project's own records on one core.
"""

import argparse
import dataclasses
import json
import math
import pathlib
from collections.abc import Callable

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot  # noqa: E402  (the backend is chosen first)

from records import Key, Run  # noqa: E402

NETWORKS = {"HDR-class, 1.5 µs and 12 GB/s": (1.5e-6, 1 / 12e9), "10-gigabit Ethernet, 50 µs and 1.2 GB/s": (50e-6, 1 / 1.2e9)}
"""Latency of a message in seconds, and seconds of a byte, of two networks for illustration."""

NODES = [2**power for power in range(11)]
WORD = 8


def levels(ranks: int) -> int:
    """The doublings up to so many ranks."""
    return math.ceil(math.log2(ranks)) if ranks > 1 else 0


def mesh(ranks: int) -> tuple[int, int]:
    """The nearly square mesh of a power of two."""
    return 2 ** (levels(ranks) // 2), 2 ** -(-levels(ranks) // 2)


@dataclasses.dataclass(frozen=True)
class Algorithm:
    """One operation: what it sends by a closed form, what it must send, and what it computes."""

    operation: str
    """Its name among the counts."""
    steps: Callable[[int, tuple], float]
    """Messages that wait for each other, by ranks and extents."""
    sent: Callable[[int, tuple], float]
    """The most bytes that a rank sends, by ranks and extents."""
    bound: Callable[[int, tuple], float] | None
    """The least that some rank must send or receive; nothing where we know of none."""
    why: str
    """Where the bound comes from, in Markdown."""
    counted: tuple
    """The extents that were counted."""
    large: tuple = ()
    """Extents for the projection: of the whole in strong scaling, of a node in weak scaling."""
    rate: Key | None = None
    """The record whose median gives the rate."""
    work: Callable[[tuple], float] | None = None
    """The work of extents, in the same units as the record's."""
    recorded: float = 0.0
    """The work of the record."""
    grow: Callable[[tuple, int], tuple] = lambda extents, ranks: (extents[0] * ranks, extents[1])
    """Extents that keep the bytes of a node in weak scaling: more rows, if nothing else is said."""


def triangle(n: int) -> int:
    """The bytes of a triangle of n columns."""
    return n * (n + 1) // 2 * WORD


def by_gram(ranks: int, extents: tuple) -> bool:
    """Whether `qr` tries the Gram matrix: so many rows for each column on every rank."""
    return extents[0] >= 64 * extents[1] * ranks


def tree(ranks: int, size: float) -> float:
    """What the root of `qr`'s tree sends: a triangle to each child on the way back, and to each in the broadcast."""
    return 2 * levels(ranks) * size


def diffusion(operation: str, edges: Callable[[int, tuple], float], why: str) -> Algorithm:
    """A step of diffusion, which sends what it must."""
    steps = lambda p, e: min(p - 1, 1)  # noqa: E731
    rate = Key("diffusion", "256x256x256", "f64")
    return Algorithm(operation, steps, edges, edges, why, (4096, 256), (1 << 15, 1 << 15), rate, lambda e: e[0] * e[1], 10 * 256**3)


ALGORITHMS = (
    Algorithm(
        "sum",
        lambda p, e: levels(p),
        lambda p, e: levels(p) * (8 + 3 + 3 * 4),
        lambda p, e: 2 * (p - 1) / p * (3 + 3 * 4) if p > 1 else 0,
        "all-reduce of the 15-byte state: 2 (P - 1)/P n (Chan et al. 2007); ours sends it log2 P times, in half as many steps",
        (4096, 256),
        (1 << 30, 1),
        Key("sum", "all", "f64"),
        lambda e: e[0] * e[1],
        2**25,
    ),
    Algorithm(
        "resplit 0 -> 1",
        lambda p, e: 1 if p > 1 else 0,
        lambda p, e: e[0] * e[1] * WORD / p * (1 - 1 / p),
        lambda p, e: e[0] * e[1] * WORD / p * (1 - 1 / p),
        "every element that a rank needs and does not hold",
        (4096, 256),
        (1 << 16, 1 << 14),
        Key("transpose", "4096x4096", "f64"),
        lambda e: e[0] * e[1],
        4096 * 4096,
    ),
    diffusion("diffusion, rows", lambda p, e: 2 * e[1] * WORD if p > 1 else 0, "the rows that both neighbours read"),
    diffusion(
        "diffusion, tiles",
        lambda p, e: sum(2 * e[1 - axis] / mesh(p)[1 - axis] * WORD for axis in (0, 1) if mesh(p)[axis] > 1),
        "the edges of the tile",
    ),
    Algorithm(
        "an iteration of k-means",
        lambda p, e: levels(p),
        lambda p, e: levels(p) * 20 * 10 * e[1],
        lambda p, e: 2 * (p - 1) / p * 10 * e[1] * WORD,
        "all-reduce of k d doubles; ours sends exact sums of at most 20 bytes",
        (4096, 8),
        (1 << 28, 16),
        Key("kmeans", "1000000x16", "f64"),
        lambda e: e[0],
        20 * 1_000_000,
    ),
    Algorithm(
        "matmul, square",
        lambda p, e: 3 if p > 2 else p - 1,
        lambda p, e: e[0] ** 2 * WORD / p * (sum(mesh(p)) - 2 + 2 * (1 - 1 / mesh(p)[1])),
        lambda p, e: max(0.0, (3 * e[0] ** 2 / p ** (2 / 3) - 3 * e[0] ** 2 / p) * WORD),
        "3 (n^3/P)^(2/3) - 3 n^2/P words, memory-independent (Al Daas et al. 2022, doi 10.1145/3490148.3538552); with three matrices and no spare memory "
        "n^2/sqrt(P) is the order (Irony, Toledo, Tiskin 2004)",
        (512, 512),
        (1 << 15, 1 << 15),
        Key("matmul", "4096", "f64"),
        lambda e: e[0] ** 3,
        4096**3,
        grow=lambda e, p: (e[0] * p**0.5, e[1] * p**0.5),
    ),
    Algorithm(
        "qr",
        lambda p, e: (5 if by_gram(p, e) else 3) * levels(p),
        lambda p, e: tree(p, triangle(e[1])) if not by_gram(p, e) else levels(p) * (triangle(e[1]) + (2 * e[1] ** 2 + 1) * WORD + 1),
        lambda p, e: triangle(e[1]) if p > 1 else 0,
        "a triangle log2 P times on the longest path, in log2 P steps (Demmel, Grigori, Hoemmen, Langou 2012, doi 10.1137/080731992); drawn is one triangle",
        (4096, 8),
        (1 << 28, 64),
        Key("qr", "400000x64", "f64"),
        lambda e: e[0] * e[1] ** 2,
        400_000 * 64**2,
    ),
    Algorithm(
        "fit of a PCA",
        lambda p, e: (4 if by_gram(p, e) else 3) * levels(p),
        lambda p, e: levels(p) * (20 * e[1] + 64 + (e[1] ** 2 + e[1]) * WORD) + (levels(p) * WORD if by_gram(p, e) else triangle(e[1])),
        lambda p, e: triangle(e[1]) if p > 1 else 0,
        "a triangle from every rank but one",
        (4096, 8),
        (1 << 28, 64),
        Key("pca", "1000000x64", "f64"),
        lambda e: e[0] * e[1] ** 2,
        1_000_000 * 64**2,
    ),
    Algorithm(
        "describe",
        lambda p, e: 11 * levels(p),
        lambda p, e: levels(p) * e[1] * (24 + 20 + 40 + (1 + 6 * 7) * 2048 + 8),
        None,
        "none known to us for exact quantiles by counting",
        (4096, 8),
    ),
)


@dataclasses.dataclass(frozen=True)
class Model:
    """Hockney's model with local work: T = gamma W/P + steps alpha + bytes beta, on the rank with the most of each."""

    algorithm: Algorithm
    gamma: float
    """Seconds of one unit of work on one core."""

    def seconds(self, nodes: int, extents: tuple, alpha: float, beta: float) -> float:
        local = self.gamma * self.algorithm.work(extents) / nodes
        return local + self.algorithm.steps(nodes, extents) * alpha + self.algorithm.sent(nodes, extents) * beta

    def strong(self, nodes: int, network) -> float:
        """The efficiency T(1) / (P T(P)) for extents that stay."""
        large = self.algorithm.large
        return self.seconds(1, large, *network) / nodes / self.seconds(nodes, large, *network)

    def weak(self, nodes: int, network) -> float:
        """The efficiency (W(P) / W(1)) T(1) / (P T(P)) for extents that keep the bytes of a node."""
        large = self.algorithm.large
        grown = self.algorithm.grow(large, nodes)
        work = self.algorithm.work(grown) / self.algorithm.work(large) / nodes
        return work * self.seconds(1, large, *network) / self.seconds(nodes, grown, *network)


def models(run: Run) -> list[Model]:
    """One for each algorithm whose rate was measured."""
    found = []
    for algorithm in ALGORITHMS:
        entry = algorithm.rate and run.mine(algorithm.rate, 1)
        if entry:
            found.append(Model(algorithm, entry.median / algorithm.recorded))
    return found


def counts_against_bounds(counts: list[dict], path: pathlib.Path):
    """For each operation, the most bytes that a rank sends, and the steps, beside bound and closed form."""
    columns = 3
    figure, grid = plot.subplots(-(-len(ALGORITHMS) // columns), columns, figsize=(9, 2.3 * -(-len(ALGORITHMS) // columns)), sharex=True)
    for algorithm, axes in zip(ALGORITHMS, grid.flat, strict=False):
        rows = [row for row in counts if row["operation"] == algorithm.operation and row["ranks"] > 1]
        ranks = [row["ranks"] for row in rows]
        axes.plot(ranks, [row["most_bytes"] for row in rows], "o", ms=4, color="#4063d8", label="bytes, counted")
        axes.plot(ranks, [algorithm.sent(p, algorithm.counted) for p in ranks], "-", lw=0.8, color="#4063d8", label="closed form")
        if algorithm.bound:
            axes.plot(ranks, [algorithm.bound(p, algorithm.counted) for p in ranks], "--", lw=0.8, color="black", label="lower bound")
        axes.set(xscale="log", yscale="log", title=algorithm.operation)
        axes.set_xscale("log", base=2)
        steps = axes.twinx()
        steps.plot(ranks, [row["steps"] for row in rows], "^", ms=3, color="#cb3c33", label="steps, counted")
        steps.set_ylim(0)
        steps.tick_params(colors="#cb3c33")
    handles = [*grid.flat[0].get_legend_handles_labels()[0], *steps.get_legend_handles_labels()[0]]
    figure.legend(handles=handles, loc="lower center", ncol=4, frameon=False)
    figure.supxlabel("ranks", y=0.035, fontsize=8)
    figure.tight_layout(rect=(0, 0.04, 1, 1))
    save(figure, path)


def projected(found: list[Model], path: pathlib.Path):
    """Strong and weak efficiency of every model on every network."""
    figure, grid = plot.subplots(2, len(NETWORKS), figsize=(9, 6), sharex=True, sharey=True)
    for column, (name, network) in enumerate(NETWORKS.items()):
        for row, (kind, efficiency) in enumerate((("strong", Model.strong), ("weak", Model.weak))):
            axes = grid[row][column]
            for model in found:
                axes.plot(NODES, [efficiency(model, nodes, network) for nodes in NODES], "-", lw=1, label=model.algorithm.operation)
            axes.axhline(1, color="black", lw=0.8, ls="--")
            axes.set_xscale("log", base=2)
            axes.set(ylim=(0, 1.1), title=f"{kind}: {name}", ylabel="efficiency")
    grid[1][0].set_xlabel("nodes")
    grid[1][1].set_xlabel("nodes")
    grid[0][1].legend(frameon=False, fontsize=6)
    figure.suptitle("A model, not a measurement")
    save(figure, path)


def save(figure, path: pathlib.Path):
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plot.close(figure)


def page(counts: list[dict], found: list[Model], run: Run | None) -> list[str]:
    lines = [
        "# Communication at scale",
        "",
        "What is *counted* here is exact and the same on every machine: `cargo run --release --example communication -- counts.json` runs each operation on",
        "threads as 1 to 256 ranks and ends with a panic where messages or bytes differ from the documented formula. What is *projected* is a model.",
        "",
        "## Counted, against what must be sent",
        "",
        "Dots: the most bytes that one rank sends, and the messages that wait for each other (right axis). Line: the closed form that the model uses. Dashed: the lower bound.",
        "",
        "![Counts](counts.svg)",
        "",
        "| operation | extents | lower bound | most bytes / bound at 256 ranks | steps at 256 ranks |",
        "|---|---|---|---|---|",
    ]
    for algorithm in ALGORITHMS:
        (row,) = (row for row in counts if row["operation"] == algorithm.operation and row["ranks"] == 256)
        least = algorithm.bound(256, algorithm.counted) if algorithm.bound else 0
        ratio = f"{row['most_bytes'] / least:.2f}" if least else ""
        lines.append(f"| {algorithm.operation} | {algorithm.counted[0]} x {algorithm.counted[1]} | {algorithm.why} | {ratio} | {row['steps']} |")
    if found and run:
        lines += [
            "",
            "## Projected to 1,024 nodes",
            "",
            "T(P) = γ W/P + steps(P) α + bytes(P) β, with steps and bytes of the rank that has the most of each, no overlap of work and messages, and one rank of one",
            "core on each node. γ is the median of this project's own record on one core; α and β are those of two networks, chosen for illustration:",
            "",
            *(f"- {name}: α = {alpha * 1e6:g} µs, 1/β = {1e-9 / beta:.3g} GB/s" for name, (alpha, beta) in NETWORKS.items()),
            "",
            "Strong scaling keeps the extents of the table; weak scaling gives each node as many bytes. The model knows no contention, no noise and no rank that is late.",
            "",
            "![Projection](projection.svg)",
            "",
            "| operation | extents | γ from | γ | strong efficiency at 1,024 nodes | weak |",
            "|---|---|---|---|---|---|",
        ]
        for model in found:
            algorithm = model.algorithm
            strong, weak = ([f"{of(model, 1024, network):.0%}" for network in NETWORKS.values()] for of in (Model.strong, Model.weak))
            key = algorithm.rate
            lines.append(
                f"| {algorithm.operation} | {algorithm.large[0]} x {algorithm.large[1]} | {key.workload} {key.case} {key.dtype} | {model.gamma * 1e9:.3g} ns | "
                f"{' / '.join(strong)} | {' / '.join(weak)} |"
            )
    return lines


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("counts", type=pathlib.Path)
    arguments.add_argument("folder", type=pathlib.Path, help="where the page goes")
    arguments.add_argument("--records", type=pathlib.Path, help="the folder of a run, for its rates")
    options = arguments.parse_args()
    counts = json.loads(options.counts.read_text())
    run = Run(options.records) if options.records else None
    found = models(run) if run else []
    options.folder.mkdir(parents=True, exist_ok=True)
    (options.folder / "counts.json").write_text(json.dumps(counts, indent=0))
    counts_against_bounds(counts, options.folder / "counts.svg")
    if found:
        projected(found, options.folder / "projection.svg")
    (options.folder / "README.md").write_text("\n".join(page(counts, found, run)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
