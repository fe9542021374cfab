//! What depends on the order of elements: scans, sorting, rows by their numbers, and the counting of digits that quantiles are found by.
//!
//! Positions among a rank's elements are numbers of 32 bits here.

mod digits;
mod keys;
mod rows;
mod scan;
mod sort;

pub(crate) use digits::{Digits, Search};
pub(crate) use scan::Scan;

#[cfg(test)]
mod tests;
