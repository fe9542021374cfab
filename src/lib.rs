//! Distributed n-dimensional arrays.
#![deny(unsafe_code)]

mod axis;
mod dtype;
mod error;
pub mod io;
pub mod memory;
mod shape;

pub use axis::{Axes, Axis};
pub use dtype::{DType, Element, Float, Floating, Numeric, Real};
pub use error::{Error, ErrorKind, LocalError, Result};
pub use num_complex::Complex;
pub use shape::Shape;
