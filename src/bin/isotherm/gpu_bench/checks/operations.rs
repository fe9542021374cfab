//! Element-wise operations, on special values, their neighbours, and random ones.

use std::ops::{BitAnd, BitOr, BitXor, Not};

use isotherm::math::Integer;
use isotherm::prelude::*;

use super::agreement::{Bound, Sample};
use super::values::{Values, one, two};
use super::{Checks, Operation, of};

/// Random operands beside the special ones.
const MORE: usize = 4000;

/// Integers with all of their operators.
pub(super) trait Whole: Real + Integer + Values + Bits + Numeric<Sum: Sample> {}
impl<T: Real + Integer + Values + Bits + Numeric<Sum: Sample>> Whole for T {}

/// The operators of bits, for types that have them.
pub(super) trait Bits: Sample {
    fn of_bits() -> Vec<Operation<Self, Self>>;
    fn inverted() -> Operation<Self, Self>;
}

impl<T: Sample> Bits for T
where
    for<'a> &'a DistArray<T>: BitAnd<&'a DistArray<T>, Output = Expr<T>>
        + BitOr<&'a DistArray<T>, Output = Expr<T>>
        + BitXor<&'a DistArray<T>, Output = Expr<T>>
        + Not<Output = Expr<T>>,
{
    fn of_bits() -> Vec<Operation<T, T>> {
        vec![
            of("bitwise_and", Bound::Bits, |a| &a[0] & &a[1]),
            of("bitwise_or", Bound::Bits, |a| &a[0] | &a[1]),
            of("bitwise_xor", Bound::Bits, |a| &a[0] ^ &a[1]),
        ]
    }

    fn inverted() -> Operation<T, T> {
        of("bitwise_invert", Bound::Bits, |a| !&a[0])
    }
}

/// One column of operands, and two, on the CPU.
fn columns<T: Values>(checks: &Checks<'_>) -> Result<[Vec<DistArray<T>>; 2]> {
    let arrays = |columns: Vec<Vec<T>>| -> Result<Vec<DistArray<T>>> {
        columns.iter().map(|column| checks.array(column, column.len())).collect()
    };
    Ok([arrays(one(MORE))?, arrays(two(MORE))?])
}

pub(super) fn of_bools(checks: &mut Checks<'_>) -> Result<()> {
    let [single, pairs] = columns::<bool>(checks)?;
    checks.evaluate(&single, &[bool::inverted()])?;
    checks.evaluate(&single, &casts())?;
    checks.evaluate(&pairs, &bool::of_bits())?;
    checks.evaluate(&pairs, &choices())
}

pub(super) fn of_integers<T: Whole>(checks: &mut Checks<'_>) -> Result<()> {
    let [single, pairs] = columns::<T>(checks)?;
    checks.evaluate(&single, &signs())?;
    checks.evaluate(&single, &casts())?;
    checks.evaluate(&single, &[T::inverted()])?;
    checks.evaluate(&pairs, &arithmetic())?;
    checks.evaluate(&pairs, &comparisons())?;
    checks.evaluate(&pairs, &choices())?;
    checks.evaluate(&pairs, &T::of_bits())?;
    let own: Vec<Operation<T, T>> = vec![
        of("floor_divide", Bound::Bits, |a| a[0].floor_divide(&a[1])),
        of("pow", Bound::Bits, |a| a[0].pow(&a[1])),
        of("bitwise_left_shift", Bound::Bits, |a| a[0].bitwise_left_shift(&a[1])),
        of("bitwise_right_shift", Bound::Bits, |a| a[0].bitwise_right_shift(&a[1])),
    ];
    checks.evaluate(&pairs, &own)
}

/// Quotients may be off by so many ulps: a driver's division of f32 is allowed 2.5, that of f64 is the library's own. `cancelled` is the distance of a
/// `logaddexp` whose terms cancel.
pub(super) fn of_floats<T: Float + Values>(checks: &mut Checks<'_>, quotient: Bound, cancelled: f64) -> Result<()> {
    let [single, pairs] = columns::<T>(checks)?;
    checks.evaluate(&single, &signs())?;
    checks.evaluate(&single, &casts())?;
    checks.evaluate(&single, &elementary(Bound::Ulps(2.0)))?;
    let own: Vec<Operation<T, T>> = vec![
        of("sqrt", Bound::Bits, |a| a[0].sqrt()),
        of("exp2", Bound::Ulps(2.0), |a| a[0].exp2()),
        of("reciprocal", quotient, |a| a[0].reciprocal()),
    ];
    checks.evaluate(&single, &own)?;
    checks.evaluate(&single, &predicates())?;
    checks.evaluate(&pairs, &arithmetic())?;
    checks.evaluate(&pairs, &comparisons())?;
    checks.evaluate(&pairs, &choices())?;
    let own: Vec<Operation<T, T>> = vec![
        of("divide", quotient, |a| &a[0] / &a[1]),
        of("copysign", Bound::Bits, |a| a[0].copysign(&a[1])),
        of("nextafter", Bound::Bits, |a| a[0].nextafter(&a[1])),
        of("pow", Bound::Ulps(2.0), |a| a[0].pow(&a[1])),
        of("atan2", Bound::Ulps(2.0), |a| a[0].atan2(&a[1])),
        of("hypot", Bound::Ulps(2.0), |a| a[0].hypot(&a[1])),
        of("logaddexp", Bound::Near(2.0, cancelled), |a| a[0].logaddexp(&a[1])),
    ];
    checks.evaluate(&pairs, &own)
}

