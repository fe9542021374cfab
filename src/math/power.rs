//! Powers and roots: `x^y`, the cube root, the hypotenuse, and the logarithm of a sum of exponentials.

use super::exponential::{clamp, exp_pair, exp_sum};
use super::logarithm::{log_pair, log1p_pair};
use super::sum::Sum;

/// 2^`exponent`.
const fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// `x^y`: the logarithm in two parts, so that its product with `y` is good to an ulp of the result even near overflow.
#[inline(always)]
pub(super) fn pow(x: f64, y: f64) -> f64 {
    let a = x.abs();
    let log = log_pair(a);
    let product = Sum::product(y, at_ends(a, log.high));
    let low = y.mul_add(log.low, product.low);
    let low = if product.high.abs() < 1000.0 { low } else { 0.0 };
    at_power_edges(x, y, exp_sum(Sum::new(clamp(product.high, -746.0, 710.0), low)))
}

/// A logarithm of `a` where `a` is positive and finite, its limits at 0 and infinity, NaN at NaN.
#[inline(always)]
pub(super) fn at_ends(a: f64, log: f64) -> f64 {
    let log = if a < f64::INFINITY { log } else { a };
    if a == 0.0 { f64::NEG_INFINITY } else { log }
}

/// Puts right what `|x|^y = e^(y ln |x|)` gets wrong: the sign, and the values at 0 and 1.
#[inline(always)]
pub(super) fn at_power_edges(x: f64, y: f64, magnitude: f64) -> f64 {
    let a = x.abs();
    let whole = y.trunc() == y;
    let odd = whole && (0.5 * y).trunc() != 0.5 * y;
    let magnitude = if a == 1.0 { 1.0 } else { magnitude };
    let signed = if odd { magnitude.copysign(x) } else { magnitude };
    let undefined = x < 0.0 && !whole && a < f64::INFINITY;
    let result = if undefined { f64::NAN } else { signed };
    if y == 0.0 || x == 1.0 { 1.0 } else { result }
}

/// The cube root: an estimate from a third of the exponent, two steps of Halley, one of Newton with an exact residual.
///
/// # References
/// W. Kahan, "Computing a real cube root", 1991, for the estimate.
#[inline(always)]
pub(super) fn cbrt(x: f64) -> f64 {
    let a = x.abs();
    let (scale, back) = if a < power_of_two(-700) { (power_of_two(300), power_of_two(-100)) } else { (1.0, 1.0) };
    let (scale, back) = if a > power_of_two(900) { (power_of_two(-300), power_of_two(100)) } else { (scale, back) };
    let scaled = a * scale;
    let mut t = f64::from_bits(scaled.to_bits() / 3 + (0x2a9f_7893 << 32));
    for _ in 0..2 {
        let cube = t * t * t;
        t *= (cube + (scaled + scaled)) / (cube + (cube + scaled));
    }
    let square = Sum::product(t, t);
    let cube = Sum::product(square.high, t);
    let rest = (scaled - cube.high) - square.low.mul_add(t, cube.low);
    let root = (t + rest / (3.0 * square.high)) * back;
    let result = if a > 0.0 && a < f64::INFINITY { root } else { a };
    result.copysign(x)
}

/// `sqrt(x^2 + y^2)` without overflow on the way, the sum of squares in two parts.
#[inline(always)]
pub(super) fn hypot(x: f64, y: f64) -> f64 {
    let (x, y) = (x.abs(), y.abs());
    let (larger, smaller) = if y > x { (y, x) } else { (x, y) };
    let (scale, back) = if larger < power_of_two(-400) { (power_of_two(600), power_of_two(-600)) } else { (1.0, 1.0) };
    let (scale, back) =
        if larger > power_of_two(500) { (power_of_two(-600), power_of_two(600)) } else { (scale, back) };
    let (a, b) = (larger * scale, smaller * scale);
    let (first, second) = (Sum::product(a, a), Sum::product(b, b));
    let sum = Sum::ordered(first.high, second.high);
    let root = Sum::new(sum.high, sum.low + (first.low + second.low)).sqrt();
    let result = root.value() * back;
    if x == f64::INFINITY || y == f64::INFINITY { f64::INFINITY } else { result }
}

/// `ln(e^x + e^y)`: the larger plus `ln(1 + e^-|x - y|)`, both kept in two parts because they may cancel.
#[inline(always)]
pub(super) fn logaddexp(x: f64, y: f64) -> f64 {
    let larger = if y > x { y } else { x };
    let more = log1p_pair(exp_pair(clamp(-(x - y).abs(), -746.0, 0.0)));
    let sum = Sum::of(larger, more.high);
    let result = sum.high + (sum.low + more.low);
    let result = if larger.abs() < f64::INFINITY { result } else { larger };
    if x.is_nan() || y.is_nan() { f64::NAN } else { result }
}
