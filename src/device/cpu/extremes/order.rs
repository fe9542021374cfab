//! Elements with an order, and what the loops compare in their stead.

use crate::device::cpu::extremes::key::Key;
use crate::dtype::Element;

/// Elements with an order.
pub(in crate::device::cpu) trait Ordered: Element + PartialOrd {
    /// The element, or a number of the same size and order.
    type Key: Key;

    /// Their keys.
    fn keys(values: &[Self]) -> &[Self::Key];
    /// The element with this key.
    fn of(key: Self::Key) -> Self;
    /// Whether this comes before `other`, -0 before 0: so the least of many does not depend on where they lie.
    fn is_before(self, other: Self) -> bool;
    /// Whether this is not a number.
    fn is_nan(self) -> bool;
}

/// Types without two zeros, the type of their keys, and how a key becomes the element again.
macro_rules! ordered {
    ($($rust:ty: $key:ty, $of:expr;)*) => {$(
        impl Ordered for $rust {
            type Key = $key;

            #[inline(always)]
            fn keys(values: &[Self]) -> &[$key] {
                bytemuck::cast_slice(values)
            }

            #[inline(always)]
            fn of(key: $key) -> Self {
                $of(key)
            }

            #[inline(always)]
            fn is_before(self, other: Self) -> bool {
                self < other
            }

            #[inline(always)]
            fn is_nan(self) -> bool {
                false
            }
        }
    )*};
}
ordered! {
    bool: u8, |key| key != 0;
    u8: u8, |key| key;
    i32: i32, |key| key;
    i64: i64, |key| key;
    u64: u64, |key| key;
}

/// Types with two zeros.
macro_rules! ordered_floats {
    ($($rust:ty),*) => {$(
        impl Ordered for $rust {
            type Key = Self;

            #[inline(always)]
            fn keys(values: &[Self]) -> &[Self] {
                values
            }

            #[inline(always)]
            fn of(key: Self) -> Self {
                key
            }

            #[inline(always)]
            fn is_before(self, other: Self) -> bool {
                self < other || (self == other && self.is_sign_negative() && other.is_sign_positive())
            }

            #[inline(always)]
            fn is_nan(self) -> bool {
                <$rust>::is_nan(self)
            }
        }
    )*};
}
ordered_floats!(f32, f64);
