//! The board under its lock, and the beds of the ranks: one condition variable each, so that only those wake who can
//! go on.

use std::time::Duration;

use crate::comm::Call;
use crate::comm::threads::board::{Board, Doing, Until};
use crate::error::Result;
use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
    beds: Vec<Condvar>,
    watchdog: Option<Watchdog>,
}

impl World {
    pub(super) fn new(ranks: usize, watchdog: Option<Watchdog>) -> Self {
        let beds = (0..ranks).map(|_| Condvar::new()).collect();
        Self { board: Mutex::new(Board::new(ranks)), beds, watchdog }
    }

    /// Change the board, then wake whom the change lets go on.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut Board) -> R) -> R {
        // No user code runs under the lock, so a panic under it is a bug of this module and not worth a second message.
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut board);
        let woken = board.take_woken();
        drop(board);
        for rank in woken {
            self.beds[rank].notify_one();
        }
        result
    }

    /// Rest until `until`, then take from the board what came.
    pub(super) fn rest<R>(
        &self,
        rank: usize,
        until: Until,
        call: &Call,
        take: impl FnOnce(&mut Board) -> R,
    ) -> Result<R> {
        let mut board = self.board.lock().unwrap_or_else(PoisonError::into_inner);
        board.rest(rank, until, call);
        for rank in board.take_woken() {
            self.beds[rank].notify_one(); // only when this rest was the last hope of the others
        }
        let mut told = false;
        while board.rests(rank) {
            board = self.sleep(board, rank, &mut told);
        }
        board.outcome(until).map(|()| take(&mut board))
    }

    fn sleep<'a>(&self, board: MutexGuard<'a, Board>, rank: usize, told: &mut bool) -> MutexGuard<'a, Board> {
        let bed = &self.beds[rank];
        let Some(watchdog) = &self.watchdog else {
            return bed.wait(board).unwrap_or_else(PoisonError::into_inner);
        };
        let (board, slept) = bed.wait_timeout(board, watchdog.patience).unwrap_or_else(PoisonError::into_inner);
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
