//! Boxes of places.

use std::ops::Range;

use smallvec::SmallVec;

use crate::device::View;
use crate::shape::Shape;

/// A box of places in and around a block: one range per axis. They are counted from the block's first own element, so that
/// the margin before it has negative places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places(pub(super) SmallVec<[Range<isize>; 4]>);

impl Places {
    /// The places along each axis.
    ///
    /// **Local.**
    pub fn ranges(&self) -> &[Range<isize>] {
        &self.0
    }

    /// Whether there are none.
    ///
    /// **Local.**
    pub fn is_empty(&self) -> bool {
        self.0.iter().any(Range::is_empty)
    }

    /// The first place of each row along the last axis, in row-major order, with the row's length.
    ///
    /// **Local.**
    pub fn rows(&self) -> impl Iterator<Item = (SmallVec<[isize; 4]>, usize)> + '_ {
        let shape = self.shape();
        let (len, rows) = match shape.ndim().checked_sub(1) {
            Some(last) => (shape[last], shape.with(last, 1)),
            None => (1, shape),
        };
        let count = if len == 0 { 0 } else { rows.size() };
        (0..count).map(move |row| {
            let steps = rows.unravel(row);
            (steps.iter().zip(&self.0).map(|(&step, range)| range.start + step as isize).collect(), len)
        })
    }

    pub(super) fn contains(&self, at: &[isize]) -> bool {
        at.len() == self.0.len() && at.iter().zip(&self.0).all(|(place, range)| range.contains(place))
    }

    pub(super) fn of_shape(shape: &Shape) -> Self {
        Self(shape.iter().map(|&extent| 0..extent as isize).collect())
    }

    pub(super) fn shape(&self) -> Shape {
        self.0.iter().map(|range| (range.end - range.start).max(0) as usize).collect()
    }

    pub(super) fn meet(&self, other: &Self) -> Self {
        let meet = |(a, b): (&Range<isize>, &Range<isize>)| a.start.max(b.start)..a.end.min(b.end);
        Self(self.0.iter().zip(&other.0).map(meet).collect())
    }

    /// The first place.
    pub(super) fn corner(&self) -> SmallVec<[isize; 4]> {
        self.0.iter().map(|range| range.start).collect()
    }

    /// Where the place `at` stands in a row-major block of this box, and the strides of that block.
    pub(super) fn view(&self, at: &[isize]) -> View {
        let strides: SmallVec<[isize; 4]> = self.shape().strides().iter().map(|&stride| stride as isize).collect();
        let offset = at.iter().zip(&self.0).zip(&strides).map(|((at, range), stride)| (at - range.start) * stride);
        View { offset: offset.sum(), strides }
    }

    /// What is left when `inner`, a part of this box, is taken out: slabs, those along the first axis the widest.
    ///
    /// ```text
    ///   0 0 0 0 0
    ///   1 . . . 2      the slabs of a frame, in their order (3 is below)
    ///   3 3 3 3 3
    /// ```
    pub(super) fn without(&self, inner: &Self) -> Vec<Self> {
        if inner.is_empty() {
            return [self.clone()].into_iter().filter(|all| !all.is_empty()).collect();
        }
        let mut slabs = Vec::new();
        let mut rest = self.clone();
        for (axis, hole) in inner.0.iter().enumerate() {
            let whole = rest.0[axis].clone();
            for part in [whole.start..hole.start, hole.end..whole.end] {
                let mut slab = rest.clone();
                slab.0[axis] = part;
                slabs.push(slab);
            }
            rest.0[axis] = hole.clone();
        }
        slabs.retain(|slab| !slab.is_empty());
        slabs
    }
}
