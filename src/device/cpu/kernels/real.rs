//! Kernels of `f32` and `f64`.
#![allow(clippy::eq_op, reason = "a NaN is what differs from itself")]

use crate::device::cpu::kernels::loops::{map, slices, zip};
use crate::device::cpu::kernels::undefined;
use crate::math::Elementary;
use crate::program::{Binary, Unary};

/// The arms of a match from operations to functions, one a line, each function in a loop of its own.
///
/// A function passed by its bare name is called through a shim, which is not inlined where the function is long: it then runs the
/// baseline's instructions, one element at a time, with a call of `fma` for each fused product, ten to fifty times slower. Hence the
/// closures.
macro_rules! each {
    ($operation:ident, map($a:ident, $into:ident): $($variant:ident $function:ident)*) => {
        match $operation {
            $(Unary::$variant => map($a, $into, #[inline(always)] |a| T::$function(a)),)*
            _ => undefined($operation, T::DTYPE),
        }
    };
    ($operation:ident, zip($a:ident, $b:ident, $into:ident): $($variant:ident $function:ident)*) => {
        match $operation {
            $(Binary::$variant => zip($a, $b, $into, #[inline(always)] |a, b| T::$function(a, b)),)*
            _ => undefined($operation, T::DTYPE),
        }
    };
}

pub(super) fn unary<T: Elementary>(op: Unary, a: &[T], into: &mut [T]) {
    match op {
        Unary::Negative => map(a, into, |a| -a),
        Unary::Sin => slices(
            a,
            into,
            #[inline(always)]
            |a, into| T::sin_slice(a, into),
        ),
        Unary::Cos => slices(
            a,
            into,
            #[inline(always)]
            |a, into| T::cos_slice(a, into),
        ),
        Unary::Tan => slices(
            a,
            into,
            #[inline(always)]
            |a, into| T::tan_slice(a, into),
        ),
        _ => each! { op, map(a, into):
            Abs abs  Sign sign  Square square  Reciprocal reciprocal  Sqrt sqrt
            Floor floor  Ceil ceil  Trunc trunc  Round round
            Exp exp  Exp2 exp2  Expm1 expm1  Log log  Log1p log1p  Log2 log2  Log10 log10
            Asin asin  Acos acos  Atan atan
            Sinh sinh  Cosh cosh  Tanh tanh  Asinh asinh  Acosh acosh  Atanh atanh
        },
    }
}

pub(super) fn predicate<T: Elementary>(op: Unary, a: &[T], into: &mut [bool]) {
    match op {
        Unary::IsNan => map(a, into, |a| a != a),
        Unary::IsInf => map(a, into, |a| T::abs(a) == T::INFINITY),
        Unary::IsFinite => map(a, into, |a| T::abs(a) < T::INFINITY),
        Unary::Signbit => map(a, into, |a| T::copysign(T::ONE, a) < T::ZERO),
        _ => undefined(op, T::DTYPE),
    }
}

pub(super) fn binary<T: Elementary>(op: Binary, a: &[T], b: &[T], into: &mut [T]) {
    match op {
        Binary::Add => zip(a, b, into, |a, b| a + b),
        Binary::Subtract => zip(a, b, into, |a, b| a - b),
        Binary::Multiply => zip(a, b, into, |a, b| a * b),
        Binary::Divide => zip(a, b, into, |a, b| a / b),
        _ => each! { op, zip(a, b, into):
            FloorDivide floor_divide  Remainder remainder  Pow pow  Atan2 atan2  Hypot hypot  LogAddExp logaddexp
            CopySign copysign  NextAfter nextafter  Maximum maximum  Minimum minimum
        },
    }
}
