//! Arrays whose dtype is a value: what files, the command line and interpreters of other languages hold.
//!
//! [`AnyArray`] is one of the nine typed arrays. Everything it does is either the typed array's own method, called through one
//! table, or an untyped expression ([`AnyExpr`]) that the typed layer's evaluation computes.
//!
//! Unlike typed operators these promote: two arrays to the dtype of the array API's table ([`DType::promote`]), a scalar to the
//! array's own dtype where its kind allows (as NumPy 2 does with Python's numbers), and integers and bools to `f64` for the functions
//! that only floats have.
//!
//! | array | with a scalar: bool | integer | float | complex |
//! |---|---|---|---|---|
//! | bool | bool | i64 | f64 | c64 |
//! | integer | the array's | the array's, if the value fits, else an error | f64 | c64 |
//! | float | the array's | the array's | the array's | complex of the array's |
//! | complex | the array's | the array's | the array's | the array's |
//!
//! ```
//! use isotherm::any::{AnyArray, AnyLike};
//! use isotherm::prelude::*;
//! use isotherm::program::{Binary, Fold, Unary};
//! isotherm::run_on(3, |cx| {
//!     let x = AnyArray::from(cx.arange(0_i32, 10, 1, 0)?);
//!     let y = x.binary(Binary::Add, 1).unary(Unary::Sqrt).eval()?; // i32 + a scalar, then a function of floats
//!     assert_eq!((y.dtype(), y.shape().size()), (DType::F64, 10));
//!     assert_eq!(y.compare(isotherm::program::Compare::Less, 2.5).eval()?.reduce(Fold::Sum, None).eval()?.item()?, 6_i64.into());
//!     assert!(y.downcast::<f32>().is_err());
//!     Ok(())
//! }).unwrap();
//! ```

mod expr;
mod promote;
mod verbs;

use std::any::Any;

use num_complex::Complex;

use crate::array::DistArray;
use crate::context::Context;
use crate::dtype::{DType, Element, with_dtype};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::local::AnyLocal;
use crate::memory::{AnySlice, Erase};
use crate::program::Scalar;
use crate::shape::Shape;

pub use expr::{AnyExpr, AnyLike, AnyReduction};
pub use verbs::{concatenate, stack};

/// Run an expression with the typed array that an [`AnyArray`] is; for functions of numbers, another one for bools.
macro_rules! with_array {
    ($any:expr, $x:ident => $body:expr) => {
        with_array!($any, $x => $body, $x => $body)
    };
    ($any:expr, $x:ident => $body:expr, $bools:pat => $of_bools:expr) => {
        match $any {
            $crate::array::any::AnyArray::Bool($bools) => $of_bools,
            $crate::array::any::AnyArray::U8($x) => $body,
            $crate::array::any::AnyArray::I32($x) => $body,
            $crate::array::any::AnyArray::I64($x) => $body,
            $crate::array::any::AnyArray::U64($x) => $body,
            $crate::array::any::AnyArray::F32($x) => $body,
            $crate::array::any::AnyArray::F64($x) => $body,
            $crate::array::any::AnyArray::C32($x) => $body,
            $crate::array::any::AnyArray::C64($x) => $body,
        }
    };
}
use with_array;

