//! Functions of single precision in double precision: its reductions with shorter polynomials, to 2^-31 and better.
//! Rounding that to `f32` adds less than 0.01 ulp to the half that no rounding can avoid.

use std::f64::consts;

use crate::math::exponential::{Reduced, SHIFT, clamp};
use crate::math::logarithm::split_normal;
use crate::math::power::{at_ends, at_power_edges};
use crate::math::sum::polynomial;
use crate::math::trigonometric::{self, is_huge};

const LN_2: f64 = consts::LN_2;
const TWO_OVER_PI: f64 = consts::FRAC_2_PI;
const HALF_PI: [f64; 2] = [consts::FRAC_PI_2, 6.123233995736766e-17];

/// `(e^r - 1 - r) / r^2` for `|r| <= ln 2 / 2`, to 2^-31 of `e^r`.
const EXP: [f64; 6] = [
    0.5,
    0.16666666666666666,
    0.041666553762567636,
    0.008333320793252258,
    0.0013926325618133463,
    0.0001988285607209004,
];

/// `(2 atanh(s)/s - 2) / s^2` in `s^2 <= 0.0295`, to 2^-45.
const LOG: [f64; 5] =
    [0.6666666667580753, 0.3999999562048934, 0.28572109236212345, 0.2217618752689944, 0.19584143790371458];

/// The same in `s^2 <= 1/9`, to 2^-38.
const LOG_1P: [f64; 6] = [
    0.6666666635902424,
    0.40000053009561604,
    0.2856839595118898,
    0.2230149889866315,
    0.17147886475293067,
    0.21792222884646115,
];

/// `(sin(r)/r - 1) / r^2` in `r^2`, to 2^-35.
const SIN: [f64; 4] = [-0.16666666663741367, 0.00833333183062943, -0.00019840063040804117, 2.7246868722877944e-06];

/// `(cos(r) - 1) / r^2` in `r^2`, to 2^-41.
const COS: [f64; 5] =
    [-0.4999999999996205, 0.04166666663621013, -0.0013888884976646372, 2.479982764315516e-05, -2.7233956414646753e-07];

/// `(sinh(r)/r - 1) / r^2` in `r^2`, to 2^-37.
const SINH: [f64; 3] = [0.16666666754836626, 0.0083332888650991, 0.0001990502207219941];

/// `(cosh(r) - 1) / r^2` in `r^2`, to 2^-34.
const COSH: [f64; 3] = [0.5000000079395119, 0.04166626626523503, 0.001394628570360286];

/// `e^x`; the powers of two of single precision are normal numbers here, subnormal results too.
#[inline(always)]
fn exp(x: f64) -> f64 {
    let reduced = Reduced::new(clamp(x, -110.0, 90.0));
    let r = reduced.rest;
    (1.0 + (r * r).mul_add(polynomial(r, EXP), r)) * reduced.power(0)
}

/// `ln x` of a positive normal number.
#[inline(always)]
fn log(x: f64) -> f64 {
    let (k, m) = split_normal(x);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    k.mul_add(LN_2, s * z.mul_add(polynomial(z, LOG), 2.0))
}

/// `sinh x` and `cosh x` for `0 <= x <= 90`, as the double precision ones, in one part.
#[inline(always)]
fn sinh_cosh(x: f64) -> (f64, f64) {
    let reduced = Reduced::new(x);
    let r = reduced.rest;
    let (growing, shrinking) = (reduced.power(-1), reduced.inverse_power(-1));
    let (a, b) = (growing - shrinking, growing + shrinking);
    let z = r * r;
    let sinh = (r * z).mul_add(polynomial(z, SINH), r);
    let cosh = z.mul_add(polynomial(z, COSH), 1.0);
    (a.mul_add(cosh, b * sinh), b.mul_add(cosh, a * sinh))
}

/// `sinh x`.
#[inline(always)]
pub(in crate::math) fn sinh(x: f64) -> f64 {
    sinh_cosh(clamp(x.abs(), 0.0, 90.0)).0.copysign(x)
}

/// `cosh x`.
#[inline(always)]
pub(in crate::math) fn cosh(x: f64) -> f64 {
    sinh_cosh(clamp(x.abs(), 0.0, 90.0)).1
}

/// `tanh x` from `e^2x - 1`, which is accurate near zero.
#[inline(always)]
pub(in crate::math) fn tanh(x: f64) -> f64 {
    let reduced = Reduced::new(clamp(2.0 * x.abs(), 0.0, 40.0));
    let (r, power) = (reduced.rest, reduced.power(0));
    let less_one = power.mul_add((r * r).mul_add(polynomial(r, EXP), r), power - 1.0);
    (less_one / (less_one + 2.0)).copysign(x)
}

/// Below this the odd inverse functions are the first two terms of their series.
const SMALL: f64 = 1.0 / 4096.0;

