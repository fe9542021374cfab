//! Principal component analysis, in the steps of its definition.
//!
//! ```text
//!   x ──▶ mean ──▶ R of (x - mean) ──▶ s, Vᵀ ──▶ PCAFit ──▶ (x - mean) V
//!         exact    linalg::right_svd   rank 0              rows times a small matrix
//! ```

mod fit;
mod project;

pub use fit::PCAFit;

use crate::array::{DistArray, Roots as _};
use crate::dtype::Float;
use crate::error::{Error, ErrorKind, Result};
use crate::exact::{Accumulator, Averageable, Summable};
use crate::expr::Reductions as _;
use crate::linalg::{self, Field};
use crate::math::{Part, cast};

/// What columns can be: `f32` and `f64`.
pub trait Feature: Field + Float + Part + Averageable + Summable<State = Accumulator> {}
impl<T: Field + Float + Part + Averageable + Summable<State = Accumulator>> Feature for T {}

/// How many components to keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Components {
    /// As many as the table has rows or columns, whichever are fewer.
    All,
    /// So many.
    Count(usize),
    /// As few as explain more than this share of the variance, between 0 and 1.
    Share(f64),
}

impl From<usize> for Components {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for Components {
    fn from(share: f64) -> Self {
        Self::Share(share)
    }
}

/// Principal component analysis: the directions along which the rows of a table vary most.
///
/// The full solver: the singular value decomposition of the centred rows by way of their R factor. That comes from sums of
/// products where the condition number of the centred table is known to be so small that the class below holds; otherwise
/// from reflections, because a covariance matrix would lose half of the digits (see [`linalg::svd_values`]). Conventions are those of scikit-learn's
/// `PCA(svd_solver="full")`: variances have the divisor n - 1, and the largest component of each direction is positive.
/// Class: Bounded: within LAPACK's thresholds for the centred rows (see [`linalg::svd`]), the means are correctly
/// rounded; what is on every rank has the same bits there.
///
/// ```
/// use isotherm::decomposition::PCA;
/// use isotherm::prelude::*;
/// isotherm::run_on(3, |cx| {
///     // Points on a line through (1, 2), in the direction (3, 4) / 5.
///     let x = cx.from_fn((90, 2), 0, |i| (1 + i[1]) as f64 + (3 + i[1]) as f64 * (i[0] as f64 - 44.5))?;
///     let fit = PCA::new(1).fit(&x)?;
///     let direction = fit.components.to_vec()?;
///     assert!((direction[0] - 0.6).abs() < 1e-14 && (direction[1] - 0.8).abs() < 1e-14);
///     assert!(fit.explained_variance_ratio[0] > 1.0 - 1e-14);
///     let back = fit.inverse_transform(&fit.transform(&x)?)?;
///     assert!((&back - &x).abs().max(None).eval()?.item()? < 1e-12);
///     Ok(())
/// }).unwrap();
/// ```
///
/// # References
/// K. Pearson, *On lines and planes of closest fit to systems of points in space*, Phil. Mag. 2, 1901,
/// DOI 10.1080/14786440109462720. H. Hotelling, *Analysis of a complex of statistical variables into principal
/// components*, J. Educ. Psychol. 24, 1933, DOI 10.1037/h0071325.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is computed before `fit`"]
pub struct PCA {
    components: Components,
    whiten: bool,
}

impl PCA {
    /// So many components (an integer), or as few as explain more than a share of the variance (a float).
    ///
    /// **Local.** Everything that is set here must be the same on every rank.
    pub fn new(components: impl Into<Components>) -> Self {
        Self { components: components.into(), whiten: false }
    }

    /// All components.
    ///
    /// **Local.**
    pub fn all() -> Self {
        Self::new(Components::All)
    }

    /// Whether [`PCAFit::transform`] scales every score to variance 1.
    ///
    /// **Local.**
    pub fn whiten(self, whiten: bool) -> Self {
        Self { whiten, ..self }
    }

