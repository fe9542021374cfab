//! Rows times a small matrix: each rank multiplies its own.

use super::{Matrix, Whole, multiply};
use crate::context::Context;
use crate::linalg::Field;

/// Elements that a task takes at a time.
const CHUNK: usize = 1 << 15;

/// (rows - `before`) · matrix + `after`, into `results`; all row by row, those of the matrix with `k` elements.
///
/// The arithmetic of a row does not depend on those around it, nor on the number of threads.
pub(crate) fn rows_times<T: Field>(
    cx: &Context,
    rows: &[T],
    before: Option<&[T]>,
    (matrix, k): (&[T], usize),
    after: Option<&[T]>,
    results: &mut [T],
) {
    let n = matrix.len() / k;
    let matrix = Matrix { data: matrix, rows: n, cols: k, stride: k };
    // As a part of a table with many rows, also where it has one.
    let whole = Whole { rows: usize::MAX, cols: k };
    let chunk = (CHUNK / n.max(k)).max(1);
    let pool = cx.pool();
    let chunks: Vec<_> = rows.chunks(chunk * n).zip(results.chunks_mut(chunk * k)).collect();
    cx.cpu().each(chunks, |(rows, results)| {
        let shifted = before.map(|before| {
            let mut shifted = pool.copy_of(rows);
            shifted.chunks_exact_mut(n).for_each(|row| row.iter_mut().zip(before).for_each(|(x, &y)| *x -= y));
            shifted
        });
        let left = Matrix { data: shifted.as_deref().unwrap_or(rows), rows: rows.len() / n, cols: n, stride: n };
        multiply(None, false, results, (left, matrix), whole);
        if let Some(after) = after {
            results.chunks_exact_mut(k).for_each(|row| row.iter_mut().zip(after).for_each(|(x, &y)| *x += y));
        }
    });
}
