//! Means and deviations that leave NaNs out.

use crate::array::{DistArray, Roots};
use crate::error::Result;
use crate::expr::{Logic, Reductions, select};
use crate::stats::Ordinal;
use crate::stats::bounds::reductions;

/// Sums over the elements of each column, NaNs left out. With c near the mean:
pub(super) struct Moments<T: Ordinal> {
    pub(super) nan: DistArray<i64>,
    pub(super) least: DistArray<T>,
    pub(super) greatest: DistArray<T>,
    /// c
    pub(super) center: DistArray<f64>,
    /// Σ (x - c)
    pub(super) first: DistArray<f64>,
    /// Σ (x - c)²
    pub(super) second: DistArray<f64>,
}

/// **Collective.** Two all-reduces.
#[track_caller]
pub(super) fn moments<T: Ordinal>(x: &DistArray<T>) -> Result<Moments<T>> {
    let (rows, missing) = (x.shape()[0] as f64, x.is_nan());
    // In place of a NaN stands -0, which adds nothing to any sum.
    let (nan, least, greatest) = reductions(x, &[0]);
    let values = x.cast::<f64>();
    let mean = select(&missing, -0.0, &values).mean(0);
    let (nan, least, greatest, mean) = (nan, least, greatest, mean).eval()?;
    // Σx / (n - nan), from the mean Σx / n: that is in range also where the sum is not.
    let center = (&mean * (rows / (rows - nan.cast::<f64>()))).eval()?;
    let distance = select(&missing, -0.0, values - &center);
    let (first, second) = (distance.sum(0), (&distance * &distance).sum(0)).eval()?;
    Ok(Moments { nan, least, greatest, center, first, second })
}
