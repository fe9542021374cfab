//! The one door to locks and threads.
//!
//! The thread transport takes its primitives from here only, so that a test can compile the same files against the
//! ones of a schedule explorer (`tests/comm_shuttle.rs`).

use std::hint::spin_loop;
use std::io;
use std::thread::{Builder, yield_now};
use std::time::{Duration, Instant};

pub(crate) use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
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

/// The cores that this process may use.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Look so many times whether it is `done`, and then so many times more, between which other threads may have the core. As how many sleeps
/// that took, where it took longer than one: threads of other programs had the core.
pub(crate) fn linger(spins: u32, yields: u32, done: impl Fn() -> bool) -> u32 {
    // All looks together take half as long on a core that nobody else wants; a thread that gets it keeps it for milliseconds.
    const SLEEP: Duration = Duration::from_micros(50);
    let begun = Instant::now();
    let spun = (0..spins).any(|_| {
        spin_loop();
        done()
    });
    let mut yields = if spun { 0..0 } else { 0..yields };
    yields.any(|_| {
        yield_now();
        done() || begun.elapsed() >= SLEEP
    });
    u32::try_from(begun.elapsed().as_micros() / SLEEP.as_micros()).unwrap_or(u32::MAX)
}
