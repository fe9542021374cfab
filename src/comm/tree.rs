//! The fixed tree over the ranks in which values are folded.
//!
//! Ranks pair up by the bits of their numbers: (0 1)(2 3), then ((0 1)(2 3))((4 5)(6 7)), and so on; a node without a
//! right neighbour moves up alone. The tree depends on the number of ranks only, never on who arrives first, so a
//! fold that is not associative (floats) still gives the same bits every time and on every transport.

/// The ranks `start..start + 2^level` that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) level: u32,
    pub(super) start: usize,
}

/// What stands beside a node.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Beside {
    /// The node is the root.
    Nothing,
    /// All ranks on the right are beyond the last: the node moves up alone.
    NoRank,
    /// The other half of the parent.
    Sibling(Node),
}

impl Node {
    pub(super) fn leaf(rank: usize) -> Self {
        Self { level: 0, start: rank }
    }

    pub(super) fn parent(self) -> Self {
        Self { level: self.level + 1, start: self.start & !(1 << self.level) }
    }

    /// Whether this is the left half of its parent.
    pub(super) fn is_left(self) -> bool {
        self.start & (1 << self.level) == 0
    }

    pub(super) fn beside(self, ranks: usize) -> Beside {
        let sibling = Self { start: self.start ^ (1 << self.level), ..self };
        match () {
            () if self.start == 0 && 1 << self.level >= ranks => Beside::Nothing,
            () if sibling.start >= ranks => Beside::NoRank,
            () => Beside::Sibling(sibling),
        }
    }
}

/// The nodes that tile the ranks before `rank`, from the left: one for each bit of its number. All of them are left
/// halves.
pub(super) fn before(rank: usize) -> impl Iterator<Item = Node> {
    let levels = (0..usize::BITS - rank.leading_zeros()).rev();
    levels
        .filter(move |level| rank >> level & 1 == 1)
        .map(move |level| Node { level, start: rank >> level << level ^ 1 << level })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_reaches_the_root() {
        for ranks in 1..70 {
            for rank in 0..ranks {
                let mut node = Node::leaf(rank);
                while node.beside(ranks) != Beside::Nothing {
                    node = node.parent();
                    assert!(node.start <= rank && rank < node.start + (1 << node.level));
                }
                assert_eq!(node.start, 0);
            }
        }
    }

    #[test]
    fn the_nodes_before_a_rank_tile_the_ranks_before_it() {
        for rank in 0..300 {
            let mut next = 0;
            for node in before(rank) {
                assert_eq!(node.start, next);
                assert!(node.is_left());
                next += 1 << node.level;
            }
            assert_eq!(next, rank);
        }
    }
}
