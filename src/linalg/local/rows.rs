//! Rows times a small matrix: each rank multiplies its own.

use super::{Matrix, Whole, multiply};
use crate::array::DistArray;
use crate::context::Context;
use crate::error::Result;
use crate::linalg::Field;
use crate::local::Tall;

/// Elements that a task takes at a time.
const CHUNK: usize = 1 << 15;

/// (x - `before`) · matrix + `after`, dealt as the rows of `x`, each of which lies whole on its ranks. The rows of the matrix have `k` elements.
///
/// **Local.** The arithmetic of a row does not depend on those around it, nor on the number of threads.
///
/// # Errors
/// [`ErrorKind::Memory`](crate::ErrorKind::Memory) beyond the context's budget.
#[track_caller]
pub(crate) fn rows_times<T: Field>(
    x: &DistArray<T>,
    before: Option<&[T]>,
    (matrix, k): (&[T], usize),
    after: Option<&[T]>,
) -> Result<DistArray<T>> {
    let cx = x.context();
    let layout = x.layout().with_extent(1, k);
    cx.charge(&layout, x.dtype())?;
    let rows = Tall { rows: x.block(), columns: x.shape()[1], offset: before, engine: cx.engine() };
    let results =
        rows.times((matrix, k), after, |rows, results| on_host(cx, rows, before, (matrix, k), after, results));
    Ok(DistArray::from_parts(results.done(layout.local_shape(cx.rank()), cx.engine()), layout, cx.clone()))
}

/// The same in the memory of the host, all row by row.
fn on_host<T: Field>(
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
