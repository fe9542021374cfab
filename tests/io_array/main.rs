//! Files and distributed arrays: any ranks, any layout, any dtype; the same bytes and the same errors.
#![allow(clippy::unwrap_used)]

mod bounds;
mod cases;
mod csv;
mod failures;
mod golden;
mod npy;

#[allow(dead_code, reason = "shared with the tests of one rank's files")]
#[path = "../io_files/folder.rs"]
mod folder;
