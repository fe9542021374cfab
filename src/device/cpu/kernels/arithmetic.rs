//! Products of elements in the type of their sum.

use num_complex::Complex;

use crate::dtype::Numeric;

/// What the product of many elements needs: integers widen to 64 bits and wrap.
pub(crate) trait Arithmetic: Numeric {
    /// One, in the type of the result.
    const UNIT: Self::Sum;
    /// The element in the type of the result.
    fn widen(self) -> Self::Sum;
    /// The product of two results.
    fn times(a: Self::Sum, b: Self::Sum) -> Self::Sum;
}

/// Type: widening, product.
macro_rules! arithmetic {
    ($($rust:ty: $widen:expr, $times:expr;)*) => {$(
        impl Arithmetic for $rust {
            const UNIT: Self::Sum = <Self::Sum as Numeric>::ONE;
            fn widen(self) -> Self::Sum {
                let widen: fn(Self) -> Self::Sum = $widen;
                widen(self)
            }
            fn times(a: Self::Sum, b: Self::Sum) -> Self::Sum {
                let times: fn(Self::Sum, Self::Sum) -> Self::Sum = $times;
                times(a, b)
            }
        }
    )*};
}
arithmetic! {
    u8: u64::from, u64::wrapping_mul;
    i32: i64::from, i64::wrapping_mul;
    i64: |a| a, i64::wrapping_mul;
    u64: |a| a, u64::wrapping_mul;
    f32: |a| a, |a, b| a * b;
    f64: |a| a, |a, b| a * b;
    Complex<f32>: |a| a, |a, b| a * b;
    Complex<f64>: |a| a, |a, b| a * b;
}
