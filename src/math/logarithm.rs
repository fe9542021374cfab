//! Logarithms: `x = 2^k m` with `m` in [sqrt(1/2), sqrt 2), then `ln m = 2 atanh s` with `s = (m - 1) / (m + 1)`.
//!
//! The arrangement `f - (f^2/2 - s (f^2/2 + R))`, whose leading term `f = m - 1` is exact, is that of Sun's fdlibm
//! (`e_log.c`).

use std::f64::consts;

use super::exponential::LN_2;
use super::sum::{Sum, polynomial};

const ONE: u64 = 0x3ff0_0000_0000_0000;
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
/// 2^52: its low bits count in ones.
const COUNTER: u64 = 0x4330_0000_0000_0000;
/// ln 2 with 21 trailing zero bits, so that its product with an exponent is exact, and the rest.
const LN_2_SHORT: Sum = Sum::new(0.6931471803691238, 1.9082149292705877e-10);
const LOG2_E: Sum = Sum::new(consts::LOG2_E, 2.0355273740931033e-17);
const LOG10_E: Sum = Sum::new(consts::LOG10_E, 1.098319650216765e-17);
const LOG10_2: Sum = Sum::new(consts::LOG10_2, -2.8037281277851704e-18);

/// `(2 atanh(s) / s - 2) / z` in `z = s^2 <= 0.0295`, to 2^-58 of the logarithm.
const LOG: [f64; 7] = [
    0.666666666666667,
    0.3999999999989889,
    0.28571428626253836,
    0.22222211089379496,
    0.1818289243253687,
    0.15331611722055008,
    0.14617807153417325,
];

/// `((2 atanh(s) / s - 2) / z - 2/3) / z`, to 2^-66 of the logarithm.
const LOG_PAIR: [f64; 8] = [
    0.4,
    0.2857142857142937,
    0.22222222221652765,
    0.18181818336099848,
    0.1538459488700718,
    0.1333480879881234,
    0.11706126464563398,
    0.11724327060846747,
];
const TWO_THIRDS: Sum = Sum::new(0.6666666666666666, 3.700743415417188e-17);

/// `(k, m)` of a finite positive `x`; something without meaning, but no trap, for any other.
#[inline(always)]
pub(super) fn split(x: f64) -> (f64, f64) {
    let subnormal = x < f64::MIN_POSITIVE;
    let normal = if subnormal { x * 18014398509481984.0 } else { x };
    split_biased(normal, if subnormal { 1023.0 + 54.0 } else { 1023.0 })
}

/// [`split`] of a normal positive `x`.
#[inline(always)]
pub(super) fn split_normal(x: f64) -> (f64, f64) {
    split_biased(x, 1023.0)
}

/// `k + 1023 - bias` and `m` of a normal positive `x`.
#[inline(always)]
fn split_biased(x: f64, bias: f64) -> (f64, f64) {
    let bits = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    let k = f64::from_bits((bits >> 52) | COUNTER) - f64::from_bits(COUNTER) - bias;
    (k, f64::from_bits((bits & MANTISSA) + SQRT_HALF))
}

/// The logarithm's values at its edges: NaN below zero, minus infinity at zero, and infinity and NaN themselves.
#[inline(always)]
pub(super) fn at_edges(x: f64, result: f64) -> f64 {
    // As integers: LLVM joins comparisons of floats into a test of their class, which few vector units have.
    let result = if (x.to_bits() as i64) < f64::INFINITY.to_bits() as i64 { result } else { x };
    let result = if x >= 0.0 { result } else { f64::NAN };
    if x == 0.0 { f64::NEG_INFINITY } else { result }
}

/// `ln m` as the exact `m - 1` and what is below it.
#[inline(always)]
fn log_of_mantissa(m: f64) -> Sum {
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    Sum::new(f, s.mul_add(z.mul_add(polynomial(z, LOG), half_square), -half_square))
}

/// `ln(x) + correction` in two parts, to about 2^-57 of the larger of 1/2 and itself.
#[inline(always)]
fn log_parts(x: f64, correction: f64) -> Sum {
    let (k, m) = split(x);
    let mantissa = log_of_mantissa(m);
    let head = k.mul_add(LN_2_SHORT.high, mantissa.high);
    let lost = k.mul_add(LN_2_SHORT.high, -head) + mantissa.high;
    Sum::new(head, lost + (mantissa.low + k.mul_add(LN_2_SHORT.low, correction)))
}

/// `ln x`.
#[inline(always)]
pub(super) fn log(x: f64) -> f64 {
    at_edges(x, log_parts(x, 0.0).value())
}

/// `ln(1 + x)`: the part of `x` that `1 + x` rounds away comes back as a correction.
#[inline(always)]
pub(super) fn log1p(x: f64) -> f64 {
    let w = Sum::of(1.0, x);
    let result = at_edges(w.high, log_parts(w.high, w.low / w.high).value());
    if x.abs() < 1e-17 { x } else { result }
}

/// `ln(1 + x)` in two parts, for `x >= 0` in two parts.
#[inline(always)]
pub(super) fn log1p_pair(x: Sum) -> Sum {
    let w = Sum::of(1.0, x.high);
    log_parts(w.high, (w.low + x.low) / w.high)
}

/// `ln(high + low)` for a positive finite sum.
#[inline(always)]
pub(super) fn log_sum(x: Sum) -> Sum {
    log_parts(x.high, x.low / x.high)
}

/// `log2 x`; exact for powers of two.
#[inline(always)]
pub(super) fn log2(x: f64) -> f64 {
    let (k, m) = split(x);
    at_edges(x, scaled_log(Sum::new(k, 0.0), m, LOG2_E))
}

/// `log10 x`.
#[inline(always)]
pub(super) fn log10(x: f64) -> f64 {
    let (k, m) = split(x);
    let head = Sum::product(k, LOG10_2.high);
    let head = Sum::new(head.high, k.mul_add(LOG10_2.low, head.low));
    at_edges(x, scaled_log(head, m, LOG10_E))
}

/// `head + ln(m) * unit`.
#[inline(always)]
fn scaled_log(head: Sum, m: f64, unit: Sum) -> f64 {
    let mantissa = log_of_mantissa(m);
    let product = Sum::product(mantissa.high, unit.high);
    let low = mantissa.low.mul_add(unit.high, mantissa.high.mul_add(unit.low, product.low));
    let sum = Sum::ordered(head.high, product.high);
    sum.high + (sum.low + (head.low + low))
}

/// `ln x` of a positive finite `x` in two parts, to about 2^-65: what `pow` needs.
///
/// # References
/// SLEEF's `logk`: the series of atanh with its first two terms in two parts.
#[inline(always)]
pub(super) fn log_pair(x: f64) -> Sum {
    let (k, m) = split(x);
    // No order is needed: `m` is below 2, so the difference with the rounded sum is exact.
    let s = Sum::new(m - 1.0, 0.0).over(Sum::ordered(1.0, m));
    let z = s.times(s);
    let factor = Sum::ordered(TWO_THIRDS.high, z.high * polynomial(z.high, LOG_PAIR));
    let cubic = s.times(z.times(Sum::new(factor.high, factor.low + TWO_THIRDS.low)));
    let mantissa = Sum::new(2.0 * s.high, 2.0 * s.low).plus_smaller(cubic);
    let exponent = Sum::product(k, LN_2.high);
    Sum::new(exponent.high, k.mul_add(LN_2.low, exponent.low)).plus_smaller(mantissa)
}
