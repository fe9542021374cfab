//! One collective on the board: what the ranks of one communicator have brought to it so far.

use std::sync::Arc;

use crate::comm::tree::{Beside, Node};
use crate::comm::{Call, Lent, Shared};
use crate::memory::Buffer;

/// The ranks of a communicator: a number that no other one has, and their numbers in the world.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) id: u64,
    pub(super) members: Vec<usize>,
}

/// What a rank brings.
pub(super) enum Part {
    Nothing,
    /// For all to read.
    Share(Shared),
    /// For all to look into.
    Lend(Lent),
    /// For one rank each.
    Deal(Vec<(usize, Buffer)>),
    /// To be merged: it is handed in along the tree, see [`Slot::offer`].
    Merge,
}

/// A collective, from the first rank that enters until the last that takes its result.
pub(super) struct Slot {
    pub(super) group: Arc<Group>,
    pub(super) seats: Vec<Seat>,
    pub(super) arrived: usize,
    pub(super) taken: usize,
    /// Whether results may be taken.
    pub(super) done: bool,
    /// The first of the numbers that were set aside for new communicators.
    pub(super) new_groups: u64,
    /// The value of the whole tree.
    pub(super) merged: Option<Shared>,
}

/// The place of one member.
#[derive(Default)]
pub(super) struct Seat {
    pub(super) call: Option<Call>,
    pub(super) share: Option<Shared>,
    pub(super) lent: Option<Lent>,
    /// Messages for this member, by sender.
    pub(super) inbox: Vec<(usize, Buffer)>,
    /// The value of a subtree that begins with this member and waits for its sibling, and the subtree's level. There is one at most:
    /// what it is merged of waits no more.
    waiting: Option<(u32, Buffer)>,
    /// Values of left subtrees that begin with this member, by level, kept for a scan.
    kept: Vec<(u32, Shared)>,
}

/// Two siblings to merge into the value of their parent.
pub(super) struct Pair {
    pub(super) parent: Node,
    pub(super) left_node: Node,
    pub(super) left: Buffer,
    pub(super) right: Buffer,
}

impl Slot {
    pub(super) fn new(group: &Arc<Group>) -> Self {
        Self {
            group: Arc::clone(group),
            seats: group.members.iter().map(|_| Seat::default()).collect(),
            arrived: 0,
            taken: 0,
            done: false,
            new_groups: 0,
            merged: None,
        }
    }

    pub(super) fn enter(&mut self, me: usize, call: &Call, part: Part) {
        self.seats[me].call = Some(*call);
        self.arrived += 1;
        match part {
            Part::Nothing | Part::Merge => (),
            Part::Share(share) => self.seats[me].share = Some(share),
            Part::Lend(lent) => self.seats[me].lent = Some(lent),
            Part::Deal(parts) => {
                for (to, part) in parts {
                    self.seats[to].inbox.push((me, part));
                }
            }
        }
    }

    /// Whether all who entered made the same call. `None` when not all have.
    pub(super) fn agrees(&self) -> Option<bool> {
        let mut calls = self.seats.iter().map(|seat| seat.call.as_ref());
        let first = calls.next()??;
        calls.try_fold(true, |so_far, call| Some(so_far & call?.agrees_with(first)))
    }

    /// Hand in the value of `node`. Gives back the pair to merge next when the sibling is there already; keeps the
    /// value otherwise.
    pub(super) fn offer(&mut self, mut node: Node, value: Buffer) -> Option<Pair> {
        loop {
            match node.beside(self.seats.len()) {
                Beside::Nothing => {
                    self.merged = Some(Arc::new(value));
                    return None;
                }
                Beside::NoRank => node = node.parent(),
                Beside::Sibling(sibling) => return self.pair(node, value, sibling),
            }
        }
    }

    fn pair(&mut self, node: Node, value: Buffer, sibling: Node) -> Option<Pair> {
        // Values of calls that differ are left where they are: the ranks will hear of it when all have entered.
        let call = |node: Node| self.seats[node.start].call;
        let same = call(node).zip(call(sibling)).is_some_and(|(a, b)| a.agrees_with(&b));
        let waits = &mut self.seats[sibling.start].waiting;
        let other = waits.take_if(|(level, _)| same && *level == sibling.level);
        let Some((_, other)) = other else {
            self.seats[node.start].waiting = Some((node.level, value));
            return None;
        };
        let (left_node, left, right) = if node.is_left() { (node, value, other) } else { (sibling, other, value) };
        Some(Pair { parent: node.parent(), left_node, left, right })
    }

    /// Remember the value of a left subtree for the ranks to its right.
    pub(super) fn keep(&mut self, node: Node, value: Shared) {
        self.seats[node.start].kept.push((node.level, value));
    }

    pub(super) fn kept(&self, node: Node) -> Shared {
        let kept = self.seats[node.start].kept.iter().find(|(level, _)| *level == node.level);
        Arc::clone(&kept.expect("a scan keeps the left half of every pair").1)
    }
}
