//! Sine and cosine of an angle counted in whole turns, whose reduction is exact: what the random normals need.

use std::f64::consts;

use super::Elementary;
use super::sum::polynomial;

/// `sin(2 pi r) / r` in `r^2` for `|r| <= 1/8`, to 2^-25.
pub(super) const SINGLE_SIN: [f32; 4] = [6.2831855, -41.341858, 81.623764, -76.682945];

/// `(cos(2 pi r) - 1) / r^2` in `r^2` for `|r| <= 1/8`, to 2^-31 of the cosine.
pub(super) const SINGLE_COS: [f32; 4] = [-19.739208, 64.93914, -85.423035, 58.552834];

/// `sin(2 pi r) / r`, to 2^-54.
pub(super) const DOUBLE_SIN: [f64; 8] = [
    consts::TAU,
    -41.341702240398305,
    81.60524927463717,
    -76.7058592124648,
    42.058596641222486,
    -15.085626168567224,
    3.4048303247830822,
    6.803792399570851,
];

/// `(cos(2 pi r) - 1) / r^2`, to 2^-61 of the cosine.
pub(super) const DOUBLE_COS: [f64; 7] = [
    -19.739208802178716,
    64.93939402266665,
    -85.45681720596787,
    60.24464122162197,
    -26.426240466437644,
    7.902592686243894,
    -1.6875405767277358,
];

/// Sine and cosine of `turn` turns, for a turn in [0, 1].
#[inline(always)]
pub(super) fn sin_cos<T: Elementary, const S: usize, const C: usize>(turn: T, sin: [T; S], cos: [T; C]) -> (T, T) {
    let (one, two) = (T::ONE, T::ONE + T::ONE);
    let quarters = T::round((two + two) * turn);
    let r = T::mul_add(quarters, -(T::HALF * T::HALF), turn);
    let z = r * r;
    let (sin, cos) = (r * polynomial(z, sin), T::mul_add(z, polynomial(z, cos), one));
    let three = two + one;
    let odd = quarters == one || quarters == three;
    let (sin, cos) = if odd { (cos, sin) } else { (sin, cos) };
    let lower = quarters == two || quarters == three;
    let left = quarters == one || quarters == two;
    (if lower { -sin } else { sin }, if left { -cos } else { cos })
}
