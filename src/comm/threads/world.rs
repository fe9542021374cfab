//! The board under its lock, and the beds of the ranks: one condition variable each, so that only those wake who can
//! go on.
//!
//! A rank that has to wait looks a while at a flag of its own before it sleeps: waking a sleeper takes ten times as long as a small
//! collective. Who shares its core with other ranks gives it away between the looks. Where other programs then take it, a look costs
//! milliseconds: the rank sleeps at once for as many waits as it could have slept meanwhile, for twice as many as before when the next look costs
//! as much, and for a quarter after a look that they left alone.

use std::time::Duration;

use crate::comm::Call;
use crate::comm::threads::board::{Board, Doing, Until, Woken};
use crate::error::Result;
use crate::sync::{AtomicBool, AtomicU32, Condvar, Mutex, MutexGuard, Ordering, PoisonError, cores, linger};

/// Reports ranks that wait for one that is stuck in its own computation, which the board cannot tell from work.
pub struct Watchdog {
    patience: Duration,
    report: Box<dyn Fn(&str) + Send + Sync>,
}

impl Watchdog {
    /// Call `report` with a table of what every rank does when ranks have waited for `patience`.
    ///
    /// **Local.** It reports once per wait and ends nothing. `report` must not communicate.
    pub fn new(patience: Duration, report: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { patience, report: Box::new(report) }
    }
}

pub(super) struct World {
    board: Mutex<Board>,
    beds: Vec<Bed>,
    /// How often a waiting rank looks before it sleeps: at once, and with its core given away in between.
    looks: (u32, u32),
    watchdog: Option<Watchdog>,
}

/// Where one rank waits, on cache lines of its own.
#[repr(align(128))]
struct Bed {
    /// Set when the rank may go on. The board says so too; this is read without its lock.
    called: AtomicBool,
    condvar: Condvar,
    /// For how many waits to sleep at once, and for how many after the next look. Of this rank alone.
    asleep_for: AtomicU32,
    backoff: AtomicU32,
}

impl Bed {
    fn new() -> Self {
        let none = || AtomicU32::new(0);
        Self { called: AtomicBool::new(false), condvar: Condvar::new(), asleep_for: none(), backoff: none() }
    }

    /// Look a while whether the rank is called, unless that was costly lately.
    fn linger(&self, (spins, yields): (u32, u32)) {
        let waits = self.asleep_for.load(Ordering::Relaxed);
        if waits > 0 {
            self.asleep_for.store(waits - 1, Ordering::Relaxed);
            return;
        }
        let lost = linger(spins, yields, || self.called.load(Ordering::Acquire));
        let last = self.backoff.load(Ordering::Relaxed);
        let backoff = if lost > 0 { lost.max(2 * last).min(LONGEST_BACKOFF) } else { last / 4 };
        self.asleep_for.store(backoff, Ordering::Relaxed);
        self.backoff.store(backoff, Ordering::Relaxed);
    }
}

/// The most waits between two looks.
const LONGEST_BACKOFF: u32 = 1023;

/// Looks of a rank that may have a core for itself: a few microseconds.
const SPINS: u32 = 200;

/// Times that the ranks of one core together give it away.
const YIELDS: usize = 64;

impl World {
    pub(super) fn new(ranks: usize, watchdog: Option<Watchdog>) -> Self {
        let beds = (0..ranks).map(|_| Bed::new()).collect();
        let sharing = ranks.div_ceil(cores());
        let looks = (if sharing == 1 { SPINS } else { 0 }, (YIELDS / sharing) as u32);
        Self { board: Mutex::new(Board::new(ranks)), beds, looks, watchdog }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        // No user code runs under the lock, so a panic under it is a bug of this module and not worth a second message.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Change the board, then wake whom the change lets go on.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut Board) -> R) -> R {
        let mut board = self.board();
        let result = change(&mut board);
        let woken = board.take_woken();
        drop(board);
        self.wake(woken);
        result
    }

    fn wake(&self, woken: Woken) {
        for (rank, asleep) in woken {
            self.beds[rank].called.store(true, Ordering::Release);
            if asleep {
                self.beds[rank].condvar.notify_one();
            }
        }
    }

    /// Rest until `until`, then take from the board what came.
    pub(super) fn rest<R>(
        &self,
        rank: usize,
        until: Until,
        call: &Call,
        take: impl FnOnce(&mut Board) -> R,
    ) -> Result<R> {
        let bed = &self.beds[rank];
        let mut board = self.board();
        // A call for the rest before may still be under way: then this one looks for a shorter time.
        bed.called.store(false, Ordering::Relaxed);
        board.rest(rank, until, call);
        self.wake(board.take_woken()); // somebody only when this rest was the last hope of the others
        if board.rests(rank) {
            drop(board);
            bed.linger(self.looks);
            board = self.board();
        }
        let mut told = false;
        while board.rests(rank) {
            board = self.sleep(board, rank, &mut told);
        }
        board.outcome(until).map(|()| take(&mut board))
    }

    fn sleep<'a>(&self, mut board: MutexGuard<'a, Board>, rank: usize, told: &mut bool) -> MutexGuard<'a, Board> {
        let bed = &self.beds[rank].condvar;
        board.asleep[rank] = true;
        let Some(watchdog) = &self.watchdog else {
            let mut board = bed.wait(board).unwrap_or_else(PoisonError::into_inner);
            board.asleep[rank] = false;
            return board;
        };
        let (mut board, slept) = bed.wait_timeout(board, watchdog.patience).unwrap_or_else(PoisonError::into_inner);
        board.asleep[rank] = false;
        if slept.timed_out()
            && !*told
            && let Some(text) = board.overview(rank)
        {
            (watchdog.report)(&text);
            *told = true;
        }
        board
    }

    pub(super) fn gone(&self, rank: usize, how: Doing) {
        self.change(|board| board.gone(rank, how));
    }
}
