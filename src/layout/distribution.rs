//! How one array axis is dealt out over some ranks in a line.

use std::ops::Range;
use std::sync::Arc;

use super::Progression;

/// How one array axis is dealt out.
///
/// `over` is a group of adjacent axes of the mesh; their ranks, in row-major order, take part 0, part 1 and so on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Distribution {
    /// Every rank has the whole axis.
    Whole,
    /// Each part is one interval.
    Blocks {
        /// The mesh axes that share this array axis.
        over: Range<usize>,
        /// Where one part ends and the next begins.
        cuts: Cuts,
    },
    /// Blocks of a fixed length go to the parts in turn, as cards are dealt.
    Cyclic {
        /// The mesh axes that share this array axis.
        over: Range<usize>,
        /// The length of one block.
        block: usize,
    },
}

/// The cut points of [`Distribution::Blocks`].
///
/// A layout keeps offsets that say what balance would say *as* balance, so that equal deals are equal values.
///
/// ```
/// use isotherm::Layout;
/// assert_eq!(Layout::from_offsets(7, 0, &[0, 3, 5, 7])?, Layout::split(7, 0, 3)?); // 7 = 3 + 2 + 2
/// assert_ne!(Layout::from_offsets(7, 0, &[0, 2, 5, 7])?, Layout::split(7, 0, 3)?);
/// # Ok::<(), isotherm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cuts(Option<Arc<[usize]>>);

impl Cuts {
    /// As even as possible: each of the first `n % parts` parts takes one more, as in Heat and MPI's customs.
    pub const BALANCED: Self = Self(None);

    /// Part i is `offsets[i]..offsets[i + 1]`; empty parts are fine.
    ///
    /// **Local.** The offsets are checked when the layout is made.
    pub fn at(offsets: &[usize]) -> Self {
        Self(Some(offsets.into()))
    }

    /// The one form of these cuts of an axis of `extent` into `parts`.
    pub(super) fn canonical(self, extent: usize, parts: usize) -> Self {
        let balanced =
            |offsets: &[usize]| (0..=parts).all(|part| offsets[part] == balanced_offset(extent, parts, part));
        if self.offsets().is_some_and(balanced) { Self::BALANCED } else { self }
    }

    /// The offsets, unless they are the balanced ones.
    ///
    /// **Local.**
    pub fn offsets(&self) -> Option<&[usize]> {
        self.0.as_deref()
    }

    /// Where `part` of `parts` of an axis of `extent` begins; `parts` itself gives the end.
    fn offset(&self, extent: usize, parts: usize, part: usize) -> usize {
        self.offsets().map_or_else(|| balanced_offset(extent, parts, part), |offsets| offsets[part])
    }

    /// The part that holds `index`. Empty parts hold nothing, so it is the last one that begins at or before it.
    fn part_of(&self, extent: usize, parts: usize, index: usize) -> usize {
        let Some(offsets) = self.offsets() else {
            let (small, longer) = (extent / parts, extent % parts);
            let among_longer = index / (small + 1);
            return if among_longer < longer { among_longer } else { (index - longer) / small };
        };
        offsets.partition_point(|&offset| offset <= index) - 1
    }

    /// The length of the longest part.
    fn longest(&self, extent: usize, parts: usize) -> usize {
        self.offsets().map_or_else(
            || extent.div_ceil(parts),
            |offsets| offsets.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0),
        )
    }
}

fn balanced_offset(extent: usize, parts: usize, part: usize) -> usize {
    part * (extent / parts) + part.min(extent % parts)
}

impl Distribution {
    /// Balanced blocks over a group of mesh axes.
    ///
    /// **Local.**
    pub fn balanced(over: Range<usize>) -> Self {
        Self::Blocks { over, cuts: Cuts::BALANCED }
    }

    /// Blocks with these offsets, one more than there are parts, over a group of mesh axes.
    ///
    /// **Local.**
    pub fn blocks(over: Range<usize>, offsets: &[usize]) -> Self {
        Self::Blocks { over, cuts: Cuts::at(offsets) }
    }

    /// Blocks of `block` elements dealt in turn over a group of mesh axes.
    ///
    /// **Local.**
    pub fn cyclic(over: Range<usize>, block: usize) -> Self {
        Self::Cyclic { over, block }
    }

    /// The mesh axes that it uses; none when it is [`Whole`](Self::Whole).
    ///
    /// **Local.**
    pub fn over(&self) -> Range<usize> {
        match self {
            Self::Whole => 0..0,
            Self::Blocks { over, .. } | Self::Cyclic { over, .. } => over.clone(),
        }
    }

    /// Whether the cuts are not given but follow from the extent.
    pub(super) fn fits_any_extent(&self) -> bool {
        !matches!(self, Self::Blocks { cuts: Cuts(Some(_)), .. })
    }

    /// The indices of `part` of `parts`, for an axis of `extent`.
    pub(super) fn progression(&self, extent: usize, parts: usize, part: usize) -> Progression {
        match self {
            Self::Whole => Progression::interval(0..extent),
            Self::Blocks { cuts, .. } => {
                Progression::interval(cuts.offset(extent, parts, part)..cuts.offset(extent, parts, part + 1))
            }
            Self::Cyclic { block, .. } => {
                Progression::new(part.saturating_mul(*block), *block, parts.saturating_mul(*block), extent)
            }
        }
    }

    /// The part that holds `index`.
    pub(super) fn part_of(&self, extent: usize, parts: usize, index: usize) -> usize {
        match self {
            Self::Whole => 0,
            Self::Blocks { cuts, .. } => cuts.part_of(extent, parts, index),
            Self::Cyclic { block, .. } => index / block % parts,
        }
    }

    /// The length of the longest part.
    pub(super) fn longest(&self, extent: usize, parts: usize) -> usize {
        match self {
            Self::Blocks { cuts, .. } => cuts.longest(extent, parts),
            // The first part of a cyclic deal is never shorter than another.
            Self::Whole | Self::Cyclic { .. } => self.progression(extent, parts, 0).len(),
        }
    }
}
