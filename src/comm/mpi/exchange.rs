//! Many messages at once, on their way while the rank computes.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::check::Check;
use super::incoming::Incoming;
use super::raw::Checked;
use super::station::Station;
use super::transfer::Transfer;
use super::transport::Mpi;
use crate::comm::{Call, Pending, Shared};
use crate::error::Result;
use crate::memory::{Block, Buffer};

/// A message to this rank.
enum Coming {
    /// From this rank itself, or complete.
    Here(Buffer),
    Foreseen(Transfer<Block<u8>>),
    OfAnyLength(Incoming),
}

/// An exchange that has begun. Dropping it leaves its messages to the station, which takes and forgets them.
pub(super) struct Exchange {
    station: Rc<Station>,
    call: Call,
    tag: u32,
    check: Option<Rc<Check>>,
    /// The messages to come, with their senders.
    coming: Vec<(usize, Coming)>,
    /// How many of them are here.
    here: usize,
    sends: Vec<Transfer<Shared>>,
}

impl Exchange {
    pub(super) fn new(station: Rc<Station>, call: &Call, tag: u32, check: Option<Rc<Check>>) -> Self {
        Self { station, call: *call, tag, check, coming: Vec::new(), here: 0, sends: Vec::new() }
    }

    /// Prepare for messages of known lengths, as (sender, bytes): the library may write them to their places at once.
    pub(super) fn foresee(&mut self, at: &Mpi, receives: &[(usize, usize)]) -> Checked<()> {
        for &(from, bytes) in receives.iter().filter(|(from, _)| *from != at.me) {
            let block = self.station.pool.take(bytes);
            let transfer = at.comm.receive(from, self.tag, block, self.station.settings.chunk)?;
            self.coming.push((from, Coming::Foreseen(transfer)));
        }
        Ok(())
    }

    /// Prepare for one message of any length from each of these ranks.
    pub(super) fn expect(&mut self, at: &Mpi, from: Range<usize>) {
        let incoming = |from| Incoming::new(at.comm, from, self.tag, self.station.settings.chunk);
        self.coming.extend(from.filter(|&from| from != at.me).map(|from| (from, Coming::OfAnyLength(incoming(from)))));
    }

    /// Send. What goes to this rank is moved.
    pub(super) fn send(&mut self, at: &Mpi, sends: Vec<(usize, Buffer)>) -> Checked<()> {
        for (to, part) in sends {
            if to == at.me {
                self.coming.push((to, Coming::Here(part)));
            } else {
                self.sends.push(at.comm.send(to, self.tag, Arc::new(part), self.station.settings.chunk)?);
                self.station.in_hand.update(|count| count + 1);
            }
        }
        Ok(())
    }

    /// Whether everything has come, and everything has been sent: then the memory of both is free.
    fn poll(&mut self) -> Checked<bool> {
        if let Some(check) = &self.check
            && !check.has_agreed(&self.station)?
        {
            return Ok(false);
        }
        // Sends first: one that is done does not count as on its way while this rank waits for what does not come.
        while let Some(transfer) = self.sends.last_mut() {
            if !transfer.test()? {
                break;
            }
            self.sends.pop();
            self.station.in_hand.update(|count| count - 1);
            self.station.moved();
        }
        while let Some((_, coming)) = self.coming.get_mut(self.here) {
            if !coming.poll(&self.station)? {
                return Ok(false);
            }
            self.here += 1;
        }
        Ok(self.sends.is_empty())
    }
}

impl Coming {
    fn poll(&mut self, station: &Station) -> Checked<bool> {
        match self {
            Self::Here(_) => Ok(true),
            Self::Foreseen(transfer) => {
                let before = transfer.done();
                let all = transfer.test()?;
                if transfer.done() > before {
                    station.moved();
                }
                Ok(all)
            }
            Self::OfAnyLength(incoming) => {
                let message = incoming.poll(station)?;
                Ok(message.map(|message| *self = Self::Here(message)).is_some())
            }
        }
    }

    fn take(self) -> Buffer {
        match self {
            Self::Here(message) => message,
            Self::Foreseen(transfer) => transfer.finish().into_buffer(),
            Self::OfAnyLength(_) => unreachable!("it became a message when it was complete"),
        }
    }
}

impl Pending for Exchange {
    fn finish(mut self: Box<Self>) -> Result<Vec<(usize, Buffer)>> {
        let (station, call) = (Rc::clone(&self.station), self.call);
        station.wait(&call, || Ok(self.poll()?.then_some(())))?;
        let mut messages: Vec<_> = self.coming.drain(..).map(|(from, coming)| (from, coming.take())).collect();
        messages.sort_by_key(|(from, _)| *from); // stable: the messages of one sender stay in order
        Ok(messages)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.station.in_hand.update(|count| count - self.sends.len());
        self.sends.drain(..).for_each(|transfer| self.station.keep(transfer));
        let mut coming = std::mem::take(&mut self.coming);
        coming.drain(..self.here.min(coming.len()));
        if !coming.is_empty() {
            self.station.abandoned.borrow_mut().insert(self.tag);
        }
        for (_, mut message) in coming {
            self.station.park(Box::new(move |station| message.poll(station)));
        }
    }
}
