//! One element of any dtype.

use std::fmt;

use num_complex::Complex;

use crate::dtype::{DType, with_dtype};
use crate::math;

/// One element whose dtype is known at run time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "a variant for each dtype")]
pub enum Scalar {
    Bool(bool),
    U8(u8),
    I32(i32),
    I64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    C32(Complex<f32>),
    C64(Complex<f64>),
}

/// The same line for every dtype.
macro_rules! scalars {
    ($($variant:ident: $rust:ty;)*) => {
        impl Scalar {
            /// The dtype of this element.
            ///
            /// **Local.**
            pub fn dtype(&self) -> DType {
                match self { $(Self::$variant(_) => DType::$variant,)* }
            }

            /// This element as another dtype, by the rules of [`math::cast()`].
            ///
            /// **Local.** Class: Exact.
            #[must_use]
            pub fn cast(self, dtype: DType) -> Self {
                match self { $(Self::$variant(value) => with_dtype!(dtype, T => math::cast::<$rust, T>(value).into()),)* }
            }

            /// The element of another dtype with an equal value, or nothing if there is none.
            ///
            /// **Local.** Class: Exact.
            pub fn exact(self, dtype: DType) -> Option<Self> {
                match self {
                    $(Self::$variant(value) => {
                        with_dtype!(dtype, T => math::cast::exact::<$rust, T>(value).map(Self::from))
                    })*
                }
            }
        }

        impl fmt::Display for Scalar {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$variant(value) => value.fmt(f),)* }
            }
        }

        $(impl From<$rust> for Scalar {
            fn from(value: $rust) -> Self {
                Self::$variant(value)
            }
        })*

        $(impl TryFrom<Scalar> for $rust {
            type Error = DType;

            /// The element, or the dtype it has instead.
            fn try_from(scalar: Scalar) -> Result<Self, DType> {
                match scalar {
                    Scalar::$variant(value) => Ok(value),
                    other => Err(other.dtype()),
                }
            }
        })*
    };
}
scalars! {
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
