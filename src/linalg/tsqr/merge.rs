//! Two triangles become one.

use faer::dyn_stack::MemStack;
use faer::{MatMut, MatRef};

use super::Form;
use super::reflectors::{self, factor_rows};
use crate::linalg::Field;
use crate::memory::{Block, Pool};

/// The reflectors that took two stacked trapezoids to one.
pub(super) struct Merge<T: Field> {
    /// The rows of the upper and of the lower one.
    heights: [usize; 2],
    columns: usize,
    vectors: Block<T>,
    factors: Block<T>,
}

impl<T: Field> Merge<T> {
    /// The R factor of two trapezoids of these heights, one on top of the other, and its reflectors.
    pub(super) fn new(
        pool: &Pool,
        heights: [usize; 2],
        columns: usize,
        upper: Block<T>,
        lower: &[T],
    ) -> (Block<T>, Self) {
        let height = heights[0] + heights[1];
        let kept = height.min(columns);
        let mut vectors = pool.take(height * columns);
        let mut factors = pool.take(factor_rows(columns) * kept);
        let mut stacked = MatMut::from_column_major_slice_mut(&mut vectors, height, columns);
        Form::Upper.unpack(&upper, stacked.as_mut().subrows_mut(0, heights[0]));
        Form::Upper.unpack(lower, stacked.as_mut().subrows_mut(heights[0], heights[1]));
        drop(upper);
        let mut space = reflectors::workspace::<T>(height, columns);
        let t = MatMut::from_column_major_slice_mut(&mut factors, factor_rows(columns), kept);
        T::factor(stacked.as_mut(), t, MemStack::new(&mut space));
        let r = Form::Upper.pack(pool, stacked.as_ref().subrows(0, kept));
        (r, Self { heights, columns, vectors, factors })
    }

    /// From C, the parts of Q C that belong to the upper and to the lower rows.
    pub(super) fn split(self, pool: &Pool, c: &[T], form: Form) -> [Block<T>; 2] {
        let [above, below] = self.heights;
        let (height, columns) = (above + below, self.columns);
        let kept = height.min(columns);
        let mut work = pool.zeroed(height * columns);
        let mut q = MatMut::from_column_major_slice_mut(&mut work, height, columns);
        form.unpack(c, q.as_mut().subrows_mut(0, kept));
        let vectors = MatRef::from_column_major_slice(&self.vectors, height, columns);
        let factors = MatRef::from_column_major_slice(&self.factors, factor_rows(columns), kept);
        let mut space = reflectors::workspace::<T>(height, columns);
        T::apply(vectors, factors, q.as_mut(), form == Form::Upper, MemStack::new(&mut space));
        [form.pack(pool, q.as_ref().subrows(0, above)), form.pack(pool, q.as_ref().subrows(above, below))]
    }
}
