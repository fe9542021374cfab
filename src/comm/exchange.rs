//! Messages from all ranks to all others: dense, and sparse after a plan.

use std::marker::PhantomData;

use crate::comm::message::values;
use crate::comm::{Call, Comm, Kind, Pending};
use crate::dtype::Element;
use crate::error::Result;
use crate::memory::Buffer;

impl Comm {
    /// `parts[r]` goes to rank `r`; what comes back is one part from each rank, by rank.
    ///
    /// **Collective.** One all-to-all.
    ///
    /// # Errors
    /// When there is not one part for each rank, or the ranks make different calls.
    #[track_caller]
    pub fn all_to_all_v<T: Element>(&self, parts: Vec<Vec<T>>) -> Result<Vec<Vec<T>>> {
        self.start_all_to_all_v(parts)?.finish()
    }

    /// Begin an [`all_to_all_v`](Comm::all_to_all_v) and return at once.
    ///
    /// **Collective.** One all-to-all, which [`PendingAllToAll::finish`] ends.
    ///
    /// # Errors
    /// As for `all_to_all_v`.
    #[track_caller]
    pub fn start_all_to_all_v<T: Element>(&self, parts: Vec<Vec<T>>) -> Result<PendingAllToAll<T>> {
        let elements = parts.iter().map(Vec::len).sum();
        let call = Call::new(Kind::AllToAll, "all_to_all_v").of::<T>(elements);
        if parts.len() != self.size() {
            return Err(self.0.transport.fail(&call, &format!("{} parts for {} ranks", parts.len(), self.size())));
        }
        let bytes = (elements - parts[self.rank()].len()) * size_of::<T>();
        let sends = parts.into_iter().enumerate().map(|(to, part)| (to, self.message(&part))).collect();
        let pending = self.0.transport.start_exchange(&call, sends, &[])?;
        self.count(Kind::AllToAll, 0, bytes);
        Ok(PendingAllToAll { pending, element: PhantomData })
    }

    /// Send and receive messages that both sides foresee, as a plan does: `sends` are (receiver, message), `receives`
    /// are (sender, bytes). Gives the messages in the order of `receives`; those of one sender in the order in which
    /// it lists them.
    ///
    /// **Collective.** One exchange; every rank enters, also one without messages. `label`, the fingerprint of the
    /// plan, and `what` must be the same on every rank. Messages are moved: on threads nothing is copied.
    ///
    /// # Errors
    /// When a receiver is no rank, a message has not the foreseen size or sender, or the ranks make different calls.
    #[track_caller]
    pub fn exchange(
        &self,
        label: u64,
        what: &'static str,
        sends: Vec<(usize, Buffer)>,
        receives: &[(usize, usize)],
    ) -> Result<Vec<Buffer>> {
        self.start_exchange(label, what, sends, receives)?.finish()
    }

    /// Begin an [`exchange`](Comm::exchange) and return at once.
    ///
    /// **Collective.** One exchange, which [`PendingExchange::finish`] ends.
    ///
    /// # Errors
    /// As for `exchange`.
    #[track_caller]
    pub fn start_exchange(
        &self,
        label: u64,
        what: &'static str,
        sends: Vec<(usize, Buffer)>,
        receives: &[(usize, usize)],
    ) -> Result<PendingExchange> {
        let call = Call { label, ..Call::new(Kind::Exchange, what) };
        if let Some((to, _)) = sends.iter().find(|(to, _)| *to >= self.size()) {
            return Err(self.0.transport.fail(&call, &format!("a message to rank {to} of {}", self.size())));
        }
        let others = || sends.iter().filter(|(to, _)| *to != self.rank());
        let (messages, bytes) = (others().count(), others().map(|(_, part)| part.len()).sum());
        let pending = self.0.transport.start_exchange(&call, sends, receives)?;
        self.count_as_is(Kind::Exchange, messages, bytes);
        Ok(PendingExchange { pending, comm: self.clone(), call, receives: receives.to_vec() })
    }
}

/// An all-to-all that has begun. Dropping it abandons what was to be received.
#[must_use = "an all-to-all ends with `finish`"]
pub struct PendingAllToAll<T: Element> {
    pending: Box<dyn Pending>,
    element: PhantomData<T>,
}

impl<T: Element> PendingAllToAll<T> {
    /// Wait for the parts from all ranks.
    ///
    /// **Local.** Waits until every rank has begun.
    ///
    /// # Errors
    /// When the ranks make different calls.
    pub fn finish(self) -> Result<Vec<Vec<T>>> {
        Ok(self.pending.finish()?.iter().map(|(_, part)| values(part).to_vec()).collect())
    }
}

/// An exchange that has begun. Dropping it abandons what was to be received.
#[must_use = "an exchange ends with `finish`"]
pub struct PendingExchange {
    pending: Box<dyn Pending>,
    comm: Comm,
    call: Call,
    receives: Vec<(usize, usize)>,
}

impl PendingExchange {
    /// Wait for the messages, in the order in which they were listed.
    ///
    /// **Local.** Waits until every rank has begun.
    ///
    /// # Errors
    /// When a message has not the foreseen size or sender, or the ranks make different calls.
    pub fn finish(self) -> Result<Vec<Buffer>> {
        let arrived = self.pending.finish()?;
        // The messages come by sender; the n-th of a sender belongs to the n-th place that lists it.
        let mut places: Vec<usize> = (0..self.receives.len()).collect();
        places.sort_by_key(|&place| self.receives[place].0);
        let foreseen = places.iter().map(|&place| self.receives[place]);
        if !foreseen.eq(arrived.iter().map(|(from, part)| (*from, part.len()))) {
            let came: Vec<_> = arrived.iter().map(|(from, part)| (*from, part.len())).collect();
            let why = format!("messages (sender, bytes) {} came, not {}", short(&came), short(&self.receives));
            return Err(self.comm.0.transport.fail(&self.call, &why));
        }
        let mut parts: Vec<_> = places.into_iter().zip(arrived.into_iter().map(|(_, part)| part)).collect();
        parts.sort_unstable_by_key(|(place, _)| *place);
        Ok(parts.into_iter().map(|(_, part)| part).collect())
    }
}

/// The first few of a list.
fn short(list: &[(usize, usize)]) -> String {
    const SHOWN: usize = 8;
    let more = if list.len() > SHOWN { format!(" and {} more", list.len() - SHOWN) } else { String::new() };
    format!("{:?}{more}", &list[..list.len().min(SHOWN)])
}
