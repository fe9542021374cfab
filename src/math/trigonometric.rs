//! Sine, cosine and tangent: `x = n pi/2 + r` with `|r| <= pi/4` in two parts, then a polynomial for each of sine and
//! cosine.

use std::f64::consts;

use super::exponential::SHIFT;
use super::sum::{Sum, polynomial};

/// Above this the quotient no longer fits the reduction by three constants.
const MODERATE: f64 = 281474976710656.0;
const TWO_OVER_PI: f64 = consts::FRAC_2_PI;
/// pi/2 as a sum of three floats, to 2^-162.
const HALF_PI: [f64; 3] = [consts::FRAC_PI_2, 6.123233995736766e-17, -1.4973849048591698e-33];

/// `(sin(r)/r - 1) / r^2` in `r^2`, to 2^-57.
const SIN: [f64; 7] = [
    -0.16666666666666666,
    0.008333333333333331,
    -0.00019841269841264306,
    2.7557319218756904e-06,
    -2.5052106033207783e-08,
    1.6058500507742766e-10,
    -7.584890272149365e-13,
];

/// `(cos(r) - 1 + r^2/2) / r^4` in `r^2`, to 2^-59.
const COS: [f64; 6] = [
    0.041666666666666664,
    -0.001388888888888716,
    2.480158729841211e-05,
    -2.7557317091059624e-07,
    2.0876109172764205e-09,
    -1.137999930902293e-11,
];

/// An angle as quarter turns, of which the low two bits count, and a rest of at most an eighth of a turn.
#[derive(Clone, Copy)]
struct Angle {
    quarters: u64,
    rest: Sum,
}

/// Whether `x` is so large that [`sin`], [`cos`] and [`tan`] leave their straight line for an exact reduction.
#[inline(always)]
pub(super) fn is_huge(x: f64) -> bool {
    x.abs() > MODERATE && x.abs() < f64::INFINITY
}

/// Reduction for `|x|` up to 2^48. The first fused product is exact, since all bits of the rest are multiples of 2^-53
/// and it is below 1; the others keep what they round away. The closest that such an `x` comes to a multiple of pi/2 is
/// about 2^-60, the error of the rest is below 2^-110.
///
/// # References
/// Cody and Waite 1980, chapter 8; S. Boldo, M. Daumas, R.-C. Li, "Formally verified argument reduction with a fused
/// multiply-add", IEEE Trans. Computers 58(8), 2009, doi:10.1109/TC.2008.216.
#[inline(always)]
fn reduce(x: f64) -> Angle {
    let shifted = x.mul_add(TWO_OVER_PI, SHIFT);
    let n = shifted - SHIFT;
    let first = n.mul_add(-HALF_PI[0], x);
    let second = Sum::product(n, -HALF_PI[1]);
    let sum = Sum::of(first, second.high);
    let low = sum.low + n.mul_add(-HALF_PI[2], second.low);
    Angle { quarters: shifted.to_bits(), rest: Sum::ordered(sum.high, low) }
}

/// 2/pi, 64 zero bits first.
const TWO_OVER_PI_BITS: [u64; 20] = [
    0,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
];