/// `asinh x`.
#[inline(always)]
pub(in crate::math) fn asinh(x: f64) -> f64 {
    let a = x.abs();
    let square = a * a;
    let by_log = log(a + (square + 1.0).sqrt());
    let result = if a < SMALL { a.mul_add(square * (-1.0 / 6.0), a) } else { by_log };
    if a < f64::INFINITY { result.copysign(x) } else { x }
}

/// `acosh x`.
#[inline(always)]
pub(in crate::math) fn acosh(x: f64) -> f64 {
    let result = log(x + x.mul_add(x, -1.0).sqrt());
    let result = if x < f64::INFINITY { result } else { x };
    if x < 1.0 { f64::NAN } else { result }
}

/// `atanh x`.
#[inline(always)]
pub(in crate::math) fn atanh(x: f64) -> f64 {
    let a = x.abs();
    let by_log = 0.5 * log((1.0 + a) / (1.0 - a));
    let result = if a < SMALL { a.mul_add(a * a * (1.0 / 3.0), a) } else { by_log };
    let result = if a < 1.0 { result } else { f64::INFINITY };
    if a <= 1.0 { result.copysign(x) } else { f64::NAN }
}

/// `x^y`.
#[inline(always)]
pub(in crate::math) fn pow(x: f64, y: f64) -> f64 {
    let a = x.abs();
    at_power_edges(x, y, exp(y * at_ends(a, log(a))))
}

/// `sqrt(x^2 + y^2)`: the squares are exact.
#[inline(always)]
pub(in crate::math) fn hypot(x: f64, y: f64) -> f64 {
    let result = x.mul_add(x, y * y).sqrt();
    if x.abs() == f64::INFINITY || y.abs() == f64::INFINITY { f64::INFINITY } else { result }
}

/// `ln(e^x + e^y)`: the larger plus `ln(1 + e^-|x - y|)`.
#[inline(always)]
pub(in crate::math) fn logaddexp(x: f64, y: f64) -> f64 {
    let larger = if y > x { y } else { x };
    let e = exp(-(x - y).abs());
    let s = e / (2.0 + e);
    let z = s * s;
    let result = s.mul_add(z.mul_add(polynomial(z, LOG_1P), 2.0), larger);
    let result = if larger.abs() < f64::INFINITY { result } else { larger };
    if x.is_nan() || y.is_nan() { f64::NAN } else { result }
}

/// An angle of at most `pi/4` as `(sine, cosine)`, and the quarter turns, of which the low two bits count, that the
/// reduction of `|x| <= 2^48` took away.
#[inline(always)]
fn reduced(x: f64) -> ((f64, f64), u64) {
    let shifted = x.mul_add(TWO_OVER_PI, SHIFT);
    let n = shifted - SHIFT;
    let r = n.mul_add(-HALF_PI[1], n.mul_add(-HALF_PI[0], x));
    let z = r * r;
    let sin = r * z.mul_add(polynomial(z, SIN), 1.0);
    let cos = z.mul_add(polynomial(z, COS), 1.0);
    ((sin, cos), shifted.to_bits())
}

/// `sin(x + quarters pi/2)` for `|x| <= 2^48`.
#[inline(always)]
fn turned(x: f64, quarters: u64) -> f64 {
    let ((sin, cos), taken) = reduced(x);
    let quarters = taken.wrapping_add(quarters);
    let value = if quarters & 1 == 1 { cos } else { sin };
    f64::from_bits(value.to_bits() ^ ((quarters & 2) << 62))
}

/// `sin x` for `|x| <= 2^48`.
#[inline(always)]
pub(in crate::math) fn sin_moderate(x: f64) -> f64 {
    turned(x, 0)
}

/// `cos x` for `|x| <= 2^48`.
#[inline(always)]
pub(in crate::math) fn cos_moderate(x: f64) -> f64 {
    turned(x, 1)
}

/// `tan x` for `|x| <= 2^48`.
#[inline(always)]
pub(in crate::math) fn tan_moderate(x: f64) -> f64 {
    let ((sin, cos), quarters) = reduced(x);
    let odd = quarters & 1 == 1;
    let (over, under) = if odd { (-cos, sin) } else { (sin, cos) };
    over / under
}

/// `sin x`.
#[inline(always)]
pub(in crate::math) fn sin(x: f64) -> f64 {
    if is_huge(x) { trigonometric::sin(x) } else { sin_moderate(x) }
}

/// `cos x`.
#[inline(always)]
pub(in crate::math) fn cos(x: f64) -> f64 {
    if is_huge(x) { trigonometric::cos(x) } else { cos_moderate(x) }
}

/// `tan x`.
#[inline(always)]
pub(in crate::math) fn tan(x: f64) -> f64 {
    if is_huge(x) { trigonometric::tan(x) } else { tan_moderate(x) }
}
