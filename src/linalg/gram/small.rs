//! What happens on rank 0: Cholesky factors, inverses, bounds of condition numbers. Matrices lie row by row.
//!
//! Plain loops along rows; their n³ operations are few beside the m n² of the rows.

use faer::traits::ext::ComplexFieldExt as _;

use crate::linalg::Field;
use crate::math::{Part, cast};

/// What a Gram matrix says.
pub(super) struct First<T> {
    /// Upper triangular; zeros below, on the diagonal positive numbers.
    pub(super) r: Vec<T>,
    /// At least its condition number.
    pub(super) condition: f64,
}

/// R with `RᴴR = g`; nothing where a number is out of range or the condition of R with scaled columns may be beyond the limit.
pub(super) fn first<T: Field>(g: Vec<T>, n: usize, limit: f64) -> Option<First<T>> {
    let exponents = exponents(&g, n)?.into_iter().collect::<Option<Vec<i32>>>()?;
    let mut r = cholesky(scaled(g, &exponents), n, None)?;
    let mut inverse = inverse(&r, n);
    let within = norm_bound(&r, n) * norm_bound(&inverse, n) <= limit; // not where it is NaN
    if !within {
        return None;
    }
    for (row, &of_row) in inverse.chunks_exact_mut(n).zip(&exponents) {
        for value in row {
            scale(value, -of_row);
        }
    }
    unscale(&mut r, &exponents);
    let condition = norm_bound(&r, n) * norm_bound(&inverse, n);
    Some(First { r, condition })
}

/// R with `RᴴR = g` but for some roundings of the largest elements, whatever its condition; nothing where a number is not finite. Columns whose squares
/// leave the range become zero.
///
/// In a positive semidefinite matrix of which k rows are eliminated, what is left of row k is at most √(pivot) of what is left of the others' diagonals: when
/// that row is dropped instead, a column of R loses √(pivot) of its length.
pub(super) fn any<T: Field>(g: Vec<T>, n: usize) -> Option<First<T>> {
    let exponents: Vec<i32> = exponents(&g, n)?.into_iter().map(Option::unwrap_or_default).collect();
    // On the diagonal are numbers from 1 to 4, or zeros, after which pivots carry a rounding or two for each row before theirs.
    let tiny = T::Part::EPSILON * T::Part::of(8.0 * n as f64);
    let mut r = cholesky(scaled(g, &exponents), n, Some(tiny))?;
    unscale(&mut r, &exponents);
    Some(First { r, condition: 0.0 })
}

/// Row and column j times 2^-exponent j.
fn scaled<T: Field>(mut g: Vec<T>, exponents: &[i32]) -> Vec<T> {
    for (row, &of_row) in g.chunks_exact_mut(exponents.len()).zip(exponents) {
        for (value, &of_column) in row.iter_mut().zip(exponents) {
            scale(value, -of_row);
            scale(value, -of_column);
        }
    }
    g
}

/// Column j times 2^exponent j.
fn unscale<T: Field>(r: &mut [T], exponents: &[i32]) {
    for row in r.chunks_exact_mut(exponents.len()) {
        row.iter_mut().zip(exponents).for_each(|(value, &of_column)| scale(value, of_column));
    }
}

fn scale<T: Field>(value: &mut T, exponent: i32) {
    *value = value.mul_real(T::Part::of(1.0).scale(exponent));
}

/// R with `RᴴR = g` and its inverse; nothing where `g` is not as near the identity as the theory has it.
pub(super) fn second<T: Field>(g: Vec<T>, n: usize) -> Option<(Vec<T>, Vec<T>)> {
    let apart = |(at, value): (usize, &T)| {
        let expected = if at % (n + 1) == 0 { T::ONE } else { T::ZERO };
        cast::<T::Part, f64>((*value - expected).abs())
    };
    // 5/64 after a first step that was allowed; here summed over all elements above the diagonal.
    let apart: f64 = g.iter().enumerate().map(apart).map(|x| x * x).sum();
    let near = apart <= 0.1; // not where it is NaN
    if !near {
        return None;
    }
    let r = cholesky(g, n, None)?;
    let inverse = inverse(&r, n);
    Some((r, inverse))
}

