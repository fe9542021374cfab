//! A table's columns in nine numbers each.

use crate::array::{DistArray, Roots, concatenate, stack};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::Logic;
use crate::layout::Layout;
use crate::local::Local;
use crate::stats::Ordinal;
use crate::stats::bounds::Bounds;
use crate::stats::moments::{Moments, moments};
use crate::stats::quantile::interpolated;

/// The quartiles.
const LEVELS: [f64; 3] = [0.25, 0.5, 0.75];

/// What [`describe`] finds, on every rank.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// The columns in their order.
    pub columns: Vec<Column>,
}

/// One column, NaNs left out of all but `nan`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// The elements that are no NaN.
    pub count: u64,
    /// Those that are.
    pub nan: u64,
    /// The mean; NaN of no elements, as is everything below.
    pub mean: f64,
    /// The standard deviation of a sample (divided by count - 1); NaN also of one element.
    pub std: f64,
    /// The least element.
    pub min: f64,
    /// The quantile 0.25: a quarter of the elements is less, about.
    pub q25: f64,
    /// The quantile 0.5.
    pub median: f64,
    /// The quantile 0.75.
    pub q75: f64,
    /// The greatest element.
    pub max: f64,
}

/// Describe the columns of a table of one axis (a single column) or two, as pandas' `describe` does.
///
/// Mean and deviation come from exact sums in two passes, so that neither a large offset nor the order of rows costs digits: with c the mean,
/// rounded, they are c + Σ(x - c) / n and the root of (Σ(x - c)² - (Σ(x - c))² / n) / (n - 1). Quartiles are those of
/// [`quantile`](super::quantile()). All is computed in `f64`, to which other dtypes are converted first (but the quartiles, which are
/// elements of their own dtype until they are interpolated).
///
/// | a column with | has |
/// |---|---|
/// | no elements but NaN, or no rows | count 0, and NaN for the rest |
/// | one infinity or more | mean by the rules of IEEE 754, std NaN |
/// | squared distances beyond `f64` | std infinite (too large) or 0 (too small) |
///
/// **Collective.** Three kinds of all-reduce: one of the sums, counts and extremes (some 60 bytes a column), one of two sums (some 30), and
/// those of the quartiles, at most eight of 12 KiB a column for `f64`: see [`Quantiles::eval`](super::Quantiles::eval), also for the
/// memory. Where columns are dealt, one exchange of 72 bytes each brings the results to every rank. Elements do not move, whatever the
/// layout. Class: Reproducible.
///
/// # Errors
/// [`ErrorKind::Shape`] unless there are one or two axes.
///
/// # Examples
/// ```
/// use isotherm::{prelude::*, stats};
/// isotherm::run_on(2, |cx| {
///     let x = cx.from_slice(&[1.0, f64::NAN, 2.0, 5.0, 3.0, 7.0], (3, 2), 0)?;
///     let columns = stats::describe(&x)?.columns;
///     assert_eq!((columns[0].mean, columns[0].std, columns[0].median), (2.0, 1.0, 2.0));
///     assert_eq!((columns[1].count, columns[1].nan, columns[1].q25), (2, 1, 5.5));
///     Ok(())
/// }).unwrap();
/// ```
///
/// # References
/// T. F. Chan, G. H. Golub, R. J. LeVeque, *Algorithms for computing the sample variance*, The American Statistician 37, 1983, DOI
/// 10.1080/00031305.1983.10483115: the corrected two-pass algorithm.
#[track_caller]
pub fn describe<T: Ordinal>(x: &DistArray<T>) -> Result<Description> {
    let columns = match x.shape()[..] {
        [_] => 1,
        [_, columns] => columns,
        _ => return Err(Error::new(ErrorKind::Shape, format!("an array of shape {} has no columns", x.shape()))),
    };
    let rows = x.shape()[0] as u64;
    if rows == 0 {
        return Ok(Description { columns: vec![Column::of_nothing(0); columns] });
    }
    let moments = moments(x)?;
    let bounds = Bounds::new(&moments.nan, &moments.least, &moments.greatest);
    let quartiles = interpolated(x, &[0], &bounds, &LEVELS, true)?;
    let found = facts(x, &moments, &quartiles)?;
    let column = |column: usize| Column::new(rows, std::array::from_fn(|fact| found[fact * columns + column]));
    Ok(Description { columns: (0..columns).map(column).collect() })
}

/// Nine rows of facts about all columns, on every rank.
///
/// **Collective** where columns are dealt: one exchange.
#[track_caller]
fn facts<T: Ordinal>(x: &DistArray<T>, moments: &Moments<T>, quartiles: &[f64]) -> Result<Vec<f64>> {
    let (nan, least, greatest) =
        (moments.nan.cast::<f64>(), moments.least.cast::<f64>(), moments.greatest.cast::<f64>()).eval()?;
    let sums = stack(&[&nan, &moments.center, &moments.first, &moments.second, &least, &greatest], 0)?;
    let layout = x.layout().without_axis(0).inserted_axis(0, LEVELS.len());
    let quartiles = from_block(x, quartiles, layout);
    concatenate(&[&sums, &quartiles], 0)?.gather()
}

/// An array in the context of `x`, of which these are the elements here.
fn from_block<T: Ordinal>(x: &DistArray<T>, block: &[f64], layout: Layout) -> DistArray<f64> {
    let cx = x.context();
    let local = Local::new(cx.pool().copy_of(block), layout.local_shape(cx.rank()));
    DistArray::from_parts(local, layout, cx.clone())
}

impl Column {
    /// A column without numbers.
    fn of_nothing(nan: u64) -> Self {
        let none = f64::NAN;
        Self { count: 0, nan, mean: none, std: none, min: none, q25: none, median: none, q75: none, max: none }
    }

    /// From the rows of [`facts`].
    fn new(rows: u64, [nan, center, first, second, min, max, q25, median, q75]: [f64; 9]) -> Self {
        let nan = nan as u64;
        if nan == rows {
            return Self::of_nothing(nan);
        }
        let count = rows - nan;
        let n = count as f64;
        // A mean lies between the extremes, also when it is rounded.
        let mean = if first.is_finite() { (center + first / n).clamp(min, max) } else { center };
        // Of equal elements the two terms of the variance may differ by their rounding.
        let equal = min == max && min.is_finite() && count > 1;
        let correction = if second.is_finite() { first * (first / n) } else { 0.0 };
        let std = if equal { 0.0 } else { ((second - correction) / (n - 1.0)).sqrt() };
        Self { count, nan, mean, std, min, q25, median, q75, max }
    }
}
