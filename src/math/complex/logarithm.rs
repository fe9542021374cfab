//! Logarithms.

use num_complex::Complex;

use super::arithmetic::{abs, normalised};
use super::is_finite;
use crate::math::parts::Part;

/// The natural logarithm, cut along the negative real axis.
///
/// **Local.** Class: Reproducible.
///
/// # References
/// Hull, Fairgrieve, Tang, 1994, [doi:10.1145/198429.198431](https://doi.org/10.1145/198429.198431).
#[inline]
pub fn log<T: Part>(z: Complex<T>) -> Complex<T> {
    Complex::new(log_abs(z), T::atan2(z.im, z.re))
}

/// `log(1 + z)`, accurate near 0.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn log1p<T: Part>(z: Complex<T>) -> Complex<T> {
    let moved = Complex::new(T::ONE + z.re, z.im);
    // |1 + z|² - 1 = 2 re + re² + im². Near -1, and beyond 4, 1 + re loses nothing that matters.
    let length = abs(moved);
    let near = length >= T::of(0.5) && length <= T::of(4.0);
    let re = if near { half_log1p(z.re + z.re, z) } else { log_abs(moved) };
    Complex::new(re, T::atan2(moved.im, moved.re))
}

/// The logarithm to base 2, cut as [`log`].
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn log2<T: Part>(z: Complex<T>) -> Complex<T> {
    in_base(z, T::of(std::f64::consts::LOG2_E))
}

/// The logarithm to base 10, cut as [`log`].
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn log10<T: Part>(z: Complex<T>) -> Complex<T> {
    in_base(z, T::of(std::f64::consts::LOG10_E))
}

#[inline(always)]
fn in_base<T: Part>(z: Complex<T>, factor: T) -> Complex<T> {
    let natural = log(z);
    Complex::new(natural.re * factor, natural.im * factor)
}

/// `log |z|`, relatively accurate on both sides of the unit circle, where it crosses 0.
#[inline]
pub(super) fn log_abs<T: Part>(z: Complex<T>) -> T {
    let length = abs(z);
    if length >= T::of(0.5) && length <= T::of(3.0) {
        half_log1p(-T::ONE, z)
    } else if !is_finite(z) || (length >= T::MIN_POSITIVE && length.is_finite()) {
        T::log(length)
    } else {
        let (unit, exponent) = normalised(z);
        T::of(f64::from(exponent)).mul_add(T::of(std::f64::consts::LN_2), T::log(abs(unit)))
    }
}

/// `log(1 + offset + re² + im²) / 2`, the argument summed without error until its last additions: near the unit circle
/// it may cancel to the square of the working precision and below.
#[inline]
fn half_log1p<T: Part>(offset: T, z: Complex<T>) -> T {
    let (p, q) = (z.re * z.re, z.im * z.im);
    let (sum, lost) = two_sum(offset, if p >= q { p } else { q });
    let (sum, lost_next) = two_sum(sum, if p >= q { q } else { p });
    let (low, lost_low) = two_sum(z.re.mul_add(z.re, -p), z.im.mul_add(z.im, -q));
    let (low, lost_low_next) = two_sum(low, lost + lost_next);
    let (sum, lost_last) = two_sum(sum, low);
    T::log1p(sum + (lost_last + (lost_low + lost_low_next))) * T::of(0.5)
}

/// `a + b` as the rounded sum and what rounding lost.
#[inline(always)]
fn two_sum<T: Part>(a: T, b: T) -> (T, T) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}
