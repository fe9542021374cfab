//! k-means: the files follow its steps.
//!
//! ```text
//!   check ──▶ start ──▶ lloyd ──────────────────────▶ KMeansFit
//!                │        │  one all-reduce an iteration
//!            shortlist    └─▶ passes over the rows here, on the engine (local/rows.rs), and tally
//! ```
//!
//! Every decision is made from values that an all-reduce has given to all ranks, so that all decide alike.

mod check;
mod fit;
mod lloyd;
mod rows;
mod shortlist;
mod start;
mod tally;

use std::hash::{DefaultHasher, Hash, Hasher};

pub use fit::KMeansFit;
pub use lloyd::Iteration;

use crate::array::{DistArray, Roots};
use crate::context::Context;
pub use crate::device::Coordinate;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::Reductions;
use crate::math::cast;
use lloyd::Limits;
use rows::Rows;

/// Where the centres begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Init {
    /// Rows far from each other: each is drawn with probability proportional to its squared distance from those before.
    PlusPlus,
    /// Rows, each as likely as any other.
    Random,
    /// These centres, one after another; the same on every rank. They are rounded to the dtype of the rows.
    Given(Vec<f64>),
}

impl Init {
    /// The rows of `centers`, for example those of an earlier fit.
    ///
    /// **Collective** unless every rank holds them all: see [`DistArray::replicate`].
    ///
    /// # Errors
    /// As [`DistArray::replicate`].
    #[track_caller]
    pub fn from_array<T: Coordinate>(centers: &DistArray<T>) -> Result<Self> {
        Ok(Self::Given(centers.gather()?.into_iter().map(cast).collect()))
    }
}

/// Clusters of rows around `k` centres, so that the sum of squared distances from the nearest centre is small.
///
/// Lloyd's algorithm from one start. Class: Reproducible. Labels, centres, inertia and the number of iterations have
/// the same bits for any number of ranks, layout and number of threads: distances are computed in one order of
/// arithmetic, sums are exact, and the random numbers belong to the rows.
///
/// On a GPU the rows stay there. From the same centres a pass gives the labels, sizes and centres of the CPU, bit for bit: sums are exact there too, and
/// rows whose two nearest centres are as far up to rounding come to the host, where they are compared as everywhere. So do the rows that k-means++ may
/// draw, or an empty cluster take, up to rounding: these are the CPU's, too. The inertia is Bounded there: each distance is within columns + 3 units of
/// its last place. So is the variance behind the tolerance: where a step is just as long as that, an iteration may be made or not.
///
/// From the same start the steps are those of scikit-learn's `KMeans(algorithm="lloyd")`: it stops when no label
/// changes, or when the centres move by a squared distance of at most `tol` times the mean variance of the columns;
/// an empty cluster takes the row that is farthest from its centre. Unlike there, the result never has an empty
/// cluster: too few different rows are an error.
///
/// ```
/// use isotherm::cluster::KMeans;
/// use isotherm::prelude::*;
/// isotherm::run_on(3, |cx| {
///     let x = cx.from_fn((90, 2), 0, |index| ((index[0] % 3) * 100 + index[0] % 5 + index[1]) as f64)?;
///     let fit = KMeans::new(3).seed(7).fit(&x)?;
///     assert_eq!(fit.sizes, [30, 30, 30]);
///     assert_eq!(fit.predict(&x)?.gather()?, fit.labels.gather()?);
///     Ok(())
/// }).unwrap();
/// ```
///
/// # References
/// S. P. Lloyd, *Least squares quantization in PCM*, 1982, DOI 10.1109/TIT.1982.1056489. D. Arthur, S. Vassilvitskii,
/// *k-means++: the advantages of careful seeding*, SODA 2007, ACM 10.5555/1283383.1283494.
#[derive(Clone, Debug)]
#[must_use = "nothing is computed before `fit`"]
pub struct KMeans {
    k: usize,
    init: Init,
    max_iter: usize,
    tol: f64,
    seed: u64,
}

impl KMeans {
    /// `k` clusters, with scikit-learn's defaults: k-means++, at most 300 iterations, a tolerance of 10⁻⁴; seed 0.
    ///
    /// **Local.** Everything that is set here must be the same on every rank; [`fit`](KMeans::fit) checks it.
    pub fn new(k: usize) -> Self {
        Self { k, init: Init::PlusPlus, max_iter: 300, tol: 1e-4, seed: 0 }
    }

    /// Where the centres begin.
    ///
    /// **Local.**
    pub fn init(self, init: Init) -> Self {
        Self { init, ..self }
    }

    /// The most iterations.
    ///
    /// **Local.**
    pub fn max_iter(self, max_iter: usize) -> Self {
        Self { max_iter, ..self }
    }

    /// How far the centres may still move: a squared distance of `tol` times the mean variance of the columns. With 0
    /// the iteration goes on until no row changes its cluster.
    ///
    /// **Local.**
    pub fn tol(self, tol: f64) -> Self {
        Self { tol, ..self }
    }

