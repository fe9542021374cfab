//! Slices whose element type is a value: what interpreters and files pass around.

use std::ops::Range;

use num_complex::Complex;

use crate::dtype::DType;

/// A slice of elements of any dtype.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "a variant for each dtype")]
pub enum AnySlice<'a> {
    Bool(&'a [bool]),
    U8(&'a [u8]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    U64(&'a [u64]),
    F32(&'a [f32]),
    F64(&'a [f64]),
    C32(&'a [Complex<f32>]),
    C64(&'a [Complex<f64>]),
}

/// A slice of elements of any dtype, to be written.
#[derive(Debug)]
#[allow(missing_docs, reason = "a variant for each dtype")]
pub enum AnySliceMut<'a> {
    Bool(&'a mut [bool]),
    U8(&'a mut [u8]),
    I32(&'a mut [i32]),
    I64(&'a mut [i64]),
    U64(&'a mut [u64]),
    F32(&'a mut [f32]),
    F64(&'a mut [f64]),
    C32(&'a mut [Complex<f32>]),
    C64(&'a mut [Complex<f64>]),
}

/// The way of a type into [`AnySlice`] and back.
pub trait Erase: Sized {
    /// The slice with its type as a value.
    fn erase(slice: &[Self]) -> AnySlice<'_>;
    /// The slice with its type as a value.
    fn erase_mut(slice: &mut [Self]) -> AnySliceMut<'_>;
    /// The slice, when its elements are of this type.
    fn slice(any: AnySlice<'_>) -> Option<&[Self]>;
    /// The slice, when its elements are of this type.
    fn slice_mut<'a>(any: &'a mut AnySliceMut<'_>) -> Option<&'a mut [Self]>;
}

/// The same lines for every dtype.
macro_rules! erase {
    ($($variant:ident: $rust:ty;)*) => {
        $(impl Erase for $rust {
            fn erase(slice: &[Self]) -> AnySlice<'_> {
                AnySlice::$variant(slice)
            }
            fn erase_mut(slice: &mut [Self]) -> AnySliceMut<'_> {
                AnySliceMut::$variant(slice)
            }
            fn slice(any: AnySlice<'_>) -> Option<&[Self]> {
                if let AnySlice::$variant(slice) = any { Some(slice) } else { None }
            }
            fn slice_mut<'a>(any: &'a mut AnySliceMut<'_>) -> Option<&'a mut [Self]> {
                if let AnySliceMut::$variant(slice) = any { Some(slice) } else { None }
            }
        })*

        impl AnySlice<'_> {
            /// The number of elements.
            ///
            /// **Local.**
            pub fn len(&self) -> usize {
                match self { $(Self::$variant(slice) => slice.len(),)* }
            }

            /// The dtype of the elements.
            ///
            /// **Local.**
            pub fn dtype(&self) -> DType {
                match self { $(Self::$variant(_) => DType::$variant,)* }
            }
        }

        impl<'a> AnySlice<'a> {
            /// The elements at these positions.
            ///
            /// **Local.**
            #[must_use]
            pub fn part(self, range: Range<usize>) -> Self {
                match self { $(Self::$variant(slice) => Self::$variant(&slice[range]),)* }
            }
        }

        impl<'a> AnySliceMut<'a> {
            /// The elements at these positions, for as long as this is borrowed.
            ///
            /// **Local.**
            pub fn part(&mut self, range: Range<usize>) -> AnySliceMut<'_> {
                match self { $(Self::$variant(slice) => AnySliceMut::$variant(&mut slice[range]),)* }
            }

            /// The dtype of the elements.
            ///
            /// **Local.**
            pub fn dtype(&self) -> DType {
                match self { $(Self::$variant(_) => DType::$variant,)* }
            }

            /// The number of elements.
            ///
            /// **Local.**
            pub fn len(&self) -> usize {
                match self { $(Self::$variant(slice) => slice.len(),)* }
            }

            /// The first `middle` elements, and the rest.
            ///
            /// **Local.**
            #[must_use]
            pub fn split_at(self, middle: usize) -> (Self, Self) {
                match self { $(Self::$variant(slice) => {
                    let (first, rest) = slice.split_at_mut(middle);
                    (Self::$variant(first), Self::$variant(rest))
                })* }
            }
        }
    };
}
erase! {
    Bool: bool;
    U8: u8;
    I32: i32;
    I64: i64;
    U64: u64;
    F32: f32;
    F64: f64;
    C32: Complex<f32>;
    C64: Complex<f64>;
}

impl AnySlice<'_> {
    /// Whether there are no elements.
    ///
    /// **Local.**
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl AnySliceMut<'_> {
    /// Whether there are no elements.
    ///
    /// **Local.**
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
