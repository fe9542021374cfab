//! Reductions of every form that a pass may take: short runs, long ones, columns, across blocks of storage.
#![allow(clippy::unwrap_used, reason = "a program that fails fails its test")]

#[path = "common/world.rs"]
mod world;

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
