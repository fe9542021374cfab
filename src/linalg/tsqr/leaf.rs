//! The rows of one rank: chunks that fit a cache, each eliminated into the triangle of those before it.
//!
//! The vectors of a chunk's reflectors wait in the rows of Q that they will become, so that a factorisation needs the
//! memory of Q and little more.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::prelude::ReborrowMut as _;
use faer::traits::ext::ComplexFieldExt as _;
use faer::{MatMut, MatRef};

use super::Form;
use super::merge::Merge;
use super::reflectors::{self, factor_rows};
use crate::context::Context;
use crate::linalg::Field;
use crate::memory::{Block, Pool};

/// Elements of a chunk, unless it would have few rows for its columns.
const CHUNK: usize = 1 << 15;
/// Rows of a chunk for each column at least: the triangle on top costs a factorisation of as many rows as columns.
const TALL: usize = 4;
/// Rows that are transposed together, so that their cache lines are read once.
const TILE: usize = 8;

/// Rows in row-major order, from each of which `offset` is taken away before it is used.
#[derive(Clone, Copy)]
pub(in crate::linalg) struct Rows<'a, T> {
    pub(in crate::linalg) values: &'a [T],
    pub(in crate::linalg) columns: usize,
    pub(in crate::linalg) offset: Option<&'a [T]>,
}

/// What a rank's rows have become.
pub(super) struct Leaf<T: Field> {
    shares: Vec<Share<T>>,
    merges: Vec<Merge<T>>,
    columns: usize,
}

/// The rows of one thread.
struct Share<T: Field> {
    rows: usize,
    /// The factors T of each chunk's reflectors.
    factors: Vec<Block<T>>,
}

/// The triangle of some rows, and whether they were finite.
pub(super) struct Triangle<T: Field> {
    pub(super) values: Block<T>,
    pub(super) finite: bool,
}

/// The rows of a chunk.
fn chunk_rows(columns: usize) -> usize {
    (CHUNK / columns).max(TALL * columns)
}

impl<T: Field> Leaf<T> {
    /// Factor the rows. The vectors of the reflectors go to `store`, of as many elements, when Q is wanted.
    pub(super) fn factor(cx: &Context, rows: Rows<'_, T>, store: Option<&mut [T]>) -> (Triangle<T>, Self) {
        let (pool, columns) = (cx.pool(), rows.columns);
        let count = rows.values.len() / columns;
        // Threads whose share is less than a few chunks cost more than they save.
        let threads = cx.cpu().threads().min(count / (4 * chunk_rows(columns))).max(1);
        let share = count.div_ceil(threads).max(1) * columns;
        let stores: Vec<Option<&mut [T]>> = match store {
            Some(store) => store.chunks_mut(share).map(Some).collect(),
            None => (0..threads).map(|_| None).collect(),
        };
        let parts: Vec<_> = rows.values.chunks(share).zip(stores).collect();
        let done = cx.cpu().each(parts, |(values, store)| Share::factor(pool, Rows { values, ..rows }, store));
        let mut merges = Vec::new();
        let mut shares = Vec::new();
        let mut total = Triangle { values: pool.take(0), finite: true };
        for (triangle, one) in done {
            let (above, below) = (height(&shares, columns), one.rows.min(columns));
            let finite = total.finite && triangle.finite;
            total = if shares.is_empty() {
                triangle
            } else {
                let (values, merge) = Merge::new(pool, [above, below], columns, total.values, &triangle.values);
                merges.push(merge);
                Triangle { values, finite }
            };
            shares.push(one);
        }
        (total, Self { shares, merges, columns })
    }

    /// From C on top of zeros to Q C, in the place of the vectors in `store`.
    pub(super) fn form(self, cx: &Context, c: Block<T>, form: Form, store: &mut [T]) {
        let (pool, columns) = (cx.pool(), self.columns);
        let mut tops = Vec::new();
        let mut top = c;
        for merge in self.merges.into_iter().rev() {
            let [above, below] = merge.split(pool, &top, form);
            tops.push(below);
            top = above;
        }
        tops.push(top);
        let share = self.shares.first().map_or(1, |share| share.rows.max(1));
        let work = store.chunks_mut(share * columns).zip(self.shares).zip(tops.into_iter().rev()).collect();
        cx.cpu().each(work, |((store, share), top)| share.form(pool, columns, &top, form, store));
    }
}

/// The rows of the triangle of some shares.
fn height<T: Field>(shares: &[Share<T>], columns: usize) -> usize {
    shares.iter().map(|share| share.rows).sum::<usize>().min(columns)
}

