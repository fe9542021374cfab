//! Memory that the other ranks look into, on transports whose ranks share it.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::comm::{Call, Comm, Kind, Lent};
use crate::error::Result;

/// What all ranks lend each other. It is given back at the end, so that nobody keeps another's memory.
#[must_use = "what is lent is given back with `finish`"]
pub(crate) struct Loan<L> {
    comm: Comm,
    call: Call,
    lent: Vec<Lent>,
    kind: PhantomData<L>,
}

impl Comm {
    /// Let the other ranks look into `own`, and look into theirs; nothing where ranks do not see each other's memory. `label` and `what`
    /// are those of an exchange, and must name the type as well.
    ///
    /// **Collective** where it lends: waits for all ranks.
    #[track_caller]
    pub(crate) fn lend<L: Send + Sync + 'static>(
        &self,
        label: u64,
        what: &'static str,
        own: L,
    ) -> Result<Option<Loan<L>>> {
        let call = Call { label, ..Call::new(Kind::Exchange, what) };
        let lent = self.0.transport.lend(&call, Arc::new(own))?;
        Ok(lent.map(|lent| Loan { comm: self.clone(), call, lent, kind: PhantomData }))
    }
}

impl<L: 'static> Loan<L> {
    /// What `rank` lends.
    pub(crate) fn of(&self, rank: usize) -> &L {
        self.lent[rank].downcast_ref().expect("ranks whose calls agree lend the same type")
    }

    /// Count a round of what this rank's memory gave to others: as the messages that an exchange would have sent.
    pub(crate) fn count(&self, messages: usize, bytes: usize) {
        self.comm.count_as_is(Kind::Exchange, messages, bytes);
    }

    /// Give everything back.
    ///
    /// **Collective.** Waits for all ranks: afterwards nobody looks any more.
    pub(crate) fn finish(self) -> Result<()> {
        let Self { comm, call, lent, .. } = self;
        drop(lent);
        comm.0.transport.barrier(&call)
    }
}
