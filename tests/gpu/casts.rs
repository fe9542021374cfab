//! Conversions of every dtype to every other.

use isotherm::Complex;
use isotherm::expr::Logic;
use isotherm::prelude::*;

use crate::devices::{Devices, bits, operations};
use crate::values::{Values, one};
use crate::world;

fn casts<T: Values>(cx: &Context) -> Result<()> {
    let (devices, columns) = (Devices::new(cx)?, one::<T>(3000));
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
    world::on_each([1], |cx| {
        casts::<bool>(cx)?;
        casts::<u8>(cx)?;
        casts::<i32>(cx)?;
        casts::<i64>(cx)?;
        casts::<u64>(cx)?;
        casts::<f32>(cx)?;
        casts::<f64>(cx)?;
        casts::<Complex<f32>>(cx)?;
        casts::<Complex<f64>>(cx)
    });
}
