//! Inverse trigonometric functions: the arctangent of a ratio of at most 1, the arcsine of `x` or of `sqrt((1 - x)/2)`.

use std::f32::consts;

use crate::math::sum::{Sum, polynomial};

const PI: Sum<f32> = Sum::new(consts::PI, -8.742278e-8);
const HALF_PI: Sum<f32> = Sum::new(consts::FRAC_PI_2, -4.371139e-8);

/// `(atan(t)/t - 1) / t^2` in `t^2 <= 1`, to 2^-28.
const ATAN: [f32; 9] =
    [-0.33333302, 0.1999863, -0.1426515, 0.10957086, -0.084180504, 0.05821077, -0.0314323, 0.011052017, -0.0018244636];

/// `(asin(x)/x - 1) / x^2` in `x^2 <= 1/4`, to 2^-27.
const ASIN: [f32; 5] = [0.16666754, 0.07495251, 0.045476265, 0.024150407, 0.042215545];

/// `base + atan t` for `|t| <= 1`; `base` is 0 or above 1.
#[inline(always)]
fn angle(base: Sum<f32>, t: f32) -> f32 {
    let z = t * t;
    let head = Sum::ordered(base.high, t);
    head.high + (head.low + (t * z).mul_add(polynomial(z, ATAN), base.low))
}

/// `atan x`.
#[inline(always)]
pub(in crate::math) fn atan(x: f32) -> f32 {
    let a = x.abs();
    let steep = a > 1.0;
    let t = if steep { -1.0 / a } else { a };
    let base = if steep { HALF_PI } else { Sum::new(0.0, 0.0) };
    angle(base, t).copysign(x)
}

/// The angle of the point `(x, y)`, between -pi and pi.
#[inline(always)]
pub(in crate::math) fn atan2(y: f32, x: f32) -> f32 {
    let (height, width) = (y.abs(), x.abs());
    let steep = height > width;
    let (over, under) = if steep { (width, height) } else { (height, width) };
    // Two infinities, or two zeros.
    let ratio = if over == under { 1.0 } else { over / under };
    let ratio = if under == 0.0 { 0.0 } else { ratio };
    let left = x.is_sign_negative();
    let flat = if left { PI } else { Sum::new(0.0, 0.0) };
    let base = if steep { HALF_PI } else { flat };
    let result = angle(base, if steep == left { ratio } else { -ratio }).copysign(y);
    if x.is_nan() || y.is_nan() { f32::NAN } else { result }
}

/// The parts that arcsine and arccosine share for `a = |x|`: with `s = a` below 1/2 and `s = sqrt((1 - a)/2)` above,
/// `s` rounded, and `asin(s)` without that.
#[inline(always)]
fn arcsine_parts(a: f32) -> Sum<f32> {
    let upper = a >= 0.5;
    let z = if upper { 0.5 * (1.0 - a) } else { a * a };
    let s = if upper { z.sqrt() } else { a };
    let lost = if upper { (-s).mul_add(s, z) / (s + s) } else { 0.0 };
    // At 1 there is nothing below the root, and 0 / 0.
    let lost = if s > 0.0 { lost } else { 0.0 };
    Sum::new(s, (s * z).mul_add(polynomial(z, ASIN), lost))
}

/// `asin x`.
#[inline(always)]
pub(in crate::math) fn asin(x: f32) -> f32 {
    let a = x.abs();
    let parts = arcsine_parts(a);
    let upper = HALF_PI.high - 2.0 * (parts.high + (parts.low - 0.5 * HALF_PI.low));
    if a >= 0.5 { upper } else { parts.value() }.copysign(x)
}

/// `acos x`.
#[inline(always)]
pub(in crate::math) fn acos(x: f32) -> f32 {
    let a = x.abs();
    let parts = arcsine_parts(a);
    let twice = 2.0 * parts.value();
    let left = PI.high - (twice - PI.low);
    let outer = if x < 0.0 { left } else { twice };
    let inner = HALF_PI.high - (x + (parts.low.copysign(x) - HALF_PI.low));
    if a >= 0.5 { outer } else { inner }
}
