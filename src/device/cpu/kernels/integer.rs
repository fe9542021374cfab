//! Kernels of the integers: they wrap, and dividing by zero gives zero.
#![allow(clippy::inline_always)]

use crate::device::cpu::kernels::loops::{map, zip, zip_strips};
use crate::device::cpu::kernels::undefined;
use crate::device::cpu::stream::Streaming;
use crate::math::integer::{self, Integer};
use crate::memory::AnySliceMut;
use crate::program::{Binary, Unary};

pub(super) fn unary<T: Integer>(op: Unary, a: &[T], mut into: AnySliceMut<'_>) {
    if let AnySliceMut::Bool(into) = into {
        into.fill(op == Unary::IsFinite);
        return;
    }
    let into = T::slice_mut(&mut into).expect("integer functions keep the dtype");
    match op {
        Unary::Negative => map(a, into, integer::negative),
        Unary::Abs => map(a, into, integer::abs),
        Unary::Sign => map(a, into, integer::sign),
        Unary::Square => map(a, into, integer::square),
        Unary::BitwiseInvert => map(a, into, integer::bitwise_invert),
        Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Round => into.copy_from_slice(a),
        _ => undefined(op, T::DTYPE),
    }
}

pub(super) fn binary<T: Integer>(op: Binary, a: &[T], b: &[T], into: &mut [T], streaming: Option<&Streaming>) {
    match op {
        Binary::Add => zip_strips(a, b, into, streaming, integer::add),
        Binary::Subtract => zip_strips(a, b, into, streaming, integer::subtract),
        Binary::Multiply => zip_strips(a, b, into, streaming, integer::multiply),
        Binary::FloorDivide => zip(a, b, into, integer::floor_divide),
        Binary::Remainder => zip(a, b, into, integer::remainder),
        Binary::Pow => zip(a, b, into, integer::pow),
        Binary::Maximum => zip(a, b, into, |a, b| if b > a { b } else { a }),
        Binary::Minimum => zip(a, b, into, |a, b| if b < a { b } else { a }),
        Binary::BitwiseAnd => zip(a, b, into, integer::bitwise_and),
        Binary::BitwiseOr => zip(a, b, into, integer::bitwise_or),
        Binary::BitwiseXor => zip(a, b, into, integer::bitwise_xor),
        Binary::LeftShift => zip(a, b, into, integer::bitwise_left_shift),
        Binary::RightShift => zip(a, b, into, integer::bitwise_right_shift),
        _ => undefined(op, T::DTYPE),
    }
}
