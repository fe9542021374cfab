//! Products of matrices: right for all ranks and layouts, at the documented cost.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "../common/layouts.rs"]
mod layouts;
#[path = "../common/world.rs"]
mod world;

mod oracle;

mod acceptance;
mod answers;
mod bits;
mod communication;
mod errors;
mod memory;
mod norms;
mod random;
mod vectors;
