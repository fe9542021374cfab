//! Plans under way: the only place where elements of arrays travel.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::comm::{Comm, PendingExchange};
use crate::device::Engine;
use crate::dtype::Element;
use crate::error::Result;
use crate::layout::Plan;
use crate::local::{Elements, Fresh, Local, Room};
use crate::memory::{Block, Buffer};

/// A plan with those who carry it out, and what they bring. All is packed and unpacked where the elements go to, and only messages pass through the memory of
/// the host.
pub(crate) struct Travel<'a, T: Element> {
    pub(crate) comm: &'a Comm,
    pub(crate) engine: &'a Engine,
    pub(crate) plan: &'a Plan,
    /// What reports call it.
    pub(crate) what: &'static str,
    pub(crate) sources: &'a [Elements<'a, T>],
}

/// The messages of a plan's first round, on their way.
pub(crate) struct Flight(Option<PendingExchange>);

impl<T: Element> Travel<'_, T> {
    /// Bring everything, round by round: while the messages of one fly, an engine that works by itself makes those of the next.
    ///
    /// **Collective** unless no rank moves anything: one exchange per round. Beyond the blocks themselves at most twice what a round may have is alive, on such
    /// an engine four times.
    #[track_caller]
    pub(super) fn run(&self, room: &mut Room<'_, T>) -> Result<()> {
        let flight = self.start(room)?;
        self.rounds(flight, room, !self.engine.computes_at_once())
    }

    /// Copy what stays on this rank, and send the messages of the first round.
    #[track_caller]
    pub(crate) fn start(&self, room: &mut Room<'_, T>) -> Result<Flight> {
        self.plan.each_from(self.comm.rank(), |source, grid| room.copy(grid, self.sources[source], self.engine));
        let first = if self.plan.rounds() > 0 { Some(self.send(0, self.messages(0, room))?) } else { None };
        Ok(Flight(first))
    }

    /// Wait for the first round, and bring the others.
    #[track_caller]
    pub(crate) fn land(&self, flight: Flight, room: &mut Room<'_, T>) -> Result<()> {
        self.rounds(flight, room, false)
    }

    #[track_caller]
    fn rounds(&self, flight: Flight, room: &mut Room<'_, T>, ahead: bool) -> Result<()> {
        let mut under_way = flight.0;
        for number in 0..self.plan.rounds() {
            let pending = under_way.take().expect("each round is sent before it is waited for");
            let next = number + 1 < self.plan.rounds();
            let made = (next && ahead).then(|| self.messages(number + 1, room));
            for ((peer, range), message) in self.plan.round(number).receives.into_iter().zip(pending.finish()?) {
                let message: Block<T> = message.into_block().expect("an exchange brings the bytes that were announced");
                let message = Local::new(message, range.len()).on(self.engine);
                self.plan.each_unpacked(peer, range, |grid| room.copy(grid, Elements::Of(&message), self.engine));
            }
            if next {
                under_way = Some(self.send(number + 1, made.unwrap_or_else(|| self.messages(number + 1, room)))?);
            }
        }
        Ok(())
    }

    /// The messages of a round, packed where `room` is and brought to the memory of the host.
    fn messages(&self, round: usize, room: &Room<'_, T>) -> Vec<(usize, Buffer)> {
        // All are packed before the first one is waited for.
        let packed = self.plan.round(round).sends.into_iter().map(|(peer, range)| {
            let mut message = room.message(range.len(), self.engine);
            let mut copy = |source: usize, grid: &_| message.room().copy(grid, self.sources[source], self.engine);
            self.plan.each_packed(peer, range, &mut copy);
            (peer, message)
        });
        let packed: Vec<(usize, Fresh<T>)> = packed.collect();
        packed.into_iter().map(|(peer, message)| (peer, message.into_block(self.engine).into_buffer())).collect()
    }

    #[track_caller]
    fn send(&self, round: usize, messages: Vec<(usize, Buffer)>) -> Result<PendingExchange> {
        let expected: Vec<(usize, usize)> = self.plan.round(round).receives.iter().map(bytes::<T>).collect();
        self.comm.start_exchange(label::<T>(self.plan), self.what, messages, &expected)
    }
}

/// A peer, and the bytes of a part of the stream.
pub(super) fn bytes<T>((peer, range): &(usize, Range<usize>)) -> (usize, usize) {
    (*peer, range.len() * size_of::<T>())
}

/// What ranks must agree on before they move anything.
pub(super) fn label<T: Element>(plan: &Plan) -> u64 {
    let mut label = DefaultHasher::new();
    (plan.fingerprint(), T::DTYPE).hash(&mut label);
    label.finish()
}
