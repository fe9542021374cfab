//! One rank's block.

use std::ops::Range;

use smallvec::SmallVec;

use super::Progression;
use super::linear::Linear;
use crate::shape::Shape;

/// The block of one rank: the product of one progression per axis, stored in row-major order.
///
/// ```
/// use isotherm::layout::Layout;
/// let columns = Layout::split((3, 10), 1, 2)?.region(1);
/// assert_eq!(columns.shape(), (3, 5).into());
/// let runs: Vec<_> = columns.runs().map(|run| (run.local, run.global)).collect();
/// assert_eq!(runs, [(0, 5..10), (5, 15..20), (10, 25..30)]);
/// # Ok::<(), isotherm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    whole: Shape,
    parts: SmallVec<[Progression; 3]>,
}

/// A maximal run of elements that follow each other in the block and in the whole array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Run {
    /// Row-major positions in the whole array.
    pub global: Range<usize>,
    /// Position of the first of them in the block.
    pub local: usize,
}

impl Region {
    /// The block with one progression per axis of an array of shape `whole`.
    ///
    /// **Local.**
    pub fn new(whole: Shape, parts: impl IntoIterator<Item = Progression>) -> Self {
        let parts: SmallVec<_> = parts.into_iter().collect();
        debug_assert_eq!(whole.ndim(), parts.len());
        Self { whole, parts }
    }

    /// The shape of the whole array.
    ///
    /// **Local.**
    pub fn whole(&self) -> &Shape {
        &self.whole
    }

    /// The indices along each axis.
    ///
    /// **Local.**
    pub fn parts(&self) -> &[Progression] {
        &self.parts
    }

    /// The shape of the block.
    ///
    /// **Local.**
    pub fn shape(&self) -> Shape {
        self.parts.iter().map(Progression::len).collect()
    }

    /// The number of elements in the block.
    ///
    /// **Local.**
    pub fn len(&self) -> usize {
        self.shape().size()
    }

    /// Whether the block has no elements.
    ///
    /// **Local.**
    pub fn is_empty(&self) -> bool {
        self.parts.iter().any(Progression::is_empty)
    }

    /// Whether the element at `index` is in the block.
    ///
    /// **Local.**
    pub fn contains(&self, index: &[usize]) -> bool {
        self.parts.iter().zip(index).all(|(part, &i)| part.contains(i))
    }

    /// The box that it is, one range per axis, if it is one.
    ///
    /// **Local.**
    pub fn contiguous(&self) -> Option<SmallVec<[Range<usize>; 4]>> {
        self.parts.iter().map(|part| part.is_interval().then(|| part.start()..part.end())).collect()
    }

    /// The row-major positions of the elements, if they are one after another.
    pub(super) fn interval(&self) -> Option<Range<usize>> {
        match self.runs().next() {
            Some(run) => (run.global.len() == self.len()).then_some(run.global),
            None => Some(0..0),
        }
    }

    /// The maximal contiguous runs, in the order of the block.
    ///
    /// **Local.** Found one by one: nothing is stored but the place of the next.
    pub fn runs(&self) -> Runs {
        let axes: SmallVec<[_; 4]> = self.whole.iter().copied().zip(self.parts.iter().copied()).collect();
        Runs { linear: Linear::new(&axes), from: 0, local: 0, empty: self.is_empty() }
    }
}

/// The iterator that [`Region::runs`] returns.
#[derive(Clone, Debug)]
pub struct Runs {
    linear: Linear,
    from: usize,
    local: usize,
    empty: bool,
}

impl Iterator for Runs {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        if self.empty {
            return None;
        }
        let mut global = self.linear.next_run(self.from)?;
        // The last elements of one row and the first of the next may both be here, when rows are dealt cyclically.
        while let Some(next) = self.linear.next_run(global.end).filter(|next| next.start == global.end) {
            global.end = next.end;
        }
        let run = Run { local: self.local, global: global.clone() };
        self.local += global.len();
        self.from = global.end;
        Some(run)
    }
}
