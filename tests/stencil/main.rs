//! Stencils against plain loops over padded dense arrays.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "../common/layouts.rs"]
mod layouts;
#[path = "../common/world.rs"]
mod world;

mod cost;
mod deals;
mod diffusion;
mod draw;
mod ghosted;
mod misuse;
mod oracle;
mod random;
mod sweeps;
