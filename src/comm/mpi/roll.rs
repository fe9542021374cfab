//! The roll call: when every rank waits, nobody can go on; and reports of ranks that wait for long.
//!
//! A rank that has waited for a second tells rank 0. When rank 0 waits as well and has heard from all, it calls the roll
//! until all have answered twice that nothing has moved there since: then they wait for each other, and everyone is told.
//! Ranks look for messages all the time while they wait, so that a short message on its way would have been seen between
//! the two. A long one may take longer: while the library has such a message in hand, nothing must have moved for a minute.
//! Nothing is sent while ranks wait for less than a second, and one word a second at most after that.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::check::{Record, verdict};
use super::pause::Pause;
use super::raw::{Checked, abort};
use super::station::{Station, Word};
use super::wire::{Reader, Writer};
use crate::comm::Call;
use crate::comm::checked::table;

const LONG: Duration = Duration::from_secs(1);
const BETWEEN_ROUNDS: Duration = Duration::from_millis(500);
const ROUNDS: u32 = 2;
/// Longer than one chunk of a message travels on any network.
const IN_FLIGHT: Duration = Duration::from_mins(1);

/// What this rank has told and, on rank 0, what it has heard.
#[derive(Default)]
pub(super) struct Roll {
    /// Which move this rank has told rank 0 that it waits in, and when.
    told: Option<(u64, Instant)>,
    /// Whether this wait has been reported.
    reported: bool,
    waits: BTreeMap<usize, Waits>,
    /// Rounds in which nothing had moved, and the end of the first of them.
    confirmed: u32,
    quiet: Option<Instant>,
    round: u64,
    /// How many have not answered in this round.
    missing: Option<usize>,
    /// When the last round ended.
    last: Option<Instant>,
}

/// What a rank has said of its wait.
struct Waits {
    /// Which move it waits in.
    moves: u64,
    /// Whether messages of it are on their way.
    sending: bool,
    record: Record,
}

impl Station {
    /// Look at the clock of a wait. Without a call, this rank waits for the others to leave.
    pub(super) fn watch(&self, pause: &Pause, call: Option<&Call>) {
        let waited = pause.elapsed();
        if waited < LONG {
            return;
        }
        let record = || call.map_or_else(|| Record::of_leaver(self), |call| Record::of(self.rank, call));
        let (moves, told) = (self.moves.get(), self.roll.borrow().told);
        if told.is_none_or(|(then, since)| then != moves && since.elapsed() > LONG) {
            self.roll.borrow_mut().told = Some((moves, Instant::now()));
            let text = record().write(Writer::default().number(moves).number(self.is_sending().into()));
            // A failure of the library is found by the wait itself.
            let _ = self.say(0, Word::Waits, text);
        }
        if self.rank == 0 {
            let _ = self.call_roll();
        }
        let over = |limit: Option<Duration>| limit.is_some_and(|limit| waited >= limit);
        let overdue = over(self.settings.timeout);
        if (over(self.settings.watchdog) || overdue) && !self.roll.borrow().reported {
            self.roll.borrow_mut().reported = true;
            self.report(waited, &record(), overdue);
        }
        if overdue {
            abort(1);
        }
    }

    /// A wait has ended.
    pub(super) fn waited(&self) {
        self.moved();
        let mut roll = self.roll.borrow_mut();
        (roll.told, roll.reported) = (None, false);
        if self.rank == 0 {
            roll.waits.remove(&0);
            roll.forget_rounds();
        }
    }

    fn call_roll(&self) -> Checked<()> {
        let mut roll = self.roll.borrow_mut();
        let all_wait = roll.waits.len() == self.size;
        let some_call = roll.waits.values().any(|wait| !wait.record.left);
        let rested = roll.last.is_none_or(|last| last.elapsed() >= BETWEEN_ROUNDS);
        if !all_wait || !some_call || roll.missing.is_some() || !rested {
            return Ok(());
        }
        let sending = roll.waits.values().any(|wait| wait.sending);
        let quiet = roll.quiet.map_or(Duration::ZERO, |since| since.elapsed());
        if roll.confirmed >= ROUNDS && (!sending || quiet > IN_FLIGHT) {
            let records = roll.waits.values().map(|wait| wait.record.clone()).collect();
            drop(roll);
            return self.announce(verdict(records, "no rank can go on"));
        }
        roll.round += 1;
        roll.missing = Some(self.size - 1);
        let text = Writer::default().number(roll.round);
        if self.size == 1 {
            roll.round_is_over();
        }
        drop(roll);
        self.say_all(Word::RollCall, text)
    }

    pub(super) fn hear_roll(&self, from: usize, tag: u32, mut text: Reader<'_>) -> Checked<()> {
        let mut roll = self.roll.borrow_mut();
        if tag == Word::Waits as u32 {
            let (moves, sending) = (text.number(), text.number() != 0);
            roll.waits.insert(from, Waits { moves, sending, record: Record::read(&mut text) });
            roll.forget_rounds();
        } else if tag == Word::RollCall as u32 {
            drop(roll);
            return self.say(0, Word::Here, Writer::default().number(text.number()).number(self.moves.get()));
        } else if tag == Word::Here as u32 && text.number() == roll.round && roll.missing.is_some() {
            roll.answered(from, text.number());
        }
        Ok(())
    }

    /// Ranks 0 and 1 speak for all: rank 0 knows who waits; rank 1 is there for the case that it is rank 0 that does not
    /// come.
    fn report(&self, waited: Duration, own: &Record, ends: bool) {
        let headline = format!("ranks have waited for {} s", waited.as_secs());
        let roll = self.roll.borrow();
        let rows: Vec<_> = match self.rank {
            0 => (0..self.size)
                .map(|rank| (rank, roll.waits.get(&rank).map_or("computing", |wait| &wait.record.text)))
                .collect(),
            _ if self.rank == 1 || ends => vec![(self.rank, own.text.as_str())],
            _ => return,
        };
        let rows: Vec<_> = rows.into_iter().map(|(rank, text)| (rank, text.to_owned())).collect();
        eprintln!("{}", table(&headline, &rows));
    }
}

impl Roll {
    fn answered(&mut self, from: usize, moves: u64) {
        if self.waits.get(&from).is_none_or(|wait| wait.moves != moves) {
            self.waits.remove(&from); // it has gone on, and will tell when it waits again
            self.forget_rounds();
        } else if let Some(missing) = &mut self.missing {
            *missing -= 1;
            if *missing == 0 {
                self.round_is_over();
            }
        }
    }

    fn round_is_over(&mut self) {
        self.confirmed += 1;
        (self.missing, self.last) = (None, Some(Instant::now()));
        self.quiet = self.quiet.or(self.last);
    }

    fn forget_rounds(&mut self) {
        (self.confirmed, self.missing, self.quiet) = (0, None, None);
    }
}
