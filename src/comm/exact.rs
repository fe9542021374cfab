//! The folds whose result does not depend on their order.

use crate::comm::message::values;
use crate::dtype::{DType, Element};
use crate::memory::Buffer;

/// A fold that a transport may do itself and in any order, because the order cannot show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exact {
    /// The sum of integers, wrapping around.
    Sum,
    /// The smallest integer.
    Min,
    /// The largest integer.
    Max,
    /// `or` of bools; of integers bit by bit.
    Or,
}

impl Exact {
    /// The name of the call that folds like this.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sum => "all_reduce_exact (sum)",
            Self::Min => "all_reduce_exact (min)",
            Self::Max => "all_reduce_exact (max)",
            Self::Or => "all_reduce_exact (or)",
        }
    }

    /// Whether this fold of that dtype is exact: integers, and `Or` of bools.
    ///
    /// **Local.**
    pub fn takes(self, dtype: DType) -> bool {
        dtype.is_integer() || (self == Self::Or && dtype == DType::Bool)
    }

    /// Fold `right` into `left`, element by element.
    ///
    /// **Local.** Class: Exact.
    ///
    /// # Panics
    /// When [`Exact::takes`] is false for the dtype.
    pub fn merge(self, dtype: DType, left: Buffer, right: &Buffer) -> Buffer {
        match dtype {
            DType::Bool => fold_into(left, right, |a: bool, b| a | b),
            DType::U8 => fold_into(left, right, self.on(u8::wrapping_add, |a, b| a | b)),
            DType::I32 => fold_into(left, right, self.on(i32::wrapping_add, |a, b| a | b)),
            DType::I64 => fold_into(left, right, self.on(i64::wrapping_add, |a, b| a | b)),
            DType::U64 => fold_into(left, right, self.on(u64::wrapping_add, |a, b| a | b)),
            other => unreachable!("no fold of {other} is exact"),
        }
    }

    fn on<T: Ord + 'static>(self, sum: fn(T, T) -> T, or: fn(T, T) -> T) -> fn(T, T) -> T {
        match self {
            Self::Sum => sum,
            Self::Min => T::min,
            Self::Max => T::max,
            Self::Or => or,
        }
    }
}

/// `left[i] = fold(left[i], right[i])`.
pub(super) fn fold_into<T: Element>(left: Buffer, right: &Buffer, fold: impl Fn(T, T) -> T) -> Buffer {
    let mut block = left.into_block::<T>().expect("the ranks agreed on the dtype");
    for (left, right) in block.iter_mut().zip(values::<T>(right)) {
        *left = fold(*left, *right);
    }
    block.into_buffer()
}
