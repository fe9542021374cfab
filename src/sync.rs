//! The one door to locks and threads.
//!
//! The thread transport takes its primitives from here only, so that a test can compile the same files against the
//! ones of a schedule explorer (`tests/comm_shuttle.rs`).

use std::io;
use std::thread::Builder;

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
pub(crate) use std::thread::{Scope, ScopedJoinHandle, scope};

/// Start a thread called `name`: the name that the default panic message shows.
pub(crate) fn start<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: String,
    body: impl FnOnce() -> R + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, R>> {
    Builder::new().name(name).spawn_scoped(scope, body)
}
