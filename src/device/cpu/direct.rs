//! One operation on whole slices, without a tape: what small arrays want.

use smallvec::SmallVec;

use crate::device::cpu::frame::fill;
use crate::device::cpu::kernels;
use crate::device::cpu::register::Register;
use crate::memory::{AnySlice, AnySliceMut, Erase, Pool};
use crate::program::{Op, Scalar};

/// What an operation is applied to.
#[derive(Clone, Copy)]
pub(crate) enum Argument<'a> {
    /// As many elements as there are results.
    Elements(AnySlice<'a>),
    /// One value for all.
    Scalar(Scalar),
}

/// Apply `op`, which is no leaf, to its arguments. The bits are those of the same step in a program.
pub(crate) fn apply(op: &Op, arguments: &[Argument<'_>], into: AnySliceMut<'_>, pool: &Pool) {
    let len = into.len();
    let repeated = |argument: &Argument<'_>| match *argument {
        Argument::Elements(_) => None,
        Argument::Scalar(scalar) => {
            let mut register = Register::new(scalar.dtype(), len, pool);
            fill(register.elements_mut(0..len), scalar);
            Some(register)
        }
    };
    let registers: SmallVec<[Option<Register>; 3]> = arguments.iter().map(repeated).collect();
    let slices = arguments.iter().zip(&registers).map(|(argument, register)| match (*argument, register) {
        (Argument::Elements(elements), _) => elements,
        (Argument::Scalar(_), register) => register.as_ref().expect("scalars are repeated").elements(len),
    });
    step(op, &slices.collect::<SmallVec<[AnySlice<'_>; 3]>>(), into);
}

fn step(op: &Op, arguments: &[AnySlice<'_>], into: AnySliceMut<'_>) {
    match op {
        Op::Unary(op) => kernels::unary(*op, arguments[0], into),
        Op::Binary(op) => kernels::binary(*op, arguments[0], arguments[1], into, None),
        Op::Compare(op) => kernels::compare(*op, arguments[0], arguments[1], into, None),
        Op::Select => {
            let condition = bool::slice(arguments[0]).expect("a selection begins with its condition");
            kernels::select(condition, arguments[1], arguments[2], into, None);
        }
        Op::Cast => kernels::cast(arguments[0], into, None),
        Op::Closure(closure) => closure.call(arguments[0], into),
        Op::Block(_) | Op::Scalar(_) | Op::Index(_) => unreachable!("leaves are no operations"),
    }
}
