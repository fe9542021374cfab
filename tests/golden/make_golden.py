#!/usr/bin/env python3
"""Writes reductions.json and indexing.json beside itself: what NumPy 2 answers on small integer-valued arrays.

Run: python3 make_golden.py  (needs numpy >= 2.0). The files are committed; the tests need no Python.
README.md describes the format.
"""
import json
import warnings
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
warnings.simplefilter("ignore")  # means of nothing, inf - inf: the answers are what we are after


# ---- encoding -------------------------------------------------------------------------------------------------------

def bits(value):
    """One element as JSON: floats as the hex of their bits (complex: both parts), others as they are."""
    value = np.asarray(value)
    if value.dtype.kind == "c":
        return bits(value.real) + bits(value.imag)
    if value.dtype.kind == "f":
        value = np.where(np.isnan(value), np.array(np.nan, value.dtype), value)  # one NaN for all
        return value.astype(value.dtype.newbyteorder(">")).tobytes().hex()
    return value.item()


def encode(array):
    return {"dtype": str(array.dtype), "bits": [bits(v) for v in array.ravel()]}


def save(name, source, cases, **more):
    head = json.dumps({"source": source, "numpy": np.__version__, **more})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    text = f'{head[:-1]}, "cases": [\n{lines}\n]}}\n'
    json.loads(text)
    (HERE / name).write_text(text)
    print(f"{name}: {len(cases)} cases, {len(text)} bytes")


# ---- reductions -----------------------------------------------------------------------------------------------------

def to_float(exact, dtype):
    """The float of `dtype` nearest to a Fraction or Decimal."""
    nearest = dtype.type(float(exact))
    candidates = [nearest, np.nextafter(nearest, dtype.type(np.inf)), np.nextafter(nearest, dtype.type(-np.inf))]
    return min(candidates, key=lambda c: abs(Fraction(float(c)) - Fraction(exact)))


def root(exact):
    with localcontext() as context:
        context.prec = 60
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).sqrt()


def moments(values, dtype, ddof):
    """Variance, exactly and then rounded once: NumPy's own differs from it in the last bits."""
    if not np.all(np.isfinite(values)) or len(values) <= ddof:
        return dtype.type(np.nan), dtype.type(np.nan)
    parts = [[Fraction(float(v.real)) for v in values], [Fraction(float(v.imag)) for v in values]]
    total = sum(sum((p - sum(part) / len(part)) ** 2 for p in part) for part in parts)
    variance = total / (len(values) - ddof)
    return to_float(variance, dtype), to_float(root(variance), dtype)


def norm(values, dtype):
    if not np.all(np.isfinite(values)):
        return dtype.type(np.nan if np.any(np.isnan(values)) else np.inf)
    return to_float(root(sum((Fraction(float(v.real)) ** 2 + Fraction(float(v.imag)) ** 2 for v in values), Fraction(0))), dtype)


def lanes(x, axes):
    """`x` as (results, elements of each), the reduced axes last."""
    axes = tuple(range(x.ndim)) if axes is None else tuple(a % x.ndim for a in axes)
    kept = [a for a in range(x.ndim) if a not in axes]
    elements = int(np.prod([x.shape[a] for a in axes]))
    return x.transpose(kept + sorted(axes)).reshape(int(np.prod([x.shape[a] for a in kept])), elements)


def reduce_all(x, axes):
    axis = None if axes is None else tuple(axes)
    results = {}

    def record(op, f):
        try:
            results[op] = encode(np.asarray(f()))
        except ValueError:
            results[op] = {"error": "empty"}

    for op in ("sum", "prod", "mean", "any", "all"):
        record(op, lambda op=op: getattr(np, op)(x, axis=axis))
    if x.dtype.kind != "c":
        for op in ("min", "max"):
            record(op, lambda op=op: getattr(np, op)(x, axis=axis))
        if axes is None or len(axes) == 1:
            for op in ("argmin", "argmax"):
                record(op, lambda op=op: getattr(np, op)(x, axis=None if axes is None else axes[0]))
    if x.dtype.kind != "b":
        part = np.asarray(np.mean(x, axis=axis)).real.dtype
        shape = np.asarray(np.any(x, axis=axis)).shape
        for ddof in (0, 1):
            pairs = [moments(lane, part, ddof) for lane in lanes(x, axes)]
            for op, position in (("var", 0), ("std", 1)):
                ours = np.array([pair[position] for pair in pairs], part).reshape(shape)
                numpys = getattr(np, op)(x, axis=axis, ddof=ddof)
                assert np.allclose(ours, numpys, rtol=1e-5, equal_nan=True), (x, axes, op, ddof, ours, numpys)
                results[f"{op}{ddof}"] = encode(ours)
        results["norm"] = encode(np.array([norm(lane, part) for lane in lanes(x, axes)], part).reshape(shape))
    return results


