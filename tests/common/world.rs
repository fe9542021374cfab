//! The ranks that a test runs on: threads of this process.
//!
//! Taken in by `#[path = "common/world.rs"] mod world;`.
#![allow(dead_code, reason = "each test crate uses its own part of this")]

use isotherm::prelude::*;

/// Of these numbers of ranks those that can be had here.
pub(crate) fn sizes(wanted: impl IntoIterator<Item = usize>) -> Vec<usize> {
    wanted.into_iter().collect()
}

/// Run `f` on so many ranks; what those in this process returned, by rank.
#[track_caller]
pub(crate) fn run_on<R: Send>(ranks: usize, f: impl Fn(&Context) -> Result<R> + Send + Sync) -> Result<Vec<R>> {
    isotherm::run_on(ranks, f)
}
