//! What the columns of a table are like.
//!
//! ```text
//!   describe ──▶ moments        two passes, two all-reduces
//!       │
//!   quantile ──▶ bounds         the range of each group's keys: one all-reduce
//!       └──────▶ selection      one all-reduce of counts for each eight bits of that range
//!                   └─▶ batch ─▶ piece ─▶ tally       the passes over the local elements
//! ```
//!
//! A quantile lies between two order statistics, and these are found by counting: no element is sorted or sent. Elements become
//! integers in the same order ([`Ordinal`]), and each round counts, for the next eight bits, how many elements that still
//! could be the ones have which value of them. All order statistics of all groups share the rounds.

mod batch;
mod bounds;
mod describe;
mod groups;
mod moments;
mod ordinal;
mod piece;
mod quantile;
mod selection;
mod tally;

pub use describe::{Column, Description, describe};
pub use ordinal::Ordinal;
pub use quantile::{Levels, Quantiles, median, quantile};
