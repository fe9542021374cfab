//! What touches a rank's rows: sums of their products, divisions by a triangle, products with a small matrix.

use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Accum, MatMut, MatRef, Par};

use crate::context::Context;
use crate::linalg::Field;
use crate::linalg::field::Kernels as _;
use crate::linalg::local::{Matrix, Whole, multiply};
use crate::linalg::tsqr::Rows;
use crate::memory::{Block, Pool};

/// Elements of a chunk, unless it would have few rows for its columns: two of them fit a cache close by.
const CHUNK: usize = 1 << 14;
/// Rows of a chunk for each column at least.
const TALL: usize = 4;

/// The rows of a chunk.
pub(super) fn chunk_rows(columns: usize) -> usize {
    (CHUNK / columns).max(TALL * columns)
}

/// The sum of xᴴx over the rows, row by row with zeros below the diagonal; `r`, row by row, divides them first. They go to
/// `store`, of as many elements, when they are wanted.
pub(super) fn gram<T: Field>(
    cx: &Context,
    rows: Rows<'_, T>,
    r: Option<&[T::Wide]>,
    store: Option<&mut [T]>,
) -> Block<T::Wide> {
    let (pool, n) = (cx.pool(), rows.columns);
    let count = rows.values.len() / n;
    // Threads whose share is less than a few chunks cost more than they save.
    let threads = cx.cpu().threads().min(count / (4 * chunk_rows(n))).max(1);
    let share = count.div_ceil(threads).max(1) * n;
    let stores: Vec<Option<&mut [T]>> = match store {
        Some(store) => store.chunks_mut(share).map(Some).collect(),
        None => (0..threads).map(|_| None).collect(),
    };
    let parts = rows.values.chunks(share).zip(stores).collect();
    let r = r.map(|r| pool.copy_of(r));
    let r = r.as_deref();
    let sums = cx.cpu().each(parts, |(values, store)| share_of(pool, Rows { values, ..rows }, r, store));
    let sum = sums.into_iter().reduce(|mut sum, part| {
        sum.iter_mut().zip(&*part).for_each(|(sum, &part)| *sum += part);
        sum
    });
    sum.unwrap_or_else(|| pool.zeroed(n * n))
}

/// [`gram`] of the rows of one thread.
fn share_of<T: Field>(
    pool: &Pool,
    rows: Rows<'_, T>,
    r: Option<&[T::Wide]>,
    mut store: Option<&mut [T]>,
) -> Block<T::Wide> {
    let n = rows.columns;
    let mut sum = pool.zeroed::<T::Wide>(n * n);
    let as_they_are = |values| T::as_wide(values).filter(|_| r.is_none() && rows.offset.is_none());
    let changed = as_they_are(rows.values).is_none();
    // The same memory whether or not the rows are kept: R alone must have the bits of R with Q.
    let mut work = pool.take::<T::Wide>(if changed { chunk_rows(n) * n } else { 0 });
    for values in rows.values.chunks(chunk_rows(n) * n) {
        let chunk = match as_they_are(values) {
            Some(values) => values,
            None => prepared(Rows { values, ..rows }, r, &mut work[..values.len()]),
        };
        if let Some(rest) = store.take() {
            let (here, rest) = rest.split_at_mut(values.len());
            here.iter_mut().zip(chunk).for_each(|(kept, &value)| *kept = T::narrow(value));
            store = Some(rest);
        }
        T::Wide::add_gram(
            MatMut::from_row_major_slice_mut(&mut sum, n, n),
            MatRef::from_row_major_slice(chunk, chunk.len() / n, n),
        );
    }
    sum
}

/// The rows, less their offset, divided by `r`, in `into`.
fn prepared<'a, T: Field>(rows: Rows<'_, T>, r: Option<&[T::Wide]>, into: &'a mut [T::Wide]) -> &'a [T::Wide] {
    let n = rows.columns;
    into.iter_mut().zip(rows.values).for_each(|(into, &value)| *into = value.widen());
    if let Some(offset) = rows.offset {
        into.chunks_exact_mut(n).for_each(|row| row.iter_mut().zip(offset).for_each(|(x, &y)| *x -= y.widen()));
    }
    if let Some(r) = r {
        let count = into.len() / n;
        T::Wide::divide(MatRef::from_row_major_slice(r, n, n), MatMut::from_row_major_slice_mut(into, count, n));
    }
    into
}

/// The rows times a small matrix, row by row, in their place.
pub(super) fn times<T: Field>(cx: &Context, rows: &mut [T], n: usize, matrix: &[T]) {
    let (pool, matrix) = (cx.pool(), Matrix { data: matrix, rows: n, cols: n, stride: n });
    let whole = Whole { rows: usize::MAX, cols: n };
    cx.cpu().each(rows.chunks_mut(chunk_rows(n) * n).collect(), |rows| {
        let before = pool.copy_of(rows);
        let left = Matrix { data: &before[..], rows: rows.len() / n, cols: n, stride: n };
        multiply(None, false, rows, (left, matrix), whole);
    });
}

/// [`Kernels::add_gram`](crate::linalg::field::Kernels).
pub(in crate::linalg) fn add_gram<T: Field>(sum: MatMut<'_, T>, x: MatRef<'_, T>) {
    let (whole, upper) = (BlockStructure::Rectangular, BlockStructure::TriangularUpper);
    triangular::matmul(sum, upper, Accum::Add, x.adjoint(), whole, x, whole, T::ONE, Par::Seq);
}

/// [`Kernels::divide`](crate::linalg::field::Kernels): by rows, x R = a is Rᵀ xᵀ = aᵀ.
pub(in crate::linalg) fn divide<T: Field>(r: MatRef<'_, T>, x: MatMut<'_, T>) {
    solve_lower_triangular_in_place(r.transpose(), x.transpose_mut(), Par::Seq);
}
