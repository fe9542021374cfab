//! Messages from one rank to one other.

use std::marker::PhantomData;

use crate::comm::message::values;
use crate::comm::{Call, Comm, Kind, Pending};
use crate::dtype::Element;
use crate::error::Result;

/// The tag of `send_receive`; users' tags are above it.
const SEND_RECEIVE: u32 = 0;

impl Comm {
    /// Send values to one rank and receive some from another (or the same, or itself).
    ///
    /// **Local.** Waits for the message from `from`, which must send one in the same way; other ranks need not call
    /// this.
    ///
    /// # Errors
    /// When a rank does not exist, the sender has another dtype, no message can come any more, or the ranks have
    /// failed before.
    #[track_caller]
    pub fn send_receive<T: Element>(&self, to: usize, own: &[T], from: usize) -> Result<Vec<T>> {
        let call =
            Call { to: Some(to), from: Some(from), ..Call::new(Kind::PointToPoint, "send_receive").of::<T>(own.len()) };
        self.check_peer(&call)?;
        self.0.transport.start_send(&call, SEND_RECEIVE, self.message(own))?.finish()?;
        self.count_message(to, size_of_val(own));
        let received = self.0.transport.start_receive(&call, SEND_RECEIVE)?.finish()?;
        Ok(values(&received[0].1).to_vec())
    }

    /// Begin to send values to one rank, which takes them with [`Comm::start_receive`] under the same tag.
    ///
    /// **Local.** Never waits for the receiver.
    ///
    /// # Errors
    /// When `to` is no rank, or the ranks have failed before.
    #[track_caller]
    pub fn start_send<T: Element>(&self, to: usize, tag: u16, own: &[T]) -> Result<PendingSend> {
        let call = Call { to: Some(to), ..Call::new(Kind::PointToPoint, "send").of::<T>(own.len()) };
        self.check_peer(&call)?;
        let pending = self.0.transport.start_send(&call, u32::from(tag) + 1, self.message(own))?;
        self.count_message(to, size_of_val(own));
        Ok(PendingSend(pending))
    }

    /// Begin to receive what one rank sends under a tag. Receives take the messages in the order in which both were
    /// started.
    ///
    /// **Local.** Returns before the message is there.
    ///
    /// # Errors
    /// When `from` is no rank, or the ranks have failed before.
    #[track_caller]
    pub fn start_receive<T: Element>(&self, from: usize, tag: u16) -> Result<PendingReceive<T>> {
        let call = Call { count: None, from: Some(from), ..Call::new(Kind::PointToPoint, "receive").of::<T>(0) };
        self.check_peer(&call)?;
        let pending = self.0.transport.start_receive(&call, u32::from(tag) + 1)?;
        Ok(PendingReceive { pending, element: PhantomData })
    }

    fn check_peer(&self, call: &Call) -> Result<()> {
        let beyond = [call.to, call.from].into_iter().flatten().find(|&rank| rank >= self.size());
        match beyond {
            Some(rank) => Err(self.0.transport.fail(call, &format!("there is no rank {rank} of {}", self.size()))),
            None => Ok(()),
        }
    }

    fn count_message(&self, to: usize, bytes: usize) {
        let sent = usize::from(to != self.rank());
        self.count_as_is(Kind::PointToPoint, sent, sent * bytes);
    }
}

/// A send that has begun.
#[must_use = "a send ends with `finish`"]
pub struct PendingSend(Box<dyn Pending>);

impl PendingSend {
    /// Wait until the message is on its way.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the ranks have failed.
    pub fn finish(self) -> Result<()> {
        self.0.finish().map(|_| ())
    }
}

/// A receive that has begun. Dropping it abandons its message.
#[must_use = "a receive ends with `finish`"]
pub struct PendingReceive<T: Element> {
    pending: Box<dyn Pending>,
    element: PhantomData<T>,
}

impl<T: Element> PendingReceive<T> {
    /// Wait for the message.
    ///
    /// **Local.** Waits for the sender.
    ///
    /// # Errors
    /// When the sender has another dtype, no message can come any more, or the ranks have failed.
    pub fn finish(self) -> Result<Vec<T>> {
        let received = self.pending.finish()?;
        Ok(values(&received[0].1).to_vec())
    }
}
