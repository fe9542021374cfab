//! Reductions of floats: sums, means, products, variances, deviations and norms.
//!
//! The CPU's sums are exact and rounded once. The GPU's states are of f64 also where the elements are of f32, on a device that has it; so its
//! sums are off by n 2^-53 of the sum of magnitudes, and a rounding.

use isotherm::Complex;
use isotherm::expr::{Arithmetic, Logic, Reductions};
use isotherm::prelude::*;

use crate::agreement::{Bound, Sample};
use crate::devices::{Devices, same};
use crate::extremes::{LONG, SHORT, axes_of, everywhere, on_ranks};
use crate::values::Random;

/// What rounding to a state loses at most, of 1.
const STATE: f64 = f64::EPSILON / 2.0;

/// An element as the numbers that it is made of.
trait Parts: Sample + Floating {
    /// What lies between 1 and the next number.
    const EPSILON: f64;
    fn of(re: f64, im: f64) -> Self;
    fn parts(self) -> Complex<f64>;
}

macro_rules! parts {
    ($($part:ident),*) => {$(
        impl Parts for $part {
            const EPSILON: f64 = $part::EPSILON as f64;

            fn of(re: f64, _: f64) -> Self {
                re as $part
            }

            fn parts(self) -> Complex<f64> {
                Complex::new(self.into(), 0.0)
            }
        }

        impl Parts for Complex<$part> {
            const EPSILON: f64 = $part::EPSILON as f64;

            fn of(re: f64, im: f64) -> Self {
                Self::new(re as $part, im as $part)
            }

            fn parts(self) -> Complex<f64> {
                Complex::new(self.re.into(), self.im.into())
            }
        }
    )*};
}
parts!(f32, f64);

/// That the results on the GPU are as near as `tolerance` says, of a result on the CPU, and its place here.
#[track_caller]
fn near<T: Parts>(what: &str, want: &DistArray<T>, got: &DistArray<T>, tolerance: impl Fn(f64, usize) -> f64) {
    let (layout, dtype) = (want.layout(), T::DTYPE);
    assert_eq!(got.layout(), layout, "{what}");
    for (place, (got, want)) in got.local().iter().zip(want.local()).enumerate() {
        let (got, want) = (got.parts(), want.parts());
        let allowed = tolerance(want.norm(), place);
        let (off, is_nan) = ((got - want).norm(), got.is_nan() && want.is_nan());
        assert!(
            is_nan || off <= allowed,
            "{what} of {dtype}: {got}, on the CPU {want}, {allowed:e} allowed, {place} of {layout}"
        );
    }
}

/// Numbers of both signs about `centre`, on both devices.
fn about<T: Parts>(devices: &Devices, layout: &Layout, centre: f64, spread: f64) -> Result<[DistArray<T>; 2]> {
    let shape = layout.shape().clone();
    let value = |index: &[usize]| {
        let mut random = Random(shape.ravel(index) as u64);
        T::of(centre + spread * random.unit(), spread * random.unit())
    };
    let here = devices.cpu.from_fn(shape.clone(), layout, value)?;
    let there = here.to_device(&devices.gpu)?;
    Ok([here, there])
}

fn statistics<T: Parts + Numeric<Sum = T>>(devices: &Devices, layout: &Layout) -> Result<()>
where
    T::Part: Parts,
{
    let x = about::<T>(devices, layout, 0.75, 4.0)?;
    for &axes in axes_of(layout) {
        let n = axes.iter().map(|&axis| layout.shape()[axis as usize] as f64).product::<f64>();
        let program = |x: &DistArray<T>| (x.sum(axes), x.mean(axes), x.var(axes), x.std(axes), x.norm(axes)).eval();
        let (want, got) = (program(&x[0])?, program(&x[1])?);
        let magnitudes = x[0].magnitude().mean(axes).eval()?;
        let magnitude = |place: usize| magnitudes.local()[place].parts().re;
        let at = |what: &str| format!("{what} along {axes:?}");
        let sum = |want: f64, place: usize| T::EPSILON * want + n * STATE * n * magnitude(place);
        let mean = |want: f64, place: usize| 2.0 * T::EPSILON * want + n * STATE * magnitude(place);
        near(&at("sum"), &want.0, &got.0, sum);
        near(&at("mean"), &want.1, &got.1, mean);
        // If the means differ, so does every distance, and each is rounded, squared and rounded.
        let variance = |want: f64, place: usize| {
            let shift = mean(magnitude(place), place);
            want * (8.0 * T::EPSILON + n * STATE) + 2.0 * shift * want.sqrt() + shift * shift
        };
        let deviation = |want: f64, place: usize| {
            let off = variance(want * want, place);
            (off / want).min(off.sqrt()) + 4.0 * T::EPSILON * want
        };
        near(&at("variance"), &want.2, &got.2, variance);
        near(&at("deviation"), &want.3, &got.3, deviation);
        near(&at("norm"), &want.4, &got.4, |want, _| want * (4.0 * T::EPSILON + n * STATE));
    }
    Ok(())
}

