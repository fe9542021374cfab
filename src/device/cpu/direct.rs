//! One operation on whole slices, without a tape: what small arrays want.

use crate::device::cpu::kernels;
use crate::memory::{AnySlice, AnySliceMut, Erase};
use crate::program::Op;

/// Apply `op`, which is no leaf, to as many elements of each argument as there are results. The bits are those of the same step in a program.
pub(crate) fn apply(op: &Op, arguments: &[AnySlice<'_>], into: AnySliceMut<'_>) {
    match op {
        Op::Unary(op) => kernels::unary(*op, arguments[0], into),
        Op::Binary(op) => kernels::binary(*op, arguments[0], arguments[1], into),
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
