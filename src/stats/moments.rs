//! Means and deviations that leave NaNs out.

use crate::array::{DistArray, Roots};
use crate::error::Result;
use crate::expr::{Logic, Reductions, select};
use crate::stats::Ordinal;

/// Sums over the elements of each column that are no NaN, dealt as the columns are. With c near their mean:
pub(super) struct Moments {
    /// c
    pub(super) center: DistArray<f64>,
    /// Σ (x - c)
    pub(super) first: DistArray<f64>,
    /// Σ (x - c)²
    pub(super) second: DistArray<f64>,
}

/// The moments of columns that have so many elements, NaNs not counted.
///
/// **Collective.** Two all-reduces.
#[track_caller]
pub(super) fn moments<T: Ordinal>(x: &DistArray<T>, counts: &DistArray<f64>) -> Result<Moments> {
    let (values, missing) = (x.cast::<f64>(), x.is_nan());
    // In place of a NaN stands -0, which adds nothing to any sum. The mean over all rows is in range also where the sum is not.
    let mean = select(&missing, -0.0, &values).mean(0).eval()?;
    let center = (&mean * (x.shape()[0] as f64 / counts)).eval()?;
    let distance = select(&missing, -0.0, values - &center);
    let (first, second) = (distance.sum(0), (&distance * &distance).sum(0)).eval()?;
    Ok(Moments { center, first, second })
}
