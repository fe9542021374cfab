//! Products of a matrix and a vector of floats. Each element of the matrix is read once, so memory sets the pace.
//!
//! One stream of reads does not fill it: rows are taken from four places at a time (measured on AVX2, one core: 13 to 16
//! GB/s from one place, 21 to 25 from four, faer's own kernels 15).
//!
//! **Bits.** An element of A x is, for each run of the inner axis, a sum in as many lanes as fit 64 bytes on any
//! instruction set, folded by halves. An element of x B is one chain of fused steps along the inner axis.

use pulp::{Arch, Simd, WithSimd};

use super::lanes::Lanes;
use super::{Matrix, RUN};
use crate::device::Cpu;

/// Places that rows are read from at a time.
const PLACES: usize = 4;
/// Bytes of a matrix that a thread takes at a time.
const PIECE: usize = 1 << 20;
/// Bytes of a product x B that stay in the closest cache while the rows of B pass.
const KEPT: usize = 16 << 10;

/// How many pieces of a matrix keep the threads busy.
fn pieces<T>(cpu: Option<&Cpu>, a: &Matrix<&[T]>) -> usize {
    let threads = cpu.map_or(1, Cpu::threads);
    let bytes = a.rows * a.cols * size_of::<T>();
    if threads == 1 { 1 } else { (bytes / PIECE).clamp(1, 4 * threads) }
}

fn share<I: Send>(cpu: Option<&Cpu>, items: Vec<I>, work: impl Fn(I) + Sync + Send) {
    match cpu {
        Some(cpu) => drop(cpu.each(items, work)),
        None => items.into_iter().for_each(work),
    }
}

/// `y = a x`, or `y += a x`.
pub(super) fn matrix_vector<T: Lanes>(cpu: Option<&Cpu>, add: bool, y: &mut [T], a: Matrix<&[T]>, x: &[T]) {
    let rows = a.rows.div_ceil(pieces(cpu, &a)).next_multiple_of(PLACES);
    let items = y.chunks_mut(rows).zip(a.data.chunks(rows * a.stride)).collect();
    share(cpu, items, |(y, data)| {
        if !add {
            y.fill(T::ZERO);
        }
        Arch::new().dispatch(MatrixVector { y, a: Matrix { data, ..a }, x: &x[..a.cols] });
    });
}

struct MatrixVector<'a, T> {
    y: &'a mut [T],
    a: Matrix<&'a [T]>,
    x: &'a [T],
}

impl<T: Lanes> WithSimd for MatrixVector<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match 64 / size_of::<T::Vector<S>>() {
            1 => self.run::<S, 1>(simd),
            2 => self.run::<S, 2>(simd),
            4 => self.run::<S, 4>(simd),
            8 => self.run::<S, 8>(simd),
            _ => self.run::<S, 16>(simd),
        }
    }
}

impl<T: Lanes> MatrixVector<'_, T> {
    /// With `W` registers in 64 bytes.
    #[inline(always)]
    fn run<S: Simd, const W: usize>(self, simd: S) {
        let Self { y, a, x } = self;
        let each = y.len() / PLACES;
        for i in 0..each {
            add_dots::<S, T, W, PLACES>(simd, y, &a, std::array::from_fn(|place| place * each + i), x);
        }
        for i in each * PLACES..y.len() {
            add_dots::<S, T, W, 1>(simd, y, &a, [i], x);
        }
    }
}

/// Adds the products of these rows with `x`, run by run.
#[inline(always)]
fn add_dots<S: Simd, T: Lanes, const W: usize, const R: usize>(
    simd: S,
    y: &mut [T],
    a: &Matrix<&[T]>,
    rows: [usize; R],
    x: &[T],
) {
    let data = rows.map(|row| &a.data[row * a.stride..][..x.len()]);
    let mut sums = rows.map(|row| y[row]);
    for start in (0..x.len()).step_by(RUN) {
        let run = start..x.len().min(start + RUN);
        let dots = dots::<S, T, W, R>(simd, data.map(|row| &row[run.clone()]), &x[run.clone()]);
        for (sum, dot) in sums.iter_mut().zip(dots) {
            *sum = *sum + dot;
        }
    }
    for (row, sum) in rows.into_iter().zip(sums) {
        y[row] = sum;
    }
}

#[inline(always)]
fn dots<S: Simd, T: Lanes, const W: usize, const R: usize>(simd: S, rows: [&[T]; R], x: &[T]) -> [T; R] {
    let chunks = T::vectors::<S>(x).0.as_chunks::<W>().0;
    let vectors = rows.map(|row| &T::vectors::<S>(row).0.as_chunks::<W>().0[..chunks.len()]);
    let mut sums = [[T::splat(simd, T::ZERO); W]; R];
    for (l, x) in chunks.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(&vectors) {
            for ((sum, &a), &x) in sums.iter_mut().zip(&row[l]).zip(x) {
                *sum = T::fused(simd, a, x, *sum);
            }
        }
    }
    let done = chunks.len() * (64 / size_of::<T>());
    let mut dots = [T::ZERO; R];
    for ((dot, sums), row) in dots.iter_mut().zip(sums).zip(rows) {
        *dot = folded::<S, T, W>(sums, &row[done..], &x[done..]);
    }
    dots
}

