//! What all communicators of one rank share: the error that ended the communication, the messages that the library
//! still has in hand, and the words that the ranks exchange about themselves.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::check::{Check, Group, Record, verdict};
use super::ear::Ear;
use super::pause::Pause;
use super::raw::{Checked, Communicator, Failure};
use super::roll::Roll;
use super::settings::Settings;
use super::transfer::Transfer;
use super::wire::{Reader, Writer};
use crate::comm::checked::table;
use crate::comm::{Call, Shared};
use crate::error::{Error, ErrorKind, Result};
use crate::memory::Pool;

/// The words, by the tags of their messages on the control communicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// The error that ends the communication, from whoever found it to all.
    Fault = 1,
    /// What a rank called, to the first rank of a communicator whose calls differ.
    Record,
    /// What a rank has waited in for long, to rank 0.
    Waits,
    /// Whether all still wait, from rank 0.
    RollCall,
    /// The answer.
    Here,
    /// The error that the program ends with.
    Outcome,
}

/// Something that goes on although nobody waits for it: it says when it is done.
pub(super) type Background = Box<dyn FnMut(&Station) -> Checked<bool>>;

pub(super) struct Station {
    /// Among all ranks, for words about themselves.
    pub(super) control: Communicator,
    pub(super) rank: usize,
    pub(super) size: usize,
    pub(super) settings: Settings,
    pub(super) pool: Pool,
    pub(super) fault: RefCell<Option<Error>>,
    /// How many calls, waits and chunks of messages this rank has behind it.
    pub(super) moves: Cell<u64>,
    pub(super) last: Cell<Option<Call>>,
    pub(super) note: RefCell<Option<String>>,
    sends: RefCell<VecDeque<Transfer<Shared>>>,
    /// The same for words.
    words: RefCell<VecDeque<Transfer<Shared>>>,
    /// What else the library has in hand: sends of exchanges, its own reductions.
    pub(super) in_hand: Cell<usize>,
    background: RefCell<Vec<Background>>,
    /// The tags of collectives whose messages nobody waits for any more.
    pub(super) abandoned: RefCell<HashSet<u32>>,
    /// Comparisons that have begun.
    checks: RefCell<Vec<Rc<Check>>>,
    /// Records of calls that differ, by collective: what its first rank gathers.
    records: RefCell<HashMap<(u64, u64), Vec<Record>>>,
    pub(super) roll: RefCell<Roll>,
    /// Every communicator of this rank with its ranks, in the order in which they were made.
    pub(super) communicators: RefCell<Vec<(Communicator, Rc<Group>)>>,
    ear: RefCell<Ear>,
    /// What rank 0, or another, said at the end.
    pub(super) outcome: RefCell<Option<Error>>,
}

impl Station {
    pub(super) fn new(control: Communicator, settings: Settings) -> Checked<Self> {
        Ok(Self {
            control,
            rank: control.rank()?,
            size: control.size()?,
            settings,
            pool: Pool::new(),
            fault: RefCell::default(),
            moves: Cell::default(),
            last: Cell::default(),
            note: RefCell::default(),
            sends: RefCell::default(),
            words: RefCell::default(),
            in_hand: Cell::default(),
            background: RefCell::default(),
            abandoned: RefCell::default(),
            checks: RefCell::default(),
            records: RefCell::default(),
            roll: RefCell::default(),
            communicators: RefCell::default(),
            ear: RefCell::default(),
            outcome: RefCell::default(),
        })
    }

    /// The error that ended the communication, if one did.
    pub(super) fn sound(&self) -> Result<()> {
        self.fault.borrow().clone().map_or(Ok(()), Err)
    }

    /// Something has gone on here.
    pub(super) fn moved(&self) {
        self.moves.set(self.moves.get() + 1);
    }

    /// A call begins.
    pub(super) fn enter(&self, call: &Call) -> Result<()> {
        self.moved();
        self.last.set(Some(*call));
        self.sound()?;
        // A rank that only gives, such as the root of broadcasts, never waits: here it lets go of what has been sent.
        self.progress().or_else(|failure| self.broken(call, failure))?;
        self.sound()
    }

    /// Wait until `ready` gives something, and keep everything else going meanwhile. What is ready is taken even when
    /// the ranks have failed since.
    pub(super) fn wait<R>(&self, call: &Call, ready: impl FnMut() -> Checked<Option<R>>) -> Result<R> {
        self.wait_on(call, Duration::ZERO, ready)
    }

    /// [`Station::wait`], for so long even after the ranks have failed.
    pub(super) fn wait_on<R>(
        &self,
        call: &Call,
        grace: Duration,
        mut ready: impl FnMut() -> Checked<Option<R>>,
    ) -> Result<R> {
        let (mut pause, mut failed) = (Pause::new(), None);
        let result = loop {
            match ready() {
                Ok(Some(result)) => break Ok(result),
                Ok(None) => (),
                Err(failure) => break self.broken(call, failure),
            }
            if pause.looks_around() {
                if let Err(failure) = self.progress() {
                    break self.broken(call, failure);
                }
                if let Err(error) = self.sound()
                    && failed.get_or_insert_with(Instant::now).elapsed() >= grace
                {
                    break Err(error);
                }
                self.watch(&pause, Some(call));
            }
            pause.rest();
        };
        self.waited();
        result
    }

