//! Exact sums: the same bits for any order, any number of threads and any partition over ranks.
//!
//! Floating-point addition is not associative, so a sum usually depends on how its terms are grouped, and the last digits
//! of a result change with the number of ranks. Here terms are added without rounding into an [`Accumulator`], a fixed-point
//! number as wide as the range of floats, and rounded once at the end.
//!
//! # Which accumulator, and how large
//! The type of the elements alone chooses, never their values or their number:
//!
//! | elements | state | bytes here | bytes in a message |
//! |---|---|---|---|
//! | `f32`, `f64` | [`Accumulator`] | 64, more when exponents are far apart | 3 and 4 for each digit: most often 11 to 19, at most 555 |
//! | complex | two of them | 128 | twice that |
//! | integers | [`Wrapping`] | 8 | 8 |
//!
//! Two states merge by adding digits as integers, which is exact, commutative and associative: any tree of merges gives the same state, and
//! equal sums have equal bytes. Ranks merge along the fixed tree of `Comm`'s all-reduce.
//!
//! # How a long sum stays as fast as memory
//! The kernels choose a grid, a power of two, for some thousand values and count whole units of it in lanes of plain additions (`grid.rs`).
//! Lanes are put away as integers after each block, and the integers into the accumulator only when another grid is needed. The grid does depend on the values;
//! the result does not, because nothing is ever rounded. What a grid does not exhaust is cut on (`rests.rs`), at a fraction of the speed.
//!
//! Many short lines, of at most 4096 values, need no accumulator: what their lanes have counted along one grid is two floats, whose sum is
//! rounded once (`total.rs`). One grid serves neighbouring lines until one of them does not fit.
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
mod columns;
mod grid;
mod kernel;
mod magnitude;
mod products;
mod rests;
mod runs;
mod slice;
mod spread;
mod strip;
mod summable;
mod terms;
mod total;
mod wire;

pub use accumulator::Accumulator;
pub(crate) use spread::Squares;
pub use summable::{Averageable, State, Summable, Wrapping};
