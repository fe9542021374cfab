"""Writes the tables of this folder: python3 generate.py FOLDER POINTS [SEED]. Needs gmpy2 (GNU MPFR).

A line holds the bits of the argument or arguments, the bits of the correctly rounded value, and the rest of the exact value in
1/4096 of an ulp. The exact values are MPFR's at 300 bits (3000 for the arguments of trigonometric functions).
"""
import math
import random
import struct
import sys

import gmpy2
from gmpy2 import mpfr

HALF_PI = math.pi / 2


def bits(x):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", x))[0]


def neighbour(x, steps):
    """The float some steps away from x in its own direction of magnitude."""
    b = struct.unpack("<Q", struct.pack("<d", x))[0]
    return struct.unpack("<d", struct.pack("<Q", max(0, min(b + steps, b | 0x7FEFFFFFFFFFFFFF))))[0]


def logs(r, low, high, signed=True):
    x = 2.0 ** r.uniform(low, high)
    return -x if signed and r.random() < 0.5 else x


def uniform(r, a, b):
    return r.uniform(a, b)


def near(r, points):
    return neighbour(r.choice(points), r.randint(-3, 3) if r.random() < 0.5 else r.randint(-(2**40), 2**40))


# Arguments: (function, samplers), points are shared out evenly.
UNARY = {
    "exp": [lambda r: r.uniform(-1, 1), lambda r: r.uniform(-746, 710), lambda r: logs(r, -60, 9), lambda r: r.uniform(-745.2, -708),
            lambda r: near(r, [709.782712893384, 0.34657359027997264, -0.34657359027997264, 1.0])],
    "exp2": [lambda r: r.uniform(-1, 1), lambda r: r.uniform(-1075, 1024), lambda r: logs(r, -60, 10), lambda r: float(r.randint(-1074, 1023)),
             lambda r: near(r, [0.5, -0.5, 1.5])],
    "expm1": [lambda r: r.uniform(-1, 1), lambda r: r.uniform(-40, 709.7), lambda r: logs(r, -1000, 0), lambda r: logs(r, -60, 5), lambda r: r.uniform(-2, 2),
              lambda r: near(r, [0.34657359027997264, -0.34657359027997264, 1.0397207708399179, -1.0397207708399179])],
    "log": [lambda r: r.uniform(0.5, 2), lambda r: logs(r, -1074, 1024, False), lambda r: 1 + logs(r, -50, -1), lambda r: r.uniform(0, 100),
            lambda r: near(r, [0.7071067811865476, 1.4142135623730951, 2.0, 1.0])],
    "log1p": [lambda r: r.uniform(-0.999, 2), lambda r: logs(r, -1000, -1), lambda r: logs(r, -60, 0) * 0.999, lambda r: logs(r, 0, 1023, False), lambda r: r.uniform(-0.3, 0.42),
              lambda r: near(r, [-0.2928932188134524, 0.41421356237309503])],
    "sin": [lambda r: r.uniform(-4, 4), lambda r: r.uniform(-1000, 1000), lambda r: logs(r, -60, 48), lambda r: logs(r, 48, 1023.9),
            lambda r: near(r, [k * HALF_PI for k in range(1, 50)] + [k * HALF_PI / 2 for k in range(1, 50)]), lambda r: near(r, [HALF_PI * r.randint(1, 2**47)])],
    "asin": [lambda r: r.uniform(-1, 1), lambda r: logs(r, -60, 0), lambda r: 1 - logs(r, -52, -1, False), lambda r: logs(r, -1000, 0), lambda r: r.uniform(-0.51, 0.51)],
    "atan": [lambda r: r.uniform(-5, 5), lambda r: logs(r, -1000, 1000), lambda r: logs(r, -30, 30), lambda r: r.uniform(-1, 1),
             lambda r: near(r, [0.41421356237309503, 2.414213562373095, 1.0])],
    "sinh": [lambda r: r.uniform(-2, 2), lambda r: r.uniform(-710.47, 710.47), lambda r: logs(r, -60, 9.4), lambda r: logs(r, -1000, 0), lambda r: r.uniform(-40, 40),
             lambda r: near(r, [0.34657359027997264, 1.0397207708399179, 710.4758600739439])],
    "tanh": [lambda r: r.uniform(-2, 2), lambda r: r.uniform(-24, 24), lambda r: logs(r, -60, 5), lambda r: logs(r, -1000, 0),
             lambda r: near(r, [0.34657359027997264, 1.0397207708399179, 19.061547465398498])],
    "asinh": [lambda r: r.uniform(-2, 2), lambda r: logs(r, -1000, 1023.9), lambda r: logs(r, -30, 30), lambda r: r.uniform(0.4, 0.8), lambda r: near(r, [0.5, 268435456.0])],
    "acosh": [lambda r: r.uniform(1, 3), lambda r: 1 + logs(r, -51, 1, False), lambda r: logs(r, 0, 1023.9, False), lambda r: r.uniform(1, 100), lambda r: logs(r, 1, 30, False)],
    "atanh": [lambda r: r.uniform(-1, 1), lambda r: logs(r, -60, 0), lambda r: 1 - logs(r, -52, -1, False), lambda r: logs(r, -1000, 0), lambda r: r.uniform(-0.52, 0.52)],
    "cbrt": [lambda r: logs(r, -1074, 1024), lambda r: r.uniform(-10, 10), lambda r: float(r.randint(0, 1000)) ** 3, lambda r: r.uniform(1, 8)],
}
for name, like in {"log2": "log", "log10": "log", "cos": "sin", "tan": "sin", "acos": "asin", "cosh": "sinh"}.items():
    UNARY[name] = UNARY[like]


