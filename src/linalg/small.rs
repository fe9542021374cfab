//! Rows times a small matrix: each rank multiplies its own.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use crate::context::Context;
use crate::linalg::Field;

/// Elements that a task takes at a time.
const CHUNK: usize = 1 << 15;

/// (rows - `before`) · matrix + `after`, into `results`; all row by row, those of the matrix with `k` elements.
///
/// The arithmetic of a row does not depend on the number of threads, since the cuts are fixed; a row that is alone in its
/// chunk goes through another kernel of faer's than one among others.
pub(crate) fn rows_times<T: Field>(
    cx: &Context,
    rows: &[T],
    before: Option<&[T]>,
    (matrix, k): (&[T], usize),
    after: Option<&[T]>,
    results: &mut [T],
) {
    let n = matrix.len() / k;
    let matrix = MatRef::from_row_major_slice(matrix, n, k);
    let chunk = (CHUNK / n.max(k)).max(1);
    let pool = cx.pool();
    let chunks: Vec<_> = rows.chunks(chunk * n).zip(results.chunks_mut(chunk * k)).collect();
    cx.cpu().each(chunks, |(rows, results)| {
        let count = rows.len() / n;
        let shifted = before.map(|before| {
            let mut shifted = pool.copy_of(rows);
            shifted.chunks_exact_mut(n).for_each(|row| row.iter_mut().zip(before).for_each(|(x, &y)| *x -= y));
            shifted
        });
        let rows = shifted.as_deref().unwrap_or(rows);
        let mut product = MatMut::from_row_major_slice_mut(results, count, k);
        let left = MatRef::from_row_major_slice(rows, count, n);
        T::multiply(product.as_mut(), left, matrix);
        if let Some(after) = after {
            results.chunks_exact_mut(k).for_each(|row| row.iter_mut().zip(after).for_each(|(x, &y)| *x += y));
        }
    });
}

/// [`Kernels::multiply`](crate::linalg::field::Kernels).
pub(super) fn multiply<T: Field>(product: MatMut<'_, T>, left: MatRef<'_, T>, right: MatRef<'_, T>) {
    matmul(product, Accum::Replace, left, right, T::ONE, Par::Seq);
}