impl<T: Field> Share<T> {
    fn factor(pool: &Pool, rows: Rows<'_, T>, mut store: Option<&mut [T]>) -> (Triangle<T>, Self) {
        let columns = rows.columns;
        let mut chunks = Chunks::new(pool, rows.values.len() / columns, columns);
        let (mut carried, mut finite) = (0, true);
        let mut factors = Vec::new();
        for values in rows.values.chunks(chunks.rows * columns) {
            let fresh = values.len() / columns;
            let (mut stacked, stack) = chunks.stacked(carried + fresh);
            zero_below_diagonal(stacked.as_mut().subrows_mut(0, carried));
            finite &= load(Rows { values, ..rows }, stacked.as_mut().subrows_mut(carried, fresh));
            let mut block = pool.take(factor_rows(columns) * columns.min(carried + fresh));
            let reflected = columns.min(carried + fresh);
            let t = MatMut::from_column_major_slice_mut(&mut block, factor_rows(columns), reflected);
            T::factor(stacked.as_mut(), t, stack);
            if let Some(rest) = store.take() {
                let (here, rest) = rest.split_at_mut(values.len());
                let fresh_rows = stacked.as_ref().subrows(carried, fresh);
                MatMut::from_column_major_slice_mut(here, fresh, columns).copy_from(fresh_rows);
                store = Some(rest);
                factors.push(block);
            }
            carried = reflected;
        }
        let (stacked, _) = chunks.stacked(carried);
        let values = Form::Upper.pack(pool, stacked.as_ref());
        (Triangle { values, finite }, Self { rows: rows.values.len() / columns, factors })
    }

    fn form(self, pool: &Pool, columns: usize, c: &[T], form: Form, store: &mut [T]) {
        let mut vectors = Chunks::new(pool, self.rows, columns);
        let mut work = Chunks::new(pool, self.rows, columns);
        let (mut top, _) = work.stacked(self.rows.min(columns));
        form.unpack(c, top.as_mut());
        let chunks: Vec<&mut [T]> = store.chunks_mut(vectors.rows * columns).collect();
        for (number, (store, factors)) in chunks.into_iter().zip(self.factors).enumerate().rev() {
            let carried = if number == 0 { 0 } else { columns };
            let fresh = store.len() / columns;
            let (mut v, _) = vectors.stacked(carried + fresh);
            zero_below_diagonal(v.as_mut().subrows_mut(0, carried));
            let stored = MatRef::from_column_major_slice(store, fresh, columns);
            v.as_mut().subrows_mut(carried, fresh).copy_from(stored);
            let reflected = columns.min(carried + fresh);
            let t = MatRef::from_column_major_slice(&factors, factor_rows(columns), reflected);
            let (mut q, stack) = work.stacked(carried + fresh);
            q.rb_mut().get_mut(reflected.., ..).fill(T::ZERO);
            T::apply(v.as_ref(), t, q.as_mut(), form == Form::Upper, stack);
            unload(q.as_ref().subrows(carried, fresh), store);
        }
    }
}

/// The memory in which chunks are worked on, one after another, below the triangle of those before.
struct Chunks<T: Field> {
    /// Of a chunk; the last may have fewer.
    rows: usize,
    columns: usize,
    stride: usize,
    values: Block<T>,
    space: MemBuffer,
}

impl<T: Field> Chunks<T> {
    fn new(pool: &Pool, count: usize, columns: usize) -> Self {
        let rows = chunk_rows(columns).min(count.max(1));
        let stride = if count > rows { rows + columns } else { rows };
        let (values, space) = (pool.take(stride * columns), reflectors::workspace::<T>(stride, columns));
        Self { rows, columns, stride, values, space }
    }

    /// The first `height` rows, and memory to work in.
    fn stacked(&mut self, height: usize) -> (MatMut<'_, T>, &mut MemStack) {
        let matrix = MatMut::from_column_major_slice_mut(&mut self.values, self.stride, self.columns);
        (matrix.subrows_mut(0, height), MemStack::new(&mut self.space))
    }
}

fn zero_below_diagonal<T: Field>(mut matrix: MatMut<'_, T>) {
    for j in 0..matrix.ncols() {
        let height = matrix.nrows();
        matrix.rb_mut().col_mut(j).get_mut((j + 1).min(height)..).fill(T::ZERO);
    }
}

/// Copy rows into a column-major matrix, less the offset; whether all values there are finite.
fn load<T: Field>(rows: Rows<'_, T>, mut matrix: MatMut<'_, T>) -> bool {
    let mut finite = true;
    for (tile, values) in rows.values.chunks(TILE * rows.columns).enumerate() {
        for j in 0..rows.columns {
            let offset = rows.offset.map_or(T::ZERO, |offset| offset[j]);
            for (i, row) in values.chunks_exact(rows.columns).enumerate() {
                let value = row[j] - offset;
                finite &= value.is_finite();
                matrix[(tile * TILE + i, j)] = value;
            }
        }
    }
    finite
}

/// Copy a column-major matrix into rows.
fn unload<T: Field>(matrix: MatRef<'_, T>, rows: &mut [T]) {
    let columns = matrix.ncols();
    for (tile, rows) in rows.chunks_mut(TILE * columns).enumerate() {
        for j in 0..columns {
            for (i, row) in rows.chunks_exact_mut(columns).enumerate() {
                row[j] = matrix[(tile * TILE + i, j)];
            }
        }
    }
}
