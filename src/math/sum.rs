//! Sums of two floats that carry what one float would round away, and polynomials.
//!
//! # References
//! * T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18, 1971,
//!   doi:10.1007/BF01397083.
//! * D. E. Knuth, *The Art of Computer Programming*, vol. 2, 4.2.2.

use super::Elementary;

/// An unevaluated sum `high + low`, with `low` at most about an ulp of `high`: some 106 bits of one number, or 48 of single precision.
#[derive(Clone, Copy)]
pub(super) struct Sum<T = f64> {
    pub(super) high: T,
    pub(super) low: T,
}

impl<T: Elementary> Sum<T> {
    /// The two parts as they are.
    #[inline(always)]
    pub(super) const fn new(high: T, low: T) -> Self {
        Self { high, low }
    }

    /// `a + b` exactly, for `|a| >= |b|` or `a == 0` (Dekker).
    #[inline(always)]
    pub(super) fn ordered(a: T, b: T) -> Self {
        let high = a + b;
        Self { high, low: (a - high) + b }
    }

    /// `a + b` exactly, in any order (Knuth).
    #[inline(always)]
    pub(super) fn of(a: T, b: T) -> Self {
        let high = a + b;
        let b_seen = high - a;
        Self { high, low: (a - (high - b_seen)) + (b - b_seen) }
    }

    /// `a * b` exactly, unless the low part underflows.
    #[inline(always)]
    pub(super) fn product(a: T, b: T) -> Self {
        let high = a * b;
        Self { high, low: T::mul_add(a, b, -high) }
    }

    /// `self * other`, to about 2^-102; the low part may be some ulps of the high one.
    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        let Self { high, low } = Self::product(self.high, other.high);
        Self { high, low: T::mul_add(self.high, other.low, T::mul_add(self.low, other.high, low)) }
    }

    /// `self + other` for `|self| >= |other|` or `self == 0`, to about 2^-102 of the larger.
    #[inline(always)]
    pub(super) fn plus_smaller(self, other: Self) -> Self {
        let Self { high, low } = Self::ordered(self.high, other.high);
        Self::ordered(high, low + (self.low + other.low))
    }

    /// `self / other`, to about 2^-102, with one division: what the rounded reciprocal gets wrong is in the rest.
    #[inline(always)]
    pub(super) fn over(self, other: Self) -> Self {
        let reciprocal = T::ONE / other.high;
        let quotient = self.high * reciprocal;
        let rest = T::mul_add(-quotient, other.high, self.high) + T::mul_add(-quotient, other.low, self.low);
        Self { high: quotient, low: rest * reciprocal }
    }

    /// The square root of a sum that is not negative, to about 2^-102.
    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        let high = T::sqrt(self.high);
        let rest = T::mul_add(-high, high, self.high) + self.low;
        Self { high, low: if high == T::ZERO { T::ZERO } else { rest / (high + high) } }
    }

    /// The nearest float.
    #[inline(always)]
    pub(super) fn value(self) -> T {
        self.high + self.low
    }
}

/// `c[0] + c[1] x + c[2] x^2 + ...` of at least two terms: Horner's rule in `x^2` for pairs of terms, a chain of half the length. With one
/// chain a loop over a slice waits for its latency: 5 to 15 % slower. Neighbours of an alternating series cancel early in a pair.
#[inline(always)]
pub(super) fn polynomial<T: Elementary, const N: usize>(x: T, coefficients: [T; N]) -> T {
    let z = x * x;
    let pair = |k: usize| T::mul_add(coefficients[2 * k + 1], x, coefficients[2 * k]);
    let mut sum = if N % 2 == 1 { coefficients[N - 1] } else { pair(N / 2 - 1) };
    for k in (0..(N - 1) / 2).rev() {
        sum = T::mul_add(sum, z, pair(k));
    }
    sum
}

/// `1 + x + x^2 (c[0] + c[1] x + c[2] x^2 + ...)` of each `x`, by Horner's rule step by step for all of them: they are the independent chains
/// that [`polynomial`] makes of pairs.
#[inline(always)]
pub(super) fn one_and_more<T: Elementary, const N: usize, const TERMS: usize>(
    x: [T; N],
    coefficients: [T; TERMS],
) -> [T; N] {
    let mut sum = [coefficients[TERMS - 1]; N];
    for &coefficient in coefficients[..TERMS - 1].iter().rev() {
        for k in 0..N {
            sum[k] = T::mul_add(sum[k], x[k], coefficient);
        }
    }
    for k in 0..N {
        sum[k] = T::ONE + T::mul_add(x[k] * x[k], sum[k], x[k]);
    }
    sum
}
