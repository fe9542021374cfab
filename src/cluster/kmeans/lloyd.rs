//! Lloyd's algorithm: rows to their nearest centres, centres to the means of their rows, until nothing changes.
//!
//! # References
//! S. P. Lloyd, *Least squares quantization in PCM*, IEEE Trans. Inf. Theory 28, 1982, DOI 10.1109/TIT.1982.1056489.

use super::Coordinate;
use super::rows::Rows;
use super::shortlist::{Place, shortlist};
use super::tally::over_ranks;
use crate::context::Context;
use crate::device::{Tally, Wanted, nearest_center};
use crate::error::{Error, ErrorKind, Result};
use crate::local::Local;
use crate::math::cast;

/// When to stop.
pub(super) struct Limits {
    pub(super) max_iter: usize,
    /// The squared distance that the centres may move in all and still count as settled.
    pub(super) shift: f64,
    /// No squared distance, nor the sum of all, can leave the dtype's range.
    pub(super) tame: bool,
}

/// What has been reached.
pub(super) struct Settled<T> {
    pub(super) centers: Vec<T>,
    /// The number of the nearest centre for each row here.
    pub(super) labels: Local<i64>,
    pub(super) tally: Tally,
    pub(super) iterations: usize,
    pub(super) converged: bool,
    pub(super) relocated: usize,
}

/// One iteration, as it is seen from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Iteration {
    /// Its number, from 1.
    pub number: usize,
    /// The sum of the squared distances of all rows from their nearest centres.
    pub inertia: f64,
    /// The rows that changed their cluster.
    pub moved: u64,
}

/// Move `centers` until they settle.
///
/// The results are of the final centres: what stopped the iteration by its number or by a small shift is followed by
/// one more assignment. The inertia is found in the last assignment, or after it when nobody knew that it would be the
/// last: only those who observe, or whose distances may overflow, need it every time.
///
/// **Collective.** One all-reduce per iteration and that of the last assignment or of the inertia, and one more after
/// each that leaves a cluster empty.
#[track_caller]
pub(super) fn lloyd<T: Coordinate>(
    cx: &Context,
    rows: &Rows<'_, T>,
    mut centers: Vec<T>,
    limits: &Limits,
    mut observe: Option<&mut dyn FnMut(&Iteration)>,
) -> Result<Settled<T>> {
    let mut assignment = rows.here.assignment(centers.len() / rows.columns);
    let (mut iterations, mut relocated, mut near) = (0, 0, false);
    loop {
        let last = iterations == limits.max_iter;
        let inertia = near || last || !limits.tame || observe.is_some();
        let here = assignment.renew(&centers, Wanted { inertia, screened: limits.tame });
        let mut tally = over_ranks(&here, cx.comm())?;
        let vacant = tally.vacant();
        let settled = iterations > 0 && tally.moved == 0;
        let done = vacant.is_empty() && (near || settled || last);
        if done && !inertia {
            tally = over_ranks(&assignment.with_inertia(&centers), cx.comm())?;
        }
        let inertia = finite_inertia::<T>(&tally)?;
        if done {
            // An assignment that changed nothing was an iteration; one that only completes the results was not.
            iterations += usize::from(settled && !near && !last);
            let (labels, converged) = (assignment.into_labels(), near || settled);
            return Ok(Settled { centers, labels, tally, iterations, converged, relocated });
        }
        if last {
            let message =
                format!("{} of {} clusters are empty after {iterations} iterations", vacant.len(), tally.sizes.len());
            return Err(Error::new(ErrorKind::Argument, message));
        }
        iterations += 1;
        if let Some(observe) = &mut observe {
            observe(&Iteration { number: iterations, inertia, moved: tally.moved });
        }
        relocated += vacant.len();
        fill_vacant(cx, rows, &centers, &mut tally, vacant)?;
        let means = tally.means();
        near = shift(&centers, &means) <= limits.shift;
        centers = means;
    }
}

/// The inertia, unless a squared distance was out of range.
#[track_caller]
fn finite_inertia<T: Coordinate>(tally: &Tally) -> Result<f64> {
    let inertia = tally.inertia.round_f64();
    if inertia.is_finite() {
        return Ok(inertia);
    }
    Err(Error::new(ErrorKind::Argument, format!("squared distances beyond the range of {}: scale the data", T::DTYPE)))
}

/// The squared distance between old and new centres.
fn shift<T: Coordinate>(old: &[T], new: &[T]) -> f64 {
    let square = |(&old, &new): (&T, &T)| {
        let difference: f64 = cast(new - old);
        difference * difference
    };
    old.iter().zip(new).map(square).sum()
}

/// Give each empty cluster the row that is farthest from its centre, and take it from its own cluster.
///
/// As scikit-learn does; of equally far rows the first is taken, and never the last row of a cluster.
///
/// **Collective** when a cluster is vacant: one all-reduce of a row for each cluster.
#[track_caller]
fn fill_vacant<T: Coordinate>(
    cx: &Context,
    rows: &Rows<'_, T>,
    centers: &[T],
    tally: &mut Tally,
    vacant: Vec<usize>,
) -> Result<()> {
    if vacant.is_empty() {
        return Ok(());
    }
    let clusters = tally.sizes.len();
    let own = rows.here.farthest(centers, clusters);
    let own = own.into_iter().map(|(position, distance)| Place { key: -cast::<T, f64>(distance), position });
    let farthest = shortlist(cx, rows, own.collect(), clusters)?;
    if farthest[0].key == 0.0 {
        let different = clusters - vacant.len();
        let message = format!("x has {different} rows that are not the same, too few for {clusters} clusters");
        return Err(Error::new(ErrorKind::Argument, message));
    }
    // At most one row of each cluster may not be taken, so there are enough.
    let mut farthest = farthest.into_iter();
    for cluster in vacant {
        let (from, row) = farthest
            .by_ref()
            .map(|candidate| (nearest_of(&candidate.row, centers), candidate.row))
            .find(|&(from, _)| tally.sizes[from] > 1)
            .expect("there are as many rows as clusters");
        tally.remove(from, &row);
        tally.insert(cluster, &row);
    }
    Ok(())
}

/// The cluster of one row.
fn nearest_of<T: Coordinate>(row: &[f64], centers: &[T]) -> usize {
    let row: Vec<T> = row.iter().map(|&value| cast(value)).collect();
    nearest_center(&row, centers)
}
