//! Matrices with known singular values, as LAPACK's `latms` makes them, and a few that are difficult by themselves.
#![allow(dead_code, reason = "each test crate uses its own part of this")]

use isotherm::math::Part;
use isotherm::random::{self, Normal, Seed, Uniform};
use isotherm::{Complex, DType, Element};

/// LAPACK's unit roundoff, half of Rust's `EPSILON`.
pub(crate) const UNIT: f64 = 0.5 * f64::EPSILON;

/// The singular values of [`Kind::Mode`] are 1 to 1/cond, distributed in one of six ways (`dlatms`, MODE 1 to 6).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// 1: one large. 2: one small. 3: geometric. 4: arithmetic. 5: log-uniform. 6: uniform.
    Mode(u32),
    /// As mode 3, then zeros in the latter half.
    Deficient,
    Zero,
    /// All columns the same.
    RankOne,
    Hilbert,
    Diagonal,
    Upper,
    Lower,
    /// A matrix without structure.
    Random,
}

/// A matrix, row by row, in double precision complex numbers; real ones have no imaginary parts.
pub(crate) type Dense = Vec<Complex<f64>>;

/// A matrix of this kind: the same for the same arguments.
pub(crate) fn make(kind: Kind, complex: bool, [m, n]: [usize; 2], cond: f64, scale: f64, seed: u64) -> Dense {
    let normal = |stream: u64, at: usize| random::at::<f64, _>(Normal, Seed::new(seed).stream(stream), at as u64);
    let entry =
        |stream: u64, at: usize| Complex::new(normal(stream, at), if complex { normal(stream + 1, at) } else { 0.0 });
    let spread = |value: &dyn Fn(usize, usize) -> Complex<f64>| -> Dense {
        (0..m * n).map(|at| value(at / n, at % n) * scale).collect()
    };
    match kind {
        Kind::Zero => spread(&|_, _| Complex::default()),
        Kind::RankOne => spread(&|i, _| entry(0, i)),
        Kind::Hilbert => spread(&|i, j| Complex::from(1.0 / (i + j + 1) as f64)),
        Kind::Diagonal => spread(&|i, j| if i == j { entry(0, i) } else { Complex::default() }),
        Kind::Upper => spread(&|i, j| if i <= j { entry(0, i * n + j) } else { Complex::default() }),
        Kind::Lower => spread(&|i, j| if i >= j { entry(0, i * n + j) } else { Complex::default() }),
        Kind::Random => spread(&|i, j| entry(0, i * n + j)),
        Kind::Mode(_) | Kind::Deficient => {
            let s = singular_values(kind, m.min(n), cond, seed);
            let mut a = vec![Complex::default(); m * n];
            s.iter().enumerate().for_each(|(i, &s)| a[i * n + i] = Complex::from(s));
            // Reflections by random vectors from both sides turn it into any matrix of these singular values.
            for turn in 0..m.min(n).min(12) {
                let stream = 10 + 4 * turn as u64;
                reflect(&mut a, (m, n), (n, 1), &(0..m).map(|at| entry(stream, at)).collect::<Vec<_>>());
                reflect(&mut a, (n, m), (1, n), &(0..n).map(|at| entry(stream + 2, at)).collect::<Vec<_>>());
            }
            a.iter().map(|value| value * scale).collect()
        }
    }
}

/// The singular values of a kind that has them given, before its scale.
pub(crate) fn singular_values(kind: Kind, k: usize, cond: f64, seed: u64) -> Vec<f64> {
    let uniform = |at: usize| random::at::<f64, _>(Uniform, Seed::new(seed).stream(1), at as u64);
    let share = |i: usize| if k > 1 { i as f64 / (k - 1) as f64 } else { 0.0 };
    let value = |i: usize| match kind {
        Kind::Mode(1) => {
            if i == 0 {
                1.0
            } else {
                1.0 / cond
            }
        }
        Kind::Mode(2) => {
            if i + 1 < k || k == 1 {
                1.0
            } else {
                1.0 / cond
            }
        }
        Kind::Mode(4) => 1.0 - share(i) * (1.0 - 1.0 / cond),
        Kind::Mode(5) => cond.powf(-uniform(i)),
        Kind::Mode(6) => uniform(i),
        Kind::Deficient if i >= k.div_ceil(2) => 0.0,
        _ => cond.powf(-share(i)),
    };
    let mut s: Vec<f64> = (0..k).map(value).collect();
    s.sort_by(|a, b| b.total_cmp(a));
    s
}

/// (I - 2 v vᴴ / ‖v‖²) A for a matrix of `rows` and `columns` that lies with these strides.
fn reflect(a: &mut Dense, (rows, columns): (usize, usize), strides: (usize, usize), v: &[Complex<f64>]) {
    let place = |i: usize, j: usize| i * strides.0 + j * strides.1;
    let square: f64 = v.iter().map(Complex::norm_sqr).sum();
    for j in 0..columns {
        let dot: Complex<f64> = (0..rows).map(|i| v[i].conj() * a[place(i, j)]).sum();
        (0..rows).for_each(|i| a[place(i, j)] -= v[i] * dot * (2.0 / square));
    }
}

/// An element as the double precision complex number that it is, and the nearest element to one.
pub(crate) trait Entry: Element {
    const COMPLEX: bool;
    /// The unit roundoff of a part.
    const UNIT: f64;
    fn wide(self) -> Complex<f64>;
    fn of(value: Complex<f64>) -> Self;
}

macro_rules! entries {
    ($($t:ty, $part:ty, $complex:expr, $wide:expr, $of:expr;)*) => {$(
        impl Entry for $t {
            const COMPLEX: bool = $complex;
            const UNIT: f64 = 0.5 * <$part as Part>::EPSILON as f64;
            fn wide(self) -> Complex<f64> { let wide: fn($t) -> Complex<f64> = $wide; wide(self) }
            fn of(value: Complex<f64>) -> Self { let of: fn(Complex<f64>) -> $t = $of; of(value) }
        }
    )*};
}
entries! {
    f32, f32, false, |x| Complex::from(f64::from(x)), |z| z.re as f32;
    f64, f64, false, Complex::from, |z| z.re;
    Complex<f32>, f32, true, |z| Complex::new(f64::from(z.re), f64::from(z.im)), |z| Complex::new(z.re as f32, z.im as f32);
    Complex<f64>, f64, true, |z| z, |z| z;
}

/// The elements nearest to a matrix.
pub(crate) fn rounded<T: Entry>(matrix: &[Complex<f64>]) -> Vec<T> {
    matrix.iter().map(|&value| T::of(value)).collect()
}

pub(crate) fn is_single<T: Element>() -> bool {
    matches!(T::DTYPE, DType::F32 | DType::C32)
}
