//! A buffer of one cache block whose element type is a value.

use std::ops::Range;

use num_complex::Complex;

use crate::dtype::DType;
use crate::memory::{AnySlice, AnySliceMut, Block, Erase, Pool};

/// A block of elements of any dtype.
pub(super) enum Register {
    Bool(Block<bool>),
    U8(Block<u8>),
    I32(Block<i32>),
    I64(Block<i64>),
    U64(Block<u64>),
    F32(Block<f32>),
    F64(Block<f64>),
    C32(Block<Complex<f32>>),
    C64(Block<Complex<f64>>),
}

/// The same line for every dtype.
macro_rules! registers {
    ($($variant:ident)*) => {
        impl Register {
            /// A register for `len` elements, which are unspecified.
            pub(super) fn new(dtype: DType, len: usize, pool: &Pool) -> Self {
                match dtype { $(DType::$variant => Self::$variant(pool.take(len)),)* }
            }

            /// The first `len` elements.
            pub(super) fn elements(&self, len: usize) -> AnySlice<'_> {
                match self { $(Self::$variant(block) => Erase::erase(&block[..len]),)* }
            }

            /// The elements at these positions.
            pub(super) fn elements_mut(&mut self, range: Range<usize>) -> AnySliceMut<'_> {
                match self { $(Self::$variant(block) => Erase::erase_mut(&mut block[range]),)* }
            }
        }
    };
}
registers! { Bool U8 I32 I64 U64 F32 F64 C32 C64 }
