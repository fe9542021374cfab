//! Products of floats.

use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

use super::lanes::Lanes;
use super::vector::{matrix_vector, vector_matrix};
use super::{Matrix, RUN, Whole};
use crate::device::Cpu;
use crate::dtype::Numeric;

/// Multiplications that are worth a strip of their own.
const WORK: usize = 1 << 18;
/// Rows or columns of a strip: for each of them the other factor is packed again.
const STRIP: usize = 256;

/// `c = a b`, or `c += a b`, of real numbers.
pub(super) fn reals<T: ComplexField + Lanes>(
    cpu: Option<&Cpu>,
    add: bool,
    c: &mut [T],
    a: Matrix<&[T]>,
    b: Matrix<&[T]>,
    whole: Whole,
) {
    match () {
        // A matrix with one column has no gaps between its rows.
        () if whole.cols == 1 && b.stride == 1 => matrix_vector(cpu, add, c, a, b.data),
        () if whole.rows == 1 && whole.cols > 1 => vector_matrix(cpu, add, c, a.data, b),
        () => floats(cpu, add, c, a, b, whole),
    }
}

/// `c = a b`, or `c += a b`.
pub(super) fn floats<T: ComplexField + Numeric>(
    cpu: Option<&Cpu>,
    add: bool,
    c: &mut [T],
    a: Matrix<&[T]>,
    b: Matrix<&[T]>,
    whole: Whole,
) {
    if a.rows == 1 && whole.rows > 1 || b.cols == 1 && whole.cols > 1 {
        return doubled(cpu, add, c, a, b, whole);
    }
    let (rows, cols) = (a.rows, b.cols);
    let c = MatMut::from_row_major_slice_mut(c, rows, cols);
    let threads = cpu.map_or(1, Cpu::threads);
    let worth = (rows * cols).saturating_mul(a.cols) / WORK;
    let most = |extent: usize| (extent / STRIP).clamp(threads, 4 * threads).min(extent / 8).min(worth);
    let (a, b) = (seen(a), seen(b));
    match cpu {
        Some(cpu) if threads > 1 && rows >= cols && most(rows) > 1 => cpu.install(|| {
            let strips = c.par_row_partition_mut(most(rows)).zip(a.par_row_partition(most(rows)));
            strips.for_each(|(c, a)| product(add, c, a, b));
        }),
        Some(cpu) if threads > 1 && most(cols) > 1 => cpu.install(|| {
            let strips = c.par_col_partition_mut(most(cols)).zip(b.par_col_partition(most(cols)));
            strips.for_each(|(c, b)| product(add, c, a, b));
        }),
        _ => product(add, c, a, b),
    }
}

fn product<T: ComplexField>(add: bool, mut c: MatMut<'_, T>, a: MatRef<'_, T>, b: MatRef<'_, T>) {
    for start in (0..a.ncols()).step_by(RUN) {
        let run = RUN.min(a.ncols() - start);
        let how = if add || start > 0 { Accum::Add } else { Accum::Replace };
        matmul(c.as_mut(), how, a.subcols(start, run), b.subrows(start, run), T::one_impl(), Par::Seq);
    }
}

/// The product of a lone row, or with a lone column, as if there were two of it.
fn doubled<T: ComplexField + Numeric>(
    cpu: Option<&Cpu>,
    add: bool,
    c: &mut [T],
    a: Matrix<&[T]>,
    b: Matrix<&[T]>,
    whole: Whole,
) {
    let (left, right): (Vec<T>, Vec<T>);
    let (mut a_twice, mut b_twice) = (a, b);
    if a.rows == 1 && whole.rows > 1 {
        left = a.data[..a.cols].repeat(2);
        a_twice = Matrix { data: &left, rows: 2, cols: a.cols, stride: a.cols };
    }
    if b.cols == 1 && whole.cols > 1 {
        right = (0..b.rows).flat_map(|l| [b.data[l * b.stride]; 2]).collect();
        b_twice = Matrix { data: &right, rows: b.rows, cols: 2, stride: 2 };
    }
    let (rows, cols) = (a_twice.rows, b_twice.cols);
    let single = |at: usize| at / cols % a.rows * b.cols + at % cols % b.cols;
    let mut both: Vec<T> = (0..rows * cols).map(|at| c[single(at)]).collect();
    floats(cpu, add, &mut both, a_twice, b_twice, Whole { rows, cols });
    for (at, &value) in both.iter().enumerate() {
        c[single(at)] = value;
    }
}

fn seen<T: ComplexField>(matrix: Matrix<&[T]>) -> MatRef<'_, T> {
    MatRef::from_row_major_slice_with_stride(matrix.data, matrix.rows, matrix.cols, matrix.stride)
}
