//! The element types, as Rust types and as run-time values.

mod erased;

use std::fmt;

use bytemuck::{CheckedBitPattern, NoUninit, Zeroable};
use num_complex::Complex;

use crate::error::{Error, ErrorKind, Result};

pub use erased::{AnySlice, AnySliceMut, Erase};

/// The type of an array's elements, as a value.
///
/// It prints as Rust writes it (`f64`, complex types as `c32` and `c64` after their parts) and parses from that as well as from
/// NumPy's names (`float64`, `complex128`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DType {
    /// One byte, 0 or 1.
    Bool,
    /// Unsigned 8-bit integer.
    U8,
    /// Signed 32-bit integer.
    I32,
    /// Signed 64-bit integer.
    I64,
    /// Unsigned 64-bit integer.
    U64,
    /// Single precision.
    F32,
    /// Double precision.
    F64,
    /// Complex of two single precision parts.
    C32,
    /// Complex of two double precision parts.
    C64,
}

impl DType {
    /// Every dtype, in promotion order within its kind.
    pub const ALL: [Self; 9] =
        [Self::Bool, Self::U8, Self::I32, Self::I64, Self::U64, Self::F32, Self::F64, Self::C32, Self::C64];

    /// Bytes of one element.
    ///
    /// **Local.**
    pub const fn bytes(self) -> usize {
        match self {
            Self::Bool | Self::U8 => 1,
            Self::I32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 | Self::C32 => 8,
            Self::C64 => 16,
        }
    }

    /// The name as Rust writes it.
    ///
    /// **Local.**
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::U8 => "u8",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::C32 => "c32",
            Self::C64 => "c64",
        }
    }

    /// Whether this is `u8`, `i32`, `i64` or `u64`.
    ///
    /// **Local.**
    pub const fn is_integer(self) -> bool {
        matches!(self, Self::U8 | Self::I32 | Self::I64 | Self::U64)
    }

    /// Whether this is `f32` or `f64`.
    ///
    /// **Local.**
    pub const fn is_real(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Whether this is `c32` or `c64`.
    ///
    /// **Local.**
    pub const fn is_complex(self) -> bool {
        matches!(self, Self::C32 | Self::C64)
    }

    /// The dtype that two arrays have together, after the array API standard's table; where the standard leaves the pair
    /// open (an integer with a float), NumPy's answer.
    ///
    /// **Local.** Class: Exact.
    ///
    /// # References
    /// Python array API standard 2024.12, *Type promotion rules*.
    ///
    /// ```
    /// use isotherm::DType;
    /// assert_eq!(DType::I32.promote(DType::F32), DType::F64);
    /// assert_eq!(DType::I64.promote(DType::U64), DType::F64);
    /// assert_eq!(DType::U8.promote(DType::F32), DType::F32);
    /// ```
    #[must_use]
    pub fn promote(self, other: Self) -> Self {
        use DType::{Bool, C32, C64, F32, F64, I32, I64, U8, U64};
        let (low, high) = if self <= other { (self, other) } else { (other, self) };
        match (low, high) {
            (a, b) if a == b => a,
            (Bool, b) => b,
            (I32 | I64, U64) | (I32 | I64 | U64, F32) => F64,
            (I32 | I64 | U64 | F64, C32) => C64,
            (U8, _) | (I32, I64) | (_, F64 | C32 | C64) => high,
            _ => unreachable!("the pairs above are all of them"),
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for DType {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let numpy = match name {
            "uint8" => "u8",
            "int32" => "i32",
            "int64" => "i64",
            "uint64" => "u64",
            "float32" => "f32",
            "float64" => "f64",
            "complex64" => "c32",
            "complex128" => "c64",
            other => other,
        };
        let known = || Self::ALL.map(Self::name).join(", ");
        Self::ALL
            .into_iter()
            .find(|dtype| dtype.name() == numpy)
            .ok_or_else(|| Error::new(ErrorKind::DType, format!("no dtype is called {name:?}; there are {}", known())))
    }
}

mod sealed {
    pub trait Sealed {}
}

/// A type that an array can hold. Sealed: these nine are what files, devices and messages know.
///
/// Every bit pattern of zeros is a value, and no value has padding; all but `bool` take every pattern of bits.
pub trait Element:
    sealed::Sealed
    + Erase
    + NoUninit
    + CheckedBitPattern
    + Zeroable
    + PartialEq
    + Default
    + fmt::Debug
    + fmt::Display
    + Send
    + Sync
    + 'static
{
    /// The dtype as a value.
    const DTYPE: DType;
}

/// Run an expression with a dtype that is a value as a type.
macro_rules! with_dtype {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            $crate::DType::Bool => {
                type $T = bool;
                $body
            }
            $crate::DType::U8 => {
                type $T = u8;
                $body
            }
            $crate::DType::I32 => {
                type $T = i32;
                $body
            }
            $crate::DType::I64 => {
                type $T = i64;
                $body
            }
            $crate::DType::U64 => {
                type $T = u64;
                $body
            }
            $crate::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::DType::F64 => {
                type $T = f64;
                $body
            }
            $crate::DType::C32 => {
                type $T = $crate::Complex<f32>;
                $body
            }
            $crate::DType::C64 => {
                type $T = $crate::Complex<f64>;
                $body
            }
        }
    };
}
pub(crate) use with_dtype;