/// What both devices' errors come to, in units of the larger part. Powers are left to the tests, which know how far each may be off.
pub(super) fn of_complex<T: Floating + Values>(checks: &mut Checks<'_>) -> Result<()> {
    const NEAR: Bound = Bound::Ulps(8.0);
    let [single, pairs] = columns::<T>(checks)?;
    checks.evaluate(&single, &elementary(NEAR))?;
    checks.evaluate(&single, &predicates())?;
    let own: Vec<Operation<T, T>> = vec![
        of("negative", Bound::Bits, |a| -&a[0]),
        of("square", NEAR, |a| a[0].square()),
        of("sqrt", NEAR, |a| a[0].sqrt()),
        of("reciprocal", NEAR, |a| a[0].reciprocal()),
    ];
    checks.evaluate(&single, &own)?;
    let own: Vec<Operation<T, T>> = vec![
        of("add", Bound::Bits, |a| &a[0] + &a[1]),
        of("subtract", Bound::Bits, |a| &a[0] - &a[1]),
        of("multiply", NEAR, |a| &a[0] * &a[1]),
        of("divide", NEAR, |a| &a[0] / &a[1]),
    ];
    checks.evaluate(&pairs, &own)?;
    checks.evaluate(&pairs, &choices())
}

fn signs<T: Real>() -> Vec<Operation<T, T>> {
    vec![
        of("negative", Bound::Bits, |a| -&a[0]),
        of("abs", Bound::Bits, |a| a[0].abs()),
        of("sign", Bound::Bits, |a| a[0].sign()),
        of("square", Bound::Bits, |a| a[0].square()),
        of("floor", Bound::Bits, |a| a[0].floor()),
        of("ceil", Bound::Bits, |a| a[0].ceil()),
        of("trunc", Bound::Bits, |a| a[0].trunc()),
        of("round", Bound::Bits, |a| a[0].round()),
    ]
}

fn predicates<T: Numeric>() -> Vec<Operation<T, bool>> {
    vec![
        of("is_nan", Bound::Bits, |a| a[0].is_nan()),
        of("is_inf", Bound::Bits, |a| a[0].is_inf()),
        of("is_finite", Bound::Bits, |a| a[0].is_finite()),
    ]
}

fn elementary<T: Floating>(bound: Bound) -> Vec<Operation<T, T>> {
    vec![
        of("exp", bound, |a| a[0].exp()),
        of("expm1", bound, |a| a[0].expm1()),
        of("log", bound, |a| a[0].log()),
        of("log1p", bound, |a| a[0].log1p()),
        of("log2", bound, |a| a[0].log2()),
        of("log10", bound, |a| a[0].log10()),
        of("sin", bound, |a| a[0].sin()),
        of("cos", bound, |a| a[0].cos()),
        of("tan", bound, |a| a[0].tan()),
        of("asin", bound, |a| a[0].asin()),
        of("acos", bound, |a| a[0].acos()),
        of("atan", bound, |a| a[0].atan()),
        of("sinh", bound, |a| a[0].sinh()),
        of("cosh", bound, |a| a[0].cosh()),
        of("tanh", bound, |a| a[0].tanh()),
        of("asinh", bound, |a| a[0].asinh()),
        of("acosh", bound, |a| a[0].acosh()),
        of("atanh", bound, |a| a[0].atanh()),
    ]
}

fn arithmetic<T: Real>() -> Vec<Operation<T, T>> {
    vec![
        of("add", Bound::Bits, |a| &a[0] + &a[1]),
        of("subtract", Bound::Bits, |a| &a[0] - &a[1]),
        of("multiply", Bound::Bits, |a| &a[0] * &a[1]),
        of("remainder", Bound::Bits, |a| a[0].remainder(&a[1])),
        of("maximum", Bound::Bits, |a| a[0].maximum(&a[1])),
        of("minimum", Bound::Bits, |a| a[0].minimum(&a[1])),
    ]
}

fn comparisons<T: Real>() -> Vec<Operation<T, bool>> {
    vec![
        of("equal", Bound::Bits, |a| a[0].equal(&a[1])),
        of("not_equal", Bound::Bits, |a| a[0].not_equal(&a[1])),
        of("less", Bound::Bits, |a| a[0].less(&a[1])),
        of("less_equal", Bound::Bits, |a| a[0].less_equal(&a[1])),
        of("greater", Bound::Bits, |a| a[0].greater(&a[1])),
        of("greater_equal", Bound::Bits, |a| a[0].greater_equal(&a[1])),
    ]
}

fn choices<T: Element>() -> Vec<Operation<T, T>> {
    vec![of("select", Bound::Bits, |a| select(a[0].equal(&a[1]), &a[1], &a[0]))]
}

/// To a dtype that every device has; conversions to all others are among the tests.
fn casts<T: Element>() -> Vec<Operation<T, i32>> {
    vec![of("cast to i32", Bound::Bits, |a| a[0].cast::<i32>())]
}