def array_of(rng, shape, dtype, special):
    size = int(np.prod(shape))
    low, high = {"b": (0, 2), "u": (0, 7)}.get(np.dtype(dtype).kind, (-4, 5))
    x = rng.integers(low, high, size).astype(dtype)
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.integers(low, high, size).astype(x.real.dtype)
    for position, value in special:
        x[position] = value
    return x.astype(dtype).reshape(shape)


ALL = ["bool", "uint8", "int32", "int64", "uint64", "float32", "float64", "complex64", "complex128"]
NAN, INF = np.nan, np.inf
# shape, dtypes, axes choices, special values at linear positions
REDUCTIONS = [
    ((), ["float64", "int32"], [None, []], []),
    ((1,), ["float32", "int64", "complex128"], [None, [0]], []),
    ((7,), ALL, [None, [-1]], []),
    ((0,), ALL, [None, [0]], []),
    ((3, 4), ALL, [None, [0], [1], [0, 1]], []),
    ((0, 3), ["float64", "int32"], [None, [0], [1], [-1, 0]], []),
    ((3, 0), ["float32", "int64"], [None, [0], [1]], []),
    ((1, 5, 1), ["float64", "uint8"], [None, [1], [0, 2]], []),
    ((2, 3, 4), ["float64", "int32", "bool"], [None, [0], [1], [-1], [0, 2], [-1, 0, 1]], []),
    ((2, 0, 3), ["float64", "int64"], [None, [0], [1], [0, 2]], []),
    ((2, 3, 2, 3), ["float32", "int64"], [None, [0], [-2], [1, 3], [0, 1, 2]], []),
    ((6,), ["float64", "float32"], [None], [(2, NAN)]),
    ((6,), ["float64", "float32"], [None], [(1, INF)]),
    ((6,), ["float64", "float32"], [None], [(1, INF), (4, -INF)]),
    ((6,), ["float64"], [None], [(0, -INF), (5, NAN), (3, NAN)]),
    ((3, 4), ["float64", "float32"], [None, [0], [1]], [(1, NAN), (6, INF), (7, -INF), (10, NAN)]),
    ((4,), ["int64"], [None], [(0, 2**62), (1, 2**62), (2, 2**62), (3, 3)]),
    ((4,), ["uint64"], [None], [(0, 2**64 - 1), (1, 2), (2, 2**63), (3, 3)]),
    ((4,), ["int32"], [None], [(0, 2**31 - 1), (1, 2**31 - 1), (2, -(2**31)), (3, 5)]),
    ((3,), ["uint8"], [None], [(0, 255), (1, 255), (2, 255)]),
]


def reductions():
    rng = np.random.default_rng(2024)
    cases = []
    for shape, dtypes, choices, special in REDUCTIONS:
        for dtype in dtypes:
            x = array_of(rng, shape, dtype, special)
            answers = []
            for axes in choices:
                axis = None if axes is None else tuple(axes)
                answers.append({
                    "axes": axes,
                    "shape": list(np.shape(np.any(x, axis=axis))),
                    "shape_keep": list(np.shape(np.any(x, axis=axis, keepdims=True))),
                    "results": reduce_all(x, axes),
                })
            cases.append({"input": {"shape": list(shape), **encode(x)}, "answers": answers})
    save("reductions.json", "NumPy on integer-valued data; var, std and norm by exact rational arithmetic, rounded once", cases)


