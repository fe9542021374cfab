//! Against plain sums on the host, on devices with tiny segments and with large ones.

use num_complex::{Complex, Complex64};

use super::*;
use crate::memory::Pool;

/// Elements with a value in the precision of the sums.
trait Value: Element {
    fn of(value: Complex64) -> Self;
    fn exact(self) -> Complex64;
}

impl Value for f32 {
    fn of(value: Complex64) -> Self {
        value.re as f32
    }
    fn exact(self) -> Complex64 {
        f64::from(self).into()
    }
}

impl Value for f64 {
    fn of(value: Complex64) -> Self {
        value.re
    }
    fn exact(self) -> Complex64 {
        self.into()
    }
}

impl Value for Complex64 {
    fn of(value: Complex64) -> Self {
        value
    }
    fn exact(self) -> Complex64 {
        self
    }
}

impl Value for Complex<f32> {
    fn of(value: Complex64) -> Self {
        Complex::new(value.re as f32, value.im as f32)
    }
    fn exact(self) -> Complex64 {
        Complex::new(self.re.into(), self.im.into())
    }
}

fn some<T: Value>(len: usize, seed: usize) -> Vec<T> {
    let number = |at: usize| ((at * 7919 + seed * 31 + 5) % 1009) as f64 / 1009.0 - 0.5;
    (0..len).map(|at| T::of(Complex::new(number(at), number(at + 77)))).collect()
}

fn up<T: Element>(gpu: &Gpu, elements: &[T]) -> Arc<Memory> {
    Arc::new(gpu.upload(bytemuck::cast_slice(elements), size_of::<T>()))
}

fn down<T: Value>(memory: &Memory) -> Vec<Complex64> {
    memory.gpu().block::<T>(memory, &Pool::new()).iter().map(|value| value.exact()).collect()
}

/// A triangle that is far from singular.
fn triangle<W: Value>(n: usize) -> Vec<W> {
    let value = |row: usize, column: usize| match () {
        () if row == column => Complex::new(1.0 + (row % 3) as f64, 0.0),
        () if row < column => Complex::new(0.3, -0.2) / (column - row) as f64,
        () => Complex::ZERO,
    };
    (0..n * n).map(|at| W::of(value(at / n, at % n))).collect()
}

fn near(what: &str, found: &[Complex64], expected: &[Complex64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (x, y)) in found.iter().zip(expected).enumerate() {
        assert!((x - y).norm() <= tolerance, "{what}: {x} instead of {y} at {at}");
    }
}

fn check<T: Value, W: Value + Neg<Output = W>>(gpu: &Gpu, count: usize, n: usize, offset: bool, divided: bool) {
    let (values, mean): (Vec<T>, Vec<T>) = (some(count * n, 1), some(n, 2));
    let r: Vec<W> = triangle(n);
    let mut rows: Vec<Complex64> = values.iter().map(|value| value.exact()).collect();
    for row in rows.chunks_exact_mut(n) {
        if offset {
            row.iter_mut().zip(&mean).for_each(|(x, mean)| *x -= mean.exact());
        }
        for j in (0..n).filter(|_| divided) {
            let sum: Complex64 = (0..j).map(|i| row[i] * r[i * n + j].exact()).sum();
            row[j] = (row[j] - sum) / r[j * n + j].exact();
        }
    }
    let dot = |i: usize, j: usize| rows.chunks_exact(n).map(|row| row[i].conj() * row[j]).sum();
    let expected: Vec<Complex64> = (0..n * n).map(|at| dot(at / n, at % n)).collect();
    let memory = up(gpu, &values);
    let store = gpu.empty(values.len(), size_of::<T>());
    let given = Rows { memory: &memory, columns: n, offset: offset.then_some(&mean[..]) };
    let what = format!("{count} x {n} of {}, offset {offset}, divided {divided}", T::DTYPE);
    let sum = gpu.gram::<T, W>(given, divided.then_some(&r[..]), Some(&store));
    near(&what, &down::<W>(&sum), &expected, 1e-13 * (count + 1) as f64);
    let precision = if T::DTYPE == W::DTYPE { 1e-13 } else { 1e-6 };
    near(&what, &down::<T>(&store), &rows, precision);
    let again = gpu.gram::<T, W>(given, divided.then_some(&r[..]), None);
    assert_eq!(down::<W>(&again), down::<W>(&sum), "{what}: whether or not the rows are kept");
    assert_eq!(down::<T>(&memory), values.iter().map(|value| value.exact()).collect::<Vec<_>>(), "{what}");
}

fn devices() -> [Gpu; 2] {
    [Gpu::open_with_segments_of(0, 64).unwrap(), Gpu::open(0).unwrap()]
}

#[test]
fn gram_matrices_of_rows_and_of_rows_divided_by_a_triangle() {
    for gpu in devices() {
        for (count, n) in [(0, 3), (1, 1), (7, 5), (100, 3), (70, 40)] {
            check::<f64, f64>(&gpu, count, n, false, false);
            check::<f64, f64>(&gpu, count, n, true, true);
            check::<f32, f64>(&gpu, count, n, true, false);
        }
        check::<f64, f64>(&gpu, 30, 70, false, true);
        check::<f32, f64>(&gpu, 50, 6, false, true);
        check::<Complex64, Complex64>(&gpu, 20, 5, false, false);
        check::<Complex64, Complex64>(&gpu, 20, 19, true, true);
        check::<Complex<f32>, Complex64>(&gpu, 20, 3, false, true);
    }
}

fn check_times<T: Value>(gpu: &Gpu, count: usize, n: usize, k: usize, affine: bool) {
    let (values, before): (Vec<T>, Vec<T>) = (some(count * n, 1), some(n, 2));
    let (matrix, after): (Vec<T>, Vec<T>) = (some(n * k, 3), some(k, 4));
    let exact = |values: &[T]| -> Vec<Complex64> { values.iter().map(|value| value.exact()).collect() };
    let [a, b, c, d] = [&values, &before, &matrix, &after].map(|values| exact(values));
    let element = |i: usize, j: usize| {
        let less = |l: usize| a[i * n + l] - if affine { b[l] } else { Complex::ZERO };
        (0..n).map(|l| less(l) * c[l * k + j]).sum::<Complex64>() + if affine { d[j] } else { Complex::ZERO }
    };
    let expected: Vec<Complex64> = (0..count * k).map(|at| element(at / k, at % k)).collect();
    let memory = up(gpu, &values);
    let rows = Rows { memory: &memory, columns: n, offset: affine.then_some(&before[..]) };
    let results = gpu.empty(count * k, size_of::<T>());
    let after = affine.then_some(&after[..]);
    let what = format!("{count} x {n} times {n} x {k} of {}", T::DTYPE);
    let tolerance = if matches!(T::DTYPE, DType::F32 | DType::C32) { 1e-5 } else { 1e-13 };
    gpu.rows_times(rows, (&matrix, k), after, &results);
    near(&what, &down::<T>(&results), &expected, tolerance);
    if n == k {
        gpu.rows_times(rows, (&matrix, k), after, &memory);
        near(&what, &down::<T>(&memory), &expected, tolerance);
    }
}

#[test]
fn rows_times_a_matrix() {
    for gpu in devices() {
        for (count, n, k) in [(0, 3, 2), (1, 1, 1), (40, 3, 3), (100, 6, 2), (9, 2, 7)] {
            check_times::<f32>(&gpu, count, n, k, true);
            check_times::<f64>(&gpu, count, n, k, false);
        }
        check_times::<Complex<f32>>(&gpu, 30, 3, 3, false);
        check_times::<Complex64>(&gpu, 30, 3, 2, true);
    }
}
