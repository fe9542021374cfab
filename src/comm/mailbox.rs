//! Messages on their way, from one sender to one receiver under one tag.

use std::collections::BTreeMap;

use crate::comm::Call;
use crate::memory::Buffer;

/// The n-th receive takes the n-th message, whichever of the two comes first and in whatever order receives are
/// finished.
#[derive(Default)]
pub(super) struct Mailbox {
    sent: u64,
    posted: u64,
    /// Messages by number, each with the call that sent it.
    arrived: BTreeMap<u64, (Call, Buffer)>,
}

impl Mailbox {
    /// Post a message and learn its number.
    pub(super) fn send(&mut self, call: Call, part: Buffer) -> u64 {
        let number = self.sent;
        self.arrived.insert(number, (call, part));
        self.sent += 1;
        number
    }

    /// Claim the number of the next message.
    pub(super) fn post(&mut self) -> u64 {
        self.posted += 1;
        self.posted - 1
    }

    pub(super) fn has(&self, number: u64) -> bool {
        self.arrived.contains_key(&number)
    }

    pub(super) fn take(&mut self, number: u64) -> Option<(Call, Buffer)> {
        self.arrived.remove(&number)
    }

    /// Whether nothing is on its way and nobody waits.
    pub(super) fn is_idle(&self) -> bool {
        self.arrived.is_empty() && self.sent == self.posted
    }
}