/// Reduction of any finite `x` above 2^48, in integers: `x = m 2^e` turns over as often as `m` times those bits of
/// `2/pi` that, shifted by `e`, are worth less than a full turn. 192 of them leave an error below 2^-128 of a quarter;
/// no float is closer than 2^-62 to a multiple of pi/2.
///
/// # References
/// M. H. Payne, R. N. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983,
/// doi:10.1145/1057600.1057602.
#[cold]
fn reduce_huge(x: f64) -> Angle {
    const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
    let bits = x.to_bits();
    let m = (bits & MANTISSA) | (MANTISSA + 1);
    // The first bit needed is worth two quarters times 2^e; the table starts 64 bits before the point.
    let start = ((bits >> 52) & 0x7ff) as usize + 64 - 2 - 1075;
    let (word, shift) = (start / 64, start % 64);
    let window = |k: usize| {
        let pair = (u128::from(TWO_OVER_PI_BITS[word + k]) << 64) | u128::from(TWO_OVER_PI_BITS[word + k + 1]);
        ((pair << shift) >> 64) as u64
    };
    let low = u128::from(m) * u128::from(window(2));
    let middle = u128::from(m) * u128::from(window(1)) + (low >> 64);
    let top = m.wrapping_mul(window(0)).wrapping_add((middle >> 64) as u64);
    let product = (u128::from(top) << 64) | u128::from(middle as u64);
    // Two bits of quarters, then the fraction; seen as a signed number it is the distance to the nearest quarter.
    let fraction = ((product << 2) | u128::from(low as u64 >> 62)) as i128;
    let quarters = (top >> 62).wrapping_add(u64::from(fraction < 0));
    let high = fraction as f64;
    let low = (fraction - high as i128) as f64;
    let unit = f64::from_bits((1023 - 128) << 52);
    let rest = Sum::new(high * unit, low * unit).times(Sum::new(HALF_PI[0], HALF_PI[1]));
    if x < 0.0 {
        Angle { quarters: quarters.wrapping_neg(), rest: Sum::new(-rest.high, -rest.low) }
    } else {
        Angle { quarters, rest }
    }
}

#[inline(always)]
fn angle(x: f64) -> Angle {
    if is_huge(x) { reduce_huge(x) } else { reduce(x) }
}

/// `sin r` as its leading `r` and the rest.
#[inline(always)]
fn sin_parts(r: Sum) -> Sum {
    let z = r.high * r.high;
    Sum::new(r.high, (r.high * z).mul_add(polynomial(z, SIN), (-0.5 * z).mul_add(r.low, r.low)))
}

/// `cos r` as `1 - r^2/2` rounded and the rest.
#[inline(always)]
fn cos_parts(r: Sum) -> Sum {
    let z = r.high * r.high;
    let half = 0.5 * z;
    let head = 1.0 - half;
    let lost = (1.0 - head) - half;
    Sum::new(head, lost + (z * z).mul_add(polynomial(z, COS), -r.high * r.low))
}

/// The sine of an angle moved on by `quarters`.
#[inline(always)]
fn sin_of(angle: Angle, quarters: u64) -> f64 {
    let quarters = angle.quarters.wrapping_add(quarters);
    let odd = quarters & 1 == 1;
    let (sin, cos) = (sin_parts(angle.rest), cos_parts(angle.rest));
    let value = if odd { cos.value() } else { sin.value() };
    f64::from_bits(value.to_bits() ^ ((quarters & 2) << 62))
}

#[inline(always)]
fn tan_of(angle: Angle) -> f64 {
    let odd = angle.quarters & 1 == 1;
    let (sin, cos) = (sin_parts(angle.rest), cos_parts(angle.rest));
    let (sin, cos) = (Sum::ordered(sin.high, sin.low), Sum::ordered(cos.high, cos.low));
    let over = if odd { Sum::new(-cos.high, -cos.low) } else { sin };
    let under = if odd { sin } else { cos };
    over.over(under).value()
}

/// Below this sine and tangent are their argument, signed zeros included.
#[inline(always)]
fn unless_tiny(x: f64, result: f64) -> f64 {
    if x.abs() < 1e-9 { x } else { result }
}

/// `sin x` for `|x| <= 2^48`.
#[inline(always)]
pub(super) fn sin_moderate(x: f64) -> f64 {
    unless_tiny(x, sin_of(reduce(x), 0))
}

/// `cos x` for `|x| <= 2^48`.
#[inline(always)]
pub(super) fn cos_moderate(x: f64) -> f64 {
    sin_of(reduce(x), 1)
}

/// `tan x` for `|x| <= 2^48`.
#[inline(always)]
pub(super) fn tan_moderate(x: f64) -> f64 {
    unless_tiny(x, tan_of(reduce(x)))
}

/// `sin x`.
#[inline(always)]
pub(super) fn sin(x: f64) -> f64 {
    unless_tiny(x, sin_of(angle(x), 0))
}

/// `cos x`.
#[inline(always)]
pub(super) fn cos(x: f64) -> f64 {
    sin_of(angle(x), 1)
}

/// `tan x`.
#[inline(always)]
pub(super) fn tan(x: f64) -> f64 {
    unless_tiny(x, tan_of(angle(x)))
}
