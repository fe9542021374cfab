//! Logarithms: `x = 2^k m` with `m` in [sqrt(1/2), sqrt 2), then a polynomial in `m - 1`, which is exact.

use std::f32::consts;

use crate::math::sum::{Sum, polynomial};

const SQRT_HALF: u32 = 0x3f35_04f3;
const MANTISSA: u32 = 0x007f_ffff;
const LN_2: Sum<f32> = Sum::new(consts::LN_2, -1.9046542e-9);
const LOG2_E: Sum<f32> = Sum::new(consts::LOG2_E, 1.925963e-8);
const LOG10_E: Sum<f32> = Sum::new(consts::LOG10_E, -1.010305e-8);
const LOG10_2: Sum<f32> = Sum::new(consts::LOG10_2, -1.4320989e-8);

/// `(ln(1 + f) - f + f^2/2) / f^3` for `1 + f` in [sqrt(1/2), sqrt 2), to 2^-30 of the logarithm.
const LOG: [f32; 9] =
    [0.33333313, -0.25000012, 0.20002073, -0.16667855, 0.1422023, -0.12408192, 0.11886235, -0.11660713, 0.0673298];

/// `(k, m)` of a finite positive `x`; something without meaning, but no trap, for any other.
#[inline(always)]
fn split(x: f32) -> (f32, f32) {
    let subnormal = x < f32::MIN_POSITIVE;
    let normal = if subnormal { x * 16777216.0 } else { x };
    let bias = if subnormal { 24.0 } else { 0.0 };
    let bits = normal.to_bits().wrapping_sub(SQRT_HALF);
    let k = (bits as i32 >> 23) as f32 - bias;
    (k, f32::from_bits((bits & MANTISSA) + SQRT_HALF))
}

/// The logarithm's values at its edges: NaN below zero, minus infinity at zero, and infinity and NaN themselves.
#[inline(always)]
fn at_edges(x: f32, result: f32) -> f32 {
    // As integers: LLVM joins comparisons of floats into a test of their class, which no vector unit has.
    let result = if (x.to_bits() as i32) < f32::INFINITY.to_bits() as i32 { result } else { x };
    let result = if x >= 0.0 { result } else { f32::NAN };
    if x == 0.0 { f32::NEG_INFINITY } else { result }
}

/// `ln m` as the exact `m - 1` and what is below it, with `correction` in that.
#[inline(always)]
fn log_of_mantissa(m: f32, correction: f32) -> Sum<f32> {
    let f = m - 1.0;
    let square = f * f;
    Sum::new(f, (f * square).mul_add(polynomial(f, LOG), square.mul_add(-0.5, correction)))
}

/// `ln(x) + correction`.
#[inline(always)]
fn log_corrected(x: f32, correction: f32) -> f32 {
    let (k, m) = split(x);
    let mantissa = log_of_mantissa(m, k.mul_add(LN_2.low, correction));
    let head = k.mul_add(LN_2.high, mantissa.high);
    // What the fused sum rounded away; exact, as all three are multiples of 2^-24 here.
    let lost = k.mul_add(LN_2.high, -head) + mantissa.high;
    at_edges(x, head + (lost + mantissa.low))
}

/// `ln x`.
#[inline(always)]
pub(in crate::math) fn log(x: f32) -> f32 {
    log_corrected(x, 0.0)
}

/// `ln(1 + x)`: the part of `x` that `1 + x` rounds away comes back as a correction.
#[inline(always)]
pub(in crate::math) fn log1p(x: f32) -> f32 {
    let w = Sum::of(1.0, x);
    let result = log_corrected(w.high, w.low / w.high);
    if x.abs() < 1e-8 { x } else { result }
}

/// `log2 x`; exact for powers of two.
#[inline(always)]
pub(in crate::math) fn log2(x: f32) -> f32 {
    let (k, m) = split(x);
    at_edges(x, scaled_log(Sum::new(k, 0.0), m, LOG2_E))
}

/// `log10 x`.
#[inline(always)]
pub(in crate::math) fn log10(x: f32) -> f32 {
    let (k, m) = split(x);
    let head = Sum::product(k, LOG10_2.high);
    let head = Sum::new(head.high, k.mul_add(LOG10_2.low, head.low));
    at_edges(x, scaled_log(head, m, LOG10_E))
}

/// `head + ln(m) * unit`.
#[inline(always)]
fn scaled_log(head: Sum<f32>, m: f32, unit: Sum<f32>) -> f32 {
    let mantissa = log_of_mantissa(m, 0.0);
    let product = Sum::product(mantissa.high, unit.high);
    let low = mantissa.low.mul_add(unit.high, mantissa.high.mul_add(unit.low, product.low));
    let sum = Sum::ordered(head.high, product.high);
    sum.high + (sum.low + (head.low + low))
}