    /// What the random starts are a function of.
    ///
    /// **Local.**
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Cluster the rows of `x`.
    ///
    /// **Collective.** One all-reduce to begin with, two for the variance unless the tolerance is 0; the start takes
    /// one (random) or `k` of one row each (k-means++); one per iteration, of at most 20 bytes or so for each
    /// coordinate of the centres, and one for the last assignment or its inertia. An iteration that leaves a cluster empty
    /// takes one more. Rows stay where they are, dealt in any way; when columns are dealt, `x` is redistributed into blocks of
    /// rows first. Memory: 8 bytes a row for the labels, 4 for what is known of them, and at most 16 more while new centres are chosen, 64 for each
    /// coordinate of the centres and each thread.
    ///
    /// On a GPU each pass takes the centres there, and brings back 24 to 80 bytes for each of their coordinates (`f64`: up to 536, for data from the smallest
    /// numbers to the largest); k-means++ for each centre, and an iteration that leaves a cluster empty, 9 KiB and the few rows that may be taken, each
    /// 2^26 or so rows another 8 KiB, and 24 bytes for each cluster. All rows come where nearly all distances are equal, or beyond what the dtype can tell
    /// apart. Memory there: 12 bytes a row. On the host work rows of more than some 6000 columns, and centres of 200,000 coordinates or more.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when `x` is no matrix with columns, or given centres do not fit it;
    /// [`ErrorKind::Argument`] when there are fewer rows (or fewer different ones) than clusters, an argument is out
    /// of its domain or not the same on every rank, a value is NaN or infinite, or a squared distance out of the
    /// dtype's range, or a cluster is still empty when the iterations are over.
    #[track_caller]
    pub fn fit<T: Coordinate>(&self, x: &DistArray<T>) -> Result<KMeansFit<T>> {
        self.run(x, None)
    }

    /// As [`fit`](KMeans::fit), and `observe` is called on every rank after each iteration.
    ///
    /// **Collective**, as [`fit`](KMeans::fit).
    ///
    /// # Errors
    /// As [`fit`](KMeans::fit).
    #[track_caller]
    pub fn fit_observed<T: Coordinate>(
        &self,
        x: &DistArray<T>,
        mut observe: impl FnMut(&Iteration),
    ) -> Result<KMeansFit<T>> {
        self.run(x, Some(&mut observe))
    }

    #[track_caller]
    fn run<T: Coordinate>(
        &self,
        x: &DistArray<T>,
        observe: Option<&mut dyn FnMut(&Iteration)>,
    ) -> Result<KMeansFit<T>> {
        let x = rows::with_whole_rows(x)?;
        let (n, columns) = (x.shape()[0], x.shape()[1]);
        self.check_domains(n)?;
        let rows = Rows::of(&x);
        let largest = check::agree(x.context(), &rows, self.fingerprint())?;
        let shift = self.shift_limit(&x)?;
        let centers = self.start(x.context(), &rows)?;
        let limits = Limits { max_iter: self.max_iter, shift, tame: check::are_tame(&centers, largest, n, columns) };
        let settled = lloyd::lloyd(x.context(), &rows, centers, &limits, observe)?;
        let labels = DistArray::from_parts(settled.labels, x.layout().without_axis(1), x.context().clone());
        Ok(KMeansFit {
            centers: x.context().from_slice(&settled.centers, (self.k, columns), None)?,
            labels,
            inertia: settled.tally.inertia.round_f64(),
            iterations: settled.iterations,
            converged: settled.converged,
            relocated: settled.relocated,
            sizes: settled.tally.sizes,
        })
    }

    #[track_caller]
    fn check_domains(&self, n: usize) -> Result<()> {
        let refuse = |message: String| Err(Error::new(ErrorKind::Argument, message));
        match self {
            Self { k: 0, .. } => refuse("k-means with 0 clusters".to_owned()),
            Self { k, .. } if *k > n => refuse(format!("{k} clusters of {n} rows")),
            Self { max_iter: 0, .. } => refuse("k-means with at most 0 iterations".to_owned()),
            Self { tol, .. } if !(0.0..f64::INFINITY).contains(tol) => refuse(format!("a tolerance of {tol}")),
            _ => Ok(()),
        }
    }

    /// A number that stands for all arguments.
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.k, self.max_iter, self.tol.to_bits(), self.seed).hash(&mut hasher);
        match &self.init {
            Init::PlusPlus => 0.hash(&mut hasher),
            Init::Random => 1.hash(&mut hasher),
            Init::Given(centers) => centers.iter().for_each(|value| value.to_bits().hash(&mut hasher)),
        }
        hasher.finish()
    }

    /// The squared distance that the centres may move and still count as settled.
    #[track_caller]
    fn shift_limit<T: Coordinate>(&self, x: &DistArray<T>) -> Result<f64> {
        if self.tol == 0.0 {
            return Ok(0.0);
        }
        let variances = x.var(0).eval()?.gather()?;
        let sum: f64 = variances.iter().map(|&variance| cast::<T, f64>(variance)).sum();
        if sum.is_finite() {
            return Ok(self.tol * (sum / variances.len() as f64));
        }
        Err(Error::new(
            ErrorKind::Argument,
            format!("the variance is beyond the range of {}: scale the data", T::DTYPE),
        ))
    }

    #[track_caller]
    fn start<T: Coordinate>(&self, cx: &Context, rows: &Rows<'_, T>) -> Result<Vec<T>> {
        let centers = match &self.init {
            Init::PlusPlus => return start::plus_plus(cx, rows, self.k, self.seed),
            Init::Random => return start::random(cx, rows, self.k, self.seed),
            Init::Given(centers) => centers,
        };
        if centers.len() != self.k * rows.columns {
            let message = format!("{} values for {} centres of {} columns", centers.len(), self.k, rows.columns);
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let centers: Vec<T> = centers.iter().map(|&value| cast(value)).collect();
        match centers.iter().position(|value| !value.is_finite()) {
            None => Ok(centers),
            Some(place) => {
                let message = format!("the given centre {} holds {}", place / rows.columns, centers[place]);
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}
