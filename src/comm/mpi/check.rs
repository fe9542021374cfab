//! The comparison of calls before a collective, and the error when they differ.
//!
//! The ranks take the least of (h, !h) over their fingerprints h, 16 bytes: it is (h, !h) again only when all are
//! equal. When they are not, every rank tells the first of them what it called, and that one tells all.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::raw::{Checked, Communicator};
use super::station::{Station, Word};
use super::transfer::Folding;
use super::wire::{Reader, Writer};
use crate::comm::checked::table;
use crate::comm::message::values;
use crate::comm::{Call, Exact};
use crate::dtype::DType;
use crate::error::{Error, ErrorKind, Place};

/// The ranks of a communicator: a number that no other one has, and their numbers in the world.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) id: u64,
    pub(super) members: Vec<usize>,
}

impl Group {
    /// The number of a communicator that was split from this one.
    pub(super) fn child(&self, call: u64, color: usize) -> u64 {
        let mixed = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31);
        [call, color as u64 + 1].into_iter().fold(self.id, mixed)
    }
}

/// What one rank does, in words.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) rank: usize,
    pub(super) left: bool,
    pub(super) text: String,
    pub(super) at: Option<Place>,
}

/// One comparison.
pub(super) struct Check {
    group: Rc<Group>,
    number: u64,
    print: u64,
    record: Record,
    transfer: RefCell<Option<Folding>>,
    agreed: Cell<bool>,
}

/// The fingerprint of a rank that has left.
pub(super) const LEFT: u64 = 0;

impl Check {
    /// Begin to compare the call with the number `number` of a communicator.
    pub(super) fn start(
        station: &Station,
        comm: Communicator,
        group: &Rc<Group>,
        number: u64,
        print: u64,
        record: Record,
    ) -> Checked<Rc<Self>> {
        let pair = Arc::new(station.pool.copy_of(&[print, !print]).into_buffer());
        let least = station.pool.take(pair.len());
        // Signed, which all libraries compare rightly; for the question whether all are equal any order will do.
        let transfer = comm.all_reduce(Exact::Min, DType::I64, pair, least, station.settings.chunk)?;
        let (transfer, agreed) = (RefCell::new(Some(transfer)), Cell::new(false));
        let check = Rc::new(Self { group: Rc::clone(group), number, print, record, transfer, agreed });
        if !check.look(station)? {
            station.open(&check);
        }
        Ok(check)
    }

    /// Whether all ranks have come and make the same call.
    pub(super) fn has_agreed(&self, station: &Station) -> Checked<bool> {
        self.look(station).map(|_| self.agreed.get())
    }

    /// Look at it; says whether the comparison has ended. If the calls differ, an error comes to all ranks.
    pub(super) fn look(&self, station: &Station) -> Checked<bool> {
        let Some(mut transfer) = self.transfer.borrow_mut().take() else { return Ok(true) };
        if !transfer.test()? {
            *self.transfer.borrow_mut() = Some(transfer);
            return Ok(false);
        }
        let (_, least) = transfer.finish();
        let least = least.into_buffer();
        if values::<u64>(&least) == [self.print, !self.print] {
            self.agreed.set(true);
            return Ok(true);
        }
        let text = Writer::default().number(self.group.id).number(self.number).number(self.group.members.len() as u64);
        station.say(self.group.members[0], Word::Record, self.record.write(text)).map(|()| true)
    }
}

impl Record {
    /// A rank that is in a call.
    pub(super) fn of(rank: usize, call: &Call) -> Self {
        Self { rank, left: false, text: call.to_string(), at: Some(call.at.into()) }
    }

    /// A rank that has left.
    pub(super) fn of_leaver(station: &Station) -> Self {
        let text = match (&*station.note.borrow(), station.last.get()) {
            (Some(note), _) => format!("left: {note}"),
            (None, Some(call)) => format!("left, after {call}"),
            (None, None) => "left".to_owned(),
        };
        Self { rank: station.rank, left: true, text, at: None }
    }

    pub(super) fn write(&self, text: Writer) -> Writer {
        text.number(self.rank as u64).number(self.left.into()).text(&self.text).place(self.at.as_ref())
    }

    pub(super) fn read(text: &mut Reader<'_>) -> Self {
        Self { rank: text.number() as usize, left: text.number() != 0, text: text.text(), at: text.place() }
    }
}

/// The error for all ranks from what each does.
pub(super) fn verdict(mut records: Vec<Record>, headline: &str) -> Error {
    records.sort_by_key(|record| record.rank);
    let left = records.iter().any(|record| record.left);
    let headline = if left { "a rank has left while others call it" } else { headline };
    let at = records.iter().find_map(|record| record.at.clone());
    let rows: Vec<_> = records.into_iter().map(|record| (record.rank, record.text)).collect();
    Error::at(ErrorKind::Collective, table(headline, &rows), at.unwrap_or_else(|| Place::new("unknown", 0, 0)))
}