# ---- indexing and movement ------------------------------------------------------------------------------------------

def s(start=None, stop=None, step=None):
    return {"slice": [start, stop, step]}


def key(items):
    one = lambda item: item["int"] if "int" in item else slice(*item["slice"]) if "slice" in item else None
    return tuple(one(item) for item in items)


def counted(shape, first=0):
    return np.arange(first, first + int(np.prod(shape)), dtype=np.int64).reshape(shape)


def apply(inputs, step):
    x, op = inputs[0], step["op"]
    if op == "index":
        return x[key(step["items"])]
    if op == "assign":
        x = x.copy()
        value = step["value"]
        x[key(step["items"])] = counted(value["shape"], 1000) if isinstance(value, dict) else value
        return x
    if op in ("concatenate", "stack"):
        return getattr(np, op)(inputs, axis=step["axis"])
    if op == "roll":
        return np.roll(x, step["shift"], None if step["axes"] is None else step["axes"])
    if op == "flip":
        return np.flip(x, None if step["axes"] is None else tuple(step["axes"]))
    if op == "pad":
        return np.pad(x, step["widths"], constant_values=step["value"])
    if op == "transpose":
        return np.transpose(x, step["axes"])
    if op == "reshape":
        return np.reshape(x, step["to"])
    raise NotImplementedError(op)


def case(shapes, op, **arguments):
    step = {"op": op, **arguments}
    inputs = [counted(shape, 100 * i) for i, shape in enumerate(shapes)]
    answer = {"inputs": [list(shape) for shape in shapes], **step}
    try:
        y = np.asarray(apply(inputs, step))
        return {**answer, "shape": list(y.shape), "values": [int(v) for v in y.ravel()]}
    except (IndexError, ValueError) as error:  # AxisError is both
        return {**answer, "error": type(error).__name__}


def index_items(rng, shape):
    """Random items for an array of `shape`: slices of either sign, integers, new axes; the last axes may be left out."""
    items = []
    for extent in shape[:rng.integers(0, len(shape) + 1)]:
        if rng.random() < 0.15:
            items.append({"newaxis": True})
        if rng.random() < 0.25 and extent > 0:
            items.append({"int": int(rng.integers(-extent, extent))})
        else:
            end = lambda: None if rng.random() < 0.3 else int(rng.integers(-extent - 2, extent + 3))
            items.append(s(end(), end(), [None, 1, 2, 3, -1, -2, -3][rng.integers(0, 7)]))
    return items


