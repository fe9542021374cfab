//! Hyperbolic and trigonometric functions. The trigonometric ones are the hyperbolic ones of `i z`, as in C99.

use num_complex::Complex;

use super::exponential::polar;
use super::{over_i, times_i};
use crate::math::parts::Part;

/// The hyperbolic sine: sinh(re) cos(im) + i cosh(re) sin(im).
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn sinh<T: Part>(z: Complex<T>) -> Complex<T> {
    if z.im == T::ZERO {
        return Complex::new(T::sinh(z.re), z.im);
    }
    if !z.im.is_finite() {
        let keeps = z.re == T::ZERO || z.re.is_infinite();
        return Complex::new(if keeps { z.re } else { T::NAN }, T::NAN);
    }
    if z.re.abs() <= T::EXP_LIMIT {
        return Complex::new(T::sinh(z.re) * T::cos(z.im), T::cosh(z.re) * T::sin(z.im));
    }
    let half = half_polar(z);
    Complex::new(half.re * T::ONE.copysign(z.re), half.im)
}

/// The hyperbolic cosine: cosh(re) cos(im) + i sinh(re) sin(im).
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn cosh<T: Part>(z: Complex<T>) -> Complex<T> {
    if z.im == T::ZERO || (z.re == T::ZERO && z.im.is_finite()) {
        let sign = T::ONE.copysign(z.re);
        let zero = if z.im == T::ZERO { z.im } else { T::ZERO.copysign(T::sin(z.im)) };
        return Complex::new(T::cosh(z.re) * T::cos(z.im), zero * sign);
    }
    if !z.im.is_finite() {
        let im = if z.re == T::ZERO { T::ZERO } else { T::NAN };
        return Complex::new(if z.re.is_infinite() { T::INFINITY } else { T::NAN }, im);
    }
    if z.re.abs() <= T::EXP_LIMIT {
        return Complex::new(T::cosh(z.re) * T::cos(z.im), T::sinh(z.re) * T::sin(z.im));
    }
    let half = half_polar(z);
    Complex::new(half.re, half.im * T::ONE.copysign(z.re))
}

/// `exp(|re| + i im) / 2`, which both functions are for a large real part; as `exp(|re| - 1 + i im) e / 2`, because the
/// exponential itself may overflow where its half does not.
#[inline(always)]
fn half_polar<T: Part>(z: Complex<T>) -> Complex<T> {
    let half = polar(z.re.abs() - T::ONE, z.im);
    let factor = T::of(std::f64::consts::E / 2.0);
    Complex::new(half.re * factor, half.im * factor)
}

/// The hyperbolic tangent: (sinh(re) cosh(re) + i sin(im) cos(im)) / (sinh²(re) + cos²(im)), in which nothing cancels.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn tanh<T: Part>(z: Complex<T>) -> Complex<T> {
    if !z.im.is_finite() {
        if z.re.is_infinite() {
            return Complex::new(T::ONE.copysign(z.re), T::ZERO.copysign(z.im));
        }
        return Complex::new(if z.re == T::ZERO { z.re } else { T::NAN }, T::NAN);
    }
    if z.re.is_nan() {
        return Complex::new(z.re, if z.im == T::ZERO { z.im } else { T::NAN });
    }
    let (sin, cos) = (T::sin(z.im), T::cos(z.im));
    // tanh(20) is 1 in double precision; beyond, sinh² is e to the 2 |re| over 4 and would soon overflow.
    if z.re.abs() > T::of(20.0) {
        let decay = T::exp(-z.re.abs());
        return Complex::new(T::ONE.copysign(z.re), T::of(4.0) * sin * cos * decay * decay);
    }
    let (sinh, cosh) = (T::sinh(z.re), T::cosh(z.re));
    let norm = sinh.mul_add(sinh, cos * cos);
    Complex::new(sinh * cosh / norm, sin * cos / norm)
}

/// The sine, sinh(i z) / i.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn sin<T: Part>(z: Complex<T>) -> Complex<T> {
    over_i(sinh(times_i(z)))
}

/// The cosine, cosh(i z).
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn cos<T: Part>(z: Complex<T>) -> Complex<T> {
    cosh(times_i(z))
}

/// The tangent, tanh(i z) / i.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn tan<T: Part>(z: Complex<T>) -> Complex<T> {
    over_i(tanh(times_i(z)))
}
