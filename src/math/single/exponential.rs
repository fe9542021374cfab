//! Exponentials: the reduction and the scaling of the double precision ones.

use std::f32::consts;

use crate::math::sum::{Sum, one_and_more, polynomial};

/// Adding 1.5 * 2^23 rounds to an integer and leaves it, in two's complement, in the low bits.
const SHIFT: f32 = 12582912.0;
/// ln 2 to 51 bits.
const LN_2: Sum<f32> = Sum::new(consts::LN_2, -1.9046542e-9);

/// `(e^r - 1 - r) / r^2` for `|r| <= ln 2 / 2`, to 2^-28 of `e^r`.
const EXP: [f32; 5] = [0.5, 0.16666518, 0.041666456, 0.008368968, 0.0013935815];

/// `(2^r - 1) / r` for `|r| <= 1/2`, to 2^-32 of `2^r`.
const EXP2: [f32; 7] = [consts::LN_2, 0.2402265, 0.05550406, 0.009618087, 0.0013336657, 0.00015452299, 1.467336e-5];

/// `x` between bounds; NaN stays NaN.
#[inline(always)]
fn clamp(x: f32, low: f32, high: f32) -> f32 {
    let x = if x > high { high } else { x };
    if x < low { low } else { x }
}

/// `p * 2^n` for `shifted = n + SHIFT` and `n` from -250 to 250: two factors, so that only the last product rounds or
/// overflows.
#[inline(always)]
fn scale(p: f32, shifted: f32) -> f32 {
    let biased = shifted.to_bits().wrapping_sub(SHIFT.to_bits()).wrapping_add(254);
    let first = biased >> 1;
    let second = biased - first;
    p * f32::from_bits(first << 23) * f32::from_bits(second << 23)
}

/// `e^x` of each, where the results are normal numbers and so in reach of one addition to the exponent; without meaning elsewhere.
///
/// Step by step for all of them: vector code then has several independent chains of fused products to wait for.
#[inline(always)]
pub(in crate::math) fn exp_moderate<const N: usize>(x: [f32; N]) -> [f32; N] {
    let (mut shifted, mut r) = (x, x);
    for k in 0..N {
        shifted[k] = x[k].mul_add(consts::LOG2_E, SHIFT);
        r[k] = rest(x[k], shifted[k]);
    }
    let mut power = one_and_more(r, EXP);
    for k in 0..N {
        power[k] = f32::from_bits(power[k].to_bits().wrapping_add(shifted[k].to_bits() << 23));
    }
    power
}

/// Whether [`exp_moderate`] is `e^x`.
#[inline(always)]
pub(in crate::math) fn is_moderate(x: f32) -> bool {
    // As integers, among which NaN is larger than infinity.
    x.abs().to_bits() <= 87.0_f32.to_bits()
}

/// The rest of `x = n ln 2 + r` for `shifted = n + SHIFT`; exact but for its last rounding.
#[inline(always)]
fn rest(x: f32, shifted: f32) -> f32 {
    let n = shifted - SHIFT;
    n.mul_add(-LN_2.low, n.mul_add(-LN_2.high, x))
}

/// `n + SHIFT` and the rest of `x = n ln 2 + r`, which is exact up to the product of `n` with the low part of ln 2.
#[inline(always)]
fn reduce(x: f32) -> (f32, Sum<f32>) {
    let shifted = x.mul_add(consts::LOG2_E, SHIFT);
    let n = shifted - SHIFT;
    (shifted, Sum::new(n.mul_add(-LN_2.high, x), n * -LN_2.low))
}

/// `e^x`.
#[inline(always)]
pub(in crate::math) fn exp(x: f32) -> f32 {
    let x = clamp(x, -104.0, 89.0);
    let shifted = x.mul_add(consts::LOG2_E, SHIFT);
    let [power] = one_and_more([rest(x, shifted)], EXP);
    scale(power, shifted)
}

/// `2^x`: the rest of the rounding to an integer is exact.
#[inline(always)]
pub(in crate::math) fn exp2(x: f32) -> f32 {
    let x = clamp(x, -151.0, 129.0);
    let shifted = x + SHIFT;
    let rest = x - (shifted - SHIFT);
    scale(rest.mul_add(polynomial(rest, EXP2), 1.0), shifted)
}

/// `e^x - 1`: `(2^n - 1) + 2^n r` in two parts, plus `2^n` times the polynomial. All at half the size, because `2^n`
/// itself may be one step beyond the largest float.
#[inline(always)]
pub(in crate::math) fn expm1(x: f32) -> f32 {
    let (shifted, rest) = reduce(clamp(x, -20.0, 89.0));
    let biased = shifted.to_bits().wrapping_sub(SHIFT.to_bits()).wrapping_add(126);
    let half_power = f32::from_bits(biased << 23);
    let r = rest.value();
    let head = Sum::ordered(half_power - 0.5, half_power * rest.high);
    let tail = half_power * (r * r).mul_add(polynomial(r, EXP), rest.low);
    let result = 2.0 * (head.high + (head.low + tail));
    if x.abs() < 1e-8 { x } else { result }
}
