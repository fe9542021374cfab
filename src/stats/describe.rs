//! A table's columns in nine numbers each.

use crate::array::DistArray;
use crate::device::digits::Bounds;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::local::Local;
use crate::math::cast;
use crate::stats::Ordinal;
use crate::stats::bounds::bounds;
use crate::stats::moments::moments;
use crate::stats::quantile::interpolated;

/// The numbers that a column is described with.
const FACTS: usize = 9;
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
/// **Collective.** All-reduces: one of 24 bytes a column, for counts and extremes; one and another of sums, of some 20 and 40 bytes a column;
/// and those of the quartiles, at most eight of at most 12 KiB a column: see [`Quantiles::eval`](super::Quantiles::eval), also for the
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
    let layout = x.layout().without_axis(0);
    let bounds = bounds(x, &[0])?;
    let count = |bounds: &Bounds| (rows - bounds.nan) as f64;
    let moments = moments(x, &from_block(x, &bounds.iter().map(count).collect::<Vec<_>>(), layout.clone()))?;
    let quartiles = interpolated(x, &[0], &bounds, &LEVELS, true)?;
    let mut facts: Vec<f64> = bounds.iter().map(|bounds| bounds.nan as f64).collect();
    for sums in [&moments.center, &moments.first, &moments.second] {
        facts.extend(sums.local());
    }
    for key in [|bounds: &Bounds| bounds.least, |bounds: &Bounds| bounds.greatest] {
        facts.extend(bounds.iter().map(|bounds| cast::<T, f64>(T::from_key(key(bounds)))));
    }
    facts.extend(quartiles);
    let facts = from_block(x, &facts, layout.inserted_axis(0, FACTS)).gather()?;
    let column = |column: usize| Column::new(rows, std::array::from_fn(|fact| facts[fact * columns + column]));
    Ok(Description { columns: (0..columns).map(column).collect() })
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

    /// From what is known of it.
    fn new(rows: u64, [nan, center, first, second, min, max, q25, median, q75]: [f64; FACTS]) -> Self {
        let nan = nan as u64;
        if nan == rows {
            return Self::of_nothing(nan);
        }
        let count = rows - nan;
        let n = count as f64;
        // A mean lies between the extremes, also when it is rounded.
        let mean = if first.is_finite() { center + first / n } else { center };
        let mean = if min.is_finite() && max.is_finite() { mean.clamp(min, max) } else { mean };
        // Of equal elements the two terms of the variance may differ by their rounding.
        let equal = min == max && min.is_finite() && count > 1;
        let correction = if second.is_finite() { first * (first / n) } else { 0.0 };
        let std = if equal { 0.0 } else { ((second - correction) / (n - 1.0)).sqrt() };
        Self { count, nan, mean, std, min, q25, median, q75, max }
    }
}
