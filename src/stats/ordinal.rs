//! Elements as integers that have the same order.

use crate::device::digits::Keyed;
use crate::dtype::{Float, Real};
use crate::expr::Operand;
use crate::math::{Cast, cast};

/// Elements that quantiles can be taken of: `u8`, `i32`, `i64`, `u64`, `f32`, `f64`.
pub trait Ordinal: Real + Cast + Operand<Self> {
    /// The type of a quantile: `f32` of `f32`, `f64` of all others.
    type Quantile: Float + Cast;
    /// No element is less.
    const LEAST: Self;
    /// No element is greater.
    const GREATEST: Self;

    /// An integer that orders as the elements do: -0 before 0. A NaN has a key below that of [`LEAST`](Self::LEAST) or above that of
    /// [`GREATEST`](Self::GREATEST), by its sign.
    ///
    /// **Local.** Class: Exact.
    fn key(self) -> u64;

    /// The element with this key.
    ///
    /// **Local.** Class: Exact.
    fn from_key(key: u64) -> Self;

    /// The number that lies from `self` to `next`, which is not less, at the part `t` of the way, 0 <= t < 1.
    ///
    /// **Local.** Class: Reproducible. NumPy's formula, computed in `f64`; the difference of integers is exact before it is rounded.
    fn toward(self, next: Self, t: f64) -> f64;
}

impl<T: Ordinal> Keyed for T {
    #[inline(always)]
    fn to_key(self) -> u64 {
        self.key()
    }

    fn range() -> [u64; 2] {
        [T::LEAST.key(), T::GREATEST.key()]
    }
}

/// From `a` to `b`, which is `difference` away, starting from the end that is nearer: at both ends and between equals it is exact.
fn between(a: f64, b: f64, difference: f64, t: f64) -> f64 {
    if t < 0.5 { a + difference * t } else { b - difference * (1.0 - t) }
}

/// As [`between`], also where the difference is out of range.
fn between_floats(a: f64, b: f64, t: f64) -> f64 {
    if t == 0.0 || a == b {
        return a;
    }
    let difference = b - a;
    if difference.is_finite() { between(a, b, difference, t) } else { a * (1.0 - t) + b * t }
}

/// The table of integers: the type of the keys' width, and what turns a value's bits into its key.
macro_rules! integers {
    ($($rust:ty, $bits:ty, $flip:expr;)*) => {$(
        impl Ordinal for $rust {
            type Quantile = f64;
            const LEAST: Self = Self::MIN;
            const GREATEST: Self = Self::MAX;

            #[inline(always)]
            fn key(self) -> u64 {
                u64::from(self as $bits ^ $flip)
            }

            fn from_key(key: u64) -> Self {
                (key as $bits ^ $flip) as Self
            }

            fn toward(self, next: Self, t: f64) -> f64 {
                let difference = i128::from(next) - i128::from(self);
                between(cast(self), cast(next), difference as f64, t)
            }
        }
    )*};
}
integers! {
    u8, u8, 0;
    i32, u32, 1 << 31;
    i64, u64, 1 << 63;
    u64, u64, 0;
}

/// The table of floats: their bits, and the sign among them.
macro_rules! floats {
    ($($rust:ty, $bits:ty, $signed:ty;)*) => {$(
        impl Ordinal for $rust {
            type Quantile = Self;
            const LEAST: Self = Self::NEG_INFINITY;
            const GREATEST: Self = Self::INFINITY;

            /// Negative numbers count down as their bits count up, so all bits are turned; of others only the sign.
            #[inline(always)]
            fn key(self) -> u64 {
                const SIGN: $bits = 1 << (<$bits>::BITS - 1);
                let bits = self.to_bits();
                let turned = (bits as $signed >> (<$bits>::BITS - 1)) as $bits | SIGN;
                u64::from(bits ^ turned)
            }

            fn from_key(key: u64) -> Self {
                const SIGN: $bits = 1 << (<$bits>::BITS - 1);
                let key = key as $bits;
                let turned = (!key as $signed >> (<$bits>::BITS - 1)) as $bits | SIGN;
                Self::from_bits(key ^ turned)
            }

            fn toward(self, next: Self, t: f64) -> f64 {
                between_floats(self.into(), next.into(), t)
            }
        }
    )*};
}
floats! {
    f32, u32, i32;
    f64, u64, i64;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ascending values, of which none share a key.
    fn check<T: Ordinal>(ascending: &[T]) {
        for pair in ascending.windows(2) {
            assert!(pair[0].key() < pair[1].key(), "{} and {}", pair[0], pair[1]);
        }
        for &value in ascending {
            assert_eq!(bytemuck::bytes_of(&T::from_key(value.key())), bytemuck::bytes_of(&value));
        }
    }

    #[test]
    fn keys_are_in_the_order_of_the_elements() {
        check(&[u8::MIN, 1, 127, 128, u8::MAX]);
        check(&[i32::MIN, -1, 0, 1, i32::MAX]);
        check(&[i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX]);
        check(&[u64::MIN, 1, 1 << 63, u64::MAX]);
        check(&[f32::NEG_INFINITY, f32::MIN, -1.0, -1e-45, -0.0, 0.0, 1e-45, 1.0, f32::MAX, f32::INFINITY]);
        check(&[f64::NEG_INFINITY, f64::MIN, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1.0, f64::MAX, f64::INFINITY]);
        assert!(f64::NAN.key() > f64::INFINITY.key() && (-f64::NAN).key() < f64::NEG_INFINITY.key());
        assert!(f32::NAN.key() > f32::INFINITY.key() && (-f32::NAN).key() < f32::NEG_INFINITY.key());
    }

    #[test]
    fn interpolation_is_exact_at_the_ends_and_keeps_to_the_range() {
        assert_eq!((1.0.toward(2.0, 0.0), 1.0.toward(2.0, 0.25), 0.1.toward(0.1, 0.7)), (1.0, 1.25, 0.1));
        assert_eq!((i64::MIN.toward(i64::MAX, 0.5), 0_u8.toward(255, 0.5)), (0.0, 127.5));
        assert_eq!((f64::MIN.toward(f64::MAX, 0.5), f64::INFINITY.toward(f64::INFINITY, 0.3)), (0.0, f64::INFINITY));
        assert_eq!((1.0.toward(f64::INFINITY, 0.9), 1.0.toward(f64::INFINITY, 0.0)), (f64::INFINITY, 1.0));
        assert!(f64::NEG_INFINITY.toward(f64::INFINITY, 0.5).is_nan());
    }
}
