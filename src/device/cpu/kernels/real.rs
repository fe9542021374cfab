//! Kernels of `f32` and `f64`.
#![allow(clippy::eq_op, reason = "a NaN is what differs from itself")]

use crate::device::cpu::kernels::loops::{map, zip};
use crate::device::cpu::kernels::undefined;
use crate::math::Elementary;
use crate::program::{Binary, Unary};

pub(super) fn unary<T: Elementary>(op: Unary, a: &[T], into: &mut [T]) {
    match op {
        Unary::Negative => map(a, into, |a| -a),
        Unary::Abs => map(a, into, T::abs),
        Unary::Sign => map(a, into, T::sign),
        Unary::Square => map(a, into, T::square),
        Unary::Reciprocal => map(a, into, T::reciprocal),
        Unary::Floor => map(a, into, T::floor),
        Unary::Ceil => map(a, into, T::ceil),
        Unary::Trunc => map(a, into, T::trunc),
        Unary::Round => map(a, into, T::round),
        Unary::Sqrt => map(a, into, T::sqrt),
        Unary::Exp => map(a, into, T::exp),
        Unary::Exp2 => map(a, into, T::exp2),
        Unary::Expm1 => map(a, into, T::expm1),
        Unary::Log => map(a, into, T::log),
        Unary::Log1p => map(a, into, T::log1p),
        Unary::Log2 => map(a, into, T::log2),
        Unary::Log10 => map(a, into, T::log10),
        Unary::Sin => T::sin_slice(a, into),
        Unary::Cos => T::cos_slice(a, into),
        Unary::Tan => T::tan_slice(a, into),
        Unary::Asin => map(a, into, T::asin),
        Unary::Acos => map(a, into, T::acos),
        Unary::Atan => map(a, into, T::atan),
        Unary::Sinh => map(a, into, T::sinh),
        Unary::Cosh => map(a, into, T::cosh),
        Unary::Tanh => map(a, into, T::tanh),
        Unary::Asinh => map(a, into, T::asinh),
        Unary::Acosh => map(a, into, T::acosh),
        Unary::Atanh => map(a, into, T::atanh),
        _ => undefined(op, T::DTYPE),
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
        Binary::FloorDivide => zip(a, b, into, T::floor_divide),
        Binary::Remainder => zip(a, b, into, T::remainder),
        Binary::Pow => zip(a, b, into, T::pow),
        Binary::Atan2 => zip(a, b, into, T::atan2),
        Binary::Hypot => zip(a, b, into, T::hypot),
        Binary::LogAddExp => zip(a, b, into, T::logaddexp),
        Binary::CopySign => zip(a, b, into, T::copysign),
        Binary::NextAfter => zip(a, b, into, T::nextafter),
        Binary::Maximum => zip(a, b, into, T::maximum),
        Binary::Minimum => zip(a, b, into, T::minimum),
        _ => undefined(op, T::DTYPE),
    }
}