    /// The components of the rows of `x`.
    ///
    /// **Collective.** For p ranks, n rows and at least as few columns c: one all-reduce for the means, ⌈log₂ p⌉
    /// exchanges in which a rank sends at most one message of c(c + 1)/2 values, one broadcast of c² + c; with n ≥ 64 c p
    /// also a reduce of c² values and a broadcast, after which the exchanges are seldom needed. Rows stay
    /// where they are, dealt in blocks or cyclically; a table that is dealt otherwise is redistributed into blocks of
    /// rows first. No copy of `x`: its rows are centred in chunks (memory as [`linalg::qr_r`]). With more columns than
    /// rows the centred table is transposed and decomposed (see [`linalg::svd`]), which takes the memory of `x` four times
    /// more, and the k directions that are kept are sent to every rank. Of a table on a GPU the rows stay there where the Gram matrix
    /// serves, as those of [`linalg::qr`]: of single precision always with so many rows on a GPU with double precision.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when `x` is no matrix with columns; [`ErrorKind::Argument`] when it has fewer than two
    /// rows or fewer rows or columns than components, a share is not between 0 and 1, a value is NaN or infinite, or
    /// the variance is beyond the range of the dtype.
    #[track_caller]
    pub fn fit<T: Feature>(&self, x: &DistArray<T>) -> Result<PCAFit<T>> {
        let [n, columns] = self.checked(x)?;
        let mean = x.mean(0).eval()?.replicate()?;
        let (s, vt) = if n < columns {
            let svd = linalg::svd(&(x - &mean).eval()?)?;
            (svd.s.to_vec()?, svd.vt)
        } else {
            let (s, vt) = linalg::right_svd("pca", &linalg::with_own_rows(x)?, mean.local())?;
            (s, x.context().from_slice(&vt, (columns, columns), None)?)
        };
        let singular_values: Vec<f64> = s.into_iter().map(cast).collect();
        let variances: Vec<f64> = singular_values.iter().map(|s| s * s / (n - 1) as f64).collect();
        let total: f64 = variances.iter().sum();
        if !total.is_finite() {
            let message = "the variance is beyond the range of f64: scale the data";
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let ratios: Vec<f64> = variances.iter().map(|v| if total > 0.0 { v / total } else { 0.0 }).collect();
        let k = self.count(&ratios);
        let (kept, rest) = variances.split_at(k);
        Ok(PCAFit {
            components: upright(vt.slice(..k as isize)?.replicate()?),
            explained_variance: kept.to_vec(),
            explained_variance_ratio: ratios[..k].to_vec(),
            singular_values: singular_values[..k].to_vec(),
            noise_variance: if rest.is_empty() { 0.0 } else { rest.iter().sum::<f64>() / rest.len() as f64 },
            samples: n,
            whiten: self.whiten,
            mean,
        })
    }

    /// The fit, and the scores of the rows that it was made from.
    ///
    /// **Collective.** As [`fit`](PCA::fit) and [`PCAFit::transform`].
    ///
    /// # Errors
    /// As [`fit`](PCA::fit).
    #[track_caller]
    pub fn fit_transform<T: Feature>(&self, x: &DistArray<T>) -> Result<(PCAFit<T>, DistArray<T>)> {
        let fit = self.fit(x)?;
        let scores = fit.transform(x)?;
        Ok((fit, scores))
    }

    /// The extents of a table that these settings suit.
    #[track_caller]
    fn checked<T: Feature>(&self, x: &DistArray<T>) -> Result<[usize; 2]> {
        let [n, columns] = match **x.shape() {
            [n, columns] if columns > 0 => [n, columns],
            _ => return Err(Error::new(ErrorKind::Shape, format!("pca of an array of shape {}", x.shape()))),
        };
        let problem = match self.components {
            _ if n < 2 => format!("pca of {n} rows: a variance takes two"),
            Components::Count(k) if k == 0 || k > n.min(columns) => {
                format!("{k} components of {n} rows and {columns} columns")
            }
            Components::Share(share) if !(share > 0.0 && share < 1.0) => format!("a share of {share} of the variance"),
            _ => return Ok([n, columns]),
        };
        Err(Error::new(ErrorKind::Argument, problem))
    }

    /// How many components to keep of those with these shares of the variance.
    fn count(&self, ratios: &[f64]) -> usize {
        match self.components {
            Components::All => ratios.len(),
            Components::Count(k) => k,
            Components::Share(share) => {
                let mut explained = 0.0;
                let enough = ratios.iter().position(|ratio| {
                    explained += ratio;
                    explained > share
                });
                enough.map_or(ratios.len(), |last| last + 1)
            }
        }
    }
}

/// The directions with the largest component of each positive.
fn upright<T: Feature>(mut components: DistArray<T>) -> DistArray<T> {
    let columns = components.shape()[1];
    for row in components.local_mut().chunks_exact_mut(columns) {
        let largest = row.iter().fold(T::ZERO, |best, &x| if Part::abs(x) > Part::abs(best) { x } else { best });
        if largest < T::ZERO {
            for x in row {
                *x = -*x;
            }
        }
    }
    components
}
