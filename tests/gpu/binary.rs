//! Functions of two elements, comparisons and choices, of integers, bools and real floats.

use std::ops::{BitAnd, BitOr, BitXor};

use isotherm::expr::{Arithmetic, Logic, select};
use isotherm::math::Integer;
use isotherm::prelude::*;

use crate::agreement::{Bound, Sample};
use crate::devices::{Devices, KERNELS, Operation, alone, bits, operations};
use crate::values::{Random, Values, two};
use crate::world;

/// Random pairs of operands beside those of special ones.
const MORE: usize = 20_000;

fn arithmetic<T: Real>() -> Vec<Operation<T, T>> {
    operations! {
        "add": |a| &a[0] + &a[1], bits;
        "subtract": |a| &a[0] - &a[1], bits;
        "multiply": |a| &a[0] * &a[1], bits;
        "remainder": |a| a[0].remainder(&a[1]), bits;
        "maximum": |a| a[0].maximum(&a[1]), bits;
        "minimum": |a| a[0].minimum(&a[1]), bits;
    }
}

fn comparisons<T: Real>() -> Vec<Operation<T, bool>> {
    operations! {
        "equal": |a| a[0].equal(&a[1]), bits;
        "not_equal": |a| a[0].not_equal(&a[1]), bits;
        "less": |a| a[0].less(&a[1]), bits;
        "less_equal": |a| a[0].less_equal(&a[1]), bits;
        "greater": |a| a[0].greater(&a[1]), bits;
        "greater_equal": |a| a[0].greater_equal(&a[1]), bits;
    }
}

/// The operators of bits, for types that have them.
trait HasBits: Sample {
    fn of_bits() -> Vec<Operation<Self, Self>>;
}

impl<T: Sample> HasBits for T
where
    for<'a> &'a DistArray<T>: BitAnd<&'a DistArray<T>, Output = Expr<T>>
        + BitOr<&'a DistArray<T>, Output = Expr<T>>
        + BitXor<&'a DistArray<T>, Output = Expr<T>>,
{
    fn of_bits() -> Vec<Operation<T, T>> {
        operations! {
            "bitwise_and": |a| &a[0] & &a[1], bits;
            "bitwise_or": |a| &a[0] | &a[1], bits;
            "bitwise_xor": |a| &a[0] ^ &a[1], bits;
        }
    }
}

/// A choice by a condition of another dtype than the operands.
fn choices<T: Element>() -> Vec<Operation<T, T>> {
    operations! {
        "select": |a| select(a[0].equal(&a[1]), &a[1], &a[0]), bits;
        "select by index": |a| select(a[0].index(0).unwrap().remainder(3).less(2), &a[0], &a[1]), bits;
    }
}

fn integers<T: Real + Integer + Values + HasBits>(devices: &Devices) -> Result<()> {
    let columns = two::<T>(MORE);
    devices.compare(&columns, &arithmetic())?;
    devices.compare(&columns, &comparisons())?;
    devices.compare(&columns, &choices())?;
    devices.compare(&columns, &T::of_bits())?;
    let own: Vec<Operation<T, T>> = operations! {
        "floor_divide": |a| a[0].floor_divide(&a[1]), bits;
        "pow": |a| a[0].pow(&a[1]), bits;
        "bitwise_left_shift": |a| a[0].bitwise_left_shift(&a[1]), bits;
        "bitwise_right_shift": |a| a[0].bitwise_right_shift(&a[1]), bits;
    };
    devices.compare(&columns, &own)
}

/// `quotient` as for functions of one element; the distance of a `logaddexp` whose terms cancel.
fn floats<T: Float + Values>(
    devices: &Devices,
    quotient: fn(&[T]) -> Bound,
    cancelled: fn(&[T]) -> Bound,
) -> Result<()> {
    let columns = two::<T>(MORE);
    devices.compare(&columns, &arithmetic())?;
    devices.compare(&columns, &comparisons())?;
    devices.compare(&columns, &choices())?;
    let own: Vec<Operation<T, T>> = operations! {
        "divide": |a| &a[0] / &a[1], quotient;
        "copysign": |a| a[0].copysign(&a[1]), bits;
        "nextafter": |a| a[0].nextafter(&a[1]), bits;
        "pow": |a| a[0].pow(&a[1]), |_| Bound::Ulps(2.0);
        "atan2": |a| a[0].atan2(&a[1]), |_| Bound::Ulps(2.0);
        "hypot": |a| a[0].hypot(&a[1]), |_| Bound::Ulps(2.0);
        "logaddexp": |a| a[0].logaddexp(&a[1]), cancelled;
    };
    devices.compare(&columns, &own)
}

#[test]
fn functions_of_two_integers() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| {
        integers::<u8>(devices)?;
        integers::<i32>(devices)?;
        integers::<i64>(devices)?;
        integers::<u64>(devices)
    });
}

#[test]
fn functions_of_two_bools() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| {
        let columns = two::<bool>(1000);
        devices.compare(&columns, &bool::of_bits())?;
        devices.compare(&columns, &choices())?;
        let equal = operations! { "equal": |a| a[0].equal(&a[1]), bits; "not_equal": |a| a[0].not_equal(&a[1]), bits; };
        devices.compare(&columns, &equal)
    });
}

#[test]
fn functions_of_two_f32() {
    if world::threads_only(KERNELS) {
        return;
    }
    let cancelled = |_: &[f32]| Bound::Near(2.0, 1.0 / f64::from(1 << 22));
    alone(|devices| floats::<f32>(devices, |_| Bound::Ulps(3.0), cancelled));
}

#[test]
fn functions_of_two_f64() {
    if world::threads_only(KERNELS) {
        return;
    }
    let cancelled = |_: &[f64]| Bound::Near(2.0, f64::EPSILON / 4.0);
    alone(|devices| floats::<f64>(devices, bits, cancelled));
}

/// The GPU gives the floor of the exact quotient, the CPU NumPy's, which may be one off where quotients have 22 bits and more: here
/// they have fewer.
#[test]
fn floor_divide_of_floats() {
    fn columns<T: Float + Values>(of: fn(f64) -> T) -> Vec<Vec<T>> {
        let mut random = Random(3);
        let (mut quotients, mut divisors) = (Vec::new(), Vec::new());
        for place in 0..4000 {
            let divisor = random.magnitude(10);
            let exact = [0.0, -0.0, 1.0, -1.0, 2.5, 1000.0][place % 6] * divisor;
            quotients.push(of(if place % 3 == 0 { exact } else { divisor * random.magnitude(20) }));
            divisors.push(of(divisor));
        }
        let edges = [0.0, -0.0, 1.0, -3.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
        for edge in crate::values::pairs(&edges).into_iter().zip([&mut quotients, &mut divisors]) {
            edge.1.extend(edge.0.into_iter().map(of));
        }
        vec![quotients, divisors]
    }
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| {
        let single = operations! { "floor_divide": |a| a[0].floor_divide(&a[1]), bits; };
        devices.compare(&columns(|value| value as f32), &single)?;
        let double = operations! { "floor_divide": |a| a[0].floor_divide(&a[1]), bits; };
        devices.compare(&columns(|value| value), &double)
    });
}
