//! Sums of two floats that carry what one float would round away, and polynomials.
//!
//! # References
//! * T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18, 1971,
//!   doi:10.1007/BF01397083.
//! * D. E. Knuth, *The Art of Computer Programming*, vol. 2, 4.2.2.

/// An unevaluated sum `high + low`, with `low` at most about an ulp of `high`: some 106 bits of one number.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    pub(super) high: f64,
    pub(super) low: f64,
}

impl Sum {
    /// The two parts as they are.
    #[inline(always)]
    pub(super) const fn new(high: f64, low: f64) -> Self {
        Self { high, low }
    }

    /// `a + b` exactly, for `|a| >= |b|` or `a == 0` (Dekker).
    #[inline(always)]
    pub(super) fn ordered(a: f64, b: f64) -> Self {
        let high = a + b;
        Self { high, low: (a - high) + b }
    }

    /// `a + b` exactly, in any order (Knuth).
    #[inline(always)]
    pub(super) fn of(a: f64, b: f64) -> Self {
        let high = a + b;
        let b_seen = high - a;
        Self { high, low: (a - (high - b_seen)) + (b - b_seen) }
    }

    /// `a * b` exactly, unless the low part underflows.
    #[inline(always)]
    pub(super) fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    /// `self * other`, to about 2^-102.
    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        let Self { high, low } = Self::product(self.high, other.high);
        let low = self.high.mul_add(other.low, self.low.mul_add(other.high, low));
        Self::ordered(high, low)
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
        let reciprocal = 1.0 / other.high;
        let quotient = self.high * reciprocal;
        let rest = (-quotient).mul_add(other.high, self.high) + (-quotient).mul_add(other.low, self.low);
        Self { high: quotient, low: rest * reciprocal }
    }

    /// The square root of a sum that is not negative, to about 2^-102.
    #[inline(always)]
    pub(super) fn sqrt(self) -> Self {
        let high = self.high.sqrt();
        let rest = (-high).mul_add(high, self.high) + self.low;
        Self { high, low: if high == 0.0 { 0.0 } else { rest / (high + high) } }
    }

    /// The nearest float.
    #[inline(always)]
    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }
}

/// `c[0] + c[1] x + c[2] x^2 + ...` of at least two terms: Horner's rule in `x^2` for the even and for the odd terms, two chains of half the
/// length. With one chain a loop over a slice waits for its latency: 5 to 15 % slower.
#[inline(always)]
pub(super) fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let z = x * x;
    let (mut odd, mut even) = (coefficients[N - 1], coefficients[N - 2]);
    for k in (0..N - 2).rev() {
        (odd, even) = (even, odd.mul_add(z, coefficients[k]));
    }
    odd.mul_add(x, even)
}
