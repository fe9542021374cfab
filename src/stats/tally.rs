//! One round's question, and the counting that answers it.

use std::ops::Range;

/// Bits that a round finds out of each key.
pub(super) const DIGIT: u32 = 8;
/// The counts of one prefix.
pub(super) const BINS: usize = 1 << DIGIT;

/// What a round asks of one group. A key is looked at as its offset from the least one:
///
/// ```text
///   64                       width bits       0
///   | 0 ... 0 | prefix, known | digit | the rest |
///                             |<----->|<-- shift ->|
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
    pub(super) fn slots(&self, groups: &Range<usize>) -> Range<usize> {
        if groups.is_empty() {
            return 0..0;
        }
        self.lenses[groups.start].slots.start..self.lenses[groups.end - 1].slots.end
    }

    /// The counting of one group's keys into its part of `counts`.
    pub(super) fn tally<'a>(&'a self, group: usize, counts: &'a mut [u64]) -> Tally<'a> {
        let Lens { least, shift, width, slots } = &self.lenses[group];
        Tally { least: *least, shift: *shift, width: *width, prefixes: &self.prefixes[slots.clone()], counts }
    }
}

/// The counts of one group while they are made.
pub(super) struct Tally<'a> {
    pub(super) least: u64,
    shift: u32,
    width: u32,
    prefixes: &'a [u64],
    counts: &'a mut [u64],
}

impl Tally<'_> {
    /// Count an offset if it begins with one of the prefixes, and say whether it does. Those of NaNs are beyond that of the greatest
    /// element: where one begins like it, it is counted behind it, where nobody looks.
    #[inline(always)]
    pub(super) fn count(&mut self, offset: u64) -> bool {
        let known = offset >> self.shift;
        let prefix = known >> self.width;
        let Some(slot) = self.prefixes.iter().position(|&wanted| wanted == prefix) else { return false };
        let digit = known & ((1 << self.width) - 1);
        self.counts[slot * BINS + digit as usize] += 1;
        true
    }
}
