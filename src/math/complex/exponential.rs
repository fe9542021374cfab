//! Exponentials and powers.

use num_complex::Complex;

use super::arithmetic::{multiply, reciprocal};
use super::logarithm::log;
use crate::math::cast::exact;
use crate::math::parts::Part;

/// `exp(x) cos(angle)` and `exp(x) sin(angle)`, finite also where `exp(x)` alone is not.
#[inline]
pub(super) fn polar<T: Part>(x: T, angle: T) -> Complex<T> {
    let (cos, sin) = (T::cos(angle), T::sin(angle));
    if x <= T::EXP_LIMIT {
        let length = T::exp(x);
        return Complex::new(length * cos, length * sin);
    }
    // Exact up to twice the limit, beyond which both factors overflow together.
    let (length, rest) = (T::exp(x - T::EXP_LIMIT), T::exp(T::EXP_LIMIT));
    Complex::new(length * cos * rest, length * sin * rest)
}

/// The exponential.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn exp<T: Part>(z: Complex<T>) -> Complex<T> {
    if z.im == T::ZERO {
        return Complex::new(T::exp(z.re), z.im);
    }
    if z.re.is_infinite() && !z.im.is_finite() {
        let decays = z.re < T::ZERO;
        return if decays { Complex::new(T::ZERO, T::ZERO.copysign(z.im)) } else { Complex::new(z.re, T::NAN) };
    }
    polar(z.re, z.im)
}

/// `exp(z) - 1`, accurate near 0.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn expm1<T: Part>(z: Complex<T>) -> Complex<T> {
    if z.im == T::ZERO {
        return Complex::new(T::expm1(z.re), z.im);
    }
    let power = exp(z);
    // Where 1 is below the last place of exp(re), or exp(re) is 0: the other formula would form ∞ - ∞ or ∞ NaN.
    if !z.im.is_finite() || z.re.abs() >= T::of(50.0) {
        return Complex::new(power.re - T::ONE, power.im);
    }
    let half = T::sin(z.im * T::of(0.5));
    Complex::new(T::expm1(z.re).mul_add(T::cos(z.im), -(half + half) * half), power.im)
}

/// `base` to the power `exponent`: exp(exponent · log(base)), and by repeated multiplication for whole exponents up to
/// 100, as NumPy.
///
/// A power of 0 is 1 for exponent 0, 0 for a positive real exponent, and NaN for every other.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn pow<T: Part>(base: Complex<T>, exponent: Complex<T>) -> Complex<T> {
    if exponent.re == T::ZERO && exponent.im == T::ZERO {
        return Complex::new(T::ONE, T::ZERO);
    }
    if base.re == T::ZERO && base.im == T::ZERO {
        let vanishes = exponent.re > T::ZERO && exponent.im == T::ZERO;
        return if vanishes { Complex::new(T::ZERO, T::ZERO) } else { Complex::new(T::NAN, T::NAN) };
    }
    match small_whole(exponent) {
        Some(n) if n < 0 => reciprocal(whole_power(base, n.unsigned_abs())),
        Some(n) => whole_power(base, n.unsigned_abs()),
        None => exp(multiply(exponent, log(base))),
    }
}

fn small_whole<T: Part>(exponent: Complex<T>) -> Option<i32> {
    let whole = exact::<_, i32>(exponent.re).filter(|n| n.unsigned_abs() <= 100);
    if exponent.im == T::ZERO { whole } else { None }
}

fn whole_power<T: Part>(base: Complex<T>, mut n: u32) -> Complex<T> {
    let (mut power, mut result) = (base, None);
    loop {
        if n & 1 == 1 {
            result = Some(result.map_or(power, |result| multiply(result, power)));
        }
        n >>= 1;
        match result {
            Some(result) if n == 0 => return result,
            _ => power = multiply(power, power),
        }
    }
}
