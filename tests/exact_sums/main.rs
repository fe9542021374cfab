//! Exact sums against an oracle of big integers, over every way to add, merge, write and round.

#![allow(clippy::unwrap_used)] // A test that fails may panic anywhere.

mod acceptance;
mod draw;
mod lines;
mod oracle;
mod products;
mod rows;
mod scalar;
mod slices;