/// An [`Element`] with arithmetic: all but `bool`.
pub trait Numeric: Element {
    /// The type that sums and products of this type have: 64 bits for integers, the type itself otherwise.
    type Sum: Numeric;
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
}

/// A [`Numeric`] type with an order: integers and real floats.
pub trait Real: Numeric + PartialOrd {}

/// `f32`, `f64` and their complex numbers.
pub trait Floating: Numeric {
    /// The type of a part: of magnitudes, norms and deviations.
    type Part: Float;
}

/// `f32` and `f64`.
pub trait Float: Floating<Part = Self> + Real {}

/// The table of types; adding one begins here.
macro_rules! elements {
    ($($rust:ty: $dtype:ident;)*) => {$(
        impl sealed::Sealed for $rust {}
        impl Element for $rust {
            const DTYPE: DType = DType::$dtype;
        }
    )*};
}
elements! {
    bool: Bool;
    u8: U8;
    i32: I32;
    i64: I64;
    u64: U64;
    f32: F32;
    f64: F64;
    Complex<f32>: C32;
    Complex<f64>: C64;
}

/// The table of arithmetic types: the type of their sums, their zero and one.
macro_rules! numerics {
    ($($rust:ty => $sum:ty, $zero:expr, $one:expr;)*) => {$(
        impl Numeric for $rust {
            type Sum = $sum;
            const ZERO: Self = $zero;
            const ONE: Self = $one;
        }
    )*};
}
numerics! {
    u8 => u64, 0, 1;
    i32 => i64, 0, 1;
    i64 => i64, 0, 1;
    u64 => u64, 0, 1;
    f32 => f32, 0.0, 1.0;
    f64 => f64, 0.0, 1.0;
    Complex<f32> => Complex<f32>, Complex::new(0.0, 0.0), Complex::new(1.0, 0.0);
    Complex<f64> => Complex<f64>, Complex::new(0.0, 0.0), Complex::new(1.0, 0.0);
}

impl Real for u8 {}
impl Real for i32 {}
impl Real for i64 {}
impl Real for u64 {}
impl Real for f32 {}
impl Real for f64 {}

impl Floating for f32 {
    type Part = f32;
}
impl Floating for f64 {
    type Part = f64;
}
impl Floating for Complex<f32> {
    type Part = f32;
}
impl Floating for Complex<f64> {
    type Part = f64;
}
impl Float for f32 {}
impl Float for f64 {}
