"""Sizes and data that the peers share with the Rust suite."""

import os
import tempfile

import numpy

from measure import DTYPES

QUICK = "ISOTHERM_QUICK" in os.environ
"""Tiny sizes under the same names: only the checks mean something."""

MILLION = 1 << (10 if QUICK else 20)
ELEMENTWISE = 16 * MILLION
FUNCTION = 4 * MILLION
BLOCK = (16, 12, 10) if QUICK else (512, 256, 256)
AXES = {"all": None, "first": 0, "middle": 1, "last": 2}
SIDE = 128 if QUICK else 4096
TALL = 4_000 if QUICK else 400_000
CENTRES, ITERATIONS = 8, 20
RESPLIT = (8, 9, 8, 8, 8) if QUICK else (40, 41, 40, 40, 40)
GRID = 16 if QUICK else 256
STEPS = 10
SMALL = 200 if QUICK else 100_000

PRODUCTS = {
    "512": (512, 512, 512),
    "1024": (1024, 1024, 1024),
    "2048": (2048, 2048, 2048),
    "4096": (4096, 4096, 4096),
    "200000x64.64x64": (200_000, 64, 64),
    "64x200000.200000x64": (64, 200_000, 64),
    "4096x8.8x4096": (4096, 8, 4096),
}
"""m, k, n of each product."""

POINTS = {"200000x16": (200_000, 16), "1000000x16": (1_000_000, 16)}

if QUICK:
    PRODUCTS = {case: tuple(min(extent, 64) for extent in extents) for case, extents in PRODUCTS.items()}
    POINTS = {case: (2_000, 16) for case in POINTS}

RANGES = {
    "exp": (-10, 10),
    "log": (1e-3, 100),
    "sin": (-100, 100),
    "cos": (-100, 100),
    "tan": (-100, 100),
    "tanh": (-5, 5),
    "expm1": (-5, 5),
    "log1p": (-0.9, 100),
    "atan": (-10, 10),
    "sqrt": (0, 100),
}
"""Where the arguments of each function lie."""


def uniform(shape, dtype: str, low=0.0, high=1.0, seed=1):
    """Uniform numbers; integers lie between -1000 and 1000."""
    generator = numpy.random.Generator(numpy.random.SFC64(seed))
    if dtype == "i64":
        return generator.integers(-1000, 1000, shape, dtype=numpy.int64)
    values = generator.random(shape, dtype=DTYPES[dtype])
    values *= DTYPES[dtype](high - low)
    values += DTYPES[dtype](low)
    return values


def normal(shape, dtype: str, seed=1):
    return numpy.random.Generator(numpy.random.SFC64(seed)).standard_normal(shape, dtype=DTYPES[dtype])


def points(case: str, dtype: str):
    """Rows without clusters: every system needs all of its iterations."""
    return normal(POINTS[case], dtype, seed=3)


def plain_lloyd(x, iterations=ITERATIONS):
    """Centres after so many iterations from the first rows: the textbook's, in double precision."""
    x = x.astype(numpy.float64)
    centres = x[:CENTRES].copy()
    for _ in range(iterations):
        distances = (centres**2).sum(1) - 2 * x @ centres.T
        labels = distances.argmin(1)
        for centre in range(CENTRES):
            mine = x[labels == centre]
            if len(mine):
                centres[centre] = mine.mean(0)
    return centres


def csv_file(megabytes=2 if QUICK else 250) -> str:
    """The path of a file of numbers in 16 columns, made once."""
    path = os.path.join(tempfile.gettempdir(), f"isotherm-peers-{megabytes}.csv")
    if not os.path.exists(path):
        values = normal((20_000, 16), "f64")
        text = "\n".join(",".join(f"{value:.{6 + (row + column) % 12}g}" for column, value in enumerate(line)) for row, line in enumerate(values))
        with open(path + ".part", "w", encoding="ascii") as file:
            while file.tell() < megabytes * 1e6:
                file.write(text + "\n")
        os.rename(path + ".part", path)
    return path


def npy_file() -> str:
    """The path of 512 MiB of doubles, made once."""
    path = os.path.join(tempfile.gettempdir(), f"isotherm-peers-{SIDE}.npy")
    if not os.path.exists(path):
        numpy.save(path + ".part.npy", uniform((MILLION, 64), "f64"))
        os.rename(path + ".part.npy", path)
    return path
