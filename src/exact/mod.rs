//! Exact sums: the same bits for any order, any number of threads and any partition over ranks.
//!
//! Floating-point addition is not associative, so a sum usually depends on how its terms are grouped, and the last digits
//! of a result change with the number of ranks. Here terms are added without rounding into an [`Accumulator`], a fixed-point
//! number as wide as the range of floats, and rounded once at the end.
//!
//! ```
//! use isotherm::exact::{Accumulator, State, Summable};
//! let (mut sum, mut rest) = (Accumulator::default(), Accumulator::default());
//! f64::add_slice(&mut sum, &[0.1, 0.2, 1e20]);
//! f64::add_slice(&mut rest, &[-1e20, 0.3]);
//! sum.merge(&rest);
//! assert_eq!(f64::finish(&sum), 0.6); // 0.1 + 0.2 + 0.3 in that order is 0.6000000000000001
//! ```

// A kernel that is not inlined into the function with the wide registers is compiled for the narrow ones.
#![allow(clippy::inline_always)]

mod accumulator;
mod grid;
mod kernel;
mod magnitude;
mod products;
mod rests;
mod rows;
mod slice;
mod strip;
mod summable;
mod terms;
mod wire;

pub use accumulator::Accumulator;
pub use summable::{Averageable, State, Summable, Wrapping};
