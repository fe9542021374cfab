//! The search for the order statistics of some groups, round by round.

use crate::comm::{Comm, Exact};
use crate::context::Context;
use crate::error::Result;
use crate::memory::Block;
use crate::stats::Ordinal;
use crate::stats::groups::Groups;
use crate::stats::piece::Piece;
use crate::stats::tally::{BINS, DIGIT, Lens, Round};

/// Offsets are kept once they take at most this part of the block's bytes.
const SHARE: usize = 8;

/// One group: the key of its least element, and how many low bits of the offsets from it are still to be found.
pub(super) struct Search {
    pub(super) least: u64,
    pub(super) bits: u32,
}

/// One order statistic: the bits of its offset that are known, and its number among the elements that begin with them.
pub(super) struct Target {
    pub(super) prefix: u64,
    pub(super) rank: u64,
}

/// The groups whose order statistics are found together. `targets` holds the same number for each, in ascending order.
pub(super) struct Batch {
    /// The number of the first group.
    pub(super) first: usize,
    pub(super) searches: Vec<Search>,
    pub(super) targets: Vec<Target>,
}

impl Batch {
    /// Find the targets: afterwards their prefixes are whole offsets.
    ///
    /// **Collective** among the partners: one all-reduce for each round.
    #[track_caller]
    pub(super) fn run<T: Ordinal>(&mut self, cx: &Context, of: &Groups<'_, T>, partners: Option<&Comm>) -> Result<()> {
        let groups = self.first..self.first + self.searches.len();
        let most_kept = of.elements(groups.len()) * size_of::<T>() / size_of::<u64>() / SHARE;
        let shares = of.shares(groups, cx.cpu().threads());
        let mut pieces: Vec<Piece> = shares.into_iter().map(|share| Piece::new(share, self.first)).collect();
        let (mut round, mut keep, pool) = (self.round(), false, cx.pool());
        while !round.prefixes.is_empty() {
            let work = |piece: &mut Piece| piece.count(of, &round, keep, pool);
            let parts = cx.cpu().each(pieces.iter_mut().collect(), work);
            let own = sum(cx, &round, &pieces, &parts);
            match partners {
                Some(comm) => self.descend(&round, &comm.all_reduce_exact(&own, Exact::Sum)?),
                None => self.descend(&round, &own),
            }
            let next = self.round();
            for (piece, counts) in pieces.iter_mut().zip(&parts) {
                piece.look_ahead(counts, &round, &next);
            }
            keep = pieces.iter().map(Piece::matching).sum::<usize>() <= most_kept;
            round = next;
        }
        Ok(())
    }

    fn each(&self) -> usize {
        self.targets.len() / self.searches.len()
    }

    /// What is to be asked next: of each group that is not done, the prefixes that its targets have by now.
    fn round(&self) -> Round {
        let mut round = Round::default();
        for (search, targets) in self.searches.iter().zip(self.targets.chunks(self.each())) {
            let start = round.prefixes.len();
            for target in targets.iter().filter(|_| search.bits > 0) {
                // In ascending order, so equal ones follow each other.
                if round.prefixes[start..].last() != Some(&target.prefix) {
                    round.prefixes.push(target.prefix);
                }
            }
            let width = search.bits.min(DIGIT);
            let slots = start..round.prefixes.len();
            round.lenses.push(Lens { least: search.least, shift: search.bits - width, width, slots });
        }
        round
    }

    /// Follow each target into the digit that holds its rank.
    fn descend(&mut self, round: &Round, counts: &[u64]) {
        let each = self.each();
        let groups = self.searches.iter_mut().zip(self.targets.chunks_mut(each)).zip(&round.lenses);
        for ((search, targets), lens) in groups.filter(|(_, lens)| !lens.slots.is_empty()) {
            search.bits -= lens.width;
            for target in targets {
                let slot = round.prefixes[lens.slots.clone()].binary_search(&target.prefix);
                let slot = lens.slots.start + slot.expect("every target's prefix is asked for");
                let mut digit = 0;
                for &count in &counts[slot * BINS..][..BINS] {
                    if target.rank < count {
                        break;
                    }
                    target.rank -= count;
                    digit += 1;
                }
                target.prefix = target.prefix << lens.width | digit;
            }
        }
    }
}

/// The counts of all pieces together.
fn sum(cx: &Context, round: &Round, pieces: &[Piece], parts: &[Block<u64>]) -> Block<u64> {
    let mut all = cx.pool().zeroed::<u64>(round.prefixes.len() * BINS);
    for (piece, part) in pieces.iter().zip(parts) {
        all[piece.place(round)].iter_mut().zip(part.iter()).for_each(|(all, part)| *all += part);
    }
    all
}
