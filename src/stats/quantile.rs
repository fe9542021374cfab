//! Quantiles, as a question with options.

use smallvec::SmallVec;

use crate::array::DistArray;
use crate::axis::Axes;
use crate::device::digits::Bounds;
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::local::Local;
use crate::math::cast;
use crate::stats::Ordinal;
use crate::stats::bounds::bounds;
use crate::stats::selection::select;

/// Which quantiles: one number from 0 to 1, or several, which become the first axis of the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    values: SmallVec<[f64; 4]>,
    /// Whether the result has an axis for them.
    several: bool,
}

impl From<f64> for Levels {
    fn from(level: f64) -> Self {
        Self { values: SmallVec::from_slice(&[level]), several: false }
    }
}

impl<const N: usize> From<[f64; N]> for Levels {
    fn from(levels: [f64; N]) -> Self {
        levels.as_slice().into()
    }
}

impl From<&[f64]> for Levels {
    fn from(levels: &[f64]) -> Self {
        Self { values: levels.into(), several: true }
    }
}

/// Quantiles that are still to be computed: see [`quantile`].
#[must_use = "quantiles are not computed before `eval`"]
pub struct Quantiles<'a, T: Ordinal> {
    x: &'a DistArray<T>,
    levels: Levels,
    axes: Axes,
    keep: bool,
    ignore_nan: bool,
}

/// The quantiles of `x` along an axis, or (for `None`) of all its elements: NumPy's `quantile` with its method `linear`.
///
/// The quantile q of n elements in ascending order lies at the place q (n - 1), between two elements where that is no integer. The
/// elements are found by counting bits of them, so none is sorted or moved: see the [module](crate::stats).
///
/// | elements | quantile |
/// |---|---|
/// | with a NaN | NaN, unless [`ignore_nan`](Quantiles::ignore_nan) |
/// | none | NaN |
/// | -0 and +0 | -0 comes before +0 |
/// | between a finite and an infinite one | the infinite one; NumPy's formula gives it or NaN, by the part of the way |
/// | integers | their difference is exact, then rounded to `f64` |
///
/// **Local**, until [`eval`](Quantiles::eval).
///
/// # Examples
/// ```
/// use isotherm::prelude::*;
/// use isotherm::stats;
/// isotherm::run_on(3, |cx| {
///     let x = cx.arange(0.0_f64, 12.0, 1.0, 0)?.reshape((6, 2))?;
///     let quartiles = stats::quantile(&x, [0.25, 0.5, 0.75], 0).eval()?;
///     assert_eq!(quartiles.shape(), &Shape::from((3, 2)));
///     assert_eq!(quartiles.gather()?, [2.5, 3.5, 5.0, 6.0, 7.5, 8.5]);
///     assert_eq!(stats::median(&x, None).eval()?.item()?, 5.5);
///     Ok(())
/// }).unwrap();
/// ```
///
/// # References
/// R. J. Hyndman, Y. Fan, *Sample quantiles in statistical packages*, The American Statistician 50, 1996, definition 7, DOI
/// 10.1080/00031305.1996.10473566.
pub fn quantile<T: Ordinal>(x: &DistArray<T>, levels: impl Into<Levels>, axis: impl Into<Axes>) -> Quantiles<'_, T> {
    Quantiles { x, levels: levels.into(), axes: axis.into(), keep: false, ignore_nan: false }
}

/// The median: [`quantile`] 0.5.
///
/// **Local**, until [`eval`](Quantiles::eval).
pub fn median<T: Ordinal>(x: &DistArray<T>, axis: impl Into<Axes>) -> Quantiles<'_, T> {
    quantile(x, 0.5, axis)
}

