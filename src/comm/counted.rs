//! How often a rank communicated, and how much.
//!
//! Calls and bytes are what the program asked for. Messages are those of one standard algorithm per kind, the same on
//! every transport, so that a count taken on threads holds for a cluster. For `p` ranks, and `n` bytes given by the
//! rank that counts:
//!
//! | kind | algorithm | messages that a rank sends | bytes that it sends |
//! |---|---|---|---|
//! | `Barrier` | dissemination | ⌈log₂ p⌉ | 0 |
//! | `Broadcast` | binomial tree | its children in the tree | children · length |
//! | `AllReduce` (also `agree`) | recursive doubling | ⌈log₂ p⌉ | ⌈log₂ p⌉ · n |
//! | `Reduce` | binomial tree | 1, on the root 0 | n, on the root 0 |
//! | `Scan` | recursive doubling | the powers of two d with rank + d < p | messages · n |
//! | `Gather` | direct | 1, on the root 0 | n, on the root 0 |
//! | `AllGather` | ring | p - 1 | all parts but the right neighbour's |
//! | `Scatter` | direct | on the root p - 1 | on the root the others' parts |
//! | `AllToAll` | pairwise | p - 1 | the parts for others |
//! | `Exchange`, `PointToPoint` | as it is | messages to other ranks | their bytes |
//! | `Split` | all-gather by recursive doubling | ⌈log₂ p⌉ | 16 (p - 1) |

use std::ops::{AddAssign, Sub};

/// The class of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Wait for all.
    Barrier,
    /// One rank's values for all.
    Broadcast,
    /// A fold of all ranks' values for all.
    AllReduce,
    /// A fold of all ranks' values for one.
    Reduce,
    /// For each rank the fold of those before it.
    Scan,
    /// All ranks' values for one.
    Gather,
    /// All ranks' values for all.
    AllGather,
    /// One rank's parts, one for each.
    Scatter,
    /// From every rank one part for every other.
    AllToAll,
    /// Messages that both sides foresee.
    Exchange,
    /// One message.
    PointToPoint,
    /// A new communicator.
    Split,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Barrier,
        Self::Broadcast,
        Self::AllReduce,
        Self::Reduce,
        Self::Scan,
        Self::Gather,
        Self::AllGather,
        Self::Scatter,
        Self::AllToAll,
        Self::Exchange,
        Self::PointToPoint,
        Self::Split,
    ];

    /// Whether all ranks must give the same number of elements.
    pub(super) fn counts_agree(self) -> bool {
        matches!(self, Self::AllReduce | Self::Reduce | Self::Scan)
    }

    /// The column `messages` of the table above; 0 for those that are counted as they are.
    pub(super) fn messages(self, rank: usize, ranks: usize, root: usize) -> usize {
        let doublings = ranks.next_power_of_two().trailing_zeros() as usize;
        match self {
            Self::Barrier | Self::AllReduce | Self::Split => doublings,
            Self::Broadcast => children((rank + ranks - root) % ranks, ranks),
            Self::Reduce | Self::Gather => usize::from(rank != root),
            Self::Scan => (0..doublings).filter(|&level| rank + (1 << level) < ranks).count(),
            Self::AllGather | Self::AllToAll => ranks - 1,
            Self::Scatter => {
                if rank == root {
                    ranks - 1
                } else {
                    0
                }
            }
            Self::Exchange | Self::PointToPoint => 0,
        }
    }
}

/// The children of `node` in the binomial tree whose root is node 0.
fn children(node: usize, nodes: usize) -> usize {
    let powers = (0..usize::BITS).map(|level| 1_usize << level);
    powers.take_while(|&power| power < nodes && node & power == 0).filter(|power| node + power < nodes).count()
}

/// One line of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Calls made.
    pub calls: u64,
    /// Messages sent by this rank, after the table.
    pub messages: u64,
    /// Bytes sent by this rank, after the table.
    pub bytes: u64,
}

/// The account of one rank, by [`Kind`]. Differences of two of them tell what happened in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters([Tally; Kind::ALL.len()]);

impl Counters {
    /// What this rank did of one kind.
    ///
    /// **Local.**
    pub fn of(&self, kind: Kind) -> Tally {
        self.0[kind as usize]
    }

    /// What this rank did in all.
    ///
    /// **Local.**
    pub fn total(&self) -> Tally {
        self.0.iter().fold(Tally::default(), |mut total, tally| {
            total += *tally;
            total
        })
    }

    pub(super) fn add(&mut self, kind: Kind, messages: usize, bytes: usize) {
        self.0[kind as usize] += Tally { calls: 1, messages: messages as u64, bytes: bytes as u64 };
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.messages += other.messages;
        self.bytes += other.bytes;
    }
}

impl Sub for Counters {
    type Output = Self;

    /// What happened since `earlier` was taken.
    fn sub(mut self, earlier: Self) -> Self {
        for (now, before) in self.0.iter_mut().zip(earlier.0) {
            now.calls -= before.calls;
            now.messages -= before.messages;
            now.bytes -= before.bytes;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_numbered_in_their_order() {
        assert!(Kind::ALL.iter().enumerate().all(|(number, &kind)| kind as usize == number));
    }

    #[test]
    fn a_binomial_tree_has_one_edge_less_than_nodes() {
        for ranks in 1..200 {
            let edges: usize = (0..ranks).map(|rank| Kind::Broadcast.messages(rank, ranks, ranks / 3)).sum();
            assert_eq!(edges, ranks - 1);
            assert!(children(0, ranks) <= Kind::Barrier.messages(0, ranks, 0));
        }
    }
}
