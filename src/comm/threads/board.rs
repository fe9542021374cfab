//! The board: everything that the rank threads share, as plain data under one lock.
//!
//! A collective is complete when all its ranks have entered. A rank that waits is *at rest*; whoever completes what
//! it waits for marks it as computing again before waking it. So the board always knows who could still make a move,
//! and two rules find every fault without a clock:
//!
//! 1. All ranks of a collective have entered, left or panicked, and they do not agree.
//! 2. No rank of the world computes any more, and at least one waits.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use smallvec::SmallVec;

use crate::comm::mailbox::Mailbox;
use crate::comm::threads::slot::{Group, Part, Slot};
use crate::comm::{Call, Kind};
use crate::error::{Error, Result};
use crate::memory::Buffer;

/// A collective: the communicator and the number of the call within it.
pub(super) type SlotKey = (u64, u64);

/// A stream of messages between members of one communicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct MailKey {
    pub(super) group: u64,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) tag: u32,
}

/// What a rank waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Done(SlotKey),
    Mail(MailKey, u64),
}

/// What a rank does.
#[derive(Clone, Debug)]
pub(super) enum Doing {
    Computing,
    Resting(Until, Call),
    Left,
    Panicked(String),
}

/// Ranks that may go on, and whether they sleep.
pub(super) type Woken = SmallVec<[(usize, bool); 4]>;

pub(super) struct Board {
    pub(super) doing: Vec<Doing>,
    /// The last call that each rank made.
    pub(super) last: Vec<Option<Call>>,
    /// What each rank wants to be said once it has left.
    pub(super) notes: Vec<Option<String>>,
    /// How many ranks compute.
    computing: usize,
    /// How many ranks have left or panicked.
    gone: usize,
    /// The open collectives: few at a time, oldest first. No hashing, and little to move.
    pub(super) slots: BTreeMap<SlotKey, Box<Slot>>,
    mail: HashMap<MailKey, Mailbox>,
    pub(super) fault: Option<Error>,
    /// Communicators made so far.
    groups: u64,
    /// Ranks whose threads sleep until they are woken.
    pub(super) asleep: Vec<bool>,
    /// Ranks to wake once the lock is released.
    woken: Woken,
}

impl Board {
    pub(super) fn new(ranks: usize) -> Self {
        Self {
            doing: vec![Doing::Computing; ranks],
            last: vec![None; ranks],
            notes: vec![None; ranks],
            computing: ranks,
            gone: 0,
            slots: BTreeMap::new(),
            mail: HashMap::new(),
            fault: None,
            groups: 1,
            asleep: vec![false; ranks],
            woken: Woken::new(),
        }
    }

    /// The error that ended the communication, if one did.
    pub(super) fn sound(&self) -> Result<()> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    pub(super) fn take_woken(&mut self) -> Woken {
        std::mem::take(&mut self.woken)
    }

    /// A member enters a collective.
    pub(super) fn enter(&mut self, group: &Arc<Group>, key: SlotKey, me: usize, call: &Call, part: Part) -> Result<()> {
        self.sound()?;
        self.last[group.members[me]] = Some(*call);
        let merges = matches!(part, Part::Merge);
        let slot = self.slots.entry(key).or_insert_with(|| Box::new(Slot::new(group)));
        slot.enter(me, call, part);
        if slot.arrived == group.members.len() {
            match slot.agrees() {
                Some(true) if merges => (), // complete when the value of the whole tree is there
                Some(true) => self.complete(key),
                _ => self.report_slot(key),
            }
        } else if self.gone > 0 {
            self.judge(key);
        }
        self.sound()
    }

    /// Rule 1, when a collective may be waiting for ranks that are gone.
    fn judge(&mut self, key: SlotKey) {
        let slot = &self.slots[&key];
        let gone = |rank: usize| matches!(self.doing[rank], Doing::Left | Doing::Panicked(_));
        let mut missing = slot.seats.iter().zip(&slot.group.members).filter(|(seat, _)| seat.call.is_none());
        let nobody_comes = slot.arrived < slot.seats.len() && missing.all(|(_, &rank)| gone(rank));
        if nobody_comes && self.fault.is_none() {
            self.report_slot(key);
        }
    }

