//! Collectives that move values without changing them.

use crate::comm::message::values;
use crate::comm::{Call, Comm, Kind};
use crate::dtype::Element;
use crate::error::Result;

impl Comm {
    /// Wait until every rank is here.
    ///
    /// **Collective.** One barrier.
    ///
    /// # Errors
    /// When the ranks make different calls.
    #[track_caller]
    pub fn barrier(&self) -> Result<()> {
        self.0.transport.barrier(&Call::new(Kind::Barrier, "barrier"))?;
        self.count(Kind::Barrier, 0, 0);
        Ok(())
    }

    /// The root's values, on every rank. What other ranks give is not looked at.
    ///
    /// **Collective.** One broadcast; `root` must be the same on every rank.
    ///
    /// # Errors
    /// When `root` is no rank, or the ranks make different calls.
    #[track_caller]
    pub fn broadcast<T: Element>(&self, root: usize, own: &[T]) -> Result<Vec<T>> {
        self.check_root(root)?;
        let is_root = self.rank() == root;
        let call = Call { count: is_root.then_some(own.len()), ..Call::new(Kind::Broadcast, "broadcast").of::<T>(0) };
        let part = is_root.then(|| self.message(own));
        let shared = self.0.transport.broadcast(&call.root(root), part)?;
        self.count(Kind::Broadcast, root, shared.len() * self.messages(Kind::Broadcast, root));
        Ok(values(&shared).to_vec())
    }

    /// Every rank's values on the root, by rank; `None` elsewhere. Ranks may give different numbers of values.
    ///
    /// **Collective.** One gather; `root` must be the same on every rank.
    ///
    /// # Errors
    /// When `root` is no rank, or the ranks make different calls.
    #[track_caller]
    pub fn gather_v<T: Element>(&self, root: usize, own: &[T]) -> Result<Option<Vec<Vec<T>>>> {
        self.check_root(root)?;
        let call = Call::new(Kind::Gather, "gather_v").of::<T>(own.len()).root(root);
        let parts = self.0.transport.gather(&call, self.message(own))?;
        self.count(Kind::Gather, root, size_of_val(own) * self.messages(Kind::Gather, root));
        Ok((self.rank() == root).then(|| parts.iter().map(|part| values(part).to_vec()).collect()))
    }

    /// Every rank's values on every rank, by rank. Ranks may give different numbers of values.
    ///
    /// **Collective.** One all-gather.
    ///
    /// # Errors
    /// When the ranks make different calls.
    #[track_caller]
    pub fn all_gather_v<T: Element>(&self, own: &[T]) -> Result<Vec<Vec<T>>> {
        let call = Call::new(Kind::AllGather, "all_gather_v").of::<T>(own.len());
        let parts = self.0.transport.gather(&call, self.message(own))?;
        let all: usize = parts.iter().map(|part| part.len()).sum();
        let neighbour = parts[(self.rank() + 1) % self.size()].len();
        self.count(Kind::AllGather, 0, all - neighbour);
        Ok(parts.iter().map(|part| values(part).to_vec()).collect())
    }

    /// The root's parts, one for each rank. Only the root gives them.
    ///
    /// **Collective.** One scatter; `root` must be the same on every rank.
    ///
    /// # Errors
    /// When `root` is no rank, the root has not one part for each rank, or the ranks make different calls.
    #[track_caller]
    pub fn scatter_v<T: Element>(&self, root: usize, parts: Option<Vec<Vec<T>>>) -> Result<Vec<T>> {
        self.check_root(root)?;
        let call = Call { count: None, ..Call::new(Kind::Scatter, "scatter_v").of::<T>(0).root(root) };
        let parts = if self.rank() == root { parts.unwrap_or_default() } else { Vec::new() };
        if self.rank() == root && parts.len() != self.size() {
            return Err(self.0.transport.fail(&call, &format!("{} parts for {} ranks", parts.len(), self.size())));
        }
        let others = parts.iter().enumerate().filter(|(to, _)| *to != root);
        let bytes = others.map(|(_, part)| size_of_val(&part[..])).sum();
        let sends = parts.into_iter().enumerate().map(|(to, part)| (to, self.message(&part))).collect();
        let received = self.0.transport.start_exchange(&call, sends, &[])?.finish()?;
        self.count(Kind::Scatter, root, bytes);
        Ok(values(&received[0].1).to_vec())
    }
}
