//! LAPACK's scaled residuals, in plain loops over double precision complex numbers.
//!
//! # References
//! LAPACK `TESTING/LIN/dqrt01.f`, `TESTING/dtest.in`; `TESTING/EIG/ddrvbd.f`, `TESTING/svd.in`.

use isotherm::Complex;

use crate::matrices::{Dense, Entry};

/// The threshold of LAPACK's tests of QR factorisations.
pub(crate) const QR_LIMIT: f64 = 30.0;
/// The threshold of LAPACK's tests of singular value decompositions.
pub(crate) const SVD_LIMIT: f64 = 50.0;
/// What is measured stays below this, an alarm before the limits: 6 at most for matrices of a few rows, 2 beyond 50.
pub(crate) const ALARM: f64 = 10.0;

/// Elements of a matrix, row by row.
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Dense,
}

impl Matrix {
    pub(crate) fn new<T: Entry>(values: &[T], [rows, columns]: [usize; 2]) -> Self {
        assert_eq!(values.len(), rows * columns);
        Self { rows, columns, values: values.iter().map(|&value| value.wide()).collect() }
    }

    pub(crate) fn at(&self, i: usize, j: usize) -> Complex<f64> {
        self.values[i * self.columns + j]
    }

    fn from_fn(rows: usize, columns: usize, value: impl Fn(usize, usize) -> Complex<f64>) -> Self {
        let values = (0..rows * columns).map(|at| value(at / columns, at % columns)).collect();
        Self { rows, columns, values }
    }

    fn times(&self, other: &Self) -> Self {
        let dot = |i: usize, j: usize| (0..self.columns).map(|l| self.at(i, l) * other.at(l, j)).sum();
        Self::from_fn(self.rows, other.columns, dot)
    }

    pub(crate) fn adjoint(&self) -> Self {
        Self::from_fn(self.columns, self.rows, |i, j| self.at(j, i).conj())
    }

    /// The largest sum of a column's magnitudes.
    pub(crate) fn norm_1(&self) -> f64 {
        let sum = |j: usize| (0..self.rows).map(|i| self.at(i, j).norm()).sum::<f64>();
        (0..self.columns).map(sum).fold(0.0, nan_or_larger)
    }

    fn minus(&self, other: &Self) -> Self {
        Self::from_fn(self.rows, self.columns, |i, j| self.at(i, j) - other.at(i, j))
    }

    /// With its columns multiplied.
    fn scaled(&self, factors: &[f64]) -> Self {
        Self::from_fn(self.rows, self.columns, |i, j| self.at(i, j) * factors[j])
    }
}

fn nan_or_larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

/// ‖I - QᴴQ‖₁ / (m u) of m x k columns.
pub(crate) fn orthogonality(q: &Matrix, unit: f64) -> f64 {
    let product = q.adjoint().times(q);
    let one = |i: usize, j: usize| Complex::from(f64::from(u8::from(i == j)));
    let identity = Matrix::from_fn(q.columns, q.columns, one);
    identity.minus(&product).norm_1() / (q.rows.max(1) as f64 * unit)
}

/// ‖A - QR‖₁ / (m ‖A‖₁ u), and 0 for a zero matrix that came back as one.
pub(crate) fn residual(a: &Matrix, q: &Matrix, r: &Matrix, unit: f64) -> f64 {
    let rest = a.minus(&q.times(r)).norm_1();
    if rest == 0.0 { 0.0 } else { rest / a.rows.max(1) as f64 / a.norm_1() / unit }
}

/// ‖A - U S Vᴴ‖₁ / (max(m, n) ‖A‖₁ u).
pub(crate) fn svd_residual(a: &Matrix, u: &Matrix, s: &[f64], vt: &Matrix, unit: f64) -> f64 {
    let rest = a.minus(&u.scaled(s).times(vt)).norm_1();
    if rest == 0.0 { 0.0 } else { rest / a.rows.max(a.columns) as f64 / a.norm_1() / unit }
}
