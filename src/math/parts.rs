//! What the complex functions and the random normals ask of `f32` and `f64`.

use super::cast::{Cast, cast};
use super::elementary::Elementary;
use super::turns;

/// A part of a complex number: `f32` or `f64` with its operators, its format and its elementary functions.
///
/// The methods here are exact, or rounded once ([`mul_add`](Part::mul_add)), so they need no code of our own.
pub trait Part: Elementary + Cast {
    /// The distance from 1 to the next larger value.
    const EPSILON: Self;
    /// The smallest normal value.
    const MIN_POSITIVE: Self;
    /// The largest whole number whose exponential is finite; that of its double is far from it.
    const EXP_LIMIT: Self;

    /// The value nearest to `x`: how a constant is written.
    ///
    /// **Local.** Class: Exact.
    #[inline(always)]
    fn of(x: f64) -> Self {
        cast(x)
    }
    /// The magnitude.
    ///
    /// **Local.** Class: Exact.
    #[must_use]
    fn abs(self) -> Self;
    /// The magnitude of `self` with the sign of `sign`. A NaN counts as positive, because the sign that it has differs
    /// between processors.
    ///
    /// **Local.** Class: Exact.
    #[must_use]
    fn copysign(self, sign: Self) -> Self;
    /// `self * factor + term`, rounded once.
    ///
    /// **Local.** Class: Exact.
    #[must_use]
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// Whether this is a NaN.
    ///
    /// **Local.** Class: Exact.
    fn is_nan(self) -> bool;
    /// Whether this is neither a NaN nor an infinity.
    ///
    /// **Local.** Class: Exact.
    fn is_finite(self) -> bool;
    /// Whether this is an infinity.
    ///
    /// **Local.** Class: Exact.
    fn is_infinite(self) -> bool;
    /// The unbiased exponent field: ⌊log2 |self|⌋ of a normal value, one less than the smallest such for all below.
    ///
    /// **Local.** Class: Exact.
    fn exponent(self) -> i32;
    /// `self` times 2 to the power `n`, which may leave the range that a single factor has.
    ///
    /// **Local.** Class: Exact, but for results below the normal range.
    #[must_use]
    fn scale(self, n: i32) -> Self;
    /// Sine and cosine of the angle of `self` whole turns, for a turn in [0, 1].
    ///
    /// **Local.** Class: Reproducible. Error: absolute, about an ulp of 1.
    fn sin_cos_turns(self) -> (Self, Self);
}

/// The table of parts: type, its bits, the exponent field's place and bias, the limit of exp, the series of sine and cosine.
macro_rules! parts {
    ($($t:ident, $bits:ident, $mantissa:expr, $bias:expr, $limit:expr, $sin:expr, $cos:expr;)*) => {$(
        impl Part for $t {
            const EPSILON: Self = $t::EPSILON;
            const MIN_POSITIVE: Self = $t::MIN_POSITIVE;
            const EXP_LIMIT: Self = $limit;

            #[inline(always)]
            fn abs(self) -> Self { $t::abs(self) }
            #[inline(always)]
            fn copysign(self, sign: Self) -> Self {
                $t::copysign(self, if sign.is_nan() { 0.0 } else { sign })
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self { $t::mul_add(self, factor, term) }
            #[inline(always)]
            fn is_nan(self) -> bool { $t::is_nan(self) }
            #[inline(always)]
            fn is_finite(self) -> bool { $t::is_finite(self) }
            #[inline(always)]
            fn is_infinite(self) -> bool { $t::is_infinite(self) }
            #[inline(always)]
            fn exponent(self) -> i32 { (self.abs().to_bits() >> $mantissa) as i32 - $bias }
            #[inline(always)]
            fn scale(self, n: i32) -> Self {
                let power = |n: i32| $t::from_bits((($bias + n) as $bits) << $mantissa);
                let third = n / 3;
                self * power(third) * power(third) * power(n - 2 * third)
            }
            #[inline(always)]
            fn sin_cos_turns(self) -> (Self, Self) { turns::sin_cos(self, $sin, $cos) }
        }
    )*};
}
parts! {
    f32, u32, 23, 127, 88.0, turns::SINGLE_SIN, turns::SINGLE_COS;
    f64, u64, 52, 1023, 709.0, turns::DOUBLE_SIN, turns::DOUBLE_COS;
}
