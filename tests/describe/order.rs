//! Quantiles against the oracle: every dtype, layout and number of ranks, special values, extremes, the ends of extents.

use isotherm::comm::Comm;
use isotherm::math::cast;
use isotherm::prelude::*;
use isotherm::stats::{self, Ordinal};
use isotherm::{Axes, Cpu};

use crate::oracle::{self, LEVELS, draw};
use crate::{golden, layouts, world};

const RANKS: [usize; 6] = [1, 2, 3, 5, 8, 13];

/// The quantiles of `values` along `axis`, element after element as the library orders them.
fn expected<T: Ordinal>(values: &[T], shape: &Shape, axis: Option<usize>, ignore_nan: bool) -> Vec<T::Quantile> {
    let groups = oracle::groups(values, shape, axis);
    let of = |level: f64| groups.iter().map(move |group| cast(oracle::quantile(group, level, ignore_nan)));
    LEVELS.iter().flat_map(|&level| of(level)).collect()
}

/// Quantiles along every axis and of all elements, in every layout, on every number of ranks.
fn check<T: Ordinal>(shape: impl Into<Shape>, values: &[T]) {
    let shape = shape.into();
    let axes: Vec<Option<usize>> = std::iter::once(None).chain((0..shape.ndim()).map(Some)).collect();
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&shape, ranks) {
                let x = cx.from_slice(values, shape.clone(), &layout)?;
                for &axis in &axes {
                    for ignore in [false, true] {
                        let asked = stats::quantile(&x, LEVELS, axis);
                        let found = if ignore { asked.ignore_nan() } else { asked }.eval()?.gather()?;
                        let what = format!("{} along {axis:?} of {layout}, ignoring NaN: {ignore}", T::DTYPE);
                        golden::assert_same(&what, &found, &expected(values, &shape, axis, ignore));
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn of_floats_with_everything_that_is_special() {
    let special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        0.1,
        f64::EPSILON,
        -0.0,
    ];
    let wide: Vec<f64> = (0..42).map(|i| special[draw(1, i) as usize % special.len()]).collect();
    check((7, 6), &wide);
    check((14, 3), &wide.iter().map(|&x| x as f32).collect::<Vec<_>>());
    let holes: Vec<f64> =
        wide.iter().enumerate().map(|(i, &x)| if i % 5 == 0 || i % 6 == 4 { -f64::NAN } else { x }).collect();
    check((7, 6), &holes);
    let both: Vec<f32> = holes.iter().enumerate().map(|(i, &x)| if i % 7 == 0 { f32::NAN } else { x as f32 }).collect();
    check((6, 7), &both);
    check(42, &holes);
    check((2, 3, 7), &holes);
}

#[test]
fn of_any_bits() {
    let bits: Vec<u64> = (0..60).map(|i| draw(2, i)).collect();
    check((12, 5), &bits);
    check((12, 5), &bits.iter().map(|&x| x as i64).collect::<Vec<_>>());
    check((12, 5), &bits.iter().map(|&x| x as i32).collect::<Vec<_>>());
    check((3, 20), &bits.iter().map(|&x| x as u8).collect::<Vec<_>>());
    check((3, 4, 5), &bits.iter().map(|&x| f64::from_bits(x)).collect::<Vec<_>>());
    check((3, 4, 5), &bits.iter().map(|&x| f32::from_bits(x as u32)).collect::<Vec<_>>());
}

#[test]
fn of_extremes_of_equals_and_of_one() {
    check(5, &[i64::MIN, i64::MAX, i64::MIN, i64::MAX, 0]);
    check((3, 2), &[i64::MIN, i64::MAX - 1, -1, i64::MAX, i64::MAX, i64::MAX]);
    check((2, 2), &[u64::MAX, 0, u64::MAX - 1, 1]);
    check((4, 3), &[0.1_f64; 12]);
    check((4, 3), &[f64::NAN; 12]);
    check((4, 3), &[f64::INFINITY; 12]);
    check(1, &[-0.0_f32]);
    check((1, 1), &[7_u8]);
    check((), &[2.5_f64]);
}

#[test]
fn of_no_elements_there_is_none() {
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            for split in [Some(0), Some(1), None] {
                let empty = cx.zeros::<f64>((0, 3), split)?;
                let along = stats::median(&empty, 0).eval()?;
                assert_eq!(along.shape(), &Shape::from(3));
                assert!(along.gather()?.iter().all(|median| median.is_nan()));
                assert_eq!(stats::median(&empty, 1).eval()?.shape(), &Shape::from(0));
                assert!(stats::median(&empty, None).ignore_nan().eval()?.item()?.is_nan());
            }
            let x = cx.ones::<f64>((4, 3), 0)?;
            assert_eq!(stats::quantile(&x, [], 1).eval()?.shape(), &Shape::from((0, 4)));
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn shape_and_layout_are_those_of_a_reduction() {
    for ranks in world::sizes([1, 2, 4, 8]) {
        world::run_on(ranks, |cx| {
            let shape = Shape::from((6, 5));
            for layout in layouts::all(&shape, ranks) {
                let x = cx.from_fn(shape.clone(), &layout, |index| (index[0] * index[1]) as f64)?;
                for axis in [None, Some(0), Some(1)] {
                    let (mean, kept) = (x.mean(axis).eval()?, x.mean(axis).keep().eval()?);
                    assert_eq!(stats::median(&x, axis).eval()?.layout(), mean.layout(), "{layout} along {axis:?}");
                    assert_eq!(
                        stats::median(&x, axis).keep().eval()?.layout(),
                        kept.layout(),
                        "{layout} along {axis:?}"
                    );
                    let several = stats::quantile(&x, [0.1, 0.2, 0.3], axis).eval()?;
                    assert_eq!(*several.layout(), mean.layout().inserted_axis(0, 3), "{layout} along {axis:?}");
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn what_is_no_level_or_axis_is_refused() {
    for ranks in world::sizes([2]) {
        world::run_on(ranks, |cx| {
            let x = cx.ones::<f32>((4, 3, 2), 0)?;
            for level in [-0.1, 1.5, f64::NAN, f64::INFINITY] {
                let error = stats::quantile(&x, [0.5, level], 0).eval().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Argument);
            }
            let refused: [Axes; 3] = [3.into(), [0, 1].into(), (-4).into()];
            for axes in refused {
                assert_eq!(stats::median(&x, axes).eval().unwrap_err().kind(), ErrorKind::Axis);
            }
            assert_eq!(stats::median(&x, [0, 1, 2]).eval()?.item()?, 1.0);
            let cx = cx.with_memory_budget(8);
            let error = stats::quantile(&cx.ones::<u8>((1, 4), None)?, 0.5, 0).eval().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Memory);
            Ok(())
        })
        .unwrap();
    }
}

/// Enough elements for several tasks, and for candidates; numbers of threads that divide nothing.
#[test]
fn threads_and_batches_do_not_show() {
    let shapes =
        [Shape::from((40_009, 3)), Shape::from((3_001, 40)), Shape::from((30, 4_001)), Shape::from((7, 17_001, 1))];
    for shape in shapes {
        let values: Vec<f32> = (0..shape.size()).map(|i| draw(3, i) as i32 as f32 / 1e6).collect();
        for axis in [None, Some(0), Some(1)] {
            let golden = expected(&values, &shape, axis, false);
            for (threads, staging) in [(1, 32 << 20), (3, 32 << 20), (7, 1 << 20), (2, 1)] {
                if staging == 1 && shape[0] * shape[1] > 200_000 && axis.is_none() {
                    continue;
                }
                let cx = Context::new(Comm::solo(), Cpu::new(threads)).with_staging_limit(staging);
                let x = cx.from_slice(&values, shape.clone(), None).unwrap();
                let found = stats::quantile(&x, LEVELS, axis).eval().unwrap().to_vec().unwrap();
                golden::assert_same(&format!("{shape} along {axis:?}, {threads} threads"), &found, &golden);
            }
        }
    }
}
