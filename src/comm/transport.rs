//! What a transport does: move bytes between the ranks of one communicator.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use crate::comm::{Call, Exact, Placement};
use crate::error::{Error, Result};
use crate::memory::Buffer;

/// A message that several ranks read.
pub type Shared = Arc<Buffer>;

/// Memory of one rank that others look into.
pub type Lent = Arc<dyn Any + Send + Sync>;

/// The fold of two messages, the one of the lower ranks first.
pub type Merge<'a> = &'a mut dyn FnMut(Buffer, &Buffer) -> Buffer;

/// The bytes of one communicator, as one rank sees them.
///
/// All ranks make the collective methods in the same order, with calls that agree. A transport notices when they do
/// not, as far as its checks are on, and gives every rank the same error from then on. Buffers are moved in; whoever
/// drops one at last returns it to the pool that it came from.
///
/// Everything typed stands on these methods, so a transport over processes needs no more: it compares fingerprints of
/// the calls before it enters a collective, merges along the same tree (rank `r` takes the values of `r + 2^level`,
/// upwards), and knows from `receives` what to post.
pub trait Transport {
    /// The name that users read: `solo`, `threads`, `mpi`.
    ///
    /// **Local.**
    fn name(&self) -> &'static str;

    /// This rank's number.
    ///
    /// **Local.**
    fn rank(&self) -> usize;

    /// The number of ranks.
    ///
    /// **Local.**
    fn size(&self) -> usize;

    /// Where this rank runs.
    ///
    /// **Local.**
    fn placement(&self) -> Placement {
        Placement::on_one_node(self.rank(), self.size())
    }

    /// Wait until all ranks are here.
    ///
    /// **Collective.**
    ///
    /// # Errors
    /// When the ranks do not make the same call, as for every method below.
    fn barrier(&self, call: &Call) -> Result<()>;

    /// The root's message on every rank. Only the root gives one.
    ///
    /// **Collective.**
    ///
    /// # Errors
    /// As [`Transport::barrier`].
    fn broadcast(&self, call: &Call, part: Option<Buffer>) -> Result<Shared>;

    /// All ranks' messages, by rank; without a root for every rank, else for the root (the others get none).
    ///
    /// **Collective.**
    ///
    /// # Errors
    /// As [`Transport::barrier`].
    fn gather(&self, call: &Call, part: Buffer) -> Result<Vec<Shared>>;

    /// All ranks' messages, merged in the fixed tree of the ranks; without a root for every rank, else for the root.
    ///
    /// **Collective.** Which rank runs `merge` on which pair is the transport's choice, the pairs and their order are
    /// not.
    ///
    /// # Errors
    /// As [`Transport::barrier`].
    fn fold(&self, call: &Call, part: Buffer, merge: Merge<'_>) -> Result<Option<Shared>>;

    /// The messages of the ranks before this one, merged: the nodes of the fixed tree that tile them, from the left.
    ///
    /// **Collective.** `None` on rank 0.
    ///
    /// # Errors
    /// As [`Transport::barrier`].
    fn scan(&self, call: &Call, part: Buffer, merge: Merge<'_>) -> Result<Option<Buffer>>;

    /// All ranks' elements, folded in any order.
    ///
    /// **Collective.** The call's dtype is one that `exact` takes.
    ///
    /// # Errors
    /// As [`Transport::barrier`].
    fn all_reduce_exact(&self, call: &Call, exact: Exact, part: Buffer) -> Result<Shared> {
        let dtype = call.dtype.expect("an exact fold names its dtype");
        let merged = self.fold(call, part, &mut |left, right| exact.merge(dtype, left, right))?;
        Ok(merged.expect("a fold without a root is for every rank"))
    }

    /// Messages to some ranks, each with its receiver. The pending call ends with the messages to this rank, by
    /// sender, those of one sender in its order. `receives` are the senders and bytes to come where this rank knows
    /// them (an exchange); else it is empty, and one message comes from the root, or from each rank if there is none.
    ///
    /// **Collective.** Returns before the others have entered.
    ///
    /// # Errors
    /// As [`Transport::barrier`].
    fn start_exchange(
        &self,
        call: &Call,
        sends: Vec<(usize, Buffer)>,
        receives: &[(usize, usize)],
    ) -> Result<Box<dyn Pending>>;

    /// What all ranks lend, by rank; nothing where ranks do not see each other's memory, and then nothing is done.
    ///
    /// **Collective** where it lends.
    ///
    /// # Errors
    /// As [`Transport::barrier`].
    fn lend(&self, _call: &Call, _own: Lent) -> Result<Option<Vec<Lent>>> {
        Ok(None)
    }

    /// The communicator of the ranks that give the same color, in the order of their keys, then of their ranks.
    ///
    /// **Collective.**
    ///
    /// # Errors
    /// As [`Transport::barrier`].
    fn split(&self, call: &Call, color: u64, key: u64) -> Result<Rc<dyn Transport>>;

    /// Send a message to the call's `to`. The pending call ends without messages.
    ///
    /// **Local.** Never waits for the receiver.
    ///
    /// # Errors
    /// When the ranks have failed before.
    fn start_send(&self, call: &Call, tag: u32, part: Buffer) -> Result<Box<dyn Pending>>;

    /// Receive a message from the call's `from`: the pending call ends with that one. Receives from one sender under
    /// one tag take its messages in the order in which they were started.
    ///
    /// **Local.** Returns before the message is there.
    ///
    /// # Errors
    /// When the ranks have failed before.
    fn start_receive(&self, call: &Call, tag: u32) -> Result<Box<dyn Pending>>;

    /// This rank cannot do its part of `call`: every rank gets the error that this returns, at its next call.
    ///
    /// **Local.**
    fn fail(&self, call: &Call, why: &str) -> Error;

    /// What reports say of this rank once it has left.
    ///
    /// **Local.**
    fn note(&self, note: String);
}

/// A call that has begun. It owns its buffers. Dropping it abandons what was to be received.
pub trait Pending {
    /// Wait for the end, and take what was received, with the senders.
    ///
    /// **Local.** Waits for the ranks that take part.
    ///
    /// # Errors
    /// When the ranks do not make the same call, or no message can come.
    fn finish(self: Box<Self>) -> Result<Vec<(usize, Buffer)>>;
}
