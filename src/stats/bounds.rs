//! Where a selection begins: how many elements of each group count, and the range of their keys.

use crate::array::{DistArray, Roots};
use crate::error::Result;
use crate::expr::{Expr, Logic, Reduction, Reductions, select};
use crate::stats::Ordinal;

/// NaNs, least and greatest element of each group, as reductions: NaNs are left out of the latter two.
pub(super) fn reductions<T: Ordinal>(x: &DistArray<T>, axes: &[usize]) -> (Reduction<i64>, Reduction<T>, Reduction<T>) {
    let nan = x.is_nan();
    let (low, high): (Expr<T>, Expr<T>) = (select(&nan, T::GREATEST, x), select(&nan, T::LEAST, x));
    let axes = || -> Vec<isize> { axes.iter().map(|&axis| axis as isize).collect() };
    (nan.count_nonzero(&*axes()), low.min(&*axes()), high.max(&*axes()))
}

/// The bounds of this rank's groups, in their order.
pub(super) struct Bounds {
    /// How many elements are NaN.
    pub(super) nan: Vec<u64>,
    /// The keys of the least and the greatest of the others; of none, the wrong way round.
    pub(super) keys: Vec<(u64, u64)>,
}

impl Bounds {
    /// From the results of [`reductions`].
    pub(super) fn new<T: Ordinal>(nan: &DistArray<i64>, least: &DistArray<T>, greatest: &DistArray<T>) -> Self {
        let keys = least.local().iter().zip(greatest.local()).map(|(least, greatest)| (least.key(), greatest.key()));
        Self { nan: nan.local().iter().map(|&nan| nan as u64).collect(), keys: keys.collect() }
    }

    /// The bounds of `x` along axes on which it has elements.
    ///
    /// **Collective.** One all-reduce.
    #[track_caller]
    pub(super) fn of<T: Ordinal>(x: &DistArray<T>, axes: &[usize]) -> Result<Self> {
        let (nan, least, greatest) = reductions(x, axes).eval()?;
        Ok(Self::new(&nan, &least, &greatest))
    }
}
