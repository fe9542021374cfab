//! Hyperbolic sine, cosine and tangent, by the addition theorem around `n ln 2`: `sinh(n ln 2 + r) = a cosh r + b sinh
//! r` and `cosh(n ln 2 + r) = b cosh r + a sinh r`, where `a` and `b`, half the difference and half the sum of `2^n`
//! and `2^-n`, are exact in two parts. Near zero `a` is 0, so nothing cancels, and there is no division.

use super::exponential::{Reduced, clamp};
use super::sum::{Sum, polynomial};

/// `(sinh(r)/r - 1) / r^2` in `r^2`, to 2^-58.
const SINH: [f64; 5] =
    [0.16666666666666669, 0.008333333333330011, 0.00019841269863303223, 2.75572680728901e-06, 2.5100569275813683e-08];

/// `(cosh(r) - 1 - r^2/2) / r^4` in `r^2`, to 2^-64.
const COSH: [f64; 5] = [
    0.041666666666666664,
    0.0013888888888886517,
    2.4801587317322748e-05,
    2.7557282693108557e-07,
    2.091136787137725e-09,
];

/// Halves of `sinh x` and `cosh x` for `0 <= x <= 710.6`: the whole might be just beyond the largest float on the way.
#[inline(always)]
fn halves(x: f64) -> (Sum, Sum) {
    let reduced = Reduced::new(x);
    let r = reduced.rest;
    let growing = reduced.power(-2);
    // From here on it is below a quarter ulp of the other, and its exponent would soon leave the range.
    let shrinking = if x > 40.0 { 0.0 } else { reduced.inverse_power(-2) };
    let (a, b) = (Sum::ordered(growing, -shrinking), Sum::ordered(growing, shrinking));
    let z = r * r;
    let sinh_rest = r * z * polynomial(z, SINH);
    let cosh_rest = z.mul_add(0.5, z * z * polynomial(z, COSH));
    (combine(a, b, r, cosh_rest, sinh_rest), combine(b, a, r, cosh_rest, sinh_rest))
}

/// `a (1 + cosh_rest) + b (r + sinh_rest)`, its leading terms first. The low parts of `a` and `b` are opposite, and
/// zero up to `n = 26`; beyond, `e^-r` times them is of the order of an ulp.
#[inline(always)]
fn combine(a: Sum, b: Sum, r: f64, cosh_rest: f64, sinh_rest: f64) -> Sum {
    let product = Sum::product(b.high, r);
    let head = Sum::ordered(a.high, product.high);
    let lows = product.low + (-r).mul_add(a.low, a.low);
    let tail = a.high.mul_add(cosh_rest, b.high.mul_add(sinh_rest, lows));
    Sum::ordered(head.high, head.low + tail)
}

/// Below this `sinh x` and `tanh x` are `x`.
const TINY: f64 = 1e-9;

/// `sinh x`.
#[inline(always)]
pub(super) fn sinh(x: f64) -> f64 {
    let (sinh, _) = halves(clamp(x.abs(), 0.0, 710.6));
    let result = (2.0 * sinh.value()).copysign(x);
    if x.abs() < TINY { x } else { result }
}

/// `cosh x`.
#[inline(always)]
pub(super) fn cosh(x: f64) -> f64 {
    let (_, cosh) = halves(clamp(x.abs(), 0.0, 710.6));
    2.0 * cosh.value()
}

/// `tanh x`; from 22 on it rounds to 1.
#[inline(always)]
pub(super) fn tanh(x: f64) -> f64 {
    let (sinh, cosh) = halves(clamp(x.abs(), 0.0, 22.0));
    let result = sinh.over(cosh).value().copysign(x);
    if x.abs() < TINY { x } else { result }
}