def chosen_cases():
    new = {"newaxis": True}
    yield from (case([(7,)], "index", items=[item]) for item in (
        s(), s(2), s(None, 3), s(-3), s(None, -2), s(1, -1), s(None, None, 2), s(1, None, 3), s(None, None, -1), s(5, 1, -2),
        s(-1, None, -3), s(10), s(-100, 100), s(4, 2), s(2, 4, -1), s(3, 3), s(None, None, 100), s(0, 7, 0),
        {"int": 0}, {"int": -7}, {"int": 7}, {"int": -8}, new))
    for shape, items in [((3, 4), [s(), {"int": -1}]), ((3, 4), [{"int": 1}, {"int": 2}]), ((3, 4), [new, s(None, None, -1), new, s(1, 3)]),
                         ((3, 4), [s(0, 0)]), ((0, 3), [s(None, None, -1)]), ((0, 3), [{"int": 0}]), ((), []), ((), [new]), ((2, 3), [s(), s(), s()])]:
        yield case([shape], "index", items=items)
    for shape, items, value in [((7,), [s(None, None, -2)], {"shape": [4]}), ((7,), [{"int": -1}], 9), ((3, 4), [s(), s(1, 3)], {"shape": [3, 2]}),
                                ((3, 4), [s(None, None, 2)], {"shape": [4]}), ((3, 4), [{"int": 1}], {"shape": [1]}), ((3, 4), [s(2, 2)], 5),
                                ((3, 4), [s(), s(None, None, 3)], {"shape": [3, 1]}), ((3, 4), [], {"shape": [3, 4]}), ((3, 4), [s(0, 2)], {"shape": [3, 4]}),
                                ((3, 4), [s(1, 2)], {"shape": [0]}), ((2, 3, 2), [s(None, None, -1), {"int": 0}, s(None, None, -1)], {"shape": [2, 2]})]:
        yield case([shape], "assign", items=items, value=value)
    for shapes, axis in [([(3,), (2,)], 0), ([(3,), (0,), (4,)], -1), ([(2, 3), (4, 3)], 0), ([(2, 3), (2, 1), (2, 2)], 1), ([(2, 3), (2, 0)], -1),
                         ([(2, 3)], 0), ([(0,), (0,)], 0), ([(2, 3), (2, 2)], 0), ([(2, 3), (3,)], 0), ([(3,), (3,)], 1), ([(2, 2, 2), (2, 3, 2)], -2)]:
        yield case(shapes, "concatenate", axis=axis)
    for shapes, axis in [([(3,), (3,)], 0), ([(3,), (3,)], -1), ([(2, 3)] * 3, 1), ([()] * 4, 0), ([(0, 2)] * 2, 2), ([(3,), (2,)], 0), ([(3,), (3,)], 2)]:
        yield case(shapes, "stack", axis=axis)
    for shape, shift, axes in [((7,), 3, [0]), ((7,), -10, [0]), ((3, 4), 5, None), ((3, 4), [1, -1], [0, 1]), ((3, 4), [2, 2], [1, 1]), ((0, 3), 1, [0]),
                               ((3, 4), 0, [-1]), ((2, 3, 4), [1, 6], [-1, 0]), ((3,), 1, [1])]:
        yield case([shape], "roll", shift=shift, axes=axes)
    for shape, axes in [((7,), None), ((3, 4), [0]), ((3, 4), [-1]), ((2, 3, 2), [0, 2]), ((2, 3, 2), None), ((0, 3), [1]), ((), None), ((3,), [1])]:
        yield case([shape], "flip", axes=axes)
    for shape, widths, value in [((3,), [[2, 1]], 0), ((2, 3), [[0, 1], [2, 0]], 7), ((2, 3), [[0, 0], [0, 0]], 7), ((0, 2), [[1, 1], [0, 1]], -1), ((2, 1, 2), [[1, 0], [0, 2], [1, 1]], 5)]:
        yield case([shape], "pad", widths=widths, value=value)
    for shape, axes in [((3, 4), None), ((2, 3, 4), None), ((2, 3, 4), [2, 0, 1]), ((2, 3, 4), [-1, 0, 1]), ((2, 1, 3, 2), [3, 1, 0, 2]), ((0, 3), None), ((), None), ((5,), None),
                        ((2, 3), [0, 0]), ((2, 3), [0]), ((2, 3), [0, 2])]:
        yield case([shape], "transpose", axes=axes)
    for shape, to in [((12,), [3, 4]), ((3, 4), [4, 3]), ((3, 4), [12]), ((3, 4), [2, 1, 3, 2]), ((1, 1), []), ((), [1, 1]), ((0, 3), [5, 0, 2]), ((3, 4), [5, 2]), ((0,), [1]), ((2, 3, 4), [6, 4])]:
        yield case([shape], "reshape", to=to)


def indexing():
    rng = np.random.default_rng(7)
    cases = list(chosen_cases())
    extents = [0, 1, 2, 3, 4, 5, 6]
    for _ in range(220):
        shape = tuple(int(e) for e in rng.choice(extents, rng.integers(1, 5), p=[0.05, 0.15, 0.2, 0.2, 0.2, 0.1, 0.1]))
        if np.prod(shape) > 200:
            continue
        items = index_items(rng, shape)
        if rng.random() < 0.7:
            cases.append(case([shape], "index", items=items))
        else:
            target = list(counted(shape)[key(items)].shape)
            stretched = [1 if rng.random() < 0.3 else extent for extent in target][rng.integers(0, len(target) + 1):]
            cases.append(case([shape], "assign", items=items, value={"shape": stretched}))
    save("indexing.json", "NumPy; input i holds the integers from 100 i on, an assigned array those from 1000 on", cases)


if __name__ == "__main__":
    reductions()
    indexing()
