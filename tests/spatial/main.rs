//! Distances between rows: right for all ranks and layouts, with the same bits, at the documented cost.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "../common/layouts.rs"]
mod layouts;
mod oracle;
#[path = "../common/world.rs"]
mod world;

mod answers;
mod cost;
mod errors;
