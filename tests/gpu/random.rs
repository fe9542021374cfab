//! Arrays that are made on the GPU: random numbers, constants, numbers at equal distances.

use isotherm::Complex;
use isotherm::prelude::*;
use isotherm::random::{Distribution, Integers, Normal, OpenUniform, Seed, Uniform};

use crate::agreement::{Bound, Sample};
use crate::devices::{Devices, KERNELS, same};
use crate::{layouts, world};

const SEED: Seed = Seed::new(0xdead_beef_0123_4567).stream(9);

/// Both devices make the same array, and the GPU without the host.
fn made<T: Sample>(
    devices: &Devices,
    what: &str,
    bound: Bound,
    make: impl Fn(&Context) -> Result<DistArray<T>>,
) -> Result<()> {
    let (want, got) = (make(&devices.cpu)?, devices.on_gpu(|| make(&devices.gpu))?);
    same(what, bound, &want, &got);
    Ok(())
}

/// Run `f` for every layout of some shapes.
fn everywhere(f: impl Fn(&Devices, &Layout) -> Result<()> + Send + Sync) {
    world::on_each([1, 2, 3, 5, 8], |cx| {
        let devices = Devices::new(cx)?;
        let shapes = [Shape::from(()), [0].into(), [1].into(), [1000].into(), [37, 5].into(), [4, 6, 7].into()];
        for layout in shapes.iter().flat_map(|shape| layouts::all(shape, cx.size())) {
            f(&devices, &layout)?;
        }
        Ok(())
    });
}

#[test]
fn random_arrays() {
    fn drawn<T: Sample>(devices: &Devices, layout: &Layout, of: impl Distribution<T>, bound: Bound) -> Result<()> {
        made(devices, "random", bound, |cx| cx.random(of, layout.shape().clone(), layout, SEED))
    }
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        drawn::<f32>(devices, layout, Uniform, Bound::Bits)?;
        drawn::<f64>(devices, layout, Uniform, Bound::Bits)?;
        drawn::<Complex<f32>>(devices, layout, Uniform, Bound::Bits)?;
        drawn::<Complex<f64>>(devices, layout, Uniform, Bound::Bits)?;
        drawn::<f64>(devices, layout, OpenUniform, Bound::Bits)?;
        drawn(devices, layout, Integers::new(7_u8, 201)?, Bound::Bits)?;
        drawn(devices, layout, Integers::new(i32::MIN, 5)?, Bound::Bits)?;
        drawn(devices, layout, Integers::new(-9_i64, 1 << 50)?, Bound::Bits)?;
        drawn(devices, layout, Integers::new(1, u64::MAX)?, Bound::Bits)?;
        drawn::<f32>(devices, layout, Normal, Bound::Ulps(2.0))?;
        drawn::<f64>(devices, layout, Normal, Bound::Ulps(2.0))?;
        drawn::<Complex<f32>>(devices, layout, Normal, Bound::Ulps(2.0))?;
        drawn::<Complex<f64>>(devices, layout, Normal, Bound::Ulps(2.0))
    });
}

/// A distribution that no kernel knows is drawn on the host.
#[test]
fn foreign_distributions() {
    #[derive(Clone, Copy)]
    struct Coin;
    impl Distribution<bool> for Coin {
        const PER_BLOCK: usize = 4;
        type Block = [bool; 4];
        fn values(self, words: [u32; 4]) -> [bool; 4] {
            words.map(|word| word & 1 == 1)
        }
    }
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        devices.both("coins", Bound::Bits, |cx| cx.random(Coin, layout.shape().clone(), layout, SEED))
    });
}

#[test]
fn constants() {
    fn full<T: Sample>(devices: &Devices, layout: &Layout, value: T) -> Result<()> {
        made(devices, "full", Bound::Bits, |cx| cx.full(layout.shape().clone(), value, layout))
    }
    if world::threads_only(KERNELS) {
        return;
    }
    everywhere(|devices, layout| {
        full(devices, layout, true)?;
        full(devices, layout, 200_u8)?;
        full(devices, layout, -7)?;
        full(devices, layout, i64::MIN)?;
        full(devices, layout, u64::MAX)?;
        full(devices, layout, -0.0_f32)?;
        full(devices, layout, f64::MIN_POSITIVE / 8.0)?;
        full(devices, layout, Complex::new(1.0_f32, f32::INFINITY))?;
        full(devices, layout, Complex::new(1.0, -2.5))?;
        made::<u8>(devices, "zeros", Bound::Bits, |cx| cx.zeros(layout.shape().clone(), layout))?;
        made::<Complex<f32>>(devices, "ones", Bound::Bits, |cx| cx.ones(layout.shape().clone(), layout))
    });
}

#[test]
fn numbers_at_equal_distances() {
    if world::threads_only(KERNELS) {
        return;
    }
    world::on_each([1, 2, 3, 5, 8], |cx| {
        let devices = Devices::new(cx)?;
        for len in [0, 1, 2, 700] {
            for layout in layouts::all(&[len].into(), cx.size()) {
                let n = len as i32;
                let arange = |what: &str, bound| made(&devices, what, bound, |cx| cx.arange(5, 5 + 3 * n, 3, &layout));
                arange("i32", Bound::Bits)?;
                let (start, step) = (i64::MIN, (1 << 53) - 1);
                let end = start + step * i64::from(n);
                made(&devices, "i64", Bound::Bits, |cx| cx.arange(start, end, step, &layout))?;
                made(&devices, "u64", Bound::Bits, |cx| cx.arange(u64::MAX - len as u64, u64::MAX, 1, &layout))?;
                made(&devices, "f32", Bound::Bits, |cx| cx.linspace(0.1_f32, -3.3, len, &layout))?;
                made(&devices, "f64", Bound::Bits, |cx| cx.linspace(-1e-3, 1e300, len, &layout))?;
                made(&devices, "one third", Bound::Bits, |cx| cx.linspace(1.0 / 3.0, 2.0 / 3.0, len, &layout))?;
                // Subnormal numbers are made on the host.
                let tiny = f32::MIN_POSITIVE / 64.0;
                devices.both("tiny", Bound::Bits, |cx| cx.linspace(-tiny, tiny, len, &layout))?;
            }
        }
        made(&devices, "downwards", Bound::Bits, |cx| cx.arange(0.7_f32, -3.0, -0.1, 0))?;
        devices.both("bytes", Bound::Bits, |cx| cx.arange(3_u8, 250, 7, 0))
    });
}

#[test]
fn identity_matrices() {
    if world::threads_only(KERNELS) {
        return;
    }
    world::on_each([1, 2, 3, 5, 8], |cx| {
        let devices = Devices::new(cx)?;
        for layout in layouts::all(&[7, 9].into(), cx.size()) {
            for offset in [0, 3, -2, 20] {
                made::<f64>(&devices, "eye", Bound::Bits, |cx| cx.eye(7, 9, offset, &layout))?;
            }
            made::<u8>(&devices, "eye", Bound::Bits, |cx| cx.eye(7, 9, 1, &layout))?;
            made::<Complex<f32>>(&devices, "eye", Bound::Bits, |cx| cx.eye(7, 9, -1, &layout))?;
        }
        Ok(())
    });
}
