//! Inverse hyperbolic functions: a polynomial near zero, elsewhere the logarithm that defines them, of an argument in
//! two parts.

use super::exponential::LN_2;
use super::logarithm::{log_sum, log1p_pair};
use super::sum::{Sum, polynomial};

/// `(asinh(x)/x - 1) / x^2` in `x^2 <= 1/4`, to 2^-58.
const ASINH: [f64; 13] = [
    -0.16666666666666666,
    0.0749999999999992,
    -0.044642857142677225,
    0.030381944428513684,
    -0.022372158355736263,
    0.0173527441556904,
    -0.013964483323351326,
    0.011547475926257406,
    -0.009725716144151688,
    0.00818236764637779,
    -0.0064746008466359025,
    0.00413835813140252,
    -0.0014988358499957474,
];

/// `(atanh(x)/x - 1) / x^2` in `x^2 <= 1/4`, to 2^-57.
const ATANH: [f64; 14] = [
    0.3333333333333333,
    0.20000000000000864,
    0.14285714285490106,
    0.11111111133938968,
    0.09090907881509189,
    0.07692345940270638,
    0.06665886352701884,
    0.05893099692590042,
    0.05160769881147162,
    0.05441915418234587,
    0.012292448728540531,
    0.13557903913692299,
    -0.14450491183414468,
    0.21098097885975797,
];

/// From here on `asinh x` and `acosh x` are `ln 2x` to 2^-58.
const LARGE: f64 = 268435456.0;

/// `x (1 + x^2 p(x^2))`.
#[inline(always)]
fn odd<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let z = x * x;
    (x * z).mul_add(polynomial(z, coefficients), x)
}

/// `ln 2x` for large `x`, `otherwise` for all others; infinity and NaN stay.
#[inline(always)]
fn unless_large(x: f64, otherwise: f64) -> f64 {
    let log = log_sum(Sum::new(x, 0.0));
    let sum = Sum::ordered(log.high, LN_2.high);
    let result = if x > LARGE { sum.high + (sum.low + (log.low + LN_2.low)) } else { otherwise };
    if x < f64::INFINITY { result } else { x }
}

/// `asinh x`.
#[inline(always)]
pub(super) fn asinh(x: f64) -> f64 {
    let a = x.abs();
    let square = Sum::product(a, a);
    let one_more = Sum::of(1.0, square.high);
    let root = Sum::new(one_more.high, one_more.low + square.low).sqrt();
    let argument = Sum::of(root.high, a);
    let by_log = log_sum(Sum::new(argument.high, argument.low + root.low)).value();
    let result = unless_large(a, if a < 0.5 { odd(a, ASINH) } else { by_log });
    if a < 1e-9 { x } else { result.copysign(x) }
}

/// `acosh x`.
#[inline(always)]
pub(super) fn acosh(x: f64) -> f64 {
    let less = Sum::of(x, -1.0);
    let root = less.times(Sum::of(x, 1.0)).sqrt();
    let sum = Sum::of(less.high, root.high);
    let result = log1p_pair(Sum::new(sum.high, sum.low + (less.low + root.low))).value();
    if x < 1.0 { f64::NAN } else { unless_large(x, result) }
}

/// `atanh x`.
#[inline(always)]
pub(super) fn atanh(x: f64) -> f64 {
    let a = x.abs();
    let ratio = Sum::of(1.0, a).over(Sum::new(1.0 - a, 0.0));
    let by_log = 0.5 * log_sum(ratio).value();
    let result = if a < 0.5 { odd(a, ATANH) } else { by_log };
    let result = if a < 1.0 { result } else { f64::INFINITY };
    let result = if a <= 1.0 { result } else { f64::NAN };
    if a < 1e-9 { x } else { result.copysign(x) }
}
