//! Digits of the keys of a block's elements, counted where the block is: what order statistics are found by.
//!
//! A block is seen as `outer` x `rows` x `inner` elements: those that differ in the row alone are of one group. Beside `engine.rs` the only file
//! that knows both devices.

use std::ops::Range;
use std::rc::Rc;

use crate::device::cpu;
#[cfg(feature = "gpu")]
use crate::device::gpu::order;
use crate::device::{Engine, Source};
use crate::dtype::{Element, Erase};
use crate::memory::Block;

/// Bits that a round finds out of each key.
pub(crate) const DIGIT: u32 = 8;
/// The counts of one prefix.
pub(crate) const BINS: usize = 1 << DIGIT;

/// Elements with integers that order as they do.
pub(crate) trait Keyed: Element + Erase {
    /// That of the element. A NaN's lies outside of the range of all others.
    fn to_key(self) -> u64;
    /// Those of the least and the greatest element that there can be.
    fn range() -> [u64; 2];
}

/// What is known of one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    /// How many elements are NaN.
    pub(crate) nan: u64,
    /// The key of the least of the others.
    pub(crate) least: u64,
    /// The key of the greatest. Without others, the two are the wrong way round.
    pub(crate) greatest: u64,
}

impl Bounds {
    pub(crate) const NOTHING: Self = Self { nan: 0, least: u64::MAX, greatest: 0 };

    pub(crate) fn merge(&mut self, other: &Self) {
        self.nan += other.nan;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
    }
}

/// What a round asks of one group. A key is looked at as its offset from the least one:
///
/// ```text
///   | 0 ... 0 | prefix, known | digit | the rest |
///                             |<----->|<-------->|
///                               width     shift
/// ```
pub(crate) struct Lens {
    /// The key of the least element.
    pub(crate) least: u64,
    pub(crate) shift: u32,
    pub(crate) width: u32,
    /// Where its prefixes stand among all.
    pub(crate) slots: Range<usize>,
}

/// What a round asks: of each group the next digits of the elements that begin with one of some prefixes.
#[derive(Default)]
pub(crate) struct Round {
    pub(crate) lenses: Vec<Lens>,
    /// The prefixes of group after group, ascending in each.
    pub(crate) prefixes: Vec<u64>,
}

impl Round {
    /// Where the prefixes of some groups stand.
    pub(crate) fn slots(&self, groups: Range<usize>) -> Range<usize> {
        if groups.is_empty() {
            return 0..0;
        }
        self.lenses[groups.start].slots.start..self.lenses[groups.end - 1].slots.end
    }
}

/// The groups of a block, where it is.
pub(crate) enum Digits<'a, T: Keyed> {
    Host(cpu::digits::Digits<'a, T>),
    #[cfg(feature = "gpu")]
    Card(order::Digits<T>),
}

/// Groups of a block whose elements are searched, round by round.
pub(crate) enum Search<'a, T: Keyed> {
    Host(cpu::digits::Search<'a, T>),
    #[cfg(feature = "gpu")]
    Card(order::Search<'a, T>),
}

impl<'a, T: Keyed> Digits<'a, T> {
    /// The groups of a block of `[outer, rows, inner]` elements.
    ///
    /// On a GPU without the kernels, or with 2^32 rows or more, the elements come to the host.
    pub(crate) fn new(engine: &'a Engine, block: &'a dyn Source, extents: [usize; 3]) -> Self {
        #[cfg(feature = "gpu")]
        if let Some(digits) = engine.gpu().and_then(|gpu| order::Digits::new(gpu, engine.cpu(), block, extents)) {
            return Self::Card(digits);
        }
        let values = T::slice(block.host()).expect("a block of this dtype");
        Self::Host(cpu::digits::Digits::new(engine.cpu(), values, extents))
    }

    /// The bounds of all groups.
    pub(crate) fn bounds(&self) -> Vec<Bounds> {
        match self {
            Self::Host(digits) => digits.bounds(),
            #[cfg(feature = "gpu")]
            Self::Card(digits) => digits.bounds(),
        }
    }

    /// A search among some groups. Rounds number them from the first one.
    pub(crate) fn search(&self, groups: Range<usize>) -> Search<'_, T> {
        match self {
            Self::Host(digits) => Search::Host(digits.search(groups)),
            #[cfg(feature = "gpu")]
            Self::Card(digits) => Search::Card(digits.search(groups)),
        }
    }
}

impl<T: Keyed> Search<'_, T> {
    /// How many elements answer a round: [`BINS`] counts for each of its prefixes, which grow out of those of the last round.
    pub(crate) fn count(&mut self, round: &Rc<Round>) -> Block<u64> {
        match self {
            Self::Host(search) => search.count(round),
            #[cfg(feature = "gpu")]
            Self::Card(search) => search.count(round),
        }
    }
}
