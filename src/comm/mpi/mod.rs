//! Ranks as processes, on one machine or many.
//!
//! The library carries messages and two collectives (the least of numbers, and an all-gather); the rest is written on messages, with the algorithms of the table
//! in [`Counters`](crate::comm::Counters): so folds run along the same tree as on threads, and give the same bits.
//!
//! ```text
//!   transport   the methods of `Transport`          world     MPI's start and end, panics, exits
//!   folds       along the fixed tree                leave     the end of a program
//!   exchange    many messages at once               check     comparing calls
//!   mail        one message                         roll      who waits for whom, watchdog
//!   incoming    messages of unknown length          station   what a rank's communicators share
//!   ─────────────────────────────────────────────────────────────────────────────────────────────
//!   transfer    requests and their memory           raw       checked calls          (`unsafe`)
//! ```
//!
//! **Nothing blocks in the library** but making communicators. A rank that waits looks after all its business in one loop
//! (`station`), so that errors of other ranks reach it wherever it waits.
//!
//! **Checked.** With `ISOTHERM_CHECK=1` (the default of builds with debug assertions; `0` turns it off) ranks compare
//! fingerprints before each collective: one all-reduce of 16 bytes. Without it, fingerprints are part of the tags, so
//! that different calls wait for each other instead of mixing; the roll call finds that within some two seconds. Splits are
//! always checked.
//!
//! **Counts** are 64 bits wide; messages travel in chunks (`ISOTHERM_MPI_CHUNK` bytes, for tests).
//!
//! **Long waits.** `ISOTHERM_WATCHDOG` seconds (60; 0 for never) make a report on standard error, `ISOTHERM_TIMEOUT` seconds
//! (never) end the job.

mod check;
mod ear;
mod exchange;
mod folds;
mod incoming;
mod leave;
mod mail;
mod pause;
mod raw;
mod roll;
mod settings;
mod station;
mod tags;
mod transfer;
mod transport;
mod wire;
mod world;

use crate::comm::Comm;
use crate::error::Result;
pub(crate) use world::{World, library};

/// A communicator over the processes of `communicator`, and the cores that this rank has for itself.
///
/// **Collective** over these processes. Its messages do not mix with those of `communicator`.
pub(crate) fn adopt(communicator: &impl mpi::traits::Communicator) -> Result<(Comm, usize)> {
    world::adopt(raw::Communicator::new(communicator.as_raw()))
}