impl<T: Ordinal> Quantiles<'_, T> {
    /// Keep the reduced axes, with extent 1.
    ///
    /// **Local.**
    pub fn keep(self) -> Self {
        Self { keep: true, ..self }
    }

    /// Leave NaNs out, as NumPy's `nanquantile` does; of nothing but NaNs it is NaN.
    ///
    /// **Local.**
    pub fn ignore_nan(self) -> Self {
        Self { ignore_nan: true, ..self }
    }

    /// Compute them.
    ///
    /// **Collective**, unless each rank holds all elements of its groups. One all-reduce for the ranges; then one for each eight bits
    /// of the range of the keys (8 for `f64` and 4 for `f32` at most, none of equal elements), of 2 KiB for each group and different
    /// beginning of the two elements next to each quantile. Groups are taken in batches when the counts exceed a quarter of
    /// the staging limit. Options, levels and axis must be the same on every rank. Class: Reproducible.
    ///
    /// Every element stays where it is, and is read once for the ranges, and once in each round until an eighth of the
    /// block's memory can hold those that still matter: of random floats, three times or so. A block on a GPU is counted there, and read once in
    /// every round; counts come to the host, elements do not. Memory beside that: three copies of the counts,
    /// and, outside the pool, some 50 bytes for each group and 40 for each of its levels.
    ///
    /// | x | result |
    /// |---|---|
    /// | of any layout | kept axes dealt as before; over what the reduced axes were dealt along, replicated |
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] for an axis that there is not, or several but not all; [`ErrorKind::Argument`] for a level outside 0 to 1;
    /// [`ErrorKind::Memory`] beyond the context's budget.
    #[track_caller]
    pub fn eval(self) -> Result<DistArray<T::Quantile>> {
        let axes = one_or_all(&self.axes, self.x.ndim())?;
        if let Some(level) = self.levels.values.iter().find(|level| !(0.0..=1.0).contains(*level)) {
            return Err(Error::new(ErrorKind::Argument, format!("the quantile {level} is not between 0 and 1")));
        }
        let layout = self.layout(&axes);
        let cx = self.x.context();
        cx.charge(&layout, T::Quantile::DTYPE)?;
        let len = layout.local_len(cx.rank());
        let values = if layout.shape().size() == 0 || axes.iter().any(|&axis| self.x.shape()[axis] == 0) {
            vec![f64::NAN; len]
        } else {
            interpolated(self.x, &axes, &bounds(self.x, &axes)?, &self.levels.values, self.ignore_nan)?
        };
        let mut block = cx.pool().take::<T::Quantile>(len);
        block.iter_mut().zip(values).for_each(|(element, value)| *element = cast(value));
        let here = layout.local_shape(cx.rank());
        Ok(DistArray::from_parts(Local::new(block, here), layout, cx.clone()))
    }

    /// Where the result lies.
    fn layout(&self, axes: &[usize]) -> Layout {
        let reduced = axes.iter().rev().fold(self.x.layout().clone(), |layout, &axis| layout.without_axis(axis));
        let kept = if self.keep { axes } else { &[] };
        let layout = kept.iter().fold(reduced, |layout, &axis| layout.inserted_axis(axis, 1));
        if self.levels.several { layout.inserted_axis(0, self.levels.values.len()) } else { layout }
    }
}

#[track_caller]
fn one_or_all(axes: &Axes, ndim: usize) -> Result<SmallVec<[usize; 4]>> {
    let axes = axes.resolve(ndim)?;
    if axes.len() == 1 || axes.len() == ndim {
        return Ok(axes);
    }
    Err(Error::new(ErrorKind::Axis, "a quantile runs over one axis or all"))
}

/// The quantiles of this rank's groups, level after level.
///
/// **Collective**, as [`Quantiles::eval`] without its ranges.
#[track_caller]
pub(super) fn interpolated<T: Ordinal>(
    x: &DistArray<T>,
    axes: &[usize],
    bounds: &[Bounds],
    levels: &[f64],
    ignore_nan: bool,
) -> Result<Vec<f64>> {
    let each = 2 * levels.len();
    let all: u64 = axes.iter().map(|&axis| x.shape()[axis] as u64).product();
    let mut wanted = Vec::with_capacity(bounds.len() * each);
    for bounds in bounds {
        let start = wanted.len();
        wanted.extend(levels.iter().flat_map(|&level| neighbours(level, all - bounds.nan).0));
        wanted[start..].sort_unstable();
    }
    let found = select(x, axes, bounds, &wanted, each)?;
    let mut quantiles = Vec::with_capacity(bounds.len() * levels.len());
    for &level in levels {
        let groups = bounds.iter().zip(wanted.chunks(each).zip(found.chunks(each)));
        quantiles.extend(groups.map(|(bounds, (wanted, found))| {
            if bounds.nan == all || (bounds.nan > 0 && !ignore_nan) {
                return f64::NAN;
            }
            let (places, part) = neighbours(level, all - bounds.nan);
            let [before, after] = places.map(|place| found[wanted.binary_search(&place).expect("it was wanted")]);
            before.toward(after, part)
        }));
    }
    Ok(quantiles)
}

/// The numbers of the elements next to a quantile of so many, and how far it is from the first to the second.
fn neighbours(level: f64, count: u64) -> ([u64; 2], f64) {
    let last = count.saturating_sub(1);
    let place = level * last as f64;
    // The product may be rounded up to more than the last place there is.
    let before = (place.floor() as u64).min(last);
    ([before, (before + 1).min(last)], place - before as f64)
}
