//! Quantiles and descriptions of columns: an oracle that sorts, NumPy's answers, the same bits on any ranks and layout, messages and
//! memory as documented.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "../common/arrays.rs"]
mod arrays;
#[path = "../common/golden.rs"]
mod golden;
#[path = "../common/layouts.rs"]
mod layouts;
#[path = "../common/world.rs"]
mod world;

mod columns;
mod costs;
mod numpy;
mod oracle;
mod order;
mod random;
