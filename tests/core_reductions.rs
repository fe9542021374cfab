//! Reductions of every form that a pass may take: short runs, long ones, columns, across blocks of storage.
#![allow(clippy::unwrap_used, reason = "a program that fails fails its test")]

#[path = "common/world.rs"]
mod world;

use std::ops::Div;

use isotherm::prelude::*;

/// Distinct numbers in no order.
fn value(index: &[usize], shape: [usize; 3]) -> i64 {
    let place = (index[0] * shape[1] + index[1]) * shape[2] + index[2];
    (place * 7919 % 1_000_003) as i64
}

/// Sum, minimum, and the place of the maximum along the last axis or the last two, by three loops.
fn golden(shape: [usize; 3], joint: usize) -> (Vec<i64>, Vec<i64>, Vec<i64>) {
    let run: usize = shape[3 - joint..].iter().product();
    let all: Vec<i64> = (0..shape.iter().product::<usize>()).map(|place| (place * 7919 % 1_000_003) as i64).collect();
    let runs = || all.chunks_exact(run);
    let place = |run: &[i64]| (0..run.len()).max_by_key(|&k| run[k]).unwrap() as i64;
    (
        runs().map(|run| run.iter().sum()).collect(),
        runs().map(|run| *run.iter().min().unwrap()).collect(),
        runs().map(place).collect(),
    )
}

