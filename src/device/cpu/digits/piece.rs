//! What one task counts: its share, and later only those elements of it that still matter.

use std::ops::Range;

use crate::device::cpu::digits::groups::{Groups, Share};
use crate::device::cpu::digits::tally::Tally;
use crate::device::digits::{BINS, Keyed, Round};
use crate::memory::{Block, Pool};

/// A share of a batch's groups. Rounds number the groups from the batch's first.
pub(super) struct Piece {
    share: Share,
    /// The number of the batch's first group.
    first: usize,
    /// Of each group, how many elements here begin with one of the coming round's prefixes.
    matching: Vec<usize>,
    candidates: Option<Candidates>,
}

/// The offsets of the elements that began with one of the last round's prefixes, those of each group side by side.
struct Candidates {
    offsets: Block<u64>,
    groups: Vec<Range<usize>>,
}

impl Piece {
    pub(super) fn new(share: Share, first: usize) -> Self {
        let matching = vec![0; share.groups.len()];
        Self { share, first, matching, candidates: None }
    }

    /// How many elements here begin with one of the coming round's prefixes.
    pub(super) fn matching(&self) -> usize {
        self.matching.iter().sum()
    }

    /// Its groups as rounds number them.
    fn groups(&self) -> Range<usize> {
        self.share.groups.start - self.first..self.share.groups.end - self.first
    }

    /// Where the counts of this piece belong among those of all prefixes.
    pub(super) fn place(&self, round: &Round) -> Range<usize> {
        let slots = round.slots(self.groups());
        slots.start * BINS..slots.end * BINS
    }

    /// The counts of this piece: [`BINS`] for each of its prefixes. With `keep`, the elements that are counted become candidates,
    /// and no others are looked at from then on.
    pub(super) fn count<T: Keyed>(&mut self, of: &Groups<'_, T>, round: &Round, keep: bool, pool: &Pool) -> Block<u64> {
        let (groups, place) = (self.groups(), self.place(round));
        let mut counts = pool.zeroed::<u64>(place.len());
        let part = |group: usize| {
            let slots = &round.lenses[group].slots;
            slots.start * BINS - place.start..slots.end * BINS - place.start
        };
        if let Some(candidates) = &mut self.candidates {
            for group in groups.clone() {
                candidates.count(group - groups.start, round, group, &mut counts[part(group)]);
            }
            return counts;
        }
        let mut kept = keep.then(|| Candidates::with_room(&self.matching, pool));
        of.for_each(&self.share, |group, keys| {
            let group = group - self.first;
            let least = round.lenses[group].least;
            for key in keys.iter_mut() {
                *key = key.wrapping_sub(least);
            }
            let mut tally = Tally::new(round, group, &mut counts[part(group)]);
            match &mut kept {
                None => tally.count_many(keys),
                Some(kept) => {
                    let counted = keys.iter().filter(|&&offset| tally.count(offset));
                    kept.extend(group - groups.start, counted);
                }
            }
        });
        self.candidates = kept;
        counts
    }

    /// Find out how many elements the coming round is about, from the counts of the last one, which this piece made.
    pub(super) fn look_ahead(&mut self, counts: &[u64], last: &Round, next: &Round) {
        let first = last.slots(self.groups()).start;
        for (group, matching) in self.groups().zip(&mut self.matching) {
            let (before, after) = (&last.lenses[group], &next.lenses[group]);
            let parents = &last.prefixes[before.slots.clone()];
            let count = |prefix: &u64| {
                let slot = parents.binary_search(&(prefix >> before.width));
                let slot = before.slots.start - first + slot.expect("a prefix grows out of one of the last round");
                counts[slot * BINS + (prefix & ((1 << before.width) - 1)) as usize] as usize
            };
            *matching = next.prefixes[after.slots.clone()].iter().map(count).sum();
        }
    }
}

impl Candidates {
    /// None yet of groups that will have so many.
    fn with_room(lens: &[usize], pool: &Pool) -> Self {
        let mut end = 0;
        let start = |len: &usize| {
            let start = end;
            end += len;
            start..start
        };
        let groups = lens.iter().map(start).collect();
        Self { offsets: pool.take(end), groups }
    }

    fn extend<'o>(&mut self, place: usize, offsets: impl Iterator<Item = &'o u64>) {
        let range = &mut self.groups[place];
        for &offset in offsets {
            self.offsets[range.end] = offset;
            range.end += 1;
        }
    }

    /// Count a group's candidates, and keep those that are counted.
    fn count(&mut self, place: usize, round: &Round, group: usize, counts: &mut [u64]) {
        let mut tally = Tally::new(round, group, counts);
        let range = &mut self.groups[place];
        let mut kept = range.start;
        for position in range.clone() {
            let offset = self.offsets[position];
            if tally.count(offset) {
                self.offsets[kept] = offset;
                kept += 1;
            }
        }
        range.end = kept;
    }
}
