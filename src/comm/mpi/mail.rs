//! Messages from one rank to another.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::incoming::Incoming;
use super::raw::{Checked, Communicator};
use super::station::Station;
use crate::comm::mailbox::Mailbox;
use crate::comm::{Call, Pending};
use crate::error::Result;
use crate::memory::Buffer;

/// What comes to this rank in one communicator, by sender and tag.
pub(super) struct Mails {
    comm: Communicator,
    station: Rc<Station>,
    boxes: RefCell<HashMap<(usize, u32), (Mailbox, Incoming)>>,
}

impl Mails {
    pub(super) fn new(comm: Communicator, station: Rc<Station>) -> Self {
        Self { comm, station, boxes: RefCell::default() }
    }

    fn incoming(&self, (from, tag): (usize, u32)) -> Incoming {
        Incoming::new(self.comm, from, tag, self.station.settings.chunk)
    }

    fn post(&self, key: (usize, u32)) -> u64 {
        let mut boxes = self.boxes.borrow_mut();
        boxes.entry(key).or_insert_with(|| (Mailbox::default(), self.incoming(key))).0.post()
    }

    /// The message with this number, once it is here. Those before it go into the mailbox.
    fn take(&self, key: (usize, u32), number: u64, call: &Call) -> Checked<Option<Buffer>> {
        let mut boxes = self.boxes.borrow_mut();
        let (mailbox, incoming) = boxes.get_mut(&key).expect("a receive has been posted here");
        while !mailbox.has(number) {
            let Some(message) = incoming.poll(&self.station)? else { return Ok(None) };
            mailbox.send(*call, message);
            *incoming = self.incoming(key);
        }
        let message = mailbox.take(number).map(|(_, message)| message);
        if mailbox.is_idle() {
            boxes.remove(&key);
        }
        Ok(message)
    }
}

pub(super) struct Receive {
    mails: Rc<Mails>,
    call: Call,
    key: (usize, u32),
    number: u64,
}

impl Receive {
    pub(super) fn new(mails: Rc<Mails>, call: &Call, from: usize, tag: u32) -> Self {
        let (call, key) = (*call, (from, tag));
        let number = mails.post(key);
        Self { mails, call, key, number }
    }
}

impl Pending for Receive {
    fn finish(self: Box<Self>) -> Result<Vec<(usize, Buffer)>> {
        let message = || self.mails.take(self.key, self.number, &self.call);
        Ok(vec![(self.key.0, self.mails.station.wait(&self.call, message)?)])
    }
}
