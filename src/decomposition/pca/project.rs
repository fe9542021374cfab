//! Rows into components and back.

use super::{Feature, PCAFit};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::linalg;
use crate::math::cast;

impl<T: Feature> PCAFit<T> {
    /// The scores of the rows of `x`: their coordinates along the components.
    ///
    /// **Local** when every row of `x` lies whole on its ranks: the scores lie there as well. Otherwise `x` is
    /// redistributed into blocks of rows first, **collectively**. Class: Bounded: γ of the number of columns, as for
    /// any product. Memory: the scores, and a chunk of centred rows for each thread. NaN and infinities stay in their
    /// rows.
    ///
    /// # Errors
    /// [`ErrorKind::Context`] when `x` is of another context than the fit, [`ErrorKind::Shape`] when it has other
    /// columns.
    #[track_caller]
    pub fn transform(&self, x: &DistArray<T>) -> Result<DistArray<T>> {
        let x = self.rows_of(x, self.mean.size())?;
        let (k, columns) = (self.kept(), self.mean.size());
        let components = self.scaled(|deviation| 1.0 / deviation);
        let transposed: Vec<T> = (0..k * columns).map(|at| components[at % k * columns + at / k]).collect();
        linalg::rows_times(&x, Some(self.mean.local()), (&transposed, k), None)
    }

    /// The rows that have these scores, without what lies along components that were left out.
    ///
    /// **Local** or collective, and of the same class, as [`transform`](PCAFit::transform).
    ///
    /// # Errors
    /// [`ErrorKind::Context`] when `scores` are of another context than the fit, [`ErrorKind::Shape`] when they are
    /// not one for each component.
    #[track_caller]
    pub fn inverse_transform(&self, scores: &DistArray<T>) -> Result<DistArray<T>> {
        let scores = self.rows_of(scores, self.kept())?;
        let components = self.scaled(|deviation| deviation);
        linalg::rows_times(&scores, None, (&components, self.mean.size()), Some(self.mean.local()))
    }

    fn kept(&self) -> usize {
        self.components.shape()[0]
    }

    /// The components, each times `factor` of its standard deviation when scores are whitened. A deviation below
    /// rounding counts as that.
    fn scaled(&self, factor: impl Fn(f64) -> f64) -> Vec<T> {
        let mut components = self.components.local().to_vec();
        if self.whiten {
            let least: f64 = cast(<T as crate::math::Part>::EPSILON);
            for (row, variance) in components.chunks_exact_mut(self.mean.size()).zip(&self.explained_variance) {
                let factor: T = cast(factor(variance.sqrt().max(least)));
                for x in row {
                    *x *= factor;
                }
            }
        }
        components
    }

    /// `x` with whole rows of so many columns.
    #[track_caller]
    fn rows_of(&self, x: &DistArray<T>, columns: usize) -> Result<DistArray<T>> {
        if !x.context().is(self.mean.context()) {
            return Err(Error::new(ErrorKind::Context, "the rows are of another context than the components"));
        }
        if x.ndim() != 2 || x.shape()[1] != columns {
            let (x, k, p) = (x.shape(), self.kept(), self.mean.size());
            let message = format!("an array of shape {x} for {k} components of {p} columns");
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let layout = x.layout();
        let parts: usize = layout.mesh().extents()[layout.distribution(1).over()].iter().product();
        if parts == 1 { Ok(x.clone()) } else { x.resplit(0) }
    }
}