/// Half the exponents of the diagonal, nothing for a column whose squares may leave the range; nothing at all where an element is not finite.
fn exponents<T: Field>(g: &[T], n: usize) -> Option<Vec<Option<i32>>> {
    let epsilon = <T::Part as Part>::EPSILON;
    let least = T::Part::MIN_POSITIVE / epsilon / epsilon;
    let most = T::Part::of(1.0) / least;
    let sound = |square: &T::Part| *square >= least && *square <= most;
    let half = |square: T::Part| sound(&square).then(|| square.exponent() / 2);
    g.iter().all(T::is_finite).then(|| g.iter().step_by(n + 1).map(|value| half(value.real())).collect())
}

/// The upper triangle R with `RᴴR = g`; nothing where `g` is not positive definite, unless pivots up to `tiny` count as zeros.
fn cholesky<T: Field>(mut g: Vec<T>, n: usize, tiny: Option<T::Part>) -> Option<Vec<T>> {
    for k in 0..n {
        let (above, below) = g.split_at_mut((k + 1) * n);
        let row = &mut above[k * n + k..];
        let pivot = row[0].real();
        let positive = pivot > tiny.unwrap_or(T::Part::of(0.0)); // not where it is NaN
        if !positive {
            tiny?;
            row.fill(T::ZERO);
            continue;
        }
        let factor = pivot.sqrt().recip();
        for value in row.iter_mut() {
            *value = value.mul_real(factor);
        }
        row[0] = T::from_real_impl(&pivot.sqrt());
        for (i, target) in below.chunks_exact_mut(n).enumerate() {
            let factor = row[i + 1].conj();
            subtract(&mut target[k + i + 1..], factor, &row[i + 1..]);
        }
    }
    Some(g)
}

/// The inverse of an upper triangle.
fn inverse<T: Field>(r: &[T], n: usize) -> Vec<T> {
    let mut inverse = vec![T::ZERO; n * n];
    for i in (0..n).rev() {
        let (above, below) = inverse.split_at_mut((i + 1) * n);
        let row = &mut above[i * n..];
        row[i] = T::ONE;
        for (l, lower) in below.chunks_exact(n).enumerate() {
            subtract(&mut row[i + 1 + l..], r[i * n + i + 1 + l], &lower[i + 1 + l..]);
        }
        let factor = r[i * n + i].real().recip();
        row[i..].iter_mut().for_each(|value| *value = value.mul_real(factor));
    }
    inverse
}

/// An upper triangle times any matrix.
pub(super) fn product<T: Field>(upper: &[T], matrix: &[T], n: usize) -> Vec<T> {
    let mut product = vec![T::ZERO; n * n];
    for (i, row) in product.chunks_exact_mut(n).enumerate() {
        for l in i..n {
            subtract(row, -upper[i * n + l], &matrix[l * n..][..n]);
        }
    }
    product
}

/// `into -= factor * row`
fn subtract<T: Field>(into: &mut [T], factor: T, row: &[T]) {
    for (into, &value) in into.iter_mut().zip(row) {
        *into -= factor * value;
    }
}

