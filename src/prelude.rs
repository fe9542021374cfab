//! What most programs use: `use isotherm::prelude::*;`

#[doc(no_inline)]
pub use crate::array::{DistArray, Ellipsis, NewAxis, Placement, Roots, concatenate, range, stack};
#[doc(no_inline)]
pub use crate::context::Context;
#[doc(no_inline)]
pub use crate::dtype::{DType, Element, Float, Floating, Numeric, Real};
#[doc(no_inline)]
pub use crate::error::{Error, ErrorKind, Result};
#[doc(no_inline)]
pub use crate::expr::{Arithmetic, ArrayLike, Expr, Functions, Logic, Operand, Parts, Reduction, Reductions, select};
#[doc(no_inline)]
pub use crate::layout::{Distribution, Layout, Mesh};
#[doc(no_inline)]
pub use crate::shape::Shape;
