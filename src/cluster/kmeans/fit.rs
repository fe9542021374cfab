//! What a fit has found.

use super::rows::{Rows, with_whole_rows};
use super::{Coordinate, check};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};

/// Clusters, and how they were found. Everything in it is of the final centres.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KMeansFit<T: Coordinate> {
    /// The centres, one a row, on every rank.
    pub centers: DistArray<T>,
    /// The number of each row's nearest centre, dealt as the rows are.
    pub labels: DistArray<i64>,
    /// The sum of the rows' squared distances from their centres.
    pub inertia: f64,
    /// The iterations that were made.
    pub iterations: usize,
    /// Whether the iterations ended before there were too many.
    pub converged: bool,
    /// How often an empty cluster was given a row of another.
    pub relocated: usize,
    /// The number of rows of each cluster; none is 0.
    pub sizes: Vec<u64>,
}

impl<T: Coordinate> KMeansFit<T> {
    /// The number of the nearest centre for each row of `x`; of equally near ones the first.
    ///
    /// **Collective.** One all-reduce of 40 bytes, to agree that all is finite; when the columns of `x` are dealt,
    /// `x` is redistributed into blocks of rows first. Class: Reproducible. On a GPU the same labels, which stay there: elements of 64 bits, also on a
    /// device that does not compute with them.
    ///
    /// # Errors
    /// [`ErrorKind::Context`] when `x` is of another context than the centres, [`ErrorKind::Shape`] when it has other
    /// columns, [`ErrorKind::Argument`] when a value is NaN or infinite.
    #[track_caller]
    pub fn predict(&self, x: &DistArray<T>) -> Result<DistArray<i64>> {
        if !x.context().is(self.centers.context()) {
            return Err(Error::new(ErrorKind::Context, "the rows are of another context than the centres"));
        }
        let x = with_whole_rows(x)?;
        if x.shape()[1] != self.centers.shape()[1] {
            let message = format!("rows of shape {} for centres of shape {}", x.shape(), self.centers.shape());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let rows = Rows::of(&x);
        check::agree(x.context(), &rows, 0)?;
        let labels = rows.here.labels(self.centers.local());
        Ok(DistArray::from_parts(labels, x.layout().without_axis(1), x.context().clone()))
    }
}