/// On the CPU each of the products is rounded; a complex one in eight operations.
fn products<T: Parts + Numeric<Sum = T>>(devices: &Devices, layout: &Layout) -> Result<()> {
    let x = about::<T>(devices, layout, 1.0, 0.1)?;
    for &axes in axes_of(layout) {
        let n = axes.iter().map(|&axis| layout.shape()[axis as usize] as f64).product::<f64>();
        let (want, got) = (x[0].prod(axes).eval()?, x[1].prod(axes).eval()?);
        let each = T::EPSILON * if T::DTYPE.is_complex() { 4.0 } else { 1.0 };
        near(&format!("product along {axes:?}"), &want, &got, |want, _| n * each * want);
    }
    Ok(())
}

#[test]
fn statistics_of_floats() {
    everywhere(&SHORT, statistics::<f64>);
    everywhere(&LONG, statistics::<f32>);
}

#[test]
fn statistics_of_complex_numbers() {
    everywhere(&SHORT, statistics::<Complex<f32>>);
    everywhere(&LONG[1..], statistics::<Complex<f64>>);
}

#[test]
fn products_of_floats() {
    everywhere(&SHORT, |devices, layout| {
        products::<f64>(devices, layout)?;
        products::<Complex<f32>>(devices, layout)?;
        products::<Complex<f64>>(devices, layout)
    });
    everywhere(&LONG, products::<f32>);
}

/// Whole numbers, so that no rounding touches their sums; every eleventh is one of `special`, as far as there are so many.
fn whole<T: Parts>(devices: &Devices, layout: &Layout, special: &[f64]) -> Result<[DistArray<T>; 2]> {
    let shape = layout.shape().clone();
    let value = |index: &[usize]| {
        let place = shape.ravel(index);
        let number = special.get(place % 11).copied().unwrap_or(Random(place as u64).below(1000) as f64 - 400.0);
        T::of(number, 3.0)
    };
    let here = devices.cpu.from_fn(shape.clone(), layout, value)?;
    let there = here.to_device(&devices.gpu)?;
    Ok([here, there])
}

const SPECIAL: [&[f64]; 5] =
    [&[], &[f64::INFINITY], &[f64::NEG_INFINITY; 2], &[f64::INFINITY, f64::NEG_INFINITY], &[f64::NAN]];

fn exact_sums<T: Parts + Numeric<Sum = T>>(devices: &Devices, layout: &Layout, special: &[&[f64]]) -> Result<()> {
    for special in special {
        let x = whole::<T>(devices, layout, special)?;
        for &axes in axes_of(layout) {
            let (want, got) = (x[0].sum(axes).eval()?, x[1].sum(axes).eval()?);
            same(&format!("exact sum along {axes:?} with {special:?}"), Bound::Bits, &want, &got);
        }
    }
    Ok(())
}

/// A driver's division may be off by some places.
fn exact_means<T: Parts>(devices: &Devices, layout: &Layout) -> Result<()> {
    for special in SPECIAL {
        let x = whole::<T>(devices, layout, special)?;
        for &axes in axes_of(layout) {
            let (want, got) = (x[0].mean(axes).eval()?, x[1].mean(axes).eval()?);
            same(&format!("mean along {axes:?} with {special:?}"), Bound::Ulps(3.0), &want, &got);
        }
    }
    Ok(())
}

#[test]
fn exact_sums_have_the_same_bits() {
    everywhere(&SHORT[..1], |devices, layout| {
        exact_sums::<f32>(devices, layout, &SPECIAL)?;
        exact_sums::<f64>(devices, layout, &SPECIAL)?;
        exact_sums::<Complex<f32>>(devices, layout, &SPECIAL)?;
        exact_means::<f32>(devices, layout)?;
        exact_means::<f64>(devices, layout)
    });
}

#[test]
fn sums_of_negative_zeros() {
    on_ranks(&[1, 3, 5, 8], &SHORT, |devices, layout| {
        exact_sums::<f32>(devices, layout, &[&[-0.0; 11]])?;
        exact_sums::<f64>(devices, layout, &[&[-0.0; 11]])
    });
}

#[test]
fn means_of_complex_numbers_with_infinite_parts() {
    everywhere(&SHORT, |devices, layout| {
        exact_means::<Complex<f32>>(devices, layout)?;
        exact_means::<Complex<f64>>(devices, layout)
    });
}

/// More rows than an invocation may see, and more than one part for each result.
#[test]
fn many_rows() {
    everywhere(&[[1, 1, 200_000], [1, 70_000, 2]], |devices, layout| {
        let x = about::<f32>(devices, layout, 0.75, 4.0)?;
        for axes in [&[1_isize, 2][..], &[0, 1]] {
            let magnitudes = x[0].abs().sum(axes).eval()?;
            let program = |x: &DistArray<f32>| (x.sum(axes), x.max(axes), x.round().cast::<i32>().sum(axes)).eval();
            let (want, got) = (program(&x[0])?, program(&x[1])?);
            let n = layout.shape().size() as f64;
            let sum = |want: f64, place: usize| {
                want * <f32 as Parts>::EPSILON + n * STATE * magnitudes.local()[place].parts().re
            };
            near("sum of many", &want.0, &got.0, sum);
            same("greatest of many", Bound::Bits, &want.1, &got.1);
            same("integers of many", Bound::Bits, &want.2, &got.2);
        }
        Ok(())
    });
}
