//! Vector registers of `f32` and `f64` behind one name.

use pulp::Simd;

use crate::dtype::Float;

/// A float with its registers, which hold as many as the instruction set has room for.
pub(super) trait Lanes: Float + std::ops::Add<Output = Self> {
    /// A register.
    type Vector<S: Simd>: Copy;
    /// Every lane the same.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// a b + c, rounded once.
    fn fused<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    /// The same of single values.
    fn fused_one(a: Self, b: Self, c: Self) -> Self;
    /// The values as registers, and those that fill none.
    fn vectors<S: Simd>(values: &[Self]) -> (&[Self::Vector<S>], &[Self]);
    /// The values as registers to be written, and those that fill none.
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> (&mut [Self::Vector<S>], &mut [Self]);
}

/// The table of floats: pulp's names for each.
macro_rules! lanes {
    ($($t:ty: $vector:ident, $splat:ident, $fused:ident, $view:ident, $view_mut:ident;)*) => {$(
        impl Lanes for $t {
            type Vector<S: Simd> = S::$vector;
            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> S::$vector {
                simd.$splat(value)
            }
            #[inline(always)]
            fn fused<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$fused(a, b, c)
            }
            #[inline(always)]
            fn fused_one(a: Self, b: Self, c: Self) -> Self {
                a.mul_add(b, c)
            }
            #[inline(always)]
            fn vectors<S: Simd>(values: &[Self]) -> (&[S::$vector], &[Self]) {
                S::$view(values)
            }
            #[inline(always)]
            fn vectors_mut<S: Simd>(values: &mut [Self]) -> (&mut [S::$vector], &mut [Self]) {
                S::$view_mut(values)
            }
        }
    )*};
}
lanes! {
    f32: f32s, splat_f32s, mul_add_f32s, as_simd_f32s, as_mut_simd_f32s;
    f64: f64s, splat_f64s, mul_add_f64s, as_simd_f64s, as_mut_simd_f64s;
}
