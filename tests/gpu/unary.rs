//! Functions of one element, of integers, bools and real floats.

use isotherm::expr::{Arithmetic, Functions, Logic};
use isotherm::prelude::*;

use crate::agreement::Bound;
use crate::devices::{Devices, KERNELS, Operation, alone, bits, operations};
use crate::values::{Values, one};
use crate::world;

/// Random operands beside the special ones.
const MORE: usize = 20_000;

fn signs<T: Real>() -> Vec<Operation<T, T>> {
    operations! {
        "negative": |a| -&a[0], bits;
        "abs": |a| a[0].abs(), bits;
        "sign": |a| a[0].sign(), bits;
        "square": |a| a[0].square(), bits;
        "floor": |a| a[0].floor(), bits;
        "ceil": |a| a[0].ceil(), bits;
        "trunc": |a| a[0].trunc(), bits;
        "round": |a| a[0].round(), bits;
    }
}

pub(crate) fn predicates<T: Numeric>() -> Vec<Operation<T, bool>> {
    operations! {
        "is_nan": |a| a[0].is_nan(), bits;
        "is_inf": |a| a[0].is_inf(), bits;
        "is_finite": |a| a[0].is_finite(), bits;
    }
}

/// Elementary functions, each of which states its own error on either device: twice an ulp, and roundings.
pub(crate) fn elementary<T: Floating>(bound: fn(&[T]) -> Bound) -> Vec<Operation<T, T>> {
    operations! {
        "exp": |a| a[0].exp(), bound;
        "expm1": |a| a[0].expm1(), bound;
        "log": |a| a[0].log(), bound;
        "log1p": |a| a[0].log1p(), bound;
        "log2": |a| a[0].log2(), bound;
        "log10": |a| a[0].log10(), bound;
        "sin": |a| a[0].sin(), bound;
        "cos": |a| a[0].cos(), bound;
        "tan": |a| a[0].tan(), bound;
        "asin": |a| a[0].asin(), bound;
        "acos": |a| a[0].acos(), bound;
        "atan": |a| a[0].atan(), bound;
        "sinh": |a| a[0].sinh(), bound;
        "cosh": |a| a[0].cosh(), bound;
        "tanh": |a| a[0].tanh(), bound;
        "asinh": |a| a[0].asinh(), bound;
        "acosh": |a| a[0].acosh(), bound;
        "atanh": |a| a[0].atanh(), bound;
    }
}

fn integers<T: Real + isotherm::math::Integer + Values>(devices: &Devices) -> Result<()>
where
    for<'a> &'a DistArray<T>: std::ops::Not<Output = Expr<T>>,
{
    let columns = one::<T>(MORE);
    devices.compare(&columns, &signs())?;
    devices.compare(&columns, &predicates())?;
    devices.compare(&columns, &operations! { "bitwise_invert": |a| !&a[0], bits; })
}

/// Quotients may be off by so many ulps: a driver's division of f32 is allowed 2.5, that of f64 is the library's own.
fn floats<T: Float + Values>(devices: &Devices, quotient: fn(&[T]) -> Bound) -> Result<()> {
    let columns = one::<T>(MORE);
    devices.compare(&columns, &signs())?;
    devices.compare(&columns, &predicates())?;
    let own: Vec<Operation<T, T>> = operations! {
        "sqrt": |a| a[0].sqrt(), bits;
        "reciprocal": |a| a[0].reciprocal(), quotient;
        "exp2": |a| a[0].exp2(), |_| Bound::Ulps(2.0);
    };
    devices.compare(&columns, &own)?;
    devices.compare(&columns, &operations! { "signbit": |a| a[0].signbit(), bits; })?;
    devices.compare(&columns, &elementary(|_| Bound::Ulps(2.0)))
}

#[test]
fn functions_of_integers_and_bools() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| {
        integers::<u8>(devices)?;
        integers::<i32>(devices)?;
        integers::<i64>(devices)?;
        integers::<u64>(devices)?;
        devices.compare(&one::<bool>(1000), &operations! { "bitwise_invert": |a| !&a[0], bits; })
    });
}

#[test]
fn functions_of_f32() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| floats::<f32>(devices, |_| Bound::Ulps(3.0)));
}

#[test]
fn functions_of_f64() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| floats::<f64>(devices, bits));
}
