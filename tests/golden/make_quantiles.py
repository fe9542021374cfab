#!/usr/bin/env python3
"""Make quantiles.json beside itself: what NumPy's quantile and nanquantile answer, and the nine numbers of describe.

Run: python3 tests/golden/make_quantiles.py  (NumPy 2.4). The file is committed; the tests need no Python.

The quantiles of float32 are those of the same numbers in float64, rounded once: NumPy computes them in float32.
"""
import json
import warnings
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
LEVELS = [0.0, 0.1, 0.25, 1 / 3, 0.5, 0.66, 0.75, 0.999, 1.0]
warnings.simplefilter("ignore")


def array(x):
    x = np.asarray(x)
    if x.dtype.kind == "f":
        text = x.astype(x.dtype.newbyteorder(">")).tobytes().hex()
        width = 2 * x.dtype.itemsize
        values = [text[at : at + width] for at in range(0, len(text), width)]
    else:
        values = x.ravel().tolist()
    return {"dtype": x.dtype.name, "shape": list(x.shape), "bits": values}


def quantile(x, axis, keep, ignore):
    function = np.nanquantile if ignore else np.quantile
    wide = x.astype("f8") if x.dtype == "f4" else x
    found = function(wide, LEVELS, axis=axis, keepdims=keep)
    return array(found.astype(x.dtype) if x.dtype == "f4" else np.asarray(found, "f8"))


rng = np.random.default_rng(19)
holes = rng.normal(size=(9, 4))
holes[[0, 3, 3, 7], [1, 1, 3, 0]] = np.nan
holes[:, 2] = np.nan
inputs = [
    rng.normal(size=23),
    rng.normal(size=(7, 5)).astype("f4"),
    holes,
    rng.integers(-1000, 1000, (5, 3, 4)),
    rng.integers(0, 256, (11, 2)).astype("u1"),
    rng.integers(-5, 5, 40).astype("i4"),
    rng.integers(0, 1 << 53, (6, 6)).astype("u8"),
    np.array([0.0, -1.5, 3.0, 3.0, 3.0, -1.5]),
]
cases = []
for x in inputs:
    for axis in [None, *range(x.ndim)]:
        for keep, ignore in [(False, False), (True, True)]:
            answer = quantile(x, axis, keep, ignore)
            cases.append({"x": array(x), "axis": axis, "keep": keep, "ignore_nan": ignore, "answer": answer})

described = []
for x in [inputs[0], holes, inputs[4], np.loadtxt(HERE.parent.parent / "data" / "iris.csv", delimiter=",", skiprows=1)]:
    wide = x.astype("f8")
    nan = np.isnan(wide).sum(0)
    facts = [len(x) - nan, nan, np.nanmean(wide, 0), np.nanstd(wide, 0, ddof=1), np.nanmin(wide, 0)]
    facts += [np.nanquantile(wide, q, axis=0) for q in (0.25, 0.5, 0.75)] + [np.nanmax(wide, 0)]
    described.append({"x": array(x), "facts": array(np.stack([np.asarray(fact, "f8") for fact in facts]))})

golden = {"source": "NumPy", "numpy": np.__version__, "levels": array(np.array(LEVELS)), "quantiles": cases, "described": described}
(HERE / "quantiles.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(len(cases), "quantiles,", len(described), "tables")
