//! Products of matrices on one rank: floats by faer, integers by a loop of our own.
//!
//! **Bits.** The inner axis is taken in runs of [`RUN`] indices, each added to the result in turn. Measured for faer 0.24 (AVX-512, f32,
//! f64, c32, c64): within one run the bits of an element do not depend on the rows and columns around it nor on the number of
//! threads, except that products with a single row or column have kernels of their own. A lone row or column of a larger product
//! is therefore doubled, so that it goes the way of the others.

use faer::linalg::matmul::matmul;
use faer::traits::ComplexField;
use faer::{Accum, MatMut, MatRef, Par};
use pulp::Arch;

use crate::device::Cpu;
use crate::dtype::{AnySlice, AnySliceMut, Numeric};

/// Indices of the inner axis that one call of the kernel takes.
pub(super) const RUN: usize = 256;

/// A matrix in row-major memory whose rows begin `stride` elements apart; `data` is a slice of them, typed or not.
#[derive(Clone, Copy)]
pub(super) struct Matrix<D> {
    pub(super) data: D,
    pub(super) rows: usize,
    pub(super) cols: usize,
    pub(super) stride: usize,
}

impl<D> Matrix<D> {
    /// The same matrix over other elements.
    fn over<E>(&self, data: E) -> Matrix<E> {
        Matrix { data, rows: self.rows, cols: self.cols, stride: self.stride }
    }
}

/// The shape of a product of which this rank computes a part: kernels for vectors are for products that are vectors as a whole.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    pub(super) rows: usize,
    pub(super) cols: usize,
}

/// `c[s] = a(s) b(s)` for each matrix `s` of a stack, or `c[s] += …` to `add`; those of `c` lie one after another.
///
/// The threads share out many matrices, and each of a few ones.
pub(super) fn stack<'m, T: Numeric>(
    cpu: &Cpu,
    add: bool,
    c: &mut [T],
    shape: (usize, usize),
    whole: Whole,
    factors: impl Fn(usize) -> (Matrix<&'m [T]>, Matrix<&'m [T]>) + Sync,
) {
    let size = shape.0 * shape.1;
    if size == 0 || c.is_empty() {
        return;
    }
    if cpu.threads() > 1 && c.len() / size >= cpu.threads() {
        let items: Vec<(usize, &mut [T])> = c.chunks_mut(size).enumerate().collect();
        cpu.each(items, |(s, c)| multiply(None, add, c, factors(s), whole));
        return;
    }
    for (s, c) in c.chunks_mut(size).enumerate() {
        multiply(Some(cpu), add, c, factors(s), whole);
    }
}

/// `c = a b`, or `c += a b`, on the threads of `cpu` or on this one.
fn multiply<T: Numeric>(cpu: Option<&Cpu>, add: bool, c: &mut [T], (a, b): (Matrix<&[T]>, Matrix<&[T]>), whole: Whole) {
    debug_assert_eq!((c.len(), a.cols), (a.rows * b.cols, b.rows));
    if a.cols > 0 {
        by_dtype(cpu, add, T::erase_mut(c), a.over(T::erase(a.data)), b.over(T::erase(b.data)), whole);
    } else if !add {
        c.fill(T::ZERO);
    }
}

