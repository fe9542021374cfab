//! How many elements go to and come from each rank.

use smallvec::SmallVec;

use super::link::{Deal, Link, Pair, Transfer};
use super::selection::Selection;
use crate::layout::Layout;

/// The ranks that one rank shares a stream with, and the lengths of those streams.
#[derive(Clone, Debug)]
pub(super) struct Peers {
    /// Ranks and counts, in ascending order of ranks, without the rank itself.
    others: Vec<(usize, usize)>,
    own: usize,
}

/// Which of the two deals of a pair belongs to the rank that asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Sender,
    Receiver,
}

impl Peers {
    /// The ranks that receive from `rank`.
    pub(super) fn receiving_from(rank: usize, sources: &[Layout], into: Deal<'_>, transfers: &[Transfer]) -> Self {
        Self::of(Role::Sender, rank, sources, into, transfers)
    }

    /// The ranks that send to `rank`.
    pub(super) fn sending_to(rank: usize, sources: &[Layout], into: Deal<'_>, transfers: &[Transfer]) -> Self {
        Self::of(Role::Receiver, rank, sources, into, transfers)
    }

    fn of(role: Role, rank: usize, sources: &[Layout], into: Deal<'_>, transfers: &[Transfer]) -> Self {
        let mut counts = vec![0; into.layout.ranks()];
        for transfer in transfers {
            let from = Deal::of(&sources[transfer.source]);
            let theirs = if role == Role::Sender { into } else { from };
            let Some(tables) = tables(role, rank, from, into, &transfer.pairs) else { continue };
            let unreplicated = from.layout.replicas() == 1;
            for (peer, count) in counts.iter_mut().enumerate() {
                if unreplicated || from.layout.same_replica(rank, peer) {
                    *count += product(&tables, theirs, peer);
                }
            }
        }
        let own = std::mem::take(&mut counts[rank]);
        let others: Vec<_> = counts.into_iter().enumerate().filter(|&(_, count)| count > 0).collect();
        Self { others, own }
    }

    /// Ranks and counts, in ascending order of ranks.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (usize, usize)> {
        self.others.iter().copied()
    }

    /// The number of elements that the rank shares with itself.
    pub(super) fn own(&self) -> usize {
        self.own
    }

    /// The number of elements of all streams.
    pub(super) fn total(&self) -> usize {
        self.others.iter().map(|&(_, count)| count).sum()
    }
}

/// For one axis of iteration, the number of steps shared with each part of the other side.
struct Table<'a> {
    link: &'a Link,
    /// The part of the first count; parts without a count share nothing.
    first: usize,
    counts: Vec<usize>,
}

impl Table<'_> {
    fn count(&self, part: usize) -> usize {
        part.checked_sub(self.first).and_then(|at| self.counts.get(at)).copied().unwrap_or(0)
    }
}

/// A table per axis, or nothing when one of them has only zeros. Peers differ only by their parts, so that P ranks on a
/// mesh cost the sum of its extents, not the product.
fn tables<'a>(
    role: Role,
    rank: usize,
    from: Deal<'_>,
    into: Deal<'_>,
    pairs: &'a [Pair],
) -> Option<SmallVec<[Table<'a>; 3]>> {
    let mut tables = SmallVec::new();
    for pair in pairs {
        let (mine, my_link, theirs, link) = match role {
            Role::Sender => (from, &pair.from, into, &pair.into),
            Role::Receiver => (into, &pair.into, from, &pair.from),
        };
        let side = mine.side(my_link, pair.extent, mine.part(my_link, rank));
        let count = |part| Selection::between(&side, &theirs.side(link, pair.extent, part)).len();
        let meeting = theirs.parts_meeting(link, side.span());
        let first = meeting.start;
        let counts: Vec<usize> = meeting.map(count).collect();
        if counts.iter().all(|&count| count == 0) {
            return None;
        }
        tables.push(Table { link, first, counts });
    }
    Some(tables)
}

fn product(tables: &[Table<'_>], theirs: Deal<'_>, peer: usize) -> usize {
    let mut product = 1;
    for table in tables {
        product *= table.count(theirs.part(table.link, peer));
        if product == 0 {
            break;
        }
    }
    product
}
