//! Elements that vector registers compute with, side by side.

use bytemuck::Pod;
use pulp::Simd;

use crate::math::Strip;

/// A vector register of elements, and the operations of its instruction set.
///
/// Each gives in every lane the bits that the function of the same name in [`crate::math`] gives.
pub(in crate::device::cpu) trait Lanes: Strip + Pod {
    /// A register of them.
    type Lanes<S: Simd>: Pod;

    /// The elements as registers, as many as are full.
    fn vectors<S: Simd>(elements: &[Self]) -> &[Self::Lanes<S>];
    /// The elements as registers, as many as are full.
    fn vectors_mut<S: Simd>(elements: &mut [Self]) -> &mut [Self::Lanes<S>];
    /// The same element in each lane.
    fn splat<S: Simd>(simd: S, element: Self) -> Self::Lanes<S>;
    fn add<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>) -> Self::Lanes<S>;
    fn subtract<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>) -> Self::Lanes<S>;
    fn multiply<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>) -> Self::Lanes<S>;
    fn divide<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>) -> Self::Lanes<S>;
    /// a b + c, rounded once.
    fn fused<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>, c: Self::Lanes<S>) -> Self::Lanes<S>;
    fn maximum<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>) -> Self::Lanes<S>;
    fn minimum<S: Simd>(simd: S, a: Self::Lanes<S>, b: Self::Lanes<S>) -> Self::Lanes<S>;
    fn negative<S: Simd>(simd: S, a: Self::Lanes<S>) -> Self::Lanes<S>;
    fn abs<S: Simd>(simd: S, a: Self::Lanes<S>) -> Self::Lanes<S>;
    fn sqrt<S: Simd>(simd: S, a: Self::Lanes<S>) -> Self::Lanes<S>;
}

/// Type: registers; slices as registers; splat; three operands; comparisons and selection; then name = instruction for two operands, for one.
macro_rules! lanes {
    ($($rust:ty: $lanes:ident; $vectors:ident $vectors_mut:ident; $splat:ident; $fused:ident; $less:ident $equal:ident $select:ident;
       $($two:ident = $of_two:ident)*; $($one:ident = $of_one:ident)*;)*) => {$(
        impl Lanes for $rust {
            type Lanes<S: Simd> = S::$lanes;

            #[inline(always)]
            fn vectors<S: Simd>(elements: &[Self]) -> &[S::$lanes] {
                S::$vectors(elements).0
            }
            #[inline(always)]
            fn vectors_mut<S: Simd>(elements: &mut [Self]) -> &mut [S::$lanes] {
                S::$vectors_mut(elements).0
            }
            #[inline(always)]
            fn splat<S: Simd>(simd: S, element: Self) -> S::$lanes {
                simd.$splat(element)
            }
            #[inline(always)]
            fn fused<S: Simd>(simd: S, a: S::$lanes, b: S::$lanes, c: S::$lanes) -> S::$lanes {
                simd.$fused(a, b, c)
            }
            #[inline(always)]
            fn maximum<S: Simd>(simd: S, a: S::$lanes, b: S::$lanes) -> S::$lanes {
                let number = simd.$select(simd.$less(b, a), a, b);
                simd.$select(simd.$equal(a, a), number, a)
            }
            #[inline(always)]
            fn minimum<S: Simd>(simd: S, a: S::$lanes, b: S::$lanes) -> S::$lanes {
                let number = simd.$select(simd.$less(a, b), a, b);
                simd.$select(simd.$equal(a, a), number, a)
            }
            $(#[inline(always)]
            fn $two<S: Simd>(simd: S, a: S::$lanes, b: S::$lanes) -> S::$lanes {
                simd.$of_two(a, b)
            })*
            $(#[inline(always)]
            fn $one<S: Simd>(simd: S, a: S::$lanes) -> S::$lanes {
                simd.$of_one(a)
            })*
        }
    )*};
}
lanes! {
    f32: f32s; as_simd_f32s as_mut_simd_f32s; splat_f32s; mul_add_f32s; less_than_f32s equal_f32s select_f32s;
        add = add_f32s subtract = sub_f32s multiply = mul_f32s divide = div_f32s;
        negative = neg_f32s abs = abs_f32s sqrt = sqrt_f32s;
    f64: f64s; as_simd_f64s as_mut_simd_f64s; splat_f64s; mul_add_f64s; less_than_f64s equal_f64s select_f64s;
        add = add_f64s subtract = sub_f64s multiply = mul_f64s divide = div_f64s;
        negative = neg_f64s abs = abs_f64s sqrt = sqrt_f64s;
}