/// [`multiply`] without its type, so that the kernels are compiled here once and not where they are used.
fn by_dtype(
    cpu: Option<&Cpu>,
    add: bool,
    c: AnySliceMut<'_>,
    a: Matrix<AnySlice<'_>>,
    b: Matrix<AnySlice<'_>>,
    whole: Whole,
) {
    match (c, a.data, b.data) {
        (AnySliceMut::F32(c), AnySlice::F32(x), AnySlice::F32(y)) => floats(cpu, add, c, a.over(x), b.over(y), whole),
        (AnySliceMut::F64(c), AnySlice::F64(x), AnySlice::F64(y)) => floats(cpu, add, c, a.over(x), b.over(y), whole),
        (AnySliceMut::C32(c), AnySlice::C32(x), AnySlice::C32(y)) => floats(cpu, add, c, a.over(x), b.over(y), whole),
        (AnySliceMut::C64(c), AnySlice::C64(x), AnySlice::C64(y)) => floats(cpu, add, c, a.over(x), b.over(y), whole),
        (AnySliceMut::U8(c), AnySlice::U8(x), AnySlice::U8(y)) => {
            integers(cpu, add, c, a.over(x), b.over(y), |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
        }
        (AnySliceMut::I32(c), AnySlice::I32(x), AnySlice::I32(y)) => {
            integers(cpu, add, c, a.over(x), b.over(y), |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
        }
        (AnySliceMut::I64(c), AnySlice::I64(x), AnySlice::I64(y)) => {
            integers(cpu, add, c, a.over(x), b.over(y), |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
        }
        (AnySliceMut::U64(c), AnySlice::U64(x), AnySlice::U64(y)) => {
            integers(cpu, add, c, a.over(x), b.over(y), |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
        }
        _ => unreachable!("the three are of one numeric dtype"),
    }
}

fn floats<T: ComplexField + Numeric>(
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
    let mut product = |par: Par| {
        let (a, b) = (seen(a), seen(b));
        for start in (0..a.ncols()).step_by(RUN) {
            let run = RUN.min(a.ncols() - start);
            let c = MatMut::from_row_major_slice_mut(&mut *c, rows, cols);
            let how = if add || start > 0 { Accum::Add } else { Accum::Replace };
            matmul(c, how, a.subcols(start, run), b.subrows(start, run), T::ONE, par);
        }
    };
    match cpu.filter(|cpu| cpu.threads() > 1) {
        Some(cpu) => cpu.install(|| product(Par::rayon(cpu.threads()))),
        None => product(Par::Seq),
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

/// Rows of `c` that one thread takes at a time.
const ROWS: usize = 64;
/// Columns of `b` that stay in cache while the rows pass, [`RUN`] rows of them: 512 KiB of 64-bit integers.
const COLS: usize = 256;

fn integers<T: Copy + Numeric>(
    cpu: Option<&Cpu>,
    add: bool,
    c: &mut [T],
    a: Matrix<&[T]>,
    b: Matrix<&[T]>,
    fold: impl Fn(T, T, T) -> T + Sync + Send + Copy,
) {
    if !add {
        c.fill(T::ZERO);
    }
    let strip = |(number, c): (usize, &mut [T])| Arch::new().dispatch(|| rows_of(number * ROWS, c, a, b, fold));
    let strips = c.chunks_mut(ROWS * b.cols).enumerate();
    match cpu {
        Some(cpu) => drop(cpu.each(strips.collect(), strip)),
        None => strips.for_each(strip),
    }
}

/// `c += a b` for the rows from `first` on.
#[inline(always)]
fn rows_of<T: Copy>(first: usize, c: &mut [T], a: Matrix<&[T]>, b: Matrix<&[T]>, fold: impl Fn(T, T, T) -> T) {
    for start in (0..a.cols).step_by(RUN) {
        let run = start..a.cols.min(start + RUN);
        for left in (0..b.cols).step_by(COLS) {
            let right = b.cols.min(left + COLS);
            for (i, c) in c.chunks_mut(b.cols).enumerate() {
                let c = &mut c[left..right];
                for l in run.clone() {
                    let factor = a.data[(first + i) * a.stride + l];
                    for (c, &b) in c.iter_mut().zip(&b.data[l * b.stride + left..l * b.stride + right]) {
                        *c = fold(*c, factor, b);
                    }
                }
            }
        }
    }
}

/// `into += from`, element by element; integers wrap.
pub(super) fn add<T: Numeric>(into: &mut [T], from: &[T]) {
    add_by_dtype(T::erase_mut(into), T::erase(from));
}

fn add_by_dtype(into: AnySliceMut<'_>, from: AnySlice<'_>) {
    fn each<T: Copy>(into: &mut [T], from: &[T], sum: impl Fn(T, T) -> T) {
        for (a, &b) in into.iter_mut().zip(from) {
            *a = sum(*a, b);
        }
    }
    match (into, from) {
        (AnySliceMut::F32(a), AnySlice::F32(b)) => each(a, b, |a, b| a + b),
        (AnySliceMut::F64(a), AnySlice::F64(b)) => each(a, b, |a, b| a + b),
        (AnySliceMut::C32(a), AnySlice::C32(b)) => each(a, b, |a, b| a + b),
        (AnySliceMut::C64(a), AnySlice::C64(b)) => each(a, b, |a, b| a + b),
        (AnySliceMut::U8(a), AnySlice::U8(b)) => each(a, b, u8::wrapping_add),
        (AnySliceMut::I32(a), AnySlice::I32(b)) => each(a, b, i32::wrapping_add),
        (AnySliceMut::I64(a), AnySlice::I64(b)) => each(a, b, i64::wrapping_add),
        (AnySliceMut::U64(a), AnySlice::U64(b)) => each(a, b, u64::wrapping_add),
        _ => unreachable!("both are of one numeric dtype"),
    }
}
