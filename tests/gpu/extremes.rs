//! Reductions whose results are exact: of integers and bools all of them, of floats least and greatest elements and their places.

use isotherm::Axes;
use isotherm::expr::{Logic, Reductions};
use isotherm::prelude::*;

use crate::agreement::{Bound, Sample};
use crate::devices::{Devices, same};
use crate::values::{Random, Values};
use crate::{layouts, world};

/// All extents short, or one.
pub(crate) const SHORT: [[usize; 3]; 2] = [[3, 5, 4], [1, 1, 1]];

/// Rows that lanes share, and rows that one invocation sees.
pub(crate) const LONG: [[usize; 3]; 2] = [[3000, 3, 1], [2, 1, 2500]];

/// All sets of axes of a shape of three, beginning with those that differ most for the long shapes.
const AXES: [&[isize]; 7] = [&[0], &[1, 2], &[0, 1, 2], &[1], &[2], &[0, 1], &[0, 2]];

/// The sets of axes to reduce along: of long shapes a few.
pub(crate) fn axes_of(layout: &Layout) -> &'static [&'static [isize]] {
    if layout.shape().size() > 1000 { &AXES[..3] } else { &AXES }
}

/// Run `f` on both devices for these shapes in every layout, on one rank and on three.
pub(crate) fn everywhere(shapes: &[[usize; 3]], f: impl Fn(&Devices, &Layout) -> Result<()> + Send + Sync) {
    on_ranks(&[1, 3], shapes, f);
}

/// The same on these numbers of ranks.
pub(crate) fn on_ranks(
    ranks: &[usize],
    shapes: &[[usize; 3]],
    f: impl Fn(&Devices, &Layout) -> Result<()> + Send + Sync,
) {
    world::on_each(ranks.iter().copied(), |cx| {
        let devices = Devices::new(cx)?;
        for &shape in shapes {
            for layout in layouts::all(&shape.into(), cx.size()) {
                f(&devices, &layout)?;
            }
        }
        Ok(())
    });
}

/// An array of these values, chosen by the place in row-major order, on both devices.
fn chosen<T: Element>(devices: &Devices, layout: &Layout, values: &[T]) -> Result<[DistArray<T>; 2]> {
    let shape = layout.shape().clone();
    let pick = |index: &[usize]| values[Random(shape.ravel(index) as u64).below(values.len() as u64) as usize];
    let here = devices.cpu.from_fn(shape.clone(), layout, pick)?;
    let there = here.to_device(&devices.gpu)?;
    Ok([here, there])
}

fn sums<T: Real + Values>(devices: &Devices, layout: &Layout) -> Result<()>
where
    T::Sum: Sample,
{
    let x = chosen(devices, layout, &T::special())?;
    for &axes in axes_of(layout) {
        let program = |x: &DistArray<T>| (x.sum(axes), x.prod(axes), x.count_nonzero(axes)).eval();
        let ([want, got], at) = ([program(&x[0])?, program(&x[1])?], |what: &str| format!("{what} along {axes:?}"));
        same(&at("sum"), Bound::Bits, &want.0, &got.0);
        same(&at("product"), Bound::Bits, &want.1, &got.1);
        same(&at("count of nonzero"), Bound::Bits, &want.2, &got.2);
    }
    Ok(())
}

/// Least and greatest of these, and whether any or all are not zero; kept axes.
fn extremes<T: Real + Sample>(devices: &Devices, layout: &Layout, values: &[T]) -> Result<()> {
    let x = chosen(devices, layout, values)?;
    for &axes in axes_of(layout) {
        let program = |x: &DistArray<T>| (x.min(axes), x.max(axes).keep(), x.any(axes), x.all(axes)).eval();
        let ([want, got], at) = ([program(&x[0])?, program(&x[1])?], |what: &str| format!("{what} along {axes:?}"));
        same(&at("min"), Bound::Bits, &want.0, &got.0);
        same(&at("max"), Bound::Bits, &want.1, &got.1);
        same(&at("any"), Bound::Bits, &want.2, &got.2);
        same(&at("all"), Bound::Bits, &want.3, &got.3);
    }
    places(&x)
}

fn places<T: Real + Sample>(x: &[DistArray<T>; 2]) -> Result<()> {
    for axis in [Axes::from(None), 0.into(), 1.into(), 2.into()] {
        let program = |x: &DistArray<T>| (x.argmin(axis.clone()), x.argmax(axis.clone())).eval();
        let (want, got) = (program(&x[0])?, program(&x[1])?);
        same(&format!("argmin along {axis:?}"), Bound::Bits, &want.0, &got.0);
        same(&format!("argmax along {axis:?}"), Bound::Bits, &want.1, &got.1);
    }
    Ok(())
}

