//! Digits counted in the memory of the host, by the threads of a rank's share.
//!
//! A search reads all elements in its first rounds. When few of them still matter, these are kept as candidates, and no others are looked at.

mod groups;
mod piece;
mod tally;

use std::ops::Range;
use std::rc::Rc;

use crate::device::cpu::Cpu;
use crate::device::cpu::digits::groups::Groups;
use crate::device::cpu::digits::piece::Piece;
use crate::device::digits::{BINS, Bounds, Keyed, Round};
use crate::memory::Block;

/// Offsets are kept once they take at most this part of the block's bytes.
const SHARE: usize = 8;

/// The groups of a block.
pub(crate) struct Digits<'a, T> {
    cpu: &'a Cpu,
    groups: Groups<'a, T>,
}

impl<'a, T: Keyed> Digits<'a, T> {
    pub(crate) fn new(cpu: &'a Cpu, values: &'a [T], extents: [usize; 3]) -> Self {
        Self { cpu, groups: Groups::new(values, extents) }
    }

    pub(crate) fn bounds(&self) -> Vec<Bounds> {
        let (cpu, groups) = (self.cpu, &self.groups);
        let parts = cpu.each(groups.shares(0..groups.len, cpu.threads()), |share| {
            let mut part = vec![Bounds::NOTHING; share.groups.len()];
            groups.for_each(&share, |group, keys| see(&mut part[group - share.groups.start], keys, T::range()));
            (share.groups.start, part)
        });
        let mut all = vec![Bounds::NOTHING; groups.len];
        for (first, part) in &parts {
            all[*first..].iter_mut().zip(part).for_each(|(all, part)| all.merge(part));
        }
        all
    }

    pub(crate) fn search(&self, groups: Range<usize>) -> Search<'a, T> {
        let most_kept = self.groups.elements(groups.len()) * size_of::<T>() / size_of::<u64>() / SHARE;
        let first = groups.start;
        let shares = self.groups.shares(groups, self.cpu.threads());
        let pieces = shares.into_iter().map(|share| Piece::new(share, first)).collect();
        Search { cpu: self.cpu, of: self.groups, pieces, most_kept, last: None }
    }
}

/// Take in keys; NaNs are those outside the range of all others.
fn see(bounds: &mut Bounds, keys: &[u64], [low, high]: [u64; 2]) {
    for &key in keys {
        let nan = key.wrapping_sub(low) > high - low;
        bounds.nan += u64::from(nan);
        bounds.least = bounds.least.min(if nan { u64::MAX } else { key });
        bounds.greatest = bounds.greatest.max(if nan { 0 } else { key });
    }
}

/// A search, and what its last round came to.
pub(crate) struct Search<'a, T> {
    cpu: &'a Cpu,
    of: Groups<'a, T>,
    pieces: Vec<Piece>,
    /// So many candidates are worth keeping.
    most_kept: usize,
    /// The last round, with the counts of each piece.
    last: Option<(Rc<Round>, Vec<Block<u64>>)>,
}

impl<T: Keyed> Search<'_, T> {
    pub(crate) fn count(&mut self, round: &Rc<Round>) -> Block<u64> {
        let pool = self.cpu.pool();
        let keep = self.last.take().is_some_and(|(last, parts)| {
            for (piece, counts) in self.pieces.iter_mut().zip(&parts) {
                piece.look_ahead(counts, &last, round);
            }
            self.pieces.iter().map(Piece::matching).sum::<usize>() <= self.most_kept
        });
        let (of, asked): (_, &Round) = (&self.of, round);
        let work = |piece: &mut Piece| piece.count(of, asked, keep, pool);
        let parts = self.cpu.each(self.pieces.iter_mut().collect(), work);
        let mut all = pool.zeroed::<u64>(round.prefixes.len() * BINS);
        for (piece, part) in self.pieces.iter().zip(&parts) {
            all[piece.place(round)].iter_mut().zip(part.iter()).for_each(|(all, part)| *all += part);
        }
        self.last = Some((round.clone(), parts));
        all
    }
}
