//! Conversions of every dtype to every other.

use isotherm::Complex;
use isotherm::expr::Logic;
use isotherm::prelude::*;

use crate::devices::{Devices, KERNELS, alone, bits, operations};
use crate::values::{Values, one};
use crate::world;

fn casts<T: Values>(devices: &Devices) -> Result<()> {
    let columns = one::<T>(20_000);
    devices.compare(&columns, &operations! { "to bool": |a| a[0].cast::<bool>(), bits; })?;
    devices.compare(&columns, &operations! { "to u8": |a| a[0].cast::<u8>(), bits; })?;
    devices.compare(&columns, &operations! { "to i32": |a| a[0].cast::<i32>(), bits; })?;
    devices.compare(&columns, &operations! { "to i64": |a| a[0].cast::<i64>(), bits; })?;
    devices.compare(&columns, &operations! { "to u64": |a| a[0].cast::<u64>(), bits; })?;
    devices.compare(&columns, &operations! { "to f32": |a| a[0].cast::<f32>(), bits; })?;
    devices.compare(&columns, &operations! { "to f64": |a| a[0].cast::<f64>(), bits; })?;
    devices.compare(&columns, &operations! { "to c32": |a| a[0].cast::<Complex<f32>>(), bits; })?;
    devices.compare(&columns, &operations! { "to c64": |a| a[0].cast::<Complex<f64>>(), bits; })
}

#[test]
fn every_dtype_becomes_every_other() {
    if world::threads_only(KERNELS) {
        return;
    }
    alone(|devices| {
        casts::<bool>(devices)?;
        casts::<u8>(devices)?;
        casts::<i32>(devices)?;
        casts::<i64>(devices)?;
        casts::<u64>(devices)?;
        casts::<f32>(devices)?;
        casts::<f64>(devices)?;
        casts::<Complex<f32>>(devices)?;
        casts::<Complex<f64>>(devices)
    });
}
