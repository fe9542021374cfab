//! The arithmetic of single elements: what an array operation does to each of its values.
//!
//! Everything here is scalar, local and free of state, and gives the same bits on every rank and every machine.

// What is not inlined into a kernel's loop is compiled for the baseline instruction set.
#![allow(clippy::inline_always)]

pub mod cast;
pub mod complex;
pub mod integer;
mod parts;

pub use parts::{Elementary, Part};
