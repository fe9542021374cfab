"""The pictures of a report."""

import pathlib

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot  # noqa: E402  (the backend is chosen first)

from records import OURS, Run  # noqa: E402
from targets import EVERY  # noqa: E402

plot.rcParams.update({"font.size": 8, "svg.fonttype": "none", "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": OURS})
COLOURS = dict(zip(EVERY, ("#4063d8", "#cb3c33", "#389826", "#9558b2", "#e0a030", "#2f9e9e", "#8c6d53", "#777777"), strict=True))


def save(figure, path: pathlib.Path):
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plot.close(figure)


def bars(run: Run, title: str, keys, path: pathlib.Path):
    """For each workload, how many times as long each peer takes: its best time over this project's median."""
    rows = [(key, mine) for key in keys if (mine := run.mine(key, run.cores)) and run.peer(key, EVERY, run.cores)]
    if not rows:
        return
    figure, axes = plot.subplots(figsize=(7.5, 0.6 + 0.36 * len(rows)))
    seen = set()
    for row, (key, mine) in enumerate(rows):
        present = [(system, peer) for system in EVERY if (peer := run.peer(key, [system], run.cores))]
        height = 0.8 / len(present)
        for place, (system, peer) in enumerate(present):
            label = None if system in seen else system
            seen.add(system)
            low, high = mine.interval
            ratio = peer.best / mine.median
            error = [[ratio - peer.best / high], [peer.best / low - ratio]]
            axes.barh(row - 0.4 + (place + 0.5) * height, ratio, height * 0.9, color=COLOURS[system], label=label, xerr=error, error_kw={"lw": 0.6})
    axes.set_xscale("log")
    axes.axvline(1, color="black", lw=0.8)
    axes.set_yticks(range(len(rows)), [f"{key.workload} {key.case} {key.dtype}" for key, _ in rows])
    axes.invert_yaxis()
    axes.set_xlabel("peer's best time / isotherm's median (right of 1: isotherm is faster); bars of error: 95 % interval of the median")
    axes.set_title(title)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    save(figure, path)


def roofline(run: Run, path: pathlib.Path):
    """Work against intensity, beneath the ceilings that the same run measured."""
    ceilings = [file["ceilings"] for file in run.ours() if file["ranks"] * file["threads"] == run.cores]
    if not ceilings:
        return
    bandwidth = max(ceiling["read_gbs"] for ceiling in ceilings)
    peaks = {dtype: max(ceiling[f"gemm_{dtype}_gflops"] for ceiling in ceilings) for dtype in ("f32", "f64")}
    figure, axes = plot.subplots(figsize=(7.5, 4.5))
    intensities = [2.0**power for power in range(-6, 12)]
    for dtype, style in (("f32", "-"), ("f64", "--")):
        axes.plot(intensities, [min(bandwidth * i, peaks[dtype]) for i in intensities], style, color="black", lw=0.9, label=f"ceiling {dtype}")
    for key in sorted(run.measured):
        mine = run.mine(key, run.cores)
        if mine and mine.record.get("flops") and mine.record.get("bytes") and key.dtype in peaks:
            rate = mine.record["flops"] / mine.record["units"] / mine.median / 1e9
            intensity = mine.record["flops"] / mine.record["bytes"]
            axes.plot(intensity, rate, "o" if key.dtype == "f32" else "s", ms=4, color="#4063d8" if key.dtype == "f32" else "#cb3c33")
            axes.annotate(f"{key.workload} {key.case}"[:24], (intensity, rate), fontsize=5, xytext=(3, 2), textcoords="offset points")
    axes.set(xscale="log", yscale="log", xlabel="flops per byte that must move", ylabel="GFLOP/s")
    axes.set_title(f"Roofline on {run.cores} cores: circles f32, squares f64")
    axes.legend(frameon=False)
    save(figure, path)


def strong(run: Run, path: pathlib.Path):
    """The gain from one core to all, by threads and by ranks, beside the ideal."""
    singles = {key: single for key in sorted(run.measured) if (single := run.mine(key, 1))}
    what = f"S({run.cores}) = T(1) / T({run.cores}); T(1) is this project on one core, in brackets; lines: 95 % interval of the median"
    scaling(run, singles, run.cores, "Strong scaling", what, path)


def weak(run: Run, path: pathlib.Path):
    """What is kept of a core's speed when all cores work, each with as much as the one had."""
    what = f"E({run.cores}) = T(1 core, 1/{run.cores} of the rows) / T({run.cores} cores, all rows); in brackets the former; lines: 95 % interval of the median"
    scaling(run, run.parts, 1, "Weak scaling: efficiency", what, path)


def scaling(run: Run, singles, ideal: int, title: str, what: str, path: pathlib.Path):
    """The time of one core over the time of all, workload by workload."""
    rows = []
    for key, single in singles.items():
        both = {entry.ranks: entry for entry in run.at(key, OURS, run.cores)}
        if both and run.cores > 1:
            rows.append((key, single, both))
    if not rows:
        return
    figure, axes = plot.subplots(figsize=(7.5, 0.6 + 0.16 * len(rows)))
    for row, (_, single, both) in enumerate(rows):
        for ranks, entry in both.items():
            low, high = (single.median / second for second in reversed(entry.interval))
            colour, label = ("#4063d8", "one rank, threads") if ranks == 1 else ("#cb3c33", "ranks of one thread")
            axes.plot([low, high], [row, row], color=colour, lw=0.8)
            axes.plot(single.median / entry.median, row, "o", ms=3, color=colour, label=None if row else label)
    axes.axvline(ideal, color="black", lw=0.8, ls="--", label="ideal")
    axes.axvline(ideal / run.cores, color="grey", lw=0.6)
    axes.set_yticks(range(len(rows)), [f"{key.workload} {key.case} {key.dtype} ({single.median * 1e3:.3g} ms)" for key, single, _ in rows], fontsize=5)
    axes.invert_yaxis()
    axes.set_xlabel(what)
    axes.set_title(title)
    axes.legend(frameon=False)
    save(figure, path)
