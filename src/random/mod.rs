//! Random numbers as functions of (seed, stream, index): no state, no order, no communication.
//!
//! Element `i` of a random array is a pure function of the seed and of `i`, its linear index in the global array, so the
//! array is the same for every number of ranks, every layout and every order of evaluation, and any rank may compute any
//! element. The generator is Philox4x32-10, keyed by the seed; its 128-bit counter is the block's number and the stream.
//! A block of 128 random bits makes four `f32`, two `f64` or two integers, so element `i` of `f64` lies in block `i / 2`.
//!
//! Two arrays drawn with the same seed, stream and distribution are equal; with different distributions they are
//! dependent, because they read the same bits. Independent arrays take different seeds or [streams](Seed::stream).
//!
//! | distribution | types | on the CPU | on a GPU |
//! |---|---|---|---|
//! | [`Uniform`] in [0, 1) | `f32`, `f64`, complex | Exact | Exact, the same bits |
//! | [`OpenUniform`] in (0, 1] | `f32`, `f64` | Exact | Exact, the same bits |
//! | [`Integers`] in [low, high) | `u8`, `i32`, `i64`, `u64` | Exact | Exact, the same bits |
//! | [`Normal`] with mean 0 and variance 1 | `f32`, `f64`, complex | Reproducible | Bounded: 2 ulp from the CPU's |
//!
//! A GPU makes the numbers of these itself (their [`recipe`](Distribution::recipe)); those of other distributions are drawn on the host and brought
//! there. Its normals follow the CPU's arithmetic step by step, with fused products that are made of exact parts: of 600,000 that were compared on a
//! driver that does not fuse, none had other bits.
//!
//! ```
//! use isotherm::random::{self, Normal, Seed};
//! let seed = Seed::new(42);
//! let mut whole = [0.0_f64; 5];
//! random::fill(Normal, seed, 0, &mut whole);
//! let mut part = [0.0_f64; 3];
//! random::fill(Normal, seed, 2, &mut part);
//! assert_eq!(whole[2..], part);
//! ```
//!
//! # References
//! Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC11,
//! [doi:10.1145/2063384.2063405](https://doi.org/10.1145/2063384.2063405).

// What is not inlined into a kernel's loop is compiled for the baseline instruction set.
#![allow(clippy::inline_always)]

mod distribution;
mod integers;
mod normal;
mod philox;
mod recipe;
mod uniform;

pub use distribution::{Distribution, at, fill};
pub use integers::Integers;
pub use normal::Normal;
pub use philox::{Seed, bits};
pub use recipe::Recipe;
pub use uniform::{OpenUniform, Uniform};
