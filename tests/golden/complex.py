"""Makes complex.json: complex functions by mpmath with 400 digits, and NumPy's results for special values.

    pip install numpy mpmath && python complex.py > complex.json
"""

import json
import random
import struct
import warnings

import mpmath
import numpy as np
from mpmath import mp, mpc, mpf

warnings.simplefilter("ignore")
mp.dps = 400  # arguments near 1e308 against their periods, and 1 + tiny
random.seed(20240607)

UNARY = "sqrt exp expm1 log log1p log2 log10 sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh".split()
BINARY = "multiply divide pow".split()
EXACT = {
    "expm1": lambda z: mpmath.exp(z) - 1,
    "log1p": lambda z: mpmath.log(1 + z),
    "log2": lambda z: mpmath.log(z) / mpmath.log(2),
    "log10": lambda z: mpmath.log(z) / mpmath.log(10),
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "pow": lambda x, y: mpmath.exp(y * mpmath.log(x)),
}
NUMPY = {name: "arc" + name[1:] for name in "asin acos atan asinh acosh atanh".split()} | {"pow": "power"}


def bits(x):
    return struct.pack(">d", x).hex()


def pair(z):
    return [bits(float(z.real)), bits(float(z.imag))]


def exact(name, *args):
    value = EXACT.get(name, getattr(mpmath, name, None))(*(mpc(mpf(z.real), mpf(z.imag)) for z in args))
    return pair(value)


def sign():
    return random.choice((-1.0, 1.0))


def spread(low, high):
    return sign() * 10.0 ** random.uniform(low, high)


def points():
    """Ordinary points, then those where formulas cancel: the unit circle, the branch points, small and large parts."""
    yield from (complex(random.gauss(0, 2), random.gauss(0, 2)) for _ in range(14))
    yield from (complex(spread(-3, 1.3), spread(-3, 1.3)) for _ in range(14))
    for _ in range(8):
        yield np.exp(1j * random.uniform(-3.1, 3.1)) * (1 + spread(-16, -3))
    for centre in (1, -1, 1j, -1j):
        yield from (centre + complex(spread(-17, -1), spread(-17, -1)) for _ in range(4))
        yield centre + complex(spread(-5, -2), spread(-40, -20))
        yield centre + complex(spread(-40, -20), spread(-5, -2))
    yield from (complex(spread(-18, -6), spread(-18, -6)) for _ in range(4))
    yield from (complex(spread(-300, -250), spread(-300, -250)) for _ in range(3))
    yield from (complex(spread(-1, 2.5), spread(-1, 2.5)) for _ in range(8))
    yield from (complex(spread(2.84, 2.86), random.uniform(-3, 3)) for _ in range(4))
    yield from (complex(random.uniform(-3, 3), spread(2.84, 2.86)) for _ in range(4))
    yield from (complex(spread(6, 20), spread(6, 20)) for _ in range(4))
    yield complex(1.5e308, -1.7e308)
    yield complex(5e-324, 1e-310)
    yield complex(1e300, 1e-20)


def special(name, *args):
    return pair(complex(getattr(np, NUMPY.get(name, name))(*(np.complex128(z) for z in args))))


def main():
    unary = [complex(z) for z in points()]
    binary = [(complex(spread(-3, 3), spread(-3, 3)), complex(spread(-1, 1), spread(-1, 1))) for _ in range(40)]
    extreme = [(complex(spread(250, 307), spread(250, 307)), complex(spread(250, 307), spread(250, 307))) for _ in range(6)]
    tiny = [(complex(spread(-300, -290), spread(-300, -290)), complex(spread(-300, -290), spread(-300, -290))) for _ in range(6)]
    values = (0.0, -0.0, 1.5, -1.5, float("inf"), float("-inf"), float("nan"))
    grid = [complex(a, b) for a in values for b in values]
    factors = [complex(a, b) for a in (0.0, 1.5, -2.0, float("inf"), float("nan")) for b in (-0.0, 2.0, float("-inf"))]
    pairs = {name: binary + (extreme + tiny if name == "divide" else []) for name in BINARY}
    flat = lambda args: [word for z in args for word in pair(z)]
    tables = {
        "about": __doc__.strip().splitlines()[0],
        "versions": {"numpy": np.__version__, "mpmath": mpmath.__version__},
        "unary_inputs": [pair(z) for z in unary],
        "unary": {name: [exact(name, z) for z in unary] for name in UNARY},
        "binary": {name: [flat(args) + exact(name, *args) for args in pairs[name]] for name in BINARY},
        "special_inputs": [pair(z) for z in grid],
        "special": {name: [special(name, z) for z in grid] for name in UNARY + ["sign", "square"]},
        "special_binary_inputs": [pair(z) for z in factors],
        "special_binary": {name: [special(name, x, y) for x in factors for y in factors] for name in ("multiply", "divide")},
    }
    print("{" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in tables.items()) + "}")


main()
