//! Folds along the fixed tree of the ranks, by recursive doubling.
//!
//! At each level the two halves of a node exchange their values, rank by rank, and every rank merges: so that after the
//! last level all have the value of the whole tree, in ⌈log₂ p⌉ rounds. Where the right half has fewer ranks than the
//! left one, its rank at offset `o` serves the left ranks at the offsets `o`, `o + m`, `o + 2m`, ... for its `m` ranks.

use std::sync::Arc;

use super::transport::Mpi;
use crate::comm::message::copy;
use crate::comm::tree::{Beside, Node};
use crate::comm::{Call, Merge, Shared};
use crate::error::Result;
use crate::memory::Buffer;

impl Mpi {
    /// The value of the whole tree on every rank. `before` gets the values of the left halves that this rank stands
    /// beside, from the lowest level up: together they are all ranks before it.
    pub(super) fn fold_for_all(
        &self,
        call: &Call,
        tag: u32,
        part: Buffer,
        merge: Merge<'_>,
        mut before: impl FnMut(Shared),
    ) -> Result<Shared> {
        let mut own = Arc::new(part);
        let mut node = Node::leaf(self.me);
        loop {
            match node.beside(self.ranks()) {
                Beside::Nothing => return Ok(own),
                Beside::NoRank => (),
                Beside::Sibling(sibling) => {
                    let other = self.trade(call, tag, node, sibling, &own)?;
                    own = Arc::new(if node.is_left() {
                        merge(copy(&self.station.pool, &own), &other)
                    } else {
                        let other = Arc::new(other);
                        before(Arc::clone(&other));
                        merge(copy(&self.station.pool, &other), &own)
                    });
                }
            }
            node = node.parent();
        }
    }

    /// Send the value of `node` to the ranks of its sibling that this one serves, and receive the sibling's value.
    fn trade(&self, call: &Call, tag: u32, node: Node, sibling: Node, own: &Shared) -> Result<Buffer> {
        let ranks_in = |node: Node| (self.ranks() - node.start).min(1 << node.level);
        let (here, there) = (ranks_in(node), ranks_in(sibling));
        let offset = self.me - node.start;
        for to in (offset..there).step_by(here) {
            self.post(call, sibling.start + to, tag, Arc::clone(own))?;
        }
        let other = self.receive(call, sibling.start + offset % there, tag)?;
        self.same_length(call, own, &other)?;
        Ok(other)
    }

    /// The value of the whole tree on the root, `None` elsewhere. The value of a node lies on the root if that is one
    /// of its ranks, else on the first: every rank but the root sends once.
    pub(super) fn fold_for_one(
        &self,
        call: &Call,
        tag: u32,
        root: usize,
        part: Buffer,
        merge: Merge<'_>,
    ) -> Result<Option<Shared>> {
        let holder = |node: Node| {
            let has_root = root >> node.level == node.start >> node.level;
            if has_root { root } else { node.start }
        };
        let mut own = part;
        let mut node = Node::leaf(self.me);
        loop {
            match node.beside(self.ranks()) {
                Beside::Nothing => return Ok(Some(Arc::new(own))),
                Beside::NoRank => (),
                Beside::Sibling(sibling) if holder(node.parent()) == self.me => {
                    let other = self.receive(call, holder(sibling), tag)?;
                    self.same_length(call, &own, &other)?;
                    own = if node.is_left() { merge(own, &other) } else { merge(other, &own) };
                }
                Beside::Sibling(_) => {
                    self.post(call, holder(node.parent()), tag, Arc::new(own))?;
                    return Ok(None);
                }
            }
            node = node.parent();
        }
    }

    /// Refuse a value of another length where elements are folded one by one: without the check before a collective
    /// this is where different counts show.
    fn same_length(&self, call: &Call, own: &Buffer, other: &Buffer) -> Result<()> {
        if call.count.is_none() || own.len() == other.len() {
            return Ok(());
        }
        Err(self.station.fail(call, &format!("a rank gives {} bytes, another {}", own.len(), other.len())))
    }
}
