//! Kernels of the complex numbers.

use num_complex::Complex;

use crate::device::cpu::kernels::loops::{map, zip};
use crate::device::cpu::kernels::undefined;
use crate::dtype::{DType, Element};
use crate::math::{Part, complex};
use crate::program::{Binary, Unary};

pub(super) fn unary<P: Part>(op: Unary, a: &[Complex<P>], into: &mut [Complex<P>]) {
    match op {
        Unary::Negative => map(a, into, |a| Complex::new(-a.re, -a.im)),
        Unary::Conj => map(a, into, |a| Complex::new(a.re, -a.im)),
        Unary::Sign => map(a, into, complex::sign),
        Unary::Square => map(a, into, complex::square),
        Unary::Reciprocal => map(a, into, complex::reciprocal),
        Unary::Sqrt => map(a, into, complex::sqrt),
        Unary::Exp => map(a, into, complex::exp),
        Unary::Exp2 => map(a, into, |a| complex::pow(Complex::new(P::of(2.0), P::ZERO), a)),
        Unary::Expm1 => map(a, into, complex::expm1),
        Unary::Log => map(a, into, complex::log),
        Unary::Log1p => map(a, into, complex::log1p),
        Unary::Log2 => map(a, into, complex::log2),
        Unary::Log10 => map(a, into, complex::log10),
        Unary::Sin => map(a, into, complex::sin),
        Unary::Cos => map(a, into, complex::cos),
        Unary::Tan => map(a, into, complex::tan),
        Unary::Asin => map(a, into, complex::asin),
        Unary::Acos => map(a, into, complex::acos),
        Unary::Atan => map(a, into, complex::atan),
        Unary::Sinh => map(a, into, complex::sinh),
        Unary::Cosh => map(a, into, complex::cosh),
        Unary::Tanh => map(a, into, complex::tanh),
        Unary::Asinh => map(a, into, complex::asinh),
        Unary::Acosh => map(a, into, complex::acosh),
        Unary::Atanh => map(a, into, complex::atanh),
        _ => undefined(op, DType::C64),
    }
}

/// Functions that give a real number.
pub(super) fn part<P: Part>(op: Unary, a: &[Complex<P>], into: &mut [P]) {
    match op {
        Unary::Abs => map(a, into, complex::abs),
        Unary::Real => map(a, into, |a| a.re),
        Unary::Imag => map(a, into, |a| a.im),
        _ => undefined(op, DType::C64),
    }
}

pub(super) fn predicate<P: Part>(op: Unary, a: &[Complex<P>], into: &mut [bool]) {
    match op {
        Unary::IsNan => map(a, into, |a| a.re.is_nan() || a.im.is_nan()),
        Unary::IsInf => map(a, into, |a| a.re.is_infinite() || a.im.is_infinite()),
        Unary::IsFinite => map(a, into, |a| a.re.is_finite() && a.im.is_finite()),
        _ => undefined(op, DType::C64),
    }
}

pub(super) fn binary<P: Part>(op: Binary, a: &[Complex<P>], b: &[Complex<P>], into: &mut [Complex<P>])
where
    Complex<P>: Element,
{
    match op {
        Binary::Add => zip(a, b, into, |a, b| Complex::new(a.re + b.re, a.im + b.im)),
        Binary::Subtract => zip(a, b, into, |a, b| Complex::new(a.re - b.re, a.im - b.im)),
        Binary::Multiply => zip(a, b, into, complex::multiply),
        Binary::Divide => zip(a, b, into, complex::divide),
        Binary::Pow => zip(a, b, into, complex::pow),
        _ => undefined(op, DType::C64),
    }
}