    /// The results of a collective may be taken.
    pub(super) fn complete(&mut self, key: SlotKey) {
        let slot = self.slots.get_mut(&key).expect("a collective stays until all have taken its result");
        slot.done = true;
        if slot.seats[0].call.is_some_and(|call| call.kind == Kind::Split) {
            slot.new_groups = self.groups;
            self.groups += slot.seats.len() as u64;
        }
        let group = Arc::clone(&slot.group);
        for &rank in &group.members {
            if matches!(self.doing[rank], Doing::Resting(Until::Done(waits), _) if waits == key) {
                self.wake(rank);
            }
        }
    }

    /// A collective that this rank has entered.
    pub(super) fn slot(&mut self, key: SlotKey) -> &mut Slot {
        self.slots.get_mut(&key).expect("a collective stays until all have taken its result")
    }

    /// One rank more is finished with a collective.
    pub(super) fn taken(&mut self, key: SlotKey) {
        let slot = self.slot(key);
        slot.taken += 1;
        if slot.taken == slot.seats.len() {
            self.slots.remove(&key);
        }
    }

    pub(super) fn send(&mut self, key: MailKey, receiver: usize, call: &Call, part: Buffer) -> Result<()> {
        self.sound()?;
        let number = self.mail.entry(key).or_default().send(*call, part);
        if matches!(self.doing[receiver], Doing::Resting(Until::Mail(waits, n), _) if (waits, n) == (key, number)) {
            self.wake(receiver);
        }
        Ok(())
    }

    pub(super) fn post(&mut self, key: MailKey) -> Result<u64> {
        self.sound()?;
        Ok(self.mail.entry(key).or_default().post())
    }

    pub(super) fn receive(&mut self, key: MailKey, number: u64) -> Option<(Call, Buffer)> {
        let mailbox = self.mail.get_mut(&key)?;
        let message = mailbox.take(number);
        if mailbox.is_idle() {
            self.mail.remove(&key);
        }
        message
    }

    fn met(&self, until: Until) -> bool {
        match until {
            Until::Done(key) => self.slots.get(&key).is_some_and(|slot| slot.done),
            Until::Mail(key, number) => self.mail.get(&key).is_some_and(|mailbox| mailbox.has(number)),
        }
    }

    /// A rank comes to rest, unless what it waits for is there or cannot come.
    pub(super) fn rest(&mut self, rank: usize, until: Until, call: &Call) {
        self.last[rank] = Some(*call);
        if self.met(until) || self.fault.is_some() {
            return;
        }
        self.doing[rank] = Doing::Resting(until, *call);
        self.computing -= 1;
        self.judge_world();
    }

    pub(super) fn rests(&self, rank: usize) -> bool {
        matches!(self.doing[rank], Doing::Resting(..))
    }

    /// How a rest ended. What is there can be taken even when the ranks have failed since, so that all ranks of a
    /// collective get its result.
    pub(super) fn outcome(&self, until: Until) -> Result<()> {
        if self.met(until) { Ok(()) } else { self.sound() }
    }

    /// Rule 2.
    fn judge_world(&mut self) {
        let waits = self.doing.iter().any(|doing| matches!(doing, Doing::Resting(..)));
        if self.computing == 0 && waits && self.fault.is_none() {
            self.report_world();
        }
    }

    pub(super) fn wake(&mut self, rank: usize) {
        self.doing[rank] = Doing::Computing;
        self.computing += 1;
        self.woken.push((rank, self.asleep[rank]));
    }

    pub(super) fn note(&mut self, rank: usize, note: String) {
        self.notes[rank] = Some(note);
    }

    /// A rank has returned or panicked and will make no call any more.
    pub(super) fn gone(&mut self, rank: usize, how: Doing) {
        self.doing[rank] = how;
        self.computing -= 1;
        self.gone += 1;
        let open: Vec<SlotKey> = self.slots.iter().filter(|(_, slot)| !slot.done).map(|(key, _)| *key).collect();
        for key in open {
            self.judge(key);
        }
        self.judge_world();
    }
}
