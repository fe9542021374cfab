//! One rank's rows, with what the passes over them need to know.

use std::ops::Range;

use super::Coordinate;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Progression};
use crate::local::Rows as Here;

/// The rows of an array that lie on this rank, whole. Tasks on other threads share it, so it cannot communicate.
pub(super) struct Rows<'a, T: Coordinate> {
    pub(super) here: Here<'a, T>,
    pub(super) columns: usize,
    /// Where the rows stand in the array.
    pub(super) indices: Progression,
    /// Of the ranks that hold the same rows, one counts them.
    pub(super) counted: bool,
    /// The most rows that one task takes: an equal share for each thread, and at least one.
    pub(super) share: usize,
}

impl<'a, T: Coordinate> Rows<'a, T> {
    /// The rows of `x`, whose columns are whole and at least one: see [`with_whole_rows`].
    pub(super) fn of(x: &'a DistArray<T>) -> Self {
        let (cx, layout) = (x.context(), x.layout());
        let indices = layout.progression(0, cx.rank());
        let counted = is_first_replica(layout, cx.rank());
        let share = indices.len().div_ceil(cx.cpu().threads()).max(1);
        Self { here: Here::new(x.block(), counted, cx.engine()), columns: x.shape()[1], indices, counted, share }
    }

    pub(super) fn len(&self) -> usize {
        self.indices.len()
    }

    /// The row numbers in the array of the rows at some positions here, as runs.
    pub(super) fn runs(&self, positions: Range<usize>) -> impl Iterator<Item = Range<usize>> + use<T> {
        let (indices, run) = (self.indices, self.indices.run());
        let mut next = positions.start;
        std::iter::from_fn(move || {
            if next >= positions.end {
                return None;
            }
            let first = indices.nth(next);
            let len = (run - next % run).min(positions.end - next);
            next += len;
            Some(first..first + len)
        })
    }
}

/// `x` itself when every rank that holds a row holds all of it; else in balanced blocks of rows.
#[track_caller]
pub(super) fn with_whole_rows<T: Coordinate>(x: &DistArray<T>) -> Result<DistArray<T>> {
    if x.ndim() != 2 || x.shape()[1] == 0 {
        let message = format!("k-means needs rows of at least one column, not an array of shape {}", x.shape());
        return Err(Error::new(ErrorKind::Shape, message));
    }
    let parts: usize = x.layout().mesh().extents()[x.layout().distribution(1).over()].iter().product();
    if parts == 1 { Ok(x.clone()) } else { x.resplit(0) }
}

/// Whether `rank` comes first among those that hold the same block.
fn is_first_replica(layout: &Layout, rank: usize) -> bool {
    let deals = |axis: &usize| layout.distributions().iter().any(|distribution| distribution.over().contains(axis));
    let coordinates = layout.mesh().coordinates(rank);
    (0..layout.mesh().ndim()).filter(|axis| !deals(axis)).all(|axis| coordinates[axis] == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Distribution, Mesh};

    #[test]
    fn every_row_is_counted_by_one_rank() {
        let mesh = || Mesh::new(&[2, 3]).unwrap();
        for over in [0..0, 0..1, 1..2, 0..2] {
            let rows = if over.is_empty() { Distribution::Whole } else { Distribution::balanced(over) };
            let layout = Layout::new((7, 2), mesh(), vec![rows, Distribution::Whole]).unwrap();
            let counting = (0..6).filter(|&rank| is_first_replica(&layout, rank));
            assert_eq!(counting.map(|rank| layout.local_shape(rank)[0]).sum::<usize>(), 7);
        }
    }
}