#[test]
fn sums_of_integers_wrap_alike() {
    everywhere(&SHORT, |devices, layout| {
        sums::<u8>(devices, layout)?;
        sums::<i32>(devices, layout)?;
        sums::<i64>(devices, layout)?;
        sums::<u64>(devices, layout)
    });
    everywhere(&LONG, sums::<i32>);
}

#[test]
fn extremes_of_integers() {
    everywhere(&SHORT, |devices, layout| {
        extremes::<u8>(devices, layout, &u8::special())?;
        extremes::<i32>(devices, layout, &i32::special())?;
        extremes::<i64>(devices, layout, &i64::special())?;
        extremes::<u64>(devices, layout, &u64::special())
    });
    everywhere(&LONG, |devices, layout| extremes::<i64>(devices, layout, &i64::special()));
}

/// Zeros of both signs; infinities; now and then a NaN.
fn of_floats<T: Real + Sample>(devices: &Devices, layout: &Layout, of: fn(f64) -> T) -> Result<()> {
    let rare: Vec<f64> = (0..400).map(|k| if k == 7 { f64::NAN } else { f64::from(k) - 200.0 }).collect();
    for values in [&[0.0, -0.0, 0.0, 1.0][..], &[2.0, -f64::INFINITY, 5e-324, -1.5, f64::INFINITY], &rare] {
        extremes(devices, layout, &values.iter().map(|&value| of(value)).collect::<Vec<T>>())?;
    }
    Ok(())
}

#[test]
fn extremes_of_floats() {
    everywhere(&SHORT, |devices, layout| of_floats::<f64>(devices, layout, |value| value));
    everywhere(&LONG, |devices, layout| of_floats::<f32>(devices, layout, |value| value as f32));
}

/// Nothing but what reductions begin with, or what wins over all.
#[test]
fn extremes_of_one_value() {
    everywhere(&SHORT[..1], |devices, layout| {
        for value in [f32::INFINITY, -f32::INFINITY, f32::NAN, -0.0] {
            extremes(devices, layout, &[value])?;
            extremes(devices, layout, &[f64::from(value)])?;
        }
        extremes(devices, layout, &[i64::MIN])?;
        extremes(devices, layout, &[i64::MAX])?;
        extremes(devices, layout, &[0_u64])
    });
}

#[test]
fn any_and_all_of_bools() {
    everywhere(&SHORT, |devices, layout| {
        for values in [&[true][..], &[false], &[true, false], &[true, true, true, true, true, true, true, false]] {
            let x = chosen(devices, layout, values)?;
            for &axes in axes_of(layout) {
                let program = |x: &DistArray<bool>| (x.any(axes), x.all(axes), x.count_nonzero(axes)).eval();
                let (want, got) = (program(&x[0])?, program(&x[1])?);
                same("any", Bound::Bits, &want.0, &got.0);
                same("all", Bound::Bits, &want.1, &got.1);
                same("count", Bound::Bits, &want.2, &got.2);
            }
        }
        Ok(())
    });
}

/// Of no elements there are sums, and errors, alike on both devices.
#[test]
fn reductions_of_nothing() {
    on_ranks(&[1, 3, 5, 8], &[[0, 3, 2], [4, 0, 1], [2, 3, 0], [0, 0, 0]], |devices, layout| {
        for &axes in axes_of(layout) {
            let program = |cx: &Context| {
                let x = cx.zeros::<f32>(layout.shape().clone(), layout)?;
                let whole = x.cast::<i32>();
                (x.sum(axes), x.prod(axes), x.mean(axes), whole.sum(axes), whole.any(axes), whole.all(axes)).eval()
            };
            let (want, got) = (program(&devices.cpu)?, program(&devices.gpu)?);
            same("sum", Bound::Bits, &want.0, &got.0);
            same("product", Bound::Bits, &want.1, &got.1);
            same("mean", Bound::Bits, &want.2, &got.2);
            same("sum of integers", Bound::Bits, &want.3, &got.3);
            same("any", Bound::Bits, &want.4, &got.4);
            same("all", Bound::Bits, &want.5, &got.5);
            let least = |cx: &Context| cx.zeros::<f32>(layout.shape().clone(), layout)?.min(axes).eval();
            let kinds =
                [least(&devices.cpu), least(&devices.gpu)].map(|result| result.map_err(|error| error.kind()).err());
            assert_eq!(kinds[0], kinds[1], "min along {axes:?}");
        }
        Ok(())
    });
}
