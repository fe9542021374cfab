//! The order in which a folding pass goes through the space.

use smallvec::SmallVec;

use crate::device::cpu::tape::STRIP;
use crate::shape::Shape;

/// How a folding pass walks the space: the outputs in strips of the innermost axis when that is kept, and for each strip
/// the reduced axes.
pub(super) struct Walk {
    ndim: usize,
    /// The kept axes but the strip's, with their extents.
    outer: SmallVec<[(usize, usize); 4]>,
    /// The innermost axis and its extent, when it is kept.
    inner: Option<(usize, usize)>,
    /// The reduced axes with their extents.
    reduced: SmallVec<[(usize, usize); 4]>,
    /// The columns of a strip.
    pub(super) width: usize,
}

impl Walk {
    pub(super) fn new(shape: &Shape, axes: &[usize]) -> Self {
        let (reduced, mut outer): (SmallVec<[_; 4]>, SmallVec<[_; 4]>) =
            shape.iter().copied().enumerate().partition(|(axis, _)| axes.contains(axis));
        let last = shape.ndim().wrapping_sub(1);
        let inner = outer.last().copied().filter(|&(axis, _)| axis == last);
        if inner.is_some() {
            outer.pop();
        }
        let width = inner.map_or(1, |(_, extent)| extent.clamp(1, STRIP));
        Self { ndim: shape.ndim(), outer, inner, reduced, width }
    }

    fn strips(&self) -> usize {
        self.inner.map_or(1, |(_, extent)| extent.div_ceil(self.width))
    }

    pub(super) fn groups(&self) -> usize {
        self.outer.iter().map(|&(_, extent)| extent).product::<usize>() * self.strips()
    }

    /// Whether the elements of each output lie side by side, and are no more than `longest`: then a strip, of one output, would be hardly worth its setting up
    /// (measured: sums of 4 took seven times as long).
    pub(super) fn is_of_runs(&self, longest: usize) -> bool {
        let kept = self.outer.last().map_or(0, |&(axis, _)| axis + 1);
        self.inner.is_none() && kept + self.reduced.len() == self.ndim && (1..=longest).contains(&self.rows())
    }

    /// How far apart the rows of a strip lie in an array of this shape, when it is one distance: the reduced axes are neighbours.
    pub(super) fn apart(&self, shape: &Shape) -> Option<usize> {
        let neighbours = self.reduced.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0);
        let last = self.reduced.last().filter(|_| neighbours && self.rows() > 0)?;
        Some(shape[last.0 + 1..].iter().product())
    }

    pub(super) fn rows(&self) -> usize {
        self.reduced.iter().map(|&(_, extent)| extent).product()
    }

    /// Where a strip begins, by axis, and its columns.
    pub(super) fn strip(&self, group: usize) -> (SmallVec<[usize; 4]>, usize) {
        let mut start: SmallVec<[usize; 4]> = smallvec::smallvec![0; self.ndim];
        let (mut outer, strip) = (group / self.strips(), group % self.strips());
        for &(axis, extent) in self.outer.iter().rev() {
            start[axis] = outer % extent;
            outer /= extent;
        }
        let columns = self.inner.map_or(1, |(axis, extent)| {
            start[axis] = strip * self.width;
            self.width.min(extent - start[axis])
        });
        (start, columns)
    }

    /// Extents and axes of the space of one strip: the reduced axes, then the strip's columns.
    pub(super) fn space(&self, columns: usize) -> (SmallVec<[usize; 4]>, SmallVec<[usize; 4]>) {
        let inner = self.inner.map(|(axis, _)| (axis, columns));
        self.reduced.iter().copied().chain(inner).map(|(axis, extent)| (extent, axis)).unzip()
    }
}
