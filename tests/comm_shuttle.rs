//! The thread transport under a schedule explorer: the files of `src/comm` once more, over locks and threads that it
//! controls.
//!
//! Each check runs thousands of random schedules of a small program. A schedule in which a rank is never woken is a
//! deadlock, which the explorer reports with the schedule that leads to it. Not exhaustive: see the explorer's own
//! documentation.
#![allow(clippy::unwrap_used)]

#[path = "../src/comm/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports)]
mod comm;

/// What `src/comm` takes from the rest of the library.
mod dtype {
    pub(crate) use isotherm::{DType, Element};
}
mod error {
    pub(crate) use isotherm::{Error, ErrorKind, Place, Result};
}
mod memory {
    pub(crate) use isotherm::memory::{Block, Buffer, Pool};
}

/// What `src/sync.rs` is in the library.
mod sync {
    pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    pub(crate) use shuttle::sync::{Condvar, Mutex, MutexGuard};
    pub(crate) use shuttle::thread::{Scope, ScopedJoinHandle, scope};
    pub(crate) use std::sync::PoisonError;

    #[allow(clippy::unnecessary_wraps)] // the signature is the one of the library
    pub(crate) fn start<'scope, R: Send + 'scope>(
        scope: &'scope Scope<'scope, '_>,
        _name: String,
        body: impl FnOnce() -> R + Send + 'scope,
    ) -> std::io::Result<ScopedJoinHandle<'scope, R>> {
        Ok(scope.spawn(body))
    }

    pub(crate) fn cores() -> usize {
        2
    }

    /// One look is enough to explore what may happen meanwhile.
    pub(crate) fn linger(_spins: u32, _yields: u32, done: impl Fn() -> bool) -> u32 {
        shuttle::thread::yield_now();
        u32::from(!done())
    }
}

use comm::{Comm, spawn};
use error::Result;

const SCHEDULES: usize = 1000;

/// Run a program under many schedules, uniform ones and ones with few preemptions, and check what the ranks return.
fn explore<R: Send + 'static>(
    ranks: usize,
    program: impl Fn(&Comm) -> Result<R> + Send + Sync + 'static,
    check: impl Fn(Vec<Result<R>>) + Send + Sync + 'static,
) {
    let run = std::sync::Arc::new(move || {
        let outcomes = spawn(ranks, |comm| program(&comm));
        check(outcomes.into_iter().map(|outcome| outcome.expect("no rank panics")).collect());
    });
    let again = std::sync::Arc::clone(&run);
    shuttle::check_random(move || run(), SCHEDULES);
    shuttle::check_pct(move || again(), SCHEDULES, 3);
}

#[test]
fn collectives_end_under_every_schedule() {
    for ranks in [2, 3, 5] {
        let program = |comm: &Comm| {
            let rank = comm.rank() as u64;
            comm.barrier()?;
            let folded = comm.all_reduce(&[rank + 1], |a, b| 3 * a + b)?;
            let before = comm.exclusive_scan(&[rank], |a, b| a + b)?;
            let gathered = comm.all_gather_v(&[rank])?.concat();
            let dense = comm.start_all_to_all_v(vec![vec![rank]; comm.size()])?;
            let last = comm.send_receive(
                (comm.rank() + 1) % comm.size(),
                &[rank],
                (comm.rank() + comm.size() - 1) % comm.size(),
            )?;
            let half = comm.split(rank % 2, 0)?.all_reduce(&[1_u64], |a, b| a + b)?;
            assert_eq!(dense.finish()?.concat(), gathered);
            assert_eq!(last[0], (rank + gathered.len() as u64 - 1) % gathered.len() as u64);
            assert_eq!(half[0], (gathered.len() as u64 + 1 - rank % 2) / 2);
            assert_eq!(before.map_or(0, |before| before[0]), (0..rank).sum::<u64>());
            Ok(folded[0])
        };
        explore(ranks, program, |outcomes| {
            let folds: Vec<u64> = outcomes.into_iter().map(Result::unwrap).collect();
            let tree = match folds.len() {
                2 => 5,                    // 3 * 1 + 2
                3 => 18,                   // 3 * (3 * 1 + 2) + 3
                _ => 3 * (3 * 5 + 13) + 5, // ((1 2)(3 4)) 5
            };
            assert!(folds.iter().all(|fold| *fold == tree), "{folds:?}");
        });
    }
}

#[test]
fn a_mismatch_is_found_under_every_schedule() {
    let program = |comm: &Comm| {
        comm.barrier()?;
        if comm.rank() == 1 { comm.all_reduce(&[1.0], |a, b| a + b).map(drop) } else { comm.barrier() }
    };
    explore(3, program, |outcomes| {
        let errors: Vec<_> = outcomes.into_iter().map(Result::unwrap_err).collect();
        assert!(errors.iter().all(|error| *error == errors[0]));
        let rows: Vec<_> = errors[0].message().lines().collect();
        assert!(rows[1].starts_with("  ranks 0, 2  barrier at") && rows[2].starts_with("  rank 1      all_reduce"));
    });
}

#[test]
fn an_early_return_is_found_under_every_schedule() {
    let program = |comm: &Comm| if comm.rank() == 0 { Ok(()) } else { comm.barrier() };
    explore(3, program, |mut outcomes| {
        assert!(outcomes.remove(0).is_ok());
        let errors: Vec<_> = outcomes.into_iter().map(Result::unwrap_err).collect();
        assert_eq!(errors[0], errors[1]);
        assert!(errors[0].message().contains("  rank 0     left\n"), "{}", errors[0]);
    });
}

#[test]
fn receives_that_wait_for_each_other_are_found_under_every_schedule() {
    let program = |comm: &Comm| {
        let next = (comm.rank() + 1) % 3;
        comm.start_send(next, 1, &[0_u8])?.finish()?;
        comm.start_receive::<u8>(next, 1)?.finish().map(drop) // from the wrong side
    };
    explore(3, program, |outcomes| {
        let errors: Vec<_> = outcomes.into_iter().map(Result::unwrap_err).collect();
        assert!(errors.iter().all(|error| *error == errors[0]));
        assert!(errors[0].message().starts_with("no rank can go on\n"));
    });
}
