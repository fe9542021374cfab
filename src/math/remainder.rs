//! Division that rounds down, and its remainder, by Python's rules: the remainder has the divisor's sign, a quotient of
//! zero that of the true quotient.
//!
//! The steps are those of NumPy's `npy_divmod`, so that special values agree; the truncated remainder beneath them is
//! exact.

use super::Elementary;

/// `x - y trunc(x / y)` exactly, with the sign of `x`; NaN for infinite `x` and zero `y`.
#[inline(always)]
fn truncated<T: Elementary>(x: T, y: T) -> T {
    let (a, b) = (T::abs(x), T::abs(y));
    let quotient = T::trunc(a / b);
    let result = if quotient < T::INTEGERS { step(a, b, quotient) } else { far(a, b) };
    let result = if b == T::INFINITY && a < T::INFINITY { a } else { result };
    T::copysign(result, x)
}

/// One step of the remainder of positive numbers. The rounded quotient may be one too large, never too small, and both
/// possible differences are floats, so the fused product is exact and so is putting it right.
#[inline(always)]
fn step<T: Elementary>(a: T, b: T, quotient: T) -> T {
    let rest = T::mul_add(-quotient, b, a);
    if rest < T::ZERO { rest + b } else { rest }
}

/// The remainder where the quotient has more digits than a float: from the largest multiple of `b` by a power of two
/// downwards.
#[cold]
fn far<T: Elementary>(a: T, b: T) -> T {
    let valid = b > T::ZERO && a < T::INFINITY;
    if !valid {
        return T::NAN;
    }
    let mut multiple = b;
    while a / multiple >= T::INTEGERS {
        multiple = multiple * T::HALF_INTEGERS;
    }
    let mut rest = a;
    loop {
        rest = step(rest, multiple, T::trunc(rest / multiple));
        if multiple == b {
            return rest;
        }
        multiple = multiple / T::HALF_INTEGERS;
    }
}

/// `x - y floor(x / y)`.
#[inline(always)]
pub(super) fn remainder<T: Elementary>(x: T, y: T) -> T {
    let rest = truncated(x, y);
    let opposite = (y < T::ZERO) != (rest < T::ZERO);
    let moved = if opposite { rest + y } else { rest };
    if rest == T::ZERO { T::copysign(T::ZERO, y) } else { moved }
}

/// `floor(x / y)`; `x / 0` is what division makes of it.
#[inline(always)]
pub(super) fn floor_divide<T: Elementary>(x: T, y: T) -> T {
    let rest = truncated(x, y);
    let opposite = rest != T::ZERO && (y < T::ZERO) != (rest < T::ZERO);
    let quotient = (x - rest) / y;
    let quotient = if opposite { quotient - T::ONE } else { quotient };
    let floor = T::floor(quotient);
    let nearest = if quotient - floor > T::HALF { floor + T::ONE } else { floor };
    let result = if quotient == T::ZERO { T::copysign(T::ZERO, x / y) } else { nearest };
    if y == T::ZERO { x / y } else { result }
}
