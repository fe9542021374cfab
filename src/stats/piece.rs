//! What one task counts: some rows of some groups, and later only those of their elements that still matter.

use std::ops::Range;

use crate::memory::{Block, Pool};
use crate::stats::Ordinal;
use crate::stats::groups::Groups;
use crate::stats::tally::{BINS, Round};

/// Fewer elements are not worth a task.
const WORTH: usize = 1 << 15;
/// As many groups that lie side by side fill a cache line or two, which should be read by one task.
const ABREAST: usize = 8;

/// Some rows of some groups of a batch.
pub(super) struct Piece {
    groups: Range<usize>,
    rows: Range<usize>,
    /// Of each group, how many elements here begin with one of the coming round's prefixes.
    matching: Vec<usize>,
    /// The offsets of the elements that began with one of the last round's, once they are few.
    candidates: Option<Candidates>,
}

/// Offsets of keys, those of each group side by side.
struct Candidates {
    offsets: Block<u64>,
    groups: Vec<Range<usize>>,
}

impl Piece {
    /// All rows of some groups in pieces for so many threads: groups side by side stay together, rows are cut when groups are few.
    pub(super) fn cut<T>(of: &Groups<'_, T>, groups: usize, threads: usize) -> Vec<Self> {
        let threads = threads.min((groups * of.rows).div_ceil(WORTH)).max(1);
        let across = (groups / ABREAST).clamp(1, threads);
        let down = threads.div_ceil(across);
        let part = |len: usize, parts: usize, part: usize| len * part / parts..len * (part + 1) / parts;
        let piece = |k: usize| {
            let groups = part(groups, across, k % across);
            let matching = vec![0; groups.len()];
            Self { groups, rows: part(of.rows, down, k / across), matching, candidates: None }
        };
        (0..across * down).map(piece).collect()
    }

    /// How many elements here begin with one of the coming round's prefixes.
    pub(super) fn matching(&self) -> usize {
        self.matching.iter().sum()
    }

    /// The counts of this piece: [`BINS`] for each of its prefixes. `first` is the number of the batch's first group. With `keep`, the
    /// elements that are counted become candidates, and no others are looked at from then on.
    pub(super) fn count<T: Ordinal>(
        &mut self,
        of: &Groups<'_, T>,
        first: usize,
        round: &Round,
        keep: bool,
        pool: &Pool,
    ) -> Block<u64> {
        let slots = round.slots(&self.groups);
        let mut counts = pool.zeroed::<u64>(slots.len() * BINS);
        let part = |group: usize| {
            let own = &round.lenses[group].slots;
            (own.start - slots.start) * BINS..(own.end - slots.start) * BINS
        };
        if let Some(candidates) = &mut self.candidates {
            for group in self.groups.clone() {
                candidates.count(group - self.groups.start, round, group, &mut counts[part(group)]);
            }
            return counts;
        }
        let mut kept = keep.then(|| Candidates::with_room(&self.matching, pool));
        of.for_each(first + self.groups.start..first + self.groups.end, self.rows.clone(), |group, column| {
            let (group, counts) = (group - first, &mut counts[part(group - first)]);
            if counts.is_empty() {
                return;
            }
            let mut tally = round.tally(group, counts);
            let least = tally.least;
            if let Some(kept) = &mut kept {
                let place = group - self.groups.start;
                column.for_each(|value| {
                    let offset = value.key().wrapping_sub(least);
                    if tally.count(offset) {
                        kept.push(place, offset);
                    }
                });
            } else {
                column.for_each(|value| {
                    tally.count(value.key().wrapping_sub(least));
                });
            }
        });
        self.candidates = kept;
        counts
    }

    /// Find out how many elements the coming round is about, from the counts of the last one, which this piece made.
    pub(super) fn look_ahead(&mut self, counts: &[u64], last: &Round, next: &Round) {
        let first = last.slots(&self.groups).start;
        for (group, matching) in self.groups.clone().zip(&mut self.matching) {
            let (before, after) = (&last.lenses[group], &next.lenses[group]);
            let parents = &last.prefixes[before.slots.clone()];
            let count = |prefix: &u64| {
                let slot = parents.iter().position(|parent| *parent == prefix >> before.width);
                let slot = before.slots.start - first + slot.expect("a prefix grows out of one of the last round");
                counts[slot * BINS + (prefix & ((1 << before.width) - 1)) as usize] as usize
            };
            *matching = next.prefixes[after.slots.clone()].iter().map(count).sum();
        }
    }

    /// Where the counts of this piece belong among those of all prefixes.
    pub(super) fn place(&self, round: &Round) -> Range<usize> {
        let slots = round.slots(&self.groups);
        slots.start * BINS..slots.end * BINS
    }
}

impl Candidates {
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

    #[inline(always)]
    fn push(&mut self, place: usize, offset: u64) {
        self.offsets[self.groups[place].end] = offset;
        self.groups[place].end += 1;
    }

    /// Count a group's candidates, and keep those that are counted.
    fn count(&mut self, place: usize, round: &Round, group: usize, counts: &mut [u64]) {
        let mut tally = round.tally(group, counts);
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
