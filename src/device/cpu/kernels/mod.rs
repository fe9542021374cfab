//! The kernels: one loop per operation and dtype, never per expression.
//!
//! A kernel is chosen by the operation and the dtype of its operands, both values, outside its loop. Which pairs exist is said by the
//! tables of [`crate::program`]; expressions refuse the others when they are built.

mod arithmetic;
mod chain;
mod complex;
mod integer;
mod lanes;
mod link;
mod loops;
mod real;

use num_complex::Complex;

use crate::device::cpu::stream::Streaming;
use crate::dtype::{DType, Element, with_dtype};
use crate::math::{self, Cast};
use crate::memory::{AnySlice, AnySliceMut, Erase};
use crate::program::{Binary, Compare, Unary};

pub(super) use arithmetic::Arithmetic;
pub(super) use chain::{LONGEST_STRIP, chain};
pub(super) use lanes::Lanes;
pub(super) use link::{Link, Operand, Placed};

/// `into[i] = op(a[i])`.
pub(super) fn unary(op: Unary, a: AnySlice<'_>, into: AnySliceMut<'_>) {
    match (a, into) {
        (AnySlice::Bool(a), AnySliceMut::Bool(into)) => loops::map(a, into, |a| !a),
        (AnySlice::U8(a), into) => integer::unary(op, a, into),
        (AnySlice::I32(a), into) => integer::unary(op, a, into),
        (AnySlice::I64(a), into) => integer::unary(op, a, into),
        (AnySlice::U64(a), into) => integer::unary(op, a, into),
        (AnySlice::F32(a), AnySliceMut::F32(into)) => real::unary(op, a, into),
        (AnySlice::F64(a), AnySliceMut::F64(into)) => real::unary(op, a, into),
        (AnySlice::F32(a), AnySliceMut::Bool(into)) => real::predicate(op, a, into),
        (AnySlice::F64(a), AnySliceMut::Bool(into)) => real::predicate(op, a, into),
        (AnySlice::C32(a), AnySliceMut::C32(into)) => complex::unary(op, a, into),
        (AnySlice::C64(a), AnySliceMut::C64(into)) => complex::unary(op, a, into),
        (AnySlice::C32(a), AnySliceMut::F32(into)) => complex::part(op, a, into),
        (AnySlice::C64(a), AnySliceMut::F64(into)) => complex::part(op, a, into),
        (AnySlice::C32(a), AnySliceMut::Bool(into)) => complex::predicate(op, a, into),
        (AnySlice::C64(a), AnySliceMut::Bool(into)) => complex::predicate(op, a, into),
        (a, _) => unreachable!("{op:?} of {} is refused when the expression is built", a.dtype()),
    }
}

/// `into[i] = op(a[i], b[i])`.
pub(super) fn binary(
    op: Binary,
    a: AnySlice<'_>,
    b: AnySlice<'_>,
    into: AnySliceMut<'_>,
    streaming: Option<&Streaming>,
) {
    match (a, b, into) {
        (AnySlice::Bool(a), AnySlice::Bool(b), AnySliceMut::Bool(into)) => match op {
            Binary::BitwiseAnd => loops::zip(a, b, into, |a, b| a & b),
            Binary::BitwiseOr => loops::zip(a, b, into, |a, b| a | b),
            _ => loops::zip(a, b, into, |a, b| a ^ b),
        },
        (AnySlice::U8(a), AnySlice::U8(b), AnySliceMut::U8(into)) => integer::binary(op, a, b, into, streaming),
        (AnySlice::I32(a), AnySlice::I32(b), AnySliceMut::I32(into)) => integer::binary(op, a, b, into, streaming),
        (AnySlice::I64(a), AnySlice::I64(b), AnySliceMut::I64(into)) => integer::binary(op, a, b, into, streaming),
        (AnySlice::U64(a), AnySlice::U64(b), AnySliceMut::U64(into)) => integer::binary(op, a, b, into, streaming),
        (AnySlice::F32(a), AnySlice::F32(b), AnySliceMut::F32(into)) => real::binary(op, a, b, into),
        (AnySlice::F64(a), AnySlice::F64(b), AnySliceMut::F64(into)) => real::binary(op, a, b, into),
        (AnySlice::C32(a), AnySlice::C32(b), AnySliceMut::C32(into)) => complex::binary(op, a, b, into),
        (AnySlice::C64(a), AnySlice::C64(b), AnySliceMut::C64(into)) => complex::binary(op, a, b, into),
        (a, b, _) => unreachable!("{op:?} of {} and {} is refused when it is built", a.dtype(), b.dtype()),
    }
}

