//! Exponentials: `x = n ln 2 + r` with `|r| <= ln 2 / 2`, a polynomial in `r`, and a scaling by `2^n`.

use std::f64::consts;

use super::sum::{Sum, one_and_more, polynomial};

/// Adding 1.5 * 2^52 rounds to an integer and leaves it, in two's complement, in the low bits.
pub(super) const SHIFT: f64 = 6755399441055744.0;
const LOG2_E: f64 = consts::LOG2_E;
/// ln 2 to 107 bits.
pub(super) const LN_2: Sum = Sum::new(consts::LN_2, 2.3190468138462996e-17);

/// `(e^r - 1 - r) / r^2` for `|r| <= ln 2 / 2`, to 2^-60 of `e^r`.
const EXP: [f64; 11] = [
    0.5,
    0.16666666666666669,
    0.041666666666666664,
    0.008333333333330011,
    0.0013888888888886517,
    0.00019841269863303223,
    2.4801587317322748e-05,
    2.75572680728901e-06,
    2.7557282693108636e-07,
    2.5100569275813683e-08,
    2.0911367871348534e-09,
];

/// `(2^r - 1 - r ln 2) / r^2` for `|r| <= 1/2`, to 2^-63 of `2^r`.
const EXP2: [f64; 11] = [
    0.24022650695910072,
    0.055504108664821604,
    0.009618129107628102,
    0.0013333558146411573,
    0.00015403530393907054,
    1.5252733837299154e-05,
    1.3215486456148266e-06,
    1.0178058616946155e-07,
    7.055006629454837e-09,
    4.455618471533928e-10,
    2.5599726174145337e-11,
];

/// The integer `n` and the rest of `x = n ln 2 + r`. `|x|` stays below 2^30.
#[derive(Clone, Copy)]
pub(super) struct Reduced {
    /// `n + SHIFT`.
    shifted: f64,
    pub(super) rest: f64,
}

impl Reduced {
    /// Reduces `x`. The first product is exact in the fused sum, because the rest is below 1 and all of its bits are
    /// multiples of 2^-53.
    #[inline(always)]
    pub(super) fn new(x: f64) -> Self {
        let shifted = x.mul_add(LOG2_E, SHIFT);
        let n = shifted - SHIFT;
        let rest = n.mul_add(-LN_2.low, n.mul_add(-LN_2.high, x));
        Self { shifted, rest }
    }

    /// `2^(n + offset)`, which must be a normal number.
    #[inline(always)]
    pub(super) fn power(self, offset: i64) -> f64 {
        let biased = self.shifted.to_bits().wrapping_sub(SHIFT.to_bits()).wrapping_add((1023 + offset) as u64);
        f64::from_bits(biased << 52)
    }

    /// `2^(offset - n)`, which must be a normal number.
    #[inline(always)]
    pub(super) fn inverse_power(self, offset: i64) -> f64 {
        let biased = SHIFT.to_bits().wrapping_sub(self.shifted.to_bits()).wrapping_add((1023 + offset) as u64);
        f64::from_bits(biased << 52)
    }

    /// `p * 2^n` for `n` from -1100 to 1100: two factors, so that only the last product rounds or overflows.
    #[inline(always)]
    fn scale(self, p: f64) -> f64 {
        let biased = self.shifted.to_bits().wrapping_sub(SHIFT.to_bits()).wrapping_add(2046);
        let first = biased >> 1;
        let second = biased - first;
        p * f64::from_bits(first << 52) * f64::from_bits(second << 52)
    }
}

/// `x` between bounds; NaN stays NaN.
#[inline(always)]
pub(super) fn clamp(x: f64, low: f64, high: f64) -> f64 {
    let x = if x > high { high } else { x };
    if x < low { low } else { x }
}

/// `e^x`.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    exp_reduced(Reduced::new(clamp(x, -746.0, 710.0)))
}

#[inline(always)]
fn exp_reduced(reduced: Reduced) -> f64 {
    let [power] = one_and_more([reduced.rest], EXP);
    reduced.scale(power)
}

/// `e^x` of each, where the results are normal numbers and so in reach of one addition to the exponent; without meaning elsewhere.
///
/// Step by step for all of them: vector code then has several independent chains of fused products to wait for.
#[inline(always)]
pub(super) fn exp_moderate<const N: usize>(x: [f64; N]) -> [f64; N] {
    let (mut shifted, mut r) = (x, x);
    for k in 0..N {
        let reduced = Reduced::new(x[k]);
        shifted[k] = reduced.shifted;
        r[k] = reduced.rest;
    }
    let mut power = one_and_more(r, EXP);
    for k in 0..N {
        power[k] = f64::from_bits(power[k].to_bits().wrapping_add(shifted[k].to_bits() << 52));
    }
    power
}

/// Whether [`exp_moderate`] is `e^x`.
#[inline(always)]
pub(super) fn is_moderate(x: f64) -> bool {
    x.abs() <= 708.0
}

/// `e^(high + low)` for `high` in [-746, 710]; `low` joins the rest while that is exact.
#[inline(always)]
pub(super) fn exp_sum(x: Sum) -> f64 {
    let Reduced { shifted, .. } = Reduced::new(x.high);
    let n = shifted - SHIFT;
    let rest = n.mul_add(-LN_2.low, n.mul_add(-LN_2.high, x.high) + x.low);
    exp_reduced(Reduced { shifted, rest })
}

/// `2^x`: the rest of the rounding to an integer is exact, only its product with ln 2 is in two parts.
#[inline(always)]
pub(super) fn exp2(x: f64) -> f64 {
    let x = clamp(x, -1076.0, 1025.0);
    let shifted = x + SHIFT;
    let rest = x - (shifted - SHIFT);
    let small = (rest * rest).mul_add(polynomial(rest, EXP2), rest * LN_2.low);
    Reduced { shifted, rest }.scale(1.0 + rest.mul_add(LN_2.high, small))
}

/// `e^x - 1`: `(2^n - 1) + 2^n r` in two parts, plus `2^n` times the polynomial. All at half the size, because `2^n`
/// itself may be one step beyond the largest float.
#[inline(always)]
pub(super) fn expm1(x: f64) -> f64 {
    let reduced = Reduced::new(clamp(x, -40.0, 710.0));
    let r = reduced.rest;
    let half_power = reduced.power(-1);
    let head = Sum::ordered(half_power - 0.5, half_power * r);
    let tail = half_power * (r * r * polynomial(r, EXP));
    let result = 2.0 * (head.high + (head.low + tail));
    if x.abs() < 1e-17 { x } else { result }
}

/// `e^x` in two parts for `x` in [-746, 700], to about 2^-56.
#[inline(always)]
pub(super) fn exp_pair(x: f64) -> Sum {
    let reduced = Reduced::new(x);
    let r = reduced.rest;
    let head = Sum::ordered(1.0, r);
    let sum = Sum::ordered(head.high, (r * r).mul_add(polynomial(r, EXP), head.low));
    Sum::new(reduced.scale(sum.high), reduced.scale(sum.low))
}
