//! Layouts made from layouts: what an array's deal becomes when its axes change.

use super::{Distribution, Layout};
use crate::error::{Error, ErrorKind, Result};

impl Layout {
    /// The same deal with balanced blocks.
    ///
    /// **Local.** Cyclic axes become blocks over the same mesh axes.
    #[must_use]
    pub fn balanced(&self) -> Self {
        let balance = |distribution: &Distribution| match distribution {
            Distribution::Whole => Distribution::Whole,
            dealt => Distribution::balanced(dealt.over()),
        };
        Self::of_parts(self.shape().clone(), self.mesh().clone(), self.distributions().iter().map(balance))
    }

    /// The layout of the array with its axes reordered: the new axis `k` is the old axis `axes[k]`.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] unless every axis is named once.
    #[track_caller]
    pub fn permuted(&self, axes: &[usize]) -> Result<Self> {
        let mut sorted = axes.to_vec();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..self.shape().ndim()) {
            let message = format!("axes {axes:?} are not a permutation of the axes of {}", self.shape());
            return Err(Error::new(ErrorKind::Axis, message));
        }
        let shape = axes.iter().map(|&axis| self.shape()[axis]).collect();
        Ok(Self::of_parts(shape, self.mesh().clone(), axes.iter().map(|&axis| self.distribution(axis).clone())))
    }

    /// The layout of what is left when `axis` is gone. The mesh axes that dealt it replicate.
    ///
    /// **Local.**
    #[must_use]
    pub fn without_axis(&self, axis: usize) -> Self {
        let mut distributions = self.distributions().to_vec();
        distributions.remove(axis);
        Self::of_parts(self.shape().without(axis), self.mesh().clone(), distributions.into_iter())
    }

    /// The layout with a new whole axis of `extent` before `axis`.
    ///
    /// **Local.**
    #[must_use]
    pub fn inserted_axis(&self, axis: usize, extent: usize) -> Self {
        let mut distributions = self.distributions().to_vec();
        distributions.insert(axis, Distribution::Whole);
        Self::of_parts(self.shape().inserted(axis, extent), self.mesh().clone(), distributions.into_iter())
    }

    /// The same deal of an array whose `axis` has another extent. Given cuts that no longer fit become balanced.
    ///
    /// **Local.**
    #[must_use]
    pub fn with_extent(&self, axis: usize, extent: usize) -> Self {
        if extent == self.shape()[axis] {
            return self.clone();
        }
        let mut distributions = self.distributions().to_vec();
        if !distributions[axis].fits_any_extent() {
            distributions[axis] = Distribution::balanced(distributions[axis].over());
        }
        Self::of_parts(self.shape().with(axis, extent), self.mesh().clone(), distributions.into_iter())
    }

    /// The layout with another distribution of `axis`.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`Layout::new`].
    #[track_caller]
    pub fn with_distribution(&self, axis: usize, distribution: Distribution) -> Result<Self> {
        let mut distributions = self.distributions().to_vec();
        distributions[axis] = distribution;
        Self::new(self.shape().clone(), self.mesh().clone(), distributions)
    }

    /// The layout of an array of the same mesh that every rank holds.
    ///
    /// **Local.**
    #[must_use]
    pub fn as_replicated(&self) -> Self {
        let whole = std::iter::repeat_n(Distribution::Whole, self.shape().ndim());
        Self::of_parts(self.shape().clone(), self.mesh().clone(), whole)
    }
}
