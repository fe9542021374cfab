//! One round's question, and the counting that answers it.

use std::ops::Range;

/// Bits that a round finds out of each key.
pub(super) const DIGIT: u32 = 8;
/// The counts of one prefix.
pub(super) const BINS: usize = 1 << DIGIT;

/// What a round asks of one group. A key is looked at as its offset from the least one:
///
/// ```text
///   | 0 ... 0 | prefix, known | digit | the rest |
///                             |<----->|<-------->|
///                               width     shift
/// ```
pub(super) struct Lens {
    /// The key of the least element.
    pub(super) least: u64,
    pub(super) shift: u32,
    pub(super) width: u32,
    /// Where its prefixes stand among all.
    pub(super) slots: Range<usize>,
}

/// What a round asks: of each group the next digits of the elements that begin with one of some prefixes.
#[derive(Default)]
pub(super) struct Round {
    pub(super) lenses: Vec<Lens>,
    /// The prefixes of group after group, ascending in each.
    pub(super) prefixes: Vec<u64>,
}

impl Round {
    /// Where the prefixes of some groups stand.
    pub(super) fn slots(&self, groups: Range<usize>) -> Range<usize> {
        if groups.is_empty() {
            return 0..0;
        }
        self.lenses[groups.start].slots.start..self.lenses[groups.end - 1].slots.end
    }

    /// The counting of one group's offsets into its part of `counts`.
    pub(super) fn tally<'a>(&'a self, group: usize, counts: &'a mut [u64]) -> Tally<'a> {
        let lens = &self.lenses[group];
        Tally { shift: lens.shift, width: lens.width, prefixes: &self.prefixes[lens.slots.clone()], counts }
    }
}

/// The counts of one group while they are made.
///
/// Offsets of NaNs are beyond that of the greatest element. One that begins like it is counted behind it, where nobody looks.
pub(super) struct Tally<'a> {
    shift: u32,
    width: u32,
    prefixes: &'a [u64],
    counts: &'a mut [u64],
}

impl Tally<'_> {
    /// Count an offset if it begins with one of the prefixes, and say whether it does. For offsets of which few do.
    #[inline(always)]
    pub(super) fn count(&mut self, offset: u64) -> bool {
        let known = offset >> self.shift;
        let Some(slot) = self.prefixes.iter().position(|&prefix| prefix == known >> self.width) else { return false };
        self.counts[slot * BINS + (known & self.mask()) as usize] += 1;
        true
    }

    /// The same for offsets of which many do, by a pass for each prefix: nothing depends on a guess about the next offset, which makes it
    /// three times as fast when half of them do (measured).
    pub(super) fn count_many(&mut self, offsets: &[u64]) {
        let (shift, width, mask) = (self.shift, self.width, self.mask());
        for (&prefix, bins) in self.prefixes.iter().zip(self.counts.as_chunks_mut::<BINS>().0) {
            for offset in offsets {
                let known = offset >> shift;
                bins[(known & mask) as usize % BINS] += u64::from(known >> width == prefix);
            }
        }
    }

    fn mask(&self) -> u64 {
        (1 << self.width) - 1
    }
}
