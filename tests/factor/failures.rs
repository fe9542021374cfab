//! What is refused, by the same error on every rank.

use isotherm::linalg;
use isotherm::prelude::*;

use crate::layouts;
use crate::world;

/// The message of the error that every rank gets, on several worlds.
#[track_caller]
pub(crate) fn refused(kind: ErrorKind, make: impl Fn(&Context) -> Result<()> + Send + Sync) -> String {
    let mut messages = Vec::new();
    for ranks in world::sizes([1, 3, 8]) {
        let outcome = world::run_on(ranks, |cx| Ok(make(cx).expect_err("this is refused"))).unwrap();
        assert!(outcome.iter().all(|error| error.kind() == kind && *error == outcome[0]), "{outcome:?}");
        messages.push(outcome[0].message().to_owned());
    }
    assert!(messages.windows(2).all(|pair| pair[0] == pair[1]), "{messages:?}");
    messages.swap_remove(0)
}

/// All four factorisations of a matrix.
fn factorisations(a: &DistArray<f64>) -> [(&'static str, Result<()>); 4] {
    [
        ("qr", linalg::qr(a).map(drop)),
        ("qr_r", linalg::qr_r(a).map(drop)),
        ("svd", linalg::svd(a).map(drop)),
        ("svd_values", linalg::svd_values(a).map(drop)),
    ]
}

/// One bad value anywhere, in any layout: every rank gets the same error, and the ranks are together afterwards.
#[test]
fn values_that_are_no_numbers() {
    for ranks in world::sizes([1, 3, 8]) {
        world::run_on(ranks, |cx| {
            for shape in [[20, 3], [3, 20], [4, 4]] {
                for (number, layout) in layouts::all(&shape.into(), ranks).into_iter().enumerate() {
                    let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][number % 3];
                    let place = [number * 5 % shape[0], number * 7 % shape[1]];
                    let value = |i: &[usize]| if i == place { bad } else { (1 + i[0] + i[1] * i[1]) as f64 };
                    let a = cx.from_fn(shape, &layout, value)?;
                    for (what, outcome) in factorisations(&a) {
                        let error = outcome.expect_err("it holds what is no number");
                        assert_eq!(error.kind(), ErrorKind::Argument);
                        assert!(error.message().ends_with("of a matrix with NaN or infinity"), "{what}: {error}");
                    }
                    assert_eq!(cx.comm().all_reduce(&[1], |a: i64, b| a + b)?, [ranks as i64]);
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn norms_out_of_range() {
    let largest = |cx: &Context| cx.full((50, 2), f64::MAX, 0);
    let message = refused(ErrorKind::Argument, |cx| linalg::qr(&largest(cx)?).map(drop));
    assert_eq!(message, "qr of a matrix whose norm is beyond the range of f64: scale it");
    for which in 1..4 {
        refused(ErrorKind::Argument, |cx| factorisations(&largest(cx)?).into_iter().nth(which).unwrap().1);
    }
    let single = |cx: &Context| cx.full((50, 2), 3e38_f32, 0);
    let message = refused(ErrorKind::Argument, |cx| linalg::svd(&single(cx)?).map(drop));
    assert_eq!(message, "svd of a matrix whose norm is beyond the range of f32: scale it");
}

#[test]
fn what_is_no_matrix() {
    for shape in [Shape::from(()), 7.into(), (2, 3, 4).into()] {
        let message = refused(ErrorKind::Shape, |cx| linalg::qr(&cx.zeros::<f64>(shape.clone(), None)?).map(drop));
        assert_eq!(message, format!("qr of an array of shape {shape}"));
        for which in 1..4 {
            let zeros = |cx: &Context| cx.zeros::<f64>(shape.clone(), None);
            refused(ErrorKind::Shape, |cx| factorisations(&zeros(cx)?).into_iter().nth(which).unwrap().1);
        }
    }
}

/// R lies whole on every rank, so it may need more than a block of the matrix.
#[test]
fn what_does_not_fit_the_budget() {
    for ranks in world::several([3, 8]) {
        world::run_on(ranks, |cx| {
            let a = cx.with_memory_budget(1000).random_normal::<f64>((12, 12), 0, 1)?;
            for (what, outcome) in factorisations(&a).into_iter().take(2) {
                assert_eq!(outcome.expect_err("R takes 1152 bytes").kind(), ErrorKind::Memory, "{what}");
            }
            Ok(())
        })
        .unwrap();
    }
}
