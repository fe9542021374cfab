//! Inverse trigonometric functions: the arctangent of a ratio around 0, pi/4 and pi/2, the arcsine of `x` or of
//! `sqrt((1 - x)/2)`.

use std::f64::consts;

use super::exponential::clamp;
use super::sum::{Sum, polynomial};

const PI: Sum = Sum::new(consts::PI, 1.2246467991473532e-16);
const HALF_PI: Sum = Sum::new(consts::FRAC_PI_2, 6.123233995736766e-17);
const QUARTER_PI: Sum = Sum::new(consts::FRAC_PI_4, 3.061616997868383e-17);

/// `(atan(t)/t - 1) / t^2` in `t^2` for `|t| <= sqrt 2 - 1`, to 2^-57.
const ATAN: [f64; 11] = [
    -0.3333333333333333,
    0.1999999999999548,
    -0.14285714284657894,
    0.11111111014561013,
    -0.09090904549884611,
    0.07692182535116648,
    -0.06664502215671447,
    0.058580687568615106,
    -0.05085030492810941,
    0.03921955253255129,
    -0.019162068915902573,
];

/// `(asin(x)/x - 1) / x^2` in `x^2 <= 1/4`, to 2^-57.
const ASIN: [f64; 13] = [
    0.16666666666666669,
    0.07499999999998433,
    0.04464285714635543,
    0.030381944138531247,
    0.02237217294214989,
    0.017352392720869973,
    0.013971212973552933,
    0.011479177415184906,
    0.01032281435018578,
    0.005457506718640358,
    0.01740087944269402,
    -0.014851887071247204,
    0.028757851367421566,
];

/// Below this arcsine and arctangent are their argument.
const TINY: f64 = 1e-9;

/// The angle of the point `(x, y)` in the first quadrant: the ratio is turned by 0, pi/4 or pi/2 before it is divided,
/// so that it is at most `sqrt 2 - 1`.
#[inline(always)]
fn angle(y: f64, x: f64) -> Sum {
    let steep = y > 2.414213562373095 * x;
    let slanted = y > 0.41421356237309503 * x;
    let (over, under) = if slanted { (Sum::of(y, -x), Sum::of(y, x)) } else { (Sum::new(y, 0.0), Sum::new(x, 0.0)) };
    let (over, under) = if steep { (Sum::new(-x, 0.0), Sum::new(y, 0.0)) } else { (over, under) };
    let base = if slanted { QUARTER_PI } else { Sum::new(0.0, 0.0) };
    let base = if steep { HALF_PI } else { base };
    let t = over.over(under);
    let z = t.high * t.high;
    let head = Sum::ordered(base.high, t.high);
    let tail = (t.high * z).mul_add(polynomial(z, ATAN), (-z).mul_add(t.low, t.low));
    Sum::ordered(head.high, head.low + (base.low + tail))
}

/// `atan x`.
#[inline(always)]
pub(super) fn atan(x: f64) -> f64 {
    let result = angle(clamp(x.abs(), 0.0, 1e300), 1.0).value().copysign(x);
    if x.abs() < TINY { x } else { result }
}

/// The angle of the point `(x, y)`, between -pi and pi.
#[inline(always)]
pub(super) fn atan2(y: f64, x: f64) -> f64 {
    let (height, width) = bounded(y.abs(), x.abs());
    let first = angle(height, width);
    let ratio = height / width;
    let right = if ratio < TINY { ratio } else { first.value() };
    let turned = Sum::ordered(PI.high, -first.high);
    let left = turned.high + (turned.low + (PI.low - first.low));
    let result = if x.is_sign_negative() { left } else { right }.copysign(y);
    if x.is_nan() || y.is_nan() { f64::NAN } else { result }
}

/// A point in the same direction whose coordinates can be divided: infinities become 1 beside 0, the origin lies on the
/// axis.
#[inline(always)]
fn bounded(y: f64, x: f64) -> (f64, f64) {
    let larger = if y > x { y } else { x };
    let scale = if larger < f64::from_bits((1023 - 400) << 52) { f64::from_bits((1023 + 600) << 52) } else { 1.0 };
    let scale = if larger > f64::from_bits((1023 + 900) << 52) { f64::from_bits((1023 - 600) << 52) } else { scale };
    let infinite = larger == f64::INFINITY;
    let one_if = |condition: bool| if condition { 1.0 } else { 0.0 };
    let height = if infinite { one_if(y == f64::INFINITY) } else { y * scale };
    let width = if infinite { one_if(x == f64::INFINITY) } else { x * scale };
    (height, if larger == 0.0 { 1.0 } else { width })
}

/// The parts that arcsine and arccosine share for `a = |x|`: with `s = a` below 1/2 and `s = sqrt((1 - a)/2)` above,
/// `s` in two parts and `asin(s) - s`.
#[inline(always)]
fn arcsine_parts(a: f64) -> (Sum, f64) {
    let upper = a >= 0.5;
    let z = if upper { 0.5 * (1.0 - a) } else { a * a };
    let root = Sum::new(z, 0.0).sqrt();
    let s = if upper { root } else { Sum::new(a, 0.0) };
    (s, s.high * z * polynomial(z, ASIN))
}

/// `asin x`.
#[inline(always)]
pub(super) fn asin(x: f64) -> f64 {
    let a = x.abs();
    let (s, rest) = arcsine_parts(a);
    let head = Sum::ordered(HALF_PI.high, -2.0 * s.high);
    let upper = head.high + (head.low + (-2.0f64).mul_add(s.low + rest, HALF_PI.low));
    let result = if a >= 0.5 { upper } else { a + rest }.copysign(x);
    if a < TINY { x } else { result }
}

/// `acos x`.
#[inline(always)]
pub(super) fn acos(x: f64) -> f64 {
    let a = x.abs();
    let (s, rest) = arcsine_parts(a);
    let twice = Sum::new(2.0 * s.high, 2.0 * (s.low + rest));
    let turned = Sum::ordered(PI.high, -twice.high);
    let left = turned.high + (turned.low + (PI.low - twice.low));
    let outer = if x < 0.0 { left } else { twice.value() };
    let middle = Sum::ordered(HALF_PI.high, -x);
    let inner = middle.high + (middle.low + (HALF_PI.low - rest.copysign(x)));
    if a >= 0.5 { outer } else { inner }
}