/// At least the largest singular value: the least of the Frobenius norm and √(‖·‖₁ ‖·‖∞).
fn norm_bound<T: Field>(matrix: &[T], n: usize) -> f64 {
    let magnitudes: Vec<f64> = matrix.iter().map(|value| cast::<T::Part, f64>(value.abs())).collect();
    let mut columns = vec![0.0; n];
    let (mut largest_row, mut squares) = (0.0_f64, 0.0);
    for row in magnitudes.chunks_exact(n) {
        columns.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        largest_row = largest_row.max(row.iter().sum());
        squares += row.iter().map(|x| x * x).sum::<f64>();
    }
    let largest_column = columns.into_iter().fold(0.0, f64::max);
    squares.sqrt().min((largest_row * largest_column).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Complex;

    fn matrix(n: usize) -> Vec<Complex<f64>> {
        let value = |i: usize, j: usize| Complex::new(((i * 5 + j * 3) % 7) as f64, (i as f64 - j as f64) * 0.5);
        (0..n * n).map(|at| value(at / n, at % n) + if at % (n + 1) == 0 { 9.0 } else { 0.0 }).collect()
    }

    /// `AᴴA` above the diagonal.
    fn gram_of(a: &[Complex<f64>], n: usize) -> Vec<Complex<f64>> {
        let dot = |i: usize, j: usize| (0..n).map(|k| a[k * n + i].conj() * a[k * n + j]).sum();
        (0..n * n).map(|at| if at / n <= at % n { dot(at / n, at % n) } else { Complex::ZERO }).collect()
    }

    #[test]
    fn a_gram_matrix_has_its_triangle_and_the_inverse_of_that() {
        for n in [1, 2, 7] {
            let g = gram_of(&matrix(n), n);
            let First { r, condition } = first(g.clone(), n, 1e9).unwrap();
            let again = gram_of(&r, n);
            assert!(g.iter().zip(&again).all(|(x, y)| (x - y).norm() < 1e-12 * condition), "{n}");
            let identity = product(&r, &inverse(&r, n), n);
            for (at, value) in identity.iter().enumerate() {
                assert!((value - f64::from(u8::from(at % (n + 1) == 0))).norm() < 1e-12, "{n}: {value}");
            }
        }
    }

    #[test]
    fn conditions_are_bounded_from_above() {
        let g = |third: f64| vec![1.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, third];
        let condition = first(g(1e-4), 3, 1e3).unwrap().condition;
        assert!((200.0..400.0).contains(&condition), "{condition}");
        // Scaling makes it the identity, near enough.
        assert!(first(g(1e-200), 3, 3.1).is_some());
        let close = |far: f64| vec![1.0, 1.0, 0.0, 1.0 + far * far];
        assert!(first(close(1e-2), 2, 1e3).is_some());
        assert!(first(close(1e-4), 2, 1e3).is_none());
        for bad in [0.0, f64::NAN, f64::INFINITY, 1e-300, 1e300, -1.0] {
            assert!(first(g(bad), 3, f64::INFINITY).is_none(), "{bad}");
        }
    }

    #[test]
    fn columns_may_depend_on_each_other_where_any_matrix_will_do() {
        // Columns a, b, a + b, 0 and a times the smallest numbers, whose squares vanish.
        let (a, b) = ([3.0, -1.0, 2.0, 5.0], [1.0, 4.0, -2.0, 0.5]);
        let row = |i: usize| [a[i], b[i], a[i] + b[i], 0.0, a[i] * f64::MIN_POSITIVE].map(Complex::from);
        let matrix: Vec<Complex<f64>> = (0..5).flat_map(|i| if i < 4 { row(i) } else { [Complex::ZERO; 5] }).collect();
        let g = gram_of(&matrix, 5);
        assert!(first(g.clone(), 5, 1e9).is_none());
        let r = any(g.clone(), 5).unwrap().r;
        for (x, y) in g.iter().zip(gram_of(&r, 5)) {
            assert!((x - y).norm() < 1e-13 * 40.0, "{x} {y}");
        }
        for bad in [f64::NAN, f64::INFINITY] {
            assert!(any(vec![1.0, bad, 0.0, 1.0], 2).is_none());
        }
    }

    #[test]
    fn what_is_far_from_the_identity_is_no_second_step() {
        assert!(second(vec![1.0, 0.2, 0.0, 1.0], 2).is_some());
        assert!(second(vec![1.0, 0.4, 0.0, 1.0], 2).is_none());
        assert!(second(vec![1.0, f64::NAN, 0.0, 1.0], 2).is_none());
    }
}
