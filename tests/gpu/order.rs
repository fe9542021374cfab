//! Order statistics of arrays on a GPU: found there, with the CPU's bits.

use isotherm::prelude::*;
use isotherm::stats::{self, Column, Ordinal};
use isotherm::{Axes, Device};

use crate::agreement::{Bound, Sample};
use crate::devices::{Devices, same, taken};
use crate::values::Random;
use crate::{layouts, world};

/// Quantiles along each axis and of all elements, with NaN and without.
fn quantiles<T>(devices: &Devices, layout: &Layout, value: fn(&mut Random) -> T) -> Result<()>
where
    T: Ordinal<Quantile: Sample> + Sample,
{
    let shape = layout.shape().clone();
    let here = devices.cpu.from_fn(shape.clone(), layout, |index| value(&mut Random(shape.ravel(index) as u64)))?;
    let there = here.to_device(&devices.gpu)?;
    for axis in [Axes::from(None), 0.into(), 1.into()] {
        let several = |x: &DistArray<T>| stats::quantile(x, [0.0, 0.1, 0.5, 0.99], axis.clone()).ignore_nan().eval();
        same(&format!("quantiles along {axis:?}"), Bound::Bits, &several(&here)?, &several(&there)?);
        let median = |x: &DistArray<T>| stats::median(x, axis.clone()).keep().eval();
        same(&format!("medians along {axis:?}"), Bound::Bits, &median(&here)?, &median(&there)?);
    }
    Ok(())
}

/// From a few values, so that many are equal.
fn few(random: &mut Random) -> f64 {
    const FEW: [f64; 9] = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, 5e-324, -1.5, 2.0, f64::MAX, -1e-3];
    FEW[random.below(9) as usize]
}

fn with_nan(random: &mut Random) -> f32 {
    match random.below(11) {
        0 => f32::NAN,
        1 => -f32::NAN,
        _ => random.magnitude(100) as f32,
    }
}

#[test]
fn quantiles_have_the_bits_of_the_cpu() {
    world::on_each([1, 2, 3], |cx| {
        let devices = Devices::new(cx)?;
        for layout in layouts::all(&[24, 6].into(), cx.size()) {
            quantiles(&devices, &layout, few)?;
            quantiles(&devices, &layout, with_nan)?;
            quantiles(&devices, &layout, |random| random.bits() as i32)?;
        }
        for shape in [[1, 1], [0, 3], [5, 0], [400, 3]] {
            for layout in layouts::all(&shape.into(), cx.size()) {
                quantiles(&devices, &layout, Random::bits)?;
                quantiles(&devices, &layout, |random| random.bits() as i64)?;
                quantiles(&devices, &layout, |random| random.bits() as u8)?;
            }
        }
        Ok(())
    });
}

/// All but the moments, whose sums are Bounded on a GPU.
#[test]
fn descriptions_have_the_bits_of_the_cpu() {
    world::on_each([1, 3, 5, 8], |cx| {
        let devices = Devices::new(cx)?;
        for layout in layouts::all(&[300, 4].into(), cx.size()) {
            let value = |index: &[usize]| with_nan(&mut Random((index[0] * 4 + index[1]) as u64));
            let here = devices.cpu.from_fn([300, 4], &layout, value)?;
            let there = here.to_device(&devices.gpu)?;
            let facts = |column: &Column| {
                let Column { count, nan, min, q25, median, q75, max, .. } = *column;
                (count, nan, [min, q25, median, q75, max].map(f64::to_bits))
            };
            let [want, got] = [stats::describe(&here)?, stats::describe(&there)?];
            let [want, got] = [want, got].map(|all| all.columns.iter().map(facts).collect::<Vec<_>>());
            assert_eq!(got, want, "{layout}");
        }
        Ok(())
    });
}

/// Counts come to the host, and elements do not.
#[test]
fn no_array_comes_to_the_host() {
    world::on_each([1, 3], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        let x = cx.random_uniform::<f64>((60_000, 2), 0, 1)?;
        let block = x.local_shape().size() * size_of::<f64>();
        let (bytes, _) = taken(&cx, || stats::median(&x, 0).eval())?;
        assert!(bytes < block / 5, "{bytes} bytes for a block of {block}");
        let (bytes, _) = taken(&cx, || stats::median(&x, None).eval())?;
        assert!(bytes < block / 5, "{bytes} bytes for a block of {block}");
        Ok(())
    });
}