/// The sum of the lanes, after the products that filled no chunk have gone into the first of them.
#[inline(always)]
fn folded<S: Simd, T: Lanes, const W: usize>(sums: [T::Vector<S>; W], row: &[T], x: &[T]) -> T {
    // As many lanes as the smallest element has.
    let mut lanes = [T::ZERO; 16];
    for (lane, sum) in T::vectors_mut::<S>(&mut lanes).0.iter_mut().zip(sums) {
        *lane = sum;
    }
    for (lane, (&a, &x)) in lanes.iter_mut().zip(row.iter().zip(x)) {
        *lane = T::fused_one(a, x, *lane);
    }
    let mut width = 64 / size_of::<T>();
    while width > 1 {
        width /= 2;
        for i in 0..width {
            lanes[i] = lanes[i] + lanes[i + width];
        }
    }
    lanes[0]
}

/// `y = x b`, or `y += x b`.
pub(super) fn vector_matrix<T: Lanes>(cpu: Option<&Cpu>, add: bool, y: &mut [T], x: &[T], b: Matrix<&[T]>) {
    let line = 64 / size_of::<T>();
    let width = b.cols.div_ceil(pieces(cpu, &b)).next_multiple_of(line);
    share(cpu, y.chunks_mut(width).enumerate().collect(), |(number, y)| {
        if !add {
            y.fill(T::ZERO);
        }
        for (block, y) in y.chunks_mut(KEPT / size_of::<T>()).enumerate() {
            let first = number * width + block * (KEPT / size_of::<T>());
            Arch::new().dispatch(VectorMatrix { y, x: &x[..b.rows], b: &b.data[first..], stride: b.stride });
        }
    });
}

struct VectorMatrix<'a, T> {
    y: &'a mut [T],
    x: &'a [T],
    b: &'a [T],
    stride: usize,
}

impl<T: Lanes> WithSimd for VectorMatrix<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { y, x, b, stride } = self;
        // Rows that lie close together are one stream, which is best read in its order.
        let together = if size_of_val(y) * PLACES < KEPT { 0 } else { x.len() / PLACES * PLACES };
        for l in (0..together).step_by(PLACES) {
            add_rows::<S, T, PLACES>(simd, y, std::array::from_fn(|r| (x[l + r], &b[(l + r) * stride..])));
        }
        for (l, &x) in x.iter().enumerate().skip(together) {
            add_rows::<S, T, 1>(simd, y, [(x, &b[l * stride..])]);
        }
    }
}

/// Adds multiples of rows, one after another.
#[inline(always)]
fn add_rows<S: Simd, T: Lanes, const R: usize>(simd: S, y: &mut [T], rows: [(T, &[T]); R]) {
    let rows = rows.map(|(x, row)| (x, &row[..y.len()]));
    let (sums, rest) = T::vectors_mut::<S>(y);
    let vectors = rows.map(|(x, row)| (T::splat(simd, x), T::vectors::<S>(row)));
    for (i, sum) in sums.iter_mut().enumerate() {
        for (x, (row, _)) in &vectors {
            *sum = T::fused(simd, *x, row[i], *sum);
        }
    }
    for (i, sum) in rest.iter_mut().enumerate() {
        for ((x, _), (_, (_, row))) in rows.iter().zip(&vectors) {
            *sum = T::fused_one(*x, row[i], *sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whole numbers, so that every order of additions has the same sum.
    fn numbers(count: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 37 + i / 7) % 23) as f64 - 11.0).collect()
    }

    #[test]
    fn products_with_vectors_are_those_of_plain_loops() {
        let cpu = Cpu::new(3);
        for (m, n) in [(1, 1), (3, 5), (4, 64), (9, 300), (257, 16), (1000, 700), (5, 4100), (3, 300_000)] {
            for pad in [0, 3] {
                let stride = n + pad;
                let data = numbers(m * stride);
                let a = Matrix { data: &data[..], rows: m, cols: n, stride };
                let (x, z) = (numbers(n), numbers(m));
                let at = |i: usize, j: usize| data[i * stride + j];
                for add in [false, true] {
                    let start = if add { 1.0 } else { 0.0 };
                    let (mut y, mut u) = (vec![1.0; m], vec![1.0; n]);
                    matrix_vector(Some(&cpu), add, &mut y, a, &x);
                    vector_matrix(Some(&cpu), add, &mut u, &z, a);
                    for (i, &y) in y.iter().enumerate() {
                        assert_eq!(y, start + (0..n).map(|j| at(i, j) * x[j]).sum::<f64>(), "{m} {n} {pad}");
                    }
                    for (j, &u) in u.iter().enumerate() {
                        assert_eq!(u, start + (0..m).map(|i| z[i] * at(i, j)).sum::<f64>(), "{m} {n} {pad}");
                    }
                }
            }
        }
    }
}
