//! Layouts that leave every element on its rank while axes shrink, grow, repeat, stretch or are renamed.

use super::{Cuts, Distribution, Layout};
use crate::shape::Shape;

impl Layout {
    /// The layout of the `count` indices `start`, `start + step`, ... of `axis`, where they lie.
    ///
    /// **Local.** Blocks are cut so that elements stay where they are. They cannot stay where an axis is dealt cyclically or the
    /// step is negative: then it is the same deal of the new extent, see [`with_extent`](Layout::with_extent).
    ///
    /// ```
    /// use isotherm::layout::Layout;
    /// let rows = Layout::split((8, 3), 0, 2)?;
    /// assert_eq!(rows.sliced(0, 3, 2, 3).to_string(), "(3, 3) split 0 over 2 at [0, 1, 3]"); // row 3; rows 5 and 7
    /// # Ok::<(), isotherm::Error>(())
    /// ```
    #[must_use]
    pub fn sliced(&self, axis: usize, start: usize, step: isize, count: usize) -> Self {
        if step < 1 && count > 1 {
            return self.with_extent(axis, count);
        }
        let step = step.unsigned_abs().max(1);
        self.recut(axis, count, |offset| offset.saturating_sub(start).div_ceil(step).min(count))
    }

    /// The layout of the array with `before` more indices in front of `axis` and `after` more behind it.
    ///
    /// **Local.** In blocks the first part has those in front and the last one those behind; a cyclic axis is dealt anew.
    #[must_use]
    pub fn padded(&self, axis: usize, before: usize, after: usize) -> Self {
        self.recut(axis, before + self.shape()[axis] + after, |offset| before + offset)
    }

    /// The layout of the array in which each index of `axis` comes `count` times in a row.
    ///
    /// **Local.** All of them lie where the one lay, blocks and cyclic deals alike.
    #[must_use]
    pub fn repeated(&self, axis: usize, count: usize) -> Self {
        let extent = self.shape()[axis];
        if let Distribution::Cyclic { over, block } = self.distribution(axis) {
            let longer = Distribution::cyclic(over.clone(), (*block).min(extent.max(1)) * count.max(1));
            return self.with_axis(axis, extent * count, longer);
        }
        self.recut(axis, extent * count, |offset| offset * count)
    }

    /// The layout of the array broadcast to `shape`: axes that keep their extent keep their deal, new and stretched ones are whole.
    ///
    /// **Local.** The shape must be one that this one broadcasts to.
    #[must_use]
    pub fn stretched(&self, shape: &Shape) -> Self {
        let new = shape.ndim() - self.shape().ndim();
        let distribution = |axis: usize| match axis.checked_sub(new) {
            Some(own) if self.shape()[own] == shape[axis] => self.distribution(own).clone(),
            _ => Distribution::Whole,
        };
        Self::of_parts(shape.clone(), self.mesh().clone(), (0..shape.ndim()).map(distribution))
    }

    /// The layout of the elements in row-major order in another shape of the same size, if there is one that leaves all of them
    /// where they are.
    ///
    /// **Local.** There is when each dealt axis is also an axis of the new shape: with the same extent, and as many elements
    /// in front of it.
    #[must_use]
    pub fn reshaped(&self, shape: &Shape) -> Option<Self> {
        let mut distributions = vec![Distribution::Whole; shape.ndim()];
        let before = |shape: &Shape, axis: usize| shape[..axis].iter().product::<usize>();
        let mut next = 0;
        for (axis, dealt) in self.distributions().iter().enumerate().filter(|(_, d)| **d != Distribution::Whole) {
            let same = |&new: &usize| {
                let place = |shape: &Shape, axis: usize| (shape[axis], before(shape, axis));
                place(shape, new) == place(self.shape(), axis)
            };
            let new = (next..shape.ndim()).find(same)?;
            distributions[new] = dealt.clone();
            next = new + 1;
        }
        let fits = self.is_replicated() || shape.size() > 0;
        fits.then(|| Self::of_parts(shape.clone(), self.mesh().clone(), distributions.into_iter()))
    }

    /// Whether every rank holds the same elements in the same order in both layouts, counted in row-major order.
    ///
    /// **Local.** O(ranks) steps.
    pub(crate) fn holds_the_same_as(&self, other: &Self) -> bool {
        let same = |rank: usize| {
            let own = self.region(rank).interval();
            own.is_some() && own == other.region(rank).interval()
        };
        let alike = self.shape().size() == other.shape().size() && self.ranks() == other.ranks();
        alike && ((0..self.ranks()).all(same) || self.reshaped(other.shape()).as_ref() == Some(other))
    }

    /// The layout with another extent of `axis`, whose blocks are cut where `cut` says of the old offsets.
    fn recut(&self, axis: usize, extent: usize, cut: impl Fn(usize) -> usize) -> Self {
        let Distribution::Blocks { over, .. } = self.distribution(axis) else { return self.with_extent(axis, extent) };
        let inner = (1..self.parts(axis)).map(|part| cut(self.part_progression(axis, part).start()));
        let offsets: Vec<usize> = std::iter::once(0).chain(inner).chain([extent]).collect();
        let cuts = Cuts::at(&offsets).canonical(extent, self.parts(axis));
        self.with_axis(axis, extent, Distribution::Blocks { over: over.clone(), cuts })
    }

    fn with_axis(&self, axis: usize, extent: usize, distribution: Distribution) -> Self {
        let mut distributions = self.distributions().to_vec();
        distributions[axis] = distribution;
        Self::of_parts(self.shape().with(axis, extent), self.mesh().clone(), distributions.into_iter())
    }
}
