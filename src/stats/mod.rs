//! What the columns of a table are like.
//!
//! ```text
//!   quantile ──▶ bounds      one pass: the range of each group's keys                  one all-reduce
//!      ▲    └──▶ selection   a round for each eight bits of that range                 one all-reduce of counts each
//!      │             └─▶ batch ─▶ device/digits: counted where the block is
//!   describe ──▶ moments     two passes of exact sums                                  two all-reduces
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
mod quantile;
mod selection;

pub use describe::{Column, Description, describe};
pub use ordinal::Ordinal;
pub use quantile::{Levels, Quantiles, median, quantile};
