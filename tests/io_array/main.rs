//! Files and distributed arrays: any ranks, any layout, any dtype; the same bytes and the same errors.
#![allow(clippy::unwrap_used)]

#[path = "../common/world.rs"]
mod world;

mod bounds;
mod cases;
mod csv;
mod failures;
mod folder;
mod golden;
mod npy;
