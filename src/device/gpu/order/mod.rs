//! What depends on the order of elements: scans, sorting, rows by their numbers, and the counting of digits that quantiles are found by.
//!
//! ```text
//!   scan    running sums along an axis: sums of parts, their scan, scans of the parts      shaders/order/{sums, scan, columns}
//!   sort    eight bits in a pass: counts of parts, their scan, dealing to places           shaders/order/{count, scan, deal}
//!   rows    gather and scatter                                                            shaders/order/rows
//!   digits  a round of a search for order statistics: how often digits occur              shaders/order/tally
//!   given   each of them for what the host gives
//! ```
//!
//! Places among a rank's elements are numbers of 32 bits here.

mod digits;
mod given;
mod keys;
mod rows;
mod scan;
mod sort;

pub(crate) use digits::{Digits, Search};
use scan::Scan;

#[cfg(test)]
mod tests;