    /// Hand a message over to the library; nobody waits for it.
    pub(super) fn post(&self, comm: Communicator, to: usize, tag: u32, message: Shared) -> Checked<()> {
        let mut transfer = comm.send(to, tag, message, self.settings.chunk)?;
        if !transfer.test()? {
            self.sends.borrow_mut().push_back(transfer);
        }
        Ok(())
    }

    /// Whether the library has let go of all messages from here.
    pub(super) fn has_sent_all(&self) -> bool {
        self.sends.borrow().is_empty() && self.words.borrow().is_empty()
    }

    /// Whether a message, other than a word, is on its way from here.
    pub(super) fn is_sending(&self) -> bool {
        !self.sends.borrow().is_empty() || self.in_hand.get() > 0
    }

    /// Keep a send until the library has let go of it.
    pub(super) fn keep(&self, transfer: Transfer<Shared>) {
        self.sends.borrow_mut().push_back(transfer);
    }

    /// Let something go on.
    pub(super) fn park(&self, background: Background) {
        self.background.borrow_mut().push(background);
    }

    /// Have a comparison looked at until it has ended.
    pub(super) fn open(&self, check: &Rc<Check>) {
        self.checks.borrow_mut().push(Rc::clone(check));
    }

    /// Look after everything that goes on.
    pub(super) fn progress(&self) -> Checked<()> {
        reclaim(&self.words, || ())?;
        reclaim(&self.sends, || self.moved())?;
        let mut background = std::mem::take(&mut *self.background.borrow_mut());
        background.retain_mut(|step| !step(self).unwrap_or(true)); // what was abandoned may fail
        self.background.borrow_mut().append(&mut background);
        let checks = std::mem::take(&mut *self.checks.borrow_mut());
        for check in checks {
            if !check.look(self)? {
                self.checks.borrow_mut().push(check);
            }
        }
        self.listen()
    }

    /// Say a word to one rank.
    pub(super) fn say(&self, to: usize, word: Word, text: Writer) -> Checked<()> {
        if to == self.rank {
            self.hear(to, word as u32, &text.0)
        } else {
            self.utter(to, word, Arc::new(self.pool.copy_of(&text.0).into_buffer()))
        }
    }

    /// Say a word to all other ranks.
    pub(super) fn say_all(&self, word: Word, text: Writer) -> Checked<()> {
        let message = Arc::new(self.pool.copy_of(&text.0).into_buffer());
        (0..self.size).filter(|&to| to != self.rank).try_for_each(|to| self.utter(to, word, Arc::clone(&message)))
    }

    fn utter(&self, to: usize, word: Word, message: Shared) -> Checked<()> {
        let transfer = self.control.send(to, word as u32, message, self.settings.chunk)?;
        self.words.borrow_mut().push_back(transfer);
        Ok(())
    }

    /// Hear the words that have come.
    fn listen(&self) -> Checked<()> {
        loop {
            let next = self.ear.borrow_mut().next(self.control, &self.pool, self.settings.chunk)?;
            let Some((from, tag, text)) = next else { return Ok(()) };
            self.hear(from, tag, &text)?;
        }
    }

    fn hear(&self, from: usize, tag: u32, text: &[u8]) -> Checked<()> {
        let mut text = Reader(text);
        match tag {
            tag if tag == Word::Fault as u32 => {
                self.fault.borrow_mut().get_or_insert(text.error());
                Ok(())
            }
            tag if tag == Word::Record as u32 => self.gather(text),
            tag if tag == Word::Outcome as u32 => {
                *self.outcome.borrow_mut() = Some(text.error());
                Ok(())
            }
            tag => self.hear_roll(from, tag, text),
        }
    }

    /// One record more of a collective whose calls differ; all of them make the error.
    fn gather(&self, mut text: Reader<'_>) -> Checked<()> {
        let (group, number, size) = (text.number(), text.number(), text.number());
        let mut all = self.records.borrow_mut();
        let records = all.entry((group, number)).or_default();
        records.push(Record::read(&mut text));
        if records.len() < size as usize {
            return Ok(());
        }
        let records = all.remove(&(group, number)).expect("they were just counted");
        drop(all);
        self.announce(verdict(records, "the ranks made different calls"))
    }

    /// End the communication with an error, for all ranks.
    pub(super) fn announce(&self, error: Error) -> Checked<()> {
        if self.fault.borrow().is_some() {
            return Ok(());
        }
        let text = Writer::default().error(&error);
        *self.fault.borrow_mut() = Some(error);
        self.say_all(Word::Fault, text)
    }

    /// This rank cannot do its part of a call.
    pub(super) fn fail(&self, call: &Call, why: &str) -> Error {
        let error = Error::at(ErrorKind::Collective, table(why, &[(self.rank, call.to_string())]), call.at);
        if let Err(failure) = self.announce(error) {
            eprintln!("rank {}: {failure}", self.rank); // the error itself is returned below
        }
        self.fault.borrow().clone().expect("it was just announced")
    }

    /// The library failed in a call.
    pub(super) fn broken<R>(&self, call: &Call, failure: Failure) -> Result<R> {
        Err(self.fail(call, &failure.to_string()))
    }
}

/// Drop what has been sent. One look lets the library work on all; a message that is not done goes to the end of the
/// queue, so that it holds up no other.
fn reclaim(sends: &RefCell<VecDeque<Transfer<Shared>>>, sent: impl Fn()) -> Checked<()> {
    let mut sends = sends.borrow_mut();
    while let Some(mut transfer) = sends.pop_front() {
        if !transfer.test()? {
            sends.push_back(transfer);
            break;
        }
        sent();
    }
    Ok(())
}
