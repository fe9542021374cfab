"""Make the files of tests/golden/io: `python3 tests/golden/make_io.py` (NumPy 2).

Every array is written by NumPy; manifest.json says what it is, with its elements' bytes in row-major little-endian order.
"""

import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "io"
NAMES = {"?": "bool", "u1": "u8", "i4": "i32", "i8": "i64", "u8": "u64", "f4": "f32", "f8": "f64", "c8": "c32", "c16": "c64"}


def values(code, size):
    """Values with the extremes and special cases of the dtype among the first."""
    dtype = np.dtype(code)
    if dtype.kind == "b":
        return np.arange(size) % 3 == 1
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        special, rest = [info.min, info.max, 1], np.arange(size) * 37 % 101
    elif dtype.kind == "f":
        special, rest = [np.nan, -0.0, np.inf, np.finfo(dtype).tiny / 4], np.arange(size) / 7 - 1
    else:
        special, rest = [complex(-0.0, np.nan), complex(np.inf, -1.5)], np.arange(size) / 7 + 3j
    x = rest.astype(dtype)
    x[: min(len(special), size)] = special[:size]
    return x


def save(manifest, name, x, version=None):
    path = FOLDER / f"{name}.npy"
    if version is None:
        np.save(path, x)
    else:
        with open(path, "wb") as file:
            np.lib.format.write_array(file, x, version=version)
    little = np.ascontiguousarray(x).astype(x.dtype.newbyteorder("<"))
    manifest.append(
        {
            "file": path.name,
            "dtype": NAMES["?" if x.dtype.kind == "b" else x.dtype.str[1:]],
            "big": bool(x.dtype.str[0] == ">"),
            "fortran": bool(x.flags.f_contiguous and not x.flags.c_contiguous),
            "shape": list(x.shape),
            "numpy_default": version is None,
            "bytes": little.tobytes().hex(),
        }
    )


def main():
    FOLDER.mkdir(exist_ok=True)
    manifest = []
    for code, name in NAMES.items():
        x = values(code, 6).reshape(2, 3)
        save(manifest, f"{name}_c", x)
        save(manifest, f"{name}_fortran", np.asfortranarray(x))
        if x.dtype.itemsize > 1:
            save(manifest, f"{name}_big", x.astype(x.dtype.newbyteorder(">")))
    save(manifest, "f64_big_fortran", np.asfortranarray(values("f8", 24).reshape(2, 3, 4).astype(">f8")))
    save(manifest, "i64_0d", np.array(-7))
    save(manifest, "c64_1d", values("c16", 5))
    save(manifest, "f32_4d", values("f4", 120).reshape(5, 2, 3, 4))
    save(manifest, "f64_empty", np.zeros(0))
    save(manifest, "u8_empty_3d", np.zeros((3, 0, 2), "u1"))
    save(manifest, "i32_8d", values("i4", 256).reshape([2] * 8))
    save(manifest, "f64_v2", values("f8", 6).reshape(3, 2), version=(2, 0))
    save(manifest, "f64_v3", values("f8", 6).reshape(3, 2), version=(3, 0))
    (FOLDER / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")

    np.save(FOLDER / "refused_object.npy", np.array([1, "two"], dtype=object), allow_pickle=True)
    np.save(FOLDER / "refused_structured.npy", np.zeros(2, [("a", "f8"), ("b", "i4")]))
    np.save(FOLDER / "refused_f16.npy", np.zeros(2, "f2"))
    np.save(FOLDER / "refused_text.npy", np.array(["a", "bc"]))
    np.save(FOLDER / "refused_date.npy", np.zeros(2, "M8[s]"))


if __name__ == "__main__":
    main()
