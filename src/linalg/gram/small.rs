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
pub(super) fn first<T: Field>(mut g: Vec<T>, n: usize, limit: f64) -> Option<First<T>> {
    let exponents = exponents(&g, n)?;
    let one = T::Part::of(1.0);
    let scale = |value: &mut T, exponent: i32| *value = value.mul_real(one.scale(exponent));
    for (row, &of_row) in g.chunks_exact_mut(n).zip(&exponents) {
        for (value, &of_column) in row.iter_mut().zip(&exponents) {
            scale(value, -of_row);
            scale(value, -of_column);
        }
    }
    let mut r = cholesky(g, n)?;
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
    for row in r.chunks_exact_mut(n) {
        for (value, &of_column) in row.iter_mut().zip(&exponents) {
            scale(value, of_column);
        }
    }
    let condition = norm_bound(&r, n) * norm_bound(&inverse, n);
    Some(First { r, condition })
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
    let r = cholesky(g, n)?;
    let inverse = inverse(&r, n);
    Some((r, inverse))
}

/// Half the exponents of the diagonal; nothing where an element is not finite, or a column's squares may leave the range.
fn exponents<T: Field>(g: &[T], n: usize) -> Option<Vec<i32>> {
    let epsilon = <T::Part as Part>::EPSILON;
    let least = T::Part::MIN_POSITIVE / epsilon / epsilon;
    let most = T::Part::of(1.0) / least;
    let sound = |square: &T::Part| *square >= least && *square <= most;
    if !g.iter().all(T::is_finite) {
        return None;
    }
    g.iter().step_by(n + 1).map(T::real).map(|square| sound(&square).then(|| square.exponent() / 2)).collect()
}

/// The upper triangle R with `RᴴR = g`; nothing where `g` is not positive definite.
fn cholesky<T: Field>(mut g: Vec<T>, n: usize) -> Option<Vec<T>> {
    for k in 0..n {
        let (above, below) = g.split_at_mut((k + 1) * n);
        let row = &mut above[k * n + k..];
        let pivot = row[0].real();
        let positive = pivot > T::Part::of(0.0); // not where it is NaN
        if !positive {
            return None;
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
    fn what_is_far_from_the_identity_is_no_second_step() {
        assert!(second(vec![1.0, 0.2, 0.0, 1.0], 2).is_some());
        assert!(second(vec![1.0, 0.4, 0.0, 1.0], 2).is_none());
        assert!(second(vec![1.0, f64::NAN, 0.0, 1.0], 2).is_none());
    }
}