/// `into[i] = op(a[i], b[i])`.
pub(super) fn compare(
    op: Compare,
    a: AnySlice<'_>,
    b: AnySlice<'_>,
    mut into: AnySliceMut<'_>,
    streaming: Option<&Streaming>,
) {
    let into = bool::slice_mut(&mut into).expect("comparisons give bools");
    match (a, b) {
        (AnySlice::C32(a), AnySlice::C32(b)) => equality(op, a, b, into, streaming),
        (AnySlice::C64(a), AnySlice::C64(b)) => equality(op, a, b, into, streaming),
        (AnySlice::Bool(a), AnySlice::Bool(b)) => order(op, a, b, into, streaming),
        (AnySlice::U8(a), AnySlice::U8(b)) => order(op, a, b, into, streaming),
        (AnySlice::I32(a), AnySlice::I32(b)) => order(op, a, b, into, streaming),
        (AnySlice::I64(a), AnySlice::I64(b)) => order(op, a, b, into, streaming),
        (AnySlice::U64(a), AnySlice::U64(b)) => order(op, a, b, into, streaming),
        (AnySlice::F32(a), AnySlice::F32(b)) => order(op, a, b, into, streaming),
        (AnySlice::F64(a), AnySlice::F64(b)) => order(op, a, b, into, streaming),
        (a, b) => unreachable!("{} and {} are not compared", a.dtype(), b.dtype()),
    }
}

fn equality<T: Element>(op: Compare, a: &[T], b: &[T], into: &mut [bool], streaming: Option<&Streaming>) {
    match op {
        Compare::Equal => loops::zip_strips(a, b, into, streaming, |a, b| a == b),
        _ => loops::zip_strips(a, b, into, streaming, |a, b| a != b),
    }
}

fn order<T: Element + PartialOrd>(op: Compare, a: &[T], b: &[T], into: &mut [bool], streaming: Option<&Streaming>) {
    match op {
        Compare::Less => loops::zip_strips(a, b, into, streaming, |a, b| a < b),
        Compare::LessEqual => loops::zip_strips(a, b, into, streaming, |a, b| a <= b),
        Compare::Greater => loops::zip_strips(a, b, into, streaming, |a, b| a > b),
        Compare::GreaterEqual => loops::zip_strips(a, b, into, streaming, |a, b| a >= b),
        _ => equality(op, a, b, into, streaming),
    }
}

/// `into[i] = value`.
pub(super) fn fill<T: Element>(into: &mut [T], value: T, streaming: Option<&Streaming>) {
    match streaming {
        Some(_) => loops::fill(into, value, streaming),
        None => into.fill(value),
    }
}

/// `into[i] = a[i]`.
pub(super) fn copy<T: Element>(a: &[T], into: &mut [T], streaming: Option<&Streaming>) {
    match streaming {
        Some(_) => loops::map_strips(a, into, streaming, |a| a),
        None => into.copy_from_slice(a),
    }
}

/// `into[i] = a[i]` where the condition holds, `b[i]` elsewhere.
pub(super) fn select(
    condition: &[bool],
    a: AnySlice<'_>,
    b: AnySlice<'_>,
    mut into: AnySliceMut<'_>,
    streaming: Option<&Streaming>,
) {
    with_dtype!(a.dtype(), T => {
        let a = T::slice(a).expect("the dtype was asked for");
        let b = T::slice(b).expect("both sides of a selection have one dtype");
        let into = T::slice_mut(&mut into).expect("a selection keeps the dtype");
        loops::select(condition, a, b, into, streaming);
    });
}

/// `into[i] = a[i]` in the dtype of `into`.
pub(super) fn cast(a: AnySlice<'_>, into: AnySliceMut<'_>, streaming: Option<&Streaming>) {
    with_dtype!(a.dtype(), A => cast_from(A::slice(a).expect("the dtype was asked for"), into, streaming));
}

fn cast_from<A: Cast>(a: &[A], into: AnySliceMut<'_>, streaming: Option<&Streaming>) {
    match into {
        AnySliceMut::Bool(into) => loops::map_strips(a, into, streaming, math::cast::<A, bool>),
        AnySliceMut::U8(into) => loops::map_strips(a, into, streaming, math::cast::<A, u8>),
        AnySliceMut::I32(into) => loops::map_strips(a, into, streaming, math::cast::<A, i32>),
        AnySliceMut::I64(into) => loops::map_strips(a, into, streaming, math::cast::<A, i64>),
        AnySliceMut::U64(into) => loops::map_strips(a, into, streaming, math::cast::<A, u64>),
        AnySliceMut::F32(into) => loops::map_strips(a, into, streaming, math::cast::<A, f32>),
        AnySliceMut::F64(into) => loops::map_strips(a, into, streaming, math::cast::<A, f64>),
        AnySliceMut::C32(into) => loops::map_strips(a, into, streaming, math::cast::<A, Complex<f32>>),
        AnySliceMut::C64(into) => loops::map_strips(a, into, streaming, math::cast::<A, Complex<f64>>),
    }
}

/// The refusal of an operation that the tables do not list.
fn undefined(op: impl std::fmt::Debug, dtype: DType) -> ! {
    unreachable!("{op:?} of {dtype} is refused when the expression is built")
}
