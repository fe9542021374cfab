//! Products, quotients, magnitudes and square roots.

use num_complex::Complex;

use super::is_finite;
use crate::math::parts::Part;

/// `a b + c d` within 2 roundings whatever cancels; the plain sum where a product is not finite.
///
/// Symmetric in its two products, so that complex multiplication commutes bit by bit.
///
/// Jeannerod, *A radix-independent error analysis of the Cornea-Harrison-Tang method*, 2016, doi:10.1145/2824252.
#[inline(always)]
pub(super) fn sum_of_products<T: Part>(a: T, b: T, c: T, d: T) -> T {
    let (p, q) = (a * b, c * d);
    let sum = p + q;
    let lost = a.mul_add(b, -p) + c.mul_add(d, -q);
    let corrected = sum + lost;
    // Adding 0 would turn -0 into 0.
    if lost == T::ZERO || corrected.is_nan() { sum } else { corrected }
}

/// `z` times a power of 2 that brings its larger part to about 1, and the power's negated exponent; infinities, NaN
/// and zero pass.
#[inline(always)]
pub(super) fn normalised<T: Part>(z: Complex<T>) -> (Complex<T>, i32) {
    if !is_finite(z) || (z.re == T::ZERO && z.im == T::ZERO) {
        return (z, 0);
    }
    let exponent = z.re.exponent().max(z.im.exponent());
    (scaled(z, -exponent), exponent)
}

#[inline(always)]
fn scaled<T: Part>(z: Complex<T>, exponent: i32) -> Complex<T> {
    Complex::new(z.re.scale(exponent), z.im.scale(exponent))
}

/// The magnitude, √(re² + im²), without overflow on the way.
///
/// **Local.** Class: Reproducible.
#[inline(always)]
pub fn abs<T: Part>(z: Complex<T>) -> T {
    T::hypot(z.re, z.im)
}

/// `x y`, the same bits as `y x`. Non-finite operands follow NumPy's plain formula.
///
/// **Local.** Class: Reproducible.
#[inline(always)]
pub fn multiply<T: Part>(x: Complex<T>, y: Complex<T>) -> Complex<T> {
    Complex::new(sum_of_products(x.re, y.re, -x.im, y.im), sum_of_products(x.re, y.im, x.im, y.re))
}

/// `z z`.
///
/// **Local.** Class: Reproducible.
#[inline(always)]
pub fn square<T: Part>(z: Complex<T>) -> Complex<T> {
    multiply(z, z)
}

/// `x / y`. Both are scaled first, so only a quotient that is itself too large overflows.
///
/// Division by zero gives `x.re / 0` and `x.im / 0`, whatever the sign of zero; non-finite operands follow NumPy, which
/// is Smith's formula.
///
/// **Local.** Class: Reproducible.
///
/// # References
/// Smith, *Algorithm 116: complex division*, 1962, [doi:10.1145/368637.368661](https://doi.org/10.1145/368637.368661).
#[inline]
pub fn divide<T: Part>(x: Complex<T>, y: Complex<T>) -> Complex<T> {
    if y.re == T::ZERO && y.im == T::ZERO {
        return Complex::new(x.re / y.re.abs(), x.im / y.re.abs());
    }
    if !is_finite(x) || !is_finite(y) {
        return smith(x, y);
    }
    let ((x, up), (y, down)) = (normalised(x), normalised(y));
    let norm = sum_of_products(y.re, y.re, y.im, y.im);
    let re = sum_of_products(x.re, y.re, x.im, y.im) / norm;
    let im = sum_of_products(x.im, y.re, -x.re, y.im) / norm;
    scaled(Complex::new(re, im), up - down)
}

fn smith<T: Part>(x: Complex<T>, y: Complex<T>) -> Complex<T> {
    if y.re.abs() >= y.im.abs() {
        let ratio = y.im / y.re;
        let scale = T::ONE / (y.re + y.im * ratio);
        Complex::new((x.re + x.im * ratio) * scale, (x.im - x.re * ratio) * scale)
    } else {
        let ratio = y.re / y.im;
        let scale = T::ONE / (y.im + y.re * ratio);
        Complex::new((x.re * ratio + x.im) * scale, (x.im * ratio - x.re) * scale)
    }
}

/// `1 / z`, as [`divide`].
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn reciprocal<T: Part>(z: Complex<T>) -> Complex<T> {
    divide(Complex::new(T::ONE, T::ZERO), z)
}

/// `z / |z|`, and 0 for zero. An infinite part beside a finite one gives the direction of its axis, two infinite parts
/// NaN.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn sign<T: Part>(z: Complex<T>) -> Complex<T> {
    let unit = |infinite: T| if infinite.is_infinite() { T::ONE.copysign(infinite) } else { T::ZERO };
    if z.re.is_nan() || z.im.is_nan() || (z.re.is_infinite() && z.im.is_infinite()) {
        return Complex::new(T::NAN, T::NAN);
    }
    if z.re.is_infinite() || z.im.is_infinite() {
        return Complex::new(unit(z.re), unit(z.im));
    }
    if z.re == T::ZERO && z.im == T::ZERO {
        return Complex::new(T::ZERO, T::ZERO);
    }
    let (z, _) = normalised(z);
    let length = abs(z);
    Complex::new(z.re / length, z.im / length)
}

/// The square root in the right half-plane, cut along the negative real axis.
///
/// **Local.** Class: Reproducible.
///
/// # References
/// Hull, Fairgrieve, Tang, 1994, [doi:10.1145/198429.198431](https://doi.org/10.1145/198429.198431).
#[inline]
pub fn sqrt<T: Part>(z: Complex<T>) -> Complex<T> {
    if z.im.is_infinite() {
        return Complex::new(T::INFINITY, z.im);
    }
    if z.re.is_infinite() {
        let zero = if z.im.is_nan() { z.im } else { T::ZERO };
        return if z.re > T::ZERO {
            Complex::new(z.re, zero.copysign(z.im))
        } else {
            Complex::new(zero, T::INFINITY.copysign(z.im))
        };
    }
    if z.re == T::ZERO && z.im == T::ZERO {
        return Complex::new(T::ZERO, z.im);
    }
    let (unit, exponent) = normalised(z);
    let odd = exponent & 1;
    let unit = scaled(unit, odd);
    let larger = T::sqrt((unit.re.abs() + abs(unit)) * T::of(0.5)).scale((exponent - odd) / 2);
    // From the unscaled part: scaling may have pushed a small one below the normal range.
    let smaller = z.im.abs() / (larger + larger);
    if z.re >= T::ZERO {
        Complex::new(larger, smaller.copysign(z.im))
    } else {
        Complex::new(smaller, larger.copysign(z.im))
    }
}