/// The table of typed arrays.
macro_rules! arrays {
    ($($variant:ident: $rust:ty;)*) => {
        /// A distributed array of any dtype.
        ///
        /// A typed array becomes one by [`From`]; [`downcast`](AnyArray::downcast) or [`TryFrom`] gives it back.
        #[derive(Clone)]
        #[allow(missing_docs, reason = "a variant for each dtype")]
        pub enum AnyArray {
            $($variant(DistArray<$rust>),)*
        }

        impl<T: Element> From<DistArray<T>> for AnyArray {
            fn from(array: DistArray<T>) -> Self {
                match T::DTYPE {
                    $(DType::$variant => Self::$variant(same(array).expect("the dtype says so")),)*
                }
            }
        }
    };
}
arrays! {
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

/// `a`, when its type is `B`.
fn same<A: 'static, B: 'static>(a: A) -> Option<B> {
    let mut a = Some(a);
    (&mut a as &mut dyn Any).downcast_mut::<Option<B>>().and_then(Option::take)
}

impl<T: Element> TryFrom<AnyArray> for DistArray<T> {
    type Error = Error;

    #[track_caller]
    fn try_from(array: AnyArray) -> Result<Self> {
        array.downcast()
    }
}

impl AnyArray {
    /// The array with its type.
    ///
    /// **Local.** No copy.
    ///
    /// # Errors
    /// [`ErrorKind::DType`] when the elements are of another type; it names both.
    #[track_caller]
    pub fn downcast<T: Element>(self) -> Result<DistArray<T>> {
        let other = format!("a {} array where one of {} is needed", self.dtype(), T::DTYPE);
        with_array!(self, x => same(x)).ok_or_else(|| Error::new(ErrorKind::DType, other))
    }

    /// The array with its type, borrowed.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`downcast`](AnyArray::downcast).
    #[track_caller]
    pub fn typed<T: Element>(&self) -> Result<&DistArray<T>> {
        let other =
            || Error::new(ErrorKind::DType, format!("a {} array where one of {} is needed", self.dtype(), T::DTYPE));
        with_array!(self, x => (x as &dyn Any).downcast_ref()).ok_or_else(other)
    }

    /// The type of the elements.
    ///
    /// **Local.**
    pub fn dtype(&self) -> DType {
        with_array!(self, x => x.dtype())
    }

    /// The shape of the whole array.
    ///
    /// **Local.**
    pub fn shape(&self) -> &Shape {
        with_array!(self, x => x.shape())
    }

    /// The number of axes.
    ///
    /// **Local.**
    pub fn ndim(&self) -> usize {
        self.shape().ndim()
    }

    /// Where every element lies.
    ///
    /// **Local.**
    pub fn layout(&self) -> &Layout {
        with_array!(self, x => x.layout())
    }

    /// The context.
    ///
    /// **Local.**
    pub fn context(&self) -> &Context {
        with_array!(self, x => x.context())
    }

    /// This rank's elements in row-major order.
    ///
    /// **Local.**
    pub fn local(&self) -> AnySlice<'_> {
        with_array!(self, x => Erase::erase(x.local()))
    }

    /// The only element of an array that every rank holds.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`DistArray::item`].
    #[track_caller]
    pub fn item(&self) -> Result<Scalar> {
        with_array!(self, x => Ok(x.item()?.into()))
    }

    /// All elements in row-major order, on every rank.
    ///
    /// **Collective**, as [`DistArray::gather`].
    ///
    /// # Errors
    /// As [`DistArray::gather`]; [`ErrorKind::DType`] when the elements are not of type `T`.
    #[track_caller]
    pub fn gather<T: Element>(&self) -> Result<Vec<T>> {
        self.typed()?.gather()
    }

    /// All elements in row-major order on rank `root`; nothing on the others.
    ///
    /// **Collective**, as [`DistArray::gather_on`].
    ///
    /// # Errors
    /// As [`DistArray::gather_on`]; [`ErrorKind::DType`] when the elements are not of type `T`.
    #[track_caller]
    pub fn gather_on<T: Element>(&self, root: usize) -> Result<Option<Vec<T>>> {
        self.typed()?.gather_on(root)
    }

    /// An array of one value, of the value's dtype.
    ///
    /// **Local.** As [`Context::full`].
    ///
    /// # Errors
    /// As [`Context::zeros`].
    #[track_caller]
    pub fn full(
        cx: &Context,
        shape: impl Into<Shape>,
        value: Scalar,
        placement: impl Into<crate::Placement>,
    ) -> Result<Self> {
        with_dtype!(value.dtype(), T => Ok(cx.full(shape, expr::element::<T>(value)?, placement)?.into()))
    }

    /// What an evaluation gave.
    fn from_value(mut value: AnyLocal, layout: Layout, cx: Context) -> Self {
        for dtype in DType::ALL {
            with_dtype!(dtype, T => match value.downcast::<T>() {
                Ok(local) => return DistArray::from_parts(local, layout, cx).into(),
                Err(other) => value = other,
            });
        }
        unreachable!("every value is a block of one of the dtypes")
    }
}

impl std::fmt::Debug for AnyArray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        with_array!(self, x => x.fmt(f))
    }
}