def pow_arguments(r):
    kind = r.randrange(6)
    if kind == 0:
        return r.uniform(0, 10), r.uniform(-10, 10)
    if kind == 1:  # the whole range of results, subnormal ones too
        x = logs(r, -1070, 1023, False)
        return x, r.uniform(-1074, 1023.9) / math.log2(x)
    if kind == 2:
        x = 1 + logs(r, -40, -1)
        return x, r.uniform(-744, 709) / math.log(x)
    if kind == 3:
        return -r.uniform(0, 100), float(r.randint(-100, 100))
    if kind == 4:
        return float(r.randint(1, 30)), float(r.randint(-30, 30)) / 2
    return logs(r, -5, 5, False), logs(r, -60, 7)


def pair(r, *spans):
    span = r.choice(spans)
    return logs(r, *span), logs(r, *span)


def scaled_pair(r):
    x = logs(r, -1000, 1000)
    return x, max(-1.7e308, min(1.7e308, x * logs(r, -30, 30)))


def logaddexp_arguments(r):
    if r.random() < 0.5:
        return r.uniform(-50, 50), r.uniform(-50, 50)
    x = r.uniform(-700, 700)
    return x, x + logs(r, -50, 5)


BINARY = {
    "pow": pow_arguments,
    "atan2": lambda r: pair(r, (-3, 3), (-1000, 1000), (-1074, -900), (900, 1023.9)) if r.random() < 0.6 else scaled_pair(r),
    "hypot": lambda r: pair(r, (-3, 3), (-1074, -900), (900, 1023)) if r.random() < 0.5 else scaled_pair(r),
    "logaddexp": logaddexp_arguments,
}


def logaddexp(x, y):
    return gmpy2.log(gmpy2.exp(x) + gmpy2.exp(y))


EXACT = {"atan2": gmpy2.atan2, "hypot": gmpy2.hypot, "pow": lambda x, y: x**y, "logaddexp": logaddexp}


def line(name, arguments):
    function = EXACT.get(name) or getattr(gmpy2, name)
    with gmpy2.context(gmpy2.get_context(), precision=3000 if name in ("logaddexp",) else 300, emin=-(2**40), emax=2**40) as _:
        value = function(*[mpfr(x) for x in arguments])
        if gmpy2.is_nan(value):
            return None
        high = float(value)
        if math.isinf(high):
            rest = 0
        else:
            rest = int(gmpy2.rint((value - mpfr(high)) / mpfr(math.ulp(high)) * 4096))
    return " ".join([bits(x) for x in arguments] + [bits(high), str(rest)])


def main():
    folder, points = sys.argv[1], int(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else "isotherm"
    for name in list(UNARY) + list(BINARY):
        r = random.Random(name + seed)
        lines = []
        while len(lines) < points:
            if name in UNARY:
                arguments = (UNARY[name][len(lines) % len(UNARY[name])](r),)
            else:
                arguments = BINARY[name](r)
            if all(map(math.isfinite, arguments)) and (text := line(name, arguments)):
                lines.append(text)
        with open(f"{folder}/{name}.txt", "w") as file:
            file.write("\n".join(lines) + "\n")


main()
