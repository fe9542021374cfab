//! Distributed n-dimensional arrays.
#![deny(unsafe_code)]

mod array;
mod axis;
pub mod cluster;
pub mod comm;
mod context;
mod device;
mod dtype;
mod error;
pub mod exact;
pub mod expr;
pub mod io;
pub mod layout;
mod local;
pub mod math;
pub mod memory;
pub mod prelude;
pub mod program;
pub mod random;
mod run;
mod shape;
mod sync;
mod timer;

pub use array::any::{self, AnyArray};
pub use array::{AxisRange, Ellipsis, Extent, Extents, Index, IndexItem, NewAxis, RangeEnd};
pub use array::{DistArray, EvaluationPlan, Placement, Root, Roots, concatenate, range, stack};
pub use axis::{Axes, Axis};
pub use context::Context;
pub use device::Cpu;
pub use dtype::{DType, Element, Float, Floating, Numeric, Real};
pub use error::{Error, ErrorKind, LocalError, Result};
pub use expr::{Expr, Reduction, Statistic};
pub use layout::{Distribution, Layout, Mesh};
pub use local::Local;
pub use num_complex::Complex;
pub use run::{RANKS, run, run_on};
pub use shape::Shape;
pub use timer::{Timer, Timing, Timings};
