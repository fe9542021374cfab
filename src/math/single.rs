//! The most used functions for single precision: the double precision reductions with shorter polynomials, to about
//! 2^-31. Rounding that to `f32` adds less than 0.01 ulp to the half that no rounding can avoid.

use std::f64::consts;

use super::exponential::{Reduced, SHIFT, clamp};
use super::logarithm::{at_edges, split};
use super::sum::polynomial;
use super::trigonometric::{self, is_huge};

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

/// `(2 atanh(s)/s - 2) / s^2` in `s^2`, to 2^-35.
const LOG: [f64; 4] = [0.6666666655404201, 0.4000012221181065, 0.28550778633191964, 0.23331614471843498];

/// `(sin(r)/r - 1) / r^2` in `r^2`, to 2^-35.
const SIN: [f64; 4] = [-0.16666666663741367, 0.00833333183062943, -0.00019840063040804117, 2.7246868722877944e-06];

/// `(cos(r) - 1) / r^2` in `r^2`, to 2^-41.
const COS: [f64; 5] =
    [-0.4999999999996205, 0.04166666663621013, -0.0013888884976646372, 2.479982764315516e-05, -2.7233956414646753e-07];

/// `e^x`; the powers of two of single precision are normal numbers here, subnormal results too.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let reduced = Reduced::new(clamp(x, -110.0, 90.0));
    let r = reduced.rest;
    (1.0 + (r * r).mul_add(polynomial(r, EXP), r)) * reduced.power(0)
}

/// `ln x`.
#[inline(always)]
pub(super) fn log(x: f64) -> f64 {
    let (k, m) = split(x);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    at_edges(x, k.mul_add(LN_2, s * z.mul_add(polynomial(z, LOG), 2.0)))
}

/// `tanh x` from `e^2x - 1`, which is accurate near zero.
#[inline(always)]
pub(super) fn tanh(x: f64) -> f64 {
    let reduced = Reduced::new(clamp(2.0 * x.abs(), 0.0, 40.0));
    let (r, power) = (reduced.rest, reduced.power(0));
    let less_one = power.mul_add((r * r).mul_add(polynomial(r, EXP), r), power - 1.0);
    (less_one / (less_one + 2.0)).copysign(x)
}

/// `sin(x + quarters pi/2)` for `|x| <= 2^48`.
#[inline(always)]
fn turned(x: f64, quarters: u64) -> f64 {
    let shifted = x.mul_add(TWO_OVER_PI, SHIFT);
    let n = shifted - SHIFT;
    let r = n.mul_add(-HALF_PI[1], n.mul_add(-HALF_PI[0], x));
    let z = r * r;
    let sin = r * z.mul_add(polynomial(z, SIN), 1.0);
    let cos = z.mul_add(polynomial(z, COS), 1.0);
    let quarters = shifted.to_bits().wrapping_add(quarters);
    let value = if quarters & 1 == 1 { cos } else { sin };
    f64::from_bits(value.to_bits() ^ ((quarters & 2) << 62))
}

/// `sin x` for `|x| <= 2^48`.
#[inline(always)]
pub(super) fn sin_moderate(x: f64) -> f64 {
    turned(x, 0)
}

/// `cos x` for `|x| <= 2^48`.
#[inline(always)]
pub(super) fn cos_moderate(x: f64) -> f64 {
    turned(x, 1)
}

/// `sin x`.
#[inline(always)]
pub(super) fn sin(x: f64) -> f64 {
    if is_huge(x) { trigonometric::sin(x) } else { sin_moderate(x) }
}

/// `cos x`.
#[inline(always)]
pub(super) fn cos(x: f64) -> f64 {
    if is_huge(x) { trigonometric::cos(x) } else { cos_moderate(x) }
}
