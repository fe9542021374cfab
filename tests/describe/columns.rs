//! Descriptions against the oracle.

use isotherm::prelude::*;
use isotherm::stats::{self, Column, Ordinal};

use crate::oracle::{self, bits, draw};
use crate::{layouts, world};

/// Describe on every number of ranks and in every layout; the columns must have the same bits everywhere. They come back.
fn described<T: Ordinal>(shape: impl Into<Shape>, values: &[T]) -> Vec<Column> {
    let shape = shape.into();
    let describe =
        |cx: &Context, layout: &Layout| Ok(stats::describe(&cx.from_slice(values, shape.clone(), layout)?)?.columns);
    let alone = world::run_on(1, |cx| describe(cx, &Layout::replicated(shape.clone(), 1)?)).unwrap().remove(0);
    for ranks in world::sizes([1, 2, 3, 5, 8, 13]) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&shape, ranks) {
                let found = describe(cx, &layout)?;
                let same = found.iter().map(bits).eq(alone.iter().map(bits));
                assert!(same, "{layout}: {found:?} and should be {alone:?}");
            }
            Ok(())
        })
        .unwrap();
    }
    alone
}

/// As the oracle says: what is ordered exactly, mean and deviation to `tolerance` of the largest magnitude.
fn check<T: Ordinal>(shape: impl Into<Shape>, values: &[T], tolerance: f64) {
    let shape = shape.into();
    let groups = oracle::groups(values, &shape, Some(0));
    let found = described(shape, values);
    assert_eq!(found.len(), groups.len());
    for (found, group) in found.iter().zip(&groups) {
        let expected = oracle::column(group);
        let ordered = |column: &Column| bits(&Column { mean: 0.0, std: 0.0, ..*column });
        assert_eq!(ordered(found), ordered(&expected), "{found:?} and should be {expected:?}");
        let scale = tolerance * expected.min.abs().max(expected.max.abs());
        let near = |a: f64, b: f64| a.is_nan() && b.is_nan() || (a - b).abs() <= scale;
        assert!(near(found.mean, expected.mean) && near(found.std, expected.std), "{found:?}, {expected:?}");
    }
}

#[test]
fn of_every_dtype() {
    let values: Vec<u64> = (0..60).map(|i| draw(5, i)).collect();
    let floats: Vec<f64> = values.iter().map(|&x| x as i64 as f64 / 1e18).collect();
    let holes: Vec<f64> =
        floats.iter().enumerate().map(|(i, &x)| if i % 4 == 1 || i < 9 { f64::NAN } else { x }).collect();
    check((12, 5), &floats, 1e-15);
    check((12, 5), &holes, 1e-15);
    check(60, &holes, 1e-15);
    check((20, 3), &holes.iter().map(|&x| x as f32).collect::<Vec<_>>(), 1e-15);
    check((12, 5), &values.iter().map(|&x| x as u8).collect::<Vec<_>>(), 1e-15);
    check((12, 5), &values.iter().map(|&x| x as i32).collect::<Vec<_>>(), 1e-15);
    check((12, 5), &values.iter().map(|&x| x as i64).collect::<Vec<_>>(), 1e-15);
    check((12, 5), &values, 1e-15);
}

#[test]
fn of_equals_of_nothing_and_of_one() {
    for equal in described((7, 2), &[0.1_f64; 14]) {
        assert_eq!((equal.mean, equal.std, equal.min, equal.q75, equal.max), (0.1, 0.0, 0.1, 0.1, 0.1));
    }
    let [zeros, ..] = described((2, 2), &[0.0_f64, -0.0, -0.0, 0.0])[..] else { panic!("two columns") };
    assert_eq!((zeros.min.to_bits(), zeros.max.to_bits(), zeros.std), ((-0.0_f64).to_bits(), 0, 0.0));
    for nothing in described((3, 2), &[f64::NAN; 6]).into_iter().chain(described((0, 2), &[0.0_f64; 0])) {
        assert!(nothing.count == 0 && nothing.mean.is_nan() && nothing.std.is_nan() && nothing.median.is_nan());
        assert!(nothing.min.is_nan() && nothing.max.is_nan() && nothing.q25.is_nan() && nothing.q75.is_nan());
    }
    let [one] = described((1, 1), &[2.5_f32])[..] else { panic!("one column") };
    assert_eq!((one.count, one.mean, one.median, one.std.is_nan()), (1, 2.5, 2.5, true));
    assert!(described((4, 0), &[0_u8; 0]).is_empty());
    // Equal elements beside NaNs, and many of them: neither mean nor deviation is off by a rounding.
    let mut tenths = vec![0.1_f64; 999];
    tenths[500] = f64::NAN;
    let [tenth] = described(999, &tenths)[..] else { panic!("one column") };
    assert_eq!((tenth.count, tenth.mean, tenth.std), (998, 0.1, 0.0));
}

#[test]
fn of_infinities_and_of_what_is_out_of_range() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let [up, both, hole] = described((3, 3), &[1.0, -inf, nan, inf, 0.0, inf, 2.0, inf, -inf])[..] else {
        panic!("three columns")
    };
    assert!(up.mean == inf && up.std.is_nan() && (up.median, up.q75, up.max) == (2.0, inf, inf));
    assert!(both.mean.is_nan() && both.std.is_nan() && (both.min, both.median, both.max) == (-inf, 0.0, inf));
    assert!(hole.nan == 1 && hole.count == 2 && hole.mean.is_nan() && hole.median.is_nan());
    // The sum is out of range, the mean is not; the squares of its distances are.
    let [huge] = described(4, &[f64::MAX, f64::MAX, f64::MAX, f64::MAX / 2.0])[..] else { panic!("one column") };
    assert_eq!((huge.mean, huge.std, huge.median), (f64::MAX / 8.0 * 7.0, inf, f64::MAX));
    // Nor is a mean that would be rounded beyond it.
    let [most] = described(3, &[f64::MAX, f64::MAX, f64::NAN])[..] else { panic!("one column") };
    assert_eq!((most.mean, most.std), (f64::MAX, 0.0));
    let [tiny] = described(3, &[1e-200, 3e-200, 2e-200])[..] else { panic!("one column") };
    assert_eq!((tiny.mean, tiny.std), (2e-200, 0.0));
}

#[test]
fn extremes_of_integers() {
    let [wide] = described(2, &[i64::MIN, i64::MAX])[..] else { panic!("one column") };
    assert_eq!((wide.min, wide.max, wide.median), (i64::MIN as f64, i64::MAX as f64, 0.0));
    let [large] = described(3, &[u64::MAX, u64::MAX, u64::MAX])[..] else { panic!("one column") };
    assert_eq!((large.mean, large.std, large.q25), (u64::MAX as f64, 0.0, u64::MAX as f64));
}

#[test]
fn a_table_has_one_or_two_axes() {
    for ranks in world::sizes([2]) {
        world::run_on(ranks, |cx| {
            for refused in [cx.ones::<f64>((2, 2, 2), 0)?, cx.ones((), None)?] {
                assert_eq!(stats::describe(&refused).unwrap_err().kind(), ErrorKind::Shape);
            }
            Ok(())
        })
        .unwrap();
    }
}
