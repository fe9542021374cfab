//! Elementary functions of real numbers: the same bits on every processor.
//!
//! The platform's `libm` differs between systems and versions, so nothing here calls it. Every function is plain
//! arithmetic with explicit fused multiply-adds, and Rust never fuses or reorders on its own: one source gives one
//! result, whatever the instruction set. Functions are straight-line code with selections instead of branches, so that
//! a loop over a slice becomes vector code when it is compiled for a wide target.
//!
//! Reduction, then a polynomial, then reconstruction: the coefficients were fitted for this crate by interpolation
//! at Chebyshev nodes with 400-bit arithmetic; the reductions are the published ones, cited where they are used.
//!
//! # References
//! * J.-M. Muller, *Elementary Functions: Algorithms and Implementation*, 3rd ed., 2016, doi:10.1007/978-1-4899-7983-4.
//! * W. J. Cody, W. Waite, *Software Manual for the Elementary Functions*, 1980.
//! * P. T. P. Tang, "Table-lookup algorithms for elementary functions and their error analysis", ARITH 10, 1991,
//!   doi:10.1109/ARITH.1991.145565.
//! * N. Shibata, F. Petrogalli, "SLEEF: A Portable Vectorized Library of C Standard Mathematical Functions",
//!   IEEE TPDS 31(6), 2020, doi:10.1109/TPDS.2019.2960333.

// A function that is not inlined into the loop of a kernel is compiled for the baseline instruction set.
#![allow(clippy::inline_always)]
// Constants are written as the shortest decimals that read back as the same bits.
#![allow(clippy::unreadable_literal)]

pub mod cast;
pub mod complex;
mod elementary;
mod exact;
mod exponential;
mod hyperbolic;
mod implementations;
pub mod integer;
mod inverse_hyperbolic;
mod inverse_trigonometric;
mod logarithm;
mod parts;
mod power;
mod remainder;
mod single;
mod strip;
mod sum;
mod trigonometric;
mod turns;

pub use cast::{Cast, cast};
pub use elementary::Elementary;
pub use integer::Integer;
pub use parts::Part;
pub(crate) use strip::Strip;
