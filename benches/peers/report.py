"""The page of a run: `report.py FOLDER` reads FOLDER/raw/*.json and writes FOLDER/README.md and its pictures.

FOLDER/notes.md, where there is one, is put below the targets: where the time goes of what misses them.
"""

import pathlib
import sys

import plots
from records import OURS, Key, Measured, Run
from targets import EVERY, FUNCTIONS, REDUCTIONS, STREAMS, STRIDED, TARGETS, Target

FAMILIES = {
    "Streams": STREAMS,
    "Fused chain and functions": ("chain", *FUNCTIONS),
    "Reductions": REDUCTIONS,
    "Strided and moving": (*STRIDED, "reshape", "resplit", "balance"),
    "Linear algebra": ("matmul", "matvec", "qr", "qr_r", "svd", "pca"),
    "Learning and random numbers": ("kmeans", "kmeans_start", "uniform", "normal"),
    "Stencil": ("diffusion",),
    "Files": ("csv_read", "npy_read"),
    "Many small arrays": ("small_add", "small_allreduce", "program_build"),
}


def duration(seconds: float) -> str:
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def spread(entry: Measured | None) -> str:
    if entry is None:
        return ""
    low, high = entry.interval
    return f"{duration(entry.median)} ({duration(low)}..{duration(high)})"


def verdict(run: Run, key: Key, target: Target) -> tuple[bool, str] | None:
    """Whether the target is reached, and by what figure; nothing where there is nothing to compare."""
    cores = target.cores or run.cores
    mine = run.mine(key, cores)
    if mine is None:
        return None
    if not target.against:
        return None if mine.share is None else (mine.share >= target.factor, f"{mine.share:.0%}")
    ratios = {system: peer.best / mine.median for system in target.against if (peer := run.peer(key, [system], cores))}
    if not ratios:
        return None
    system, ratio = min(ratios.items(), key=lambda pair: pair[1])
    return ratio >= target.factor, f"{ratio:.2f}x {system}"


def reached(run: Run) -> list[str]:
    """The table of targets: a line each, with the worst of what it speaks of."""
    lines = ["| workload | reach | worst | missed by |", "|---|---|---|---|"]
    for target in TARGETS:
        found = [(key, outcome) for key in sorted(run.measured) if target.concerns(vars(key)) and (outcome := verdict(run, key, target))]
        if not found:
            continue
        missed = [f"{key.workload} {key.case} {key.dtype} ({figure})" for key, (good, figure) in found if not good]
        figures = [(float(figure.rstrip("%").split("x")[0]), key, figure) for key, (_, figure) in found]
        _, key, figure = min(figures, key=lambda entry: entry[0])
        names = ", ".join(target.workloads) + (f" ({target.cores} core)" if target.cores else "")
        lines.append(f"| {names} | {target} | {figure} ({key.workload} {key.case} {key.dtype}) | {'; '.join(missed) or 'none'} |")
    return lines


def family(run: Run, names) -> list[str]:
    systems = [system for system in EVERY if any(run.at(key, system, run.cores, fewer=True) for key in run.measured if key.workload in names)]
    lines = [
        f"| workload | dtype | isotherm 1 core | 1 x {run.cores} | {run.cores} x 1 | of ceiling | peak / operands | {' | '.join(systems)} |",
        "|---|---|" + "---|" * (5 + len(systems)),
    ]
    for key in keys(run, names):
        ours = sorted((entry for entry in run.measured[key] if entry.system == OURS), key=lambda entry: -entry.median)
        by_shape = {(entry.ranks, entry.threads): entry for entry in ours}
        mine = run.mine(key, run.cores)
        share = f"{mine.share:.0%} {mine.record.get('ceiling') or ''}" if mine and mine.share else ""
        peak = ""
        if mine and mine.record.get("operand_bytes"):
            peak = f"{mine.record['peak_bytes'] / mine.record['operand_bytes']:.2f}"
        cells = [f"{key.workload} {key.case}", key.dtype]
        cells += [spread(by_shape.get(shape)) for shape in ((1, 1), (1, run.cores), (run.cores, 1))]
        cells += [share, peak]
        for system in systems:
            peer = run.peer(key, [system], run.cores)
            ratio = f" ({peer.best / mine.median:.2f}x)" if peer and mine else ""
            wrong = " *wrong result*" if peer and peer.record["error"] else ""
            cells.append(f"{duration(peer.best)}{ratio}{wrong}" if peer else "")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def keys(run: Run, names) -> list[Key]:
    return sorted((key for key in run.measured if key.workload in names), key=lambda key: (names.index(key.workload), key.case, key.dtype))


def machine(run: Run) -> list[str]:
    lines = []
    for file in run.ours()[:1]:
        its = file["machine"]
        lines.append(f"{its['cpu']}, {its['cores']} cores ({its['features']}), {its['memory_bytes'] / 2**30:.0f} GiB, {its['os']}; commit {file['commit']}.")
    lines += ["", "| system | version | ranks x threads | date | load before, after | command |", "|---|---|---|---|---|---|"]
    for file in run.files:
        load = f"{file['load_before']:.2f}, {file['load_after']:.2f}"
        lines.append(f"| {file['suite']} | {file['version']} | {file['ranks']} x {file['threads']} | {file['date']} | {load} | `{file['command']}` |")
    lines += ["", "| ceilings | " + " | ".join(f"{file['ranks']} x {file['threads']}" for file in run.ours()) + " |", "|---|" + "---|" * len(run.ours())]
    names = [name for name in (run.ours()[0]["ceilings"] if run.ours() else {}) if name != "by_cores"]
    for name in names:
        values = [file["ceilings"].get(name) for file in run.ours()]
        lines.append(f"| {name} | " + " | ".join("" if value is None else f"{value:.4g}" for value in values) + " |")
    return lines


def main():
    folder = pathlib.Path(sys.argv[1])
    run = Run(folder)
    page = [
        "# Side by side",
        "",
        "Times of this project are medians with their 95 % interval, by ranks x threads; times of peers are their best, over all shapes on at most",
        "as many cores, with the ratio to this project's median behind: above 1 this project is faster. Every result was checked before it was",
        "timed. `of ceiling` compares with the same access pattern in a plain loop, measured in the same run on the same cores. `peak / operands` is the",
        "most memory that the pool held at once over inputs plus outputs. Nothing is left out because a peer wins.",
        "",
        *machine(run),
        "",
        "## Targets",
        "",
        *reached(run),
    ]
    notes = folder / "notes.md"
    if notes.exists():
        page += ["", notes.read_text(encoding="utf-8").strip()]
    for title, names in FAMILIES.items():
        if keys(run, names):
            picture = title.lower().replace(" ", "-") + ".svg"
            plots.bars(run, title, keys(run, names), folder / picture)
            page += ["", f"## {title}", "", *family(run, names)]
            if (folder / picture).exists():
                page += ["", f"![{title}]({picture})"]
    plots.roofline(run, folder / "roofline.svg")
    plots.strong(run, folder / "strong-scaling.svg")
    plots.weak(run, folder / "weak-scaling.svg")
    page += ["", "## Roofline and scaling"]
    for title in ("Roofline", "Strong scaling", "Weak scaling"):
        picture = title.lower().replace(" ", "-") + ".svg"
        if (folder / picture).exists():
            page += ["", f"![{title}]({picture})"]
    if run.errors:
        page += ["", "## What did not run", ""]
        page += [f"- {system} {ranks} x {threads}: {key.workload} {key.case} {key.dtype}: {why}" for system, ranks, threads, key, why in run.errors]
    (folder / "README.md").write_text("\n".join(page) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
