//! The singular value decomposition of a packed triangle, on one rank.

use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{ComputeSvdVectors, SvdParams, svd, svd_scratch};
use faer::traits::ext::ComplexFieldExt as _;
use faer::{Auto, MatMut, MatRef, Par, Spec};

use crate::linalg::Field;
use crate::linalg::qr::phase;
use crate::linalg::tsqr::Form;
use crate::math::Part as _;
use crate::memory::{Block, Pool};

/// U, row by row, and s followed by Vᴴ, row by row. Not finite where `r` is not; negative where nothing was found.
pub(super) fn decomposed<T: Field>(pool: &Pool, r: &[T], n: usize) -> (Block<T>, Vec<T>) {
    let (mut u, mut v) = (pool.zeroed::<T>(n * n), pool.take::<T>(n * n));
    let mut left = MatMut::from_column_major_slice_mut(&mut u, n, n);
    let mut right = MatMut::from_column_major_slice_mut(&mut v, n, n);
    let mut found = match run(pool, r, n, Some([left.as_mut(), right.as_mut()])) {
        Ok(s) => s,
        Err(mark) => return (u, vec![mark]),
    };
    for i in 0..n {
        let row = right.as_ref().col(i);
        let first_largest = |best: usize, j: usize| if row[j].abs() > row[best].abs() { j } else { best };
        let phase = phase(row[(0..n).fold(0, first_largest)]);
        found.extend(row.iter().map(|value| (phase.conj() * *value).conj()));
        left.as_mut().col_mut(i).iter_mut().for_each(|value| *value *= phase.conj());
    }
    (Form::Full.pack(pool, left.as_ref()), found)
}

/// The singular values. Not finite where `r` is not; negative where nothing was found.
pub(super) fn values<T: Field>(pool: &Pool, r: &[T], n: usize) -> Vec<T> {
    run(pool, r, n, None).unwrap_or_else(|mark| vec![mark])
}

/// The singular values, or a value that says why there are none: the one in `r` that is not finite, else -1.
fn run<T: Field>(pool: &Pool, r: &[T], n: usize, vectors: Option<[MatMut<'_, T>; 2]>) -> Result<Vec<T>, T> {
    if let Some(&mark) = r.iter().find(|value| !value.is_finite()) {
        return Err(mark);
    }
    // Near 1 nothing can leave the range on the way; a power of two changes no digit.
    let exponent = exponent(r);
    let factor = T::Part::of(1.0);
    let mut matrix = pool.take::<T>(n * n);
    let mut matrix = MatMut::from_column_major_slice_mut(&mut matrix, n, n);
    Form::Upper.unpack(r, matrix.as_mut());
    for column in matrix.as_mut().col_iter_mut() {
        column.iter_mut().for_each(|value| *value = value.mul_real(factor.scale(-exponent)));
    }
    let mut s = vec![T::ZERO; n];
    if !T::decompose(matrix.as_ref(), DiagMut::from_slice_mut(&mut s), vectors) {
        return Err(T::from_f64(-1.0));
    }
    for value in &mut s {
        *value = value.mul_real(factor.scale(exponent));
    }
    Ok(s)
}

/// The exponent of the largest value, less where its power of two or the inverse of that is out of range.
fn exponent<T: Field>(values: &[T]) -> i32 {
    let most = -T::Part::MIN_POSITIVE.exponent() - 16;
    let exponents = values.iter().filter(|value| **value != T::ZERO).map(|value| value.abs().exponent());
    exponents.max().unwrap_or(0).clamp(-most, most)
}

/// [`Kernels::decompose`](crate::linalg::field::Kernels).
pub(in crate::linalg) fn decompose<T: Field>(
    matrix: MatRef<'_, T>,
    s: DiagMut<'_, T>,
    vectors: Option<[MatMut<'_, T>; 2]>,
) -> bool {
    let n = matrix.nrows();
    let wanted = if vectors.is_some() { ComputeSvdVectors::Thin } else { ComputeSvdVectors::No };
    let params = Spec::new(<SvdParams as Auto<T>>::auto());
    let mut space = MemBuffer::new(svd_scratch::<T>(n, n, wanted, wanted, Par::Seq, params));
    let (u, v) = vectors.map(|[u, v]| (u, v)).unzip();
    svd(matrix, s, u, v, Par::Seq, MemStack::new(&mut space), params).is_ok()
}