#[test]
fn runs_of_any_length_are_reduced_in_any_layout() {
    for shape in [[4, 3000, 3], [3, 5, 600], [2, 3, 40], [50, 200, 1], [1, 9000, 2]] {
        let ends = [golden(shape, 1), golden(shape, 2)];
        for ranks in world::sizes([1, 2, 3]) {
            world::run_on(ranks, |cx| {
                let cyclic = |axis: usize| {
                    let mut deal = vec![Distribution::Whole; 3];
                    deal[axis] = Distribution::cyclic(0..1, 2);
                    Layout::new(shape, Mesh::line(ranks)?, deal).map(Placement::from)
                };
                let placements = [None.into(), 0.into(), 1.into(), 2.into(), cyclic(0)?, cyclic(1)?, cyclic(2)?];
                for placement in placements {
                    let x = cx.from_fn(shape, placement, |index| value(index, shape))?;
                    let (sum, min, max) = (x.sum(2), x.min(2), x.argmax(2)).eval()?;
                    assert_eq!(sum.gather()?, ends[0].0, "{x:?}");
                    assert_eq!(min.gather()?, ends[0].1, "{x:?}");
                    assert_eq!(max.gather()?, ends[0].2, "{x:?}");
                    let (sum, min) = (x.sum([1, 2]), (&x + x.index(2)? - x.index(2)?).min([1, 2])).eval()?;
                    assert_eq!(sum.gather()?, ends[1].0, "{x:?}");
                    assert_eq!(min.gather()?, ends[1].1, "{x:?}");
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn extremes_of_columns_see_every_row_and_every_nan() {
    world::on_each([3], |cx| {
        let x = cx.from_fn(
            (100, 5),
            0,
            |index| if index == [70, 3] { f64::NAN } else { (index[0] * 5 + index[1]) as f64 },
        )?;
        let (low, high) = (x.min(0), x.max(0)).eval()?;
        assert_eq!(low.gather()?[..3], [0.0, 1.0, 2.0]);
        assert_eq!(high.gather()?[4], 499.0);
        assert!(low.gather()?[3].is_nan() && high.gather()?[3].is_nan());
        Ok(())
    });
}

/// Floats with a NaN, both zeros and equal extremes here and there, or without.
fn float(place: usize, special: bool) -> f64 {
    match place {
        7 | 4100 | 9001 if special => f64::NAN,
        _ if special && place.is_multiple_of(5) => [0.0, -0.0][place / 5 % 2],
        _ => (place * 7919 % 1009) as f64 - if special { 0.0 } else { 504.0 },
    }
}

/// Minimum, maximum, and their places, one element after the other.
fn extremes(column: &[f64]) -> (u64, u64, i64, i64) {
    let nan = column.iter().position(|value| value.is_nan());
    let order = |a: &&f64, b: &&f64| a.total_cmp(b);
    let bits = |value: f64| if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
    let least = *column.iter().filter(|value| nan.is_none() || value.is_nan()).min_by(order).unwrap();
    let most = *column.iter().filter(|value| nan.is_none() || value.is_nan()).max_by(order).unwrap();
    let place = |best: f64| nan.or_else(|| column.iter().position(|&value| value == best)).unwrap() as i64;
    (bits(least), bits(most), place(least), place(most))
}

#[test]
fn extremes_of_floats_along_every_axis() {
    for shape in [[1, 20000, 1], [3, 70, 700], [4200, 2, 3], [65, 3, 130], [2, 9, 1100]] {
        for special in [false, true] {
            let size: usize = shape.iter().product();
            let all: Vec<f64> = (0..size).map(|place| float(place, special)).collect();
            world::on_each([1, 3], |cx| {
                let x = cx.from_slice(&all, shape, 0)?;
                for axis in 0..3_usize {
                    let step: usize = shape[axis + 1..].iter().product();
                    let starts = (0..size).filter(|place| (place / step).is_multiple_of(shape[axis]));
                    let column = |start: usize| (0..shape[axis]).map(|k| all[start + k * step]).collect::<Vec<_>>();
                    let expected: Vec<_> = starts.map(|start| extremes(&column(start))).collect();
                    let at = axis as isize;
                    let (least, most) = (x.min(at), x.max(at)).eval()?;
                    let (first, second) = (x.argmin(at), x.argmax(at)).eval()?;
                    let bits = |value: &f64| if value.is_nan() { f64::NAN.to_bits() } else { value.to_bits() };
                    let (least, most) = (least.gather()?, most.gather()?);
                    let (first, second) = (first.gather()?, second.gather()?);
                    for (k, expected) in expected.iter().enumerate() {
                        let found = (bits(&least[k]), bits(&most[k]), first[k], second[k]);
                        assert_eq!(found, *expected, "{shape:?}, axis {axis}, result {k}, special {special}");
                    }
                }
                Ok(())
            });
        }
    }
}

#[test]
fn sums_of_plain_arrays_and_of_expressions_are_the_same() {
    for shape in [[1, 20000, 1], [3, 70, 700], [900, 2, 3], [300, 3, 530], [2, 9, 1100], [40, 0, 3], [0, 4, 600]] {
        let size: usize = shape.iter().product();
        let all: Vec<f64> = (0..size).map(|place| ((place * 7919 % 1_000_003) as f64 - 5e5) * 1e-3).collect();
        world::on_each([1, 3], |cx| {
            let x = cx.from_slice(&all, shape, 0)?;
            let flipped = x.permute_dims(&[2, 1, 0])?;
            for axes in [vec![0], vec![1], vec![2], vec![0, 1], vec![1, 2], vec![0, 2], vec![0, 1, 2]] {
                let axes = axes.as_slice();
                let (plain, computed) = (x.sum(axes), (-(-&x)).sum(axes)).eval()?;
                assert_eq!(plain.gather()?, computed.gather()?, "{shape:?}, axes {axes:?}");
                let mirrored: Vec<isize> = axes.iter().map(|axis| 2 - axis).collect();
                let turned = flipped.sum(mirrored.as_slice()).eval()?.permute_dims(&turn(3 - axes.len()))?;
                assert_eq!(turned.gather()?, plain.gather()?, "{shape:?}, axes {axes:?}, turned");
            }
            Ok(())
        });
    }
}

/// All axes in reverse order.
fn turn(ndim: usize) -> Vec<isize> {
    (0..ndim as isize).rev().collect()
}

#[test]
fn masks_are_counted_and_single_values_taken() {
    world::on_each([2], |cx| {
        let x = cx.arange(0_i64, 10, 1, 0)?;
        assert_eq!(x.greater(6).count_nonzero(None).item()?, 3);
        assert_eq!(x.count_nonzero(0).item()?, 9);
        assert_eq!(x.bitwise_left_shift(2).sum(None).item()?, 180);
        assert_eq!(x.bitwise_right_shift(1).sum(None).item()?, 20);
        let error = cx.zeros::<f64>((2, 3), 0)?.sum(0).item().unwrap_err();
        assert_eq!((error.kind(), error.location().line()), (ErrorKind::Shape, line!() - 1));
        Ok(())
    });
}

/// The bits of a sum, a mean, a variance and a norm along an axis.
fn bits<T: Float + Numeric<Sum = T> + Into<f64>>(x: &DistArray<T>, axis: usize) -> Result<Vec<Vec<u64>>> {
    let bits = |y: DistArray<T>| Ok(y.gather()?.into_iter().map(|value| value.into().to_bits()).collect());
    let (sum, mean, variance, norm) = (x.sum(axis), x.mean(axis), x.var(axis).ddof(1), x.norm(axis)).eval()?;
    [sum, mean, variance, norm].into_iter().map(bits).collect()
}

/// Makes an array of this shape and split.
type Draw<T> = fn(&Context, [usize; 3], Option<usize>) -> Result<DistArray<T>>;

/// Lines that a rank has for itself are finished where they lie; others need states, and a second evaluation for the variance.
fn assert_lines<T: Float + Numeric<Sum = T> + Into<f64> + From<u16> + Div<Output = T>>(draw: Draw<T>) {
    for shape in [[300, 5, 4], [40, 9, 70], [3, 40, 300], [20, 30, 37], [2, 600, 530]] {
        for axis in 0..3 {
            let alone = world::run_on(1, |cx| bits(&draw(cx, shape, None)?, axis)).unwrap().remove(0);
            for ranks in world::sizes([2, 3]) {
                for split in 0..3 {
                    let dealt = world::run_on(ranks, |cx| bits(&draw(cx, shape, Some(split))?, axis)).unwrap();
                    for (k, what) in ["sum", "mean", "variance", "norm"].into_iter().enumerate() {
                        let same = dealt.iter().all(|bits| bits[k] == alone[k]);
                        assert!(same, "{what} of {shape:?} along {axis}, dealt along {split} on {ranks}");
                    }
                }
            }
            let plain = world::run_on(1, |cx| {
                let x = draw(cx, shape, None)?;
                let distance = (&x - x.mean(axis).keep().eval()?).eval()?;
                (&distance * &distance).eval()?.sum(axis).eval()?.gather()
            });
            let freedom = T::from(shape[axis] as u16 - 1);
            let plain: Vec<u64> = plain.unwrap()[0].iter().map(|&sum| (sum / freedom).into().to_bits()).collect();
            assert_eq!(alone[2], plain, "{shape:?} along {axis}");
        }
    }
}

#[test]
fn lines_have_the_same_bits_in_any_layout() {
    assert_lines(|cx, shape, split| cx.random_normal::<f64>(shape, split, 7));
    assert_lines(|cx, shape, split| (cx.random_uniform::<f32>(shape, split, 8)? + 3.0).eval());
    // Exponents far apart, and zeros of both signs.
    assert_lines(|cx, shape, split| {
        let x = cx.random_normal::<f64>(shape, split, 9)?;
        (&x * &x * &x * &x * &x * x.index(0)?.remainder(3).cast::<f64>()).eval()
    });
}

#[test]
fn inner_products_and_norms_are_sums_of_rounded_terms() {
    let alone = world::run_on(1, |cx| {
        let (x, y) = (cx.random_normal::<f32>(70_000, None, 1)?, cx.random_normal::<f32>(70_000, None, 2)?);
        let products = (&x * &y).eval()?;
        let squares = (&x * &x).eval()?;
        Ok((products.sum(None).item()?, squares.sum(None).item()?.sqrt()))
    });
    let (product, norm) = alone.unwrap()[0];
    for ranks in world::sizes([1, 2, 3]) {
        world::run_on(ranks, |cx| {
            let (x, y) = (cx.random_normal::<f32>(70_000, 0, 1)?, cx.random_normal::<f32>(70_000, 0, 2)?);
            assert_eq!((&x * &y).sum(None).item()?.to_bits(), product.to_bits());
            assert_eq!(x.norm(None).item()?.to_bits(), norm.to_bits());
            Ok(())
        })
        .unwrap();
    }
}
