//! What does not fit is the same error on every rank, with the shapes and the caller's line.

use isotherm::prelude::*;
use isotherm::spatial::{Metric, cdist};

use crate::world;

#[test]
fn shapes_that_do_not_fit_are_named() {
    let cases: [(&[usize], &[usize], &str); 5] = [
        (&[3, 4], &[5, 6], "(3, 4) and (5, 6): rows of 4 and of 6 features"),
        (&[4], &[5, 4], "(4,) and (5, 4): a table has two axes"),
        (&[3, 4], &[4], "(3, 4) and (4,): a table has two axes"),
        (&[], &[2, 2], "() and (2, 2): a table has two axes"),
        (&[2, 3, 4], &[3, 4], "(2, 3, 4) and (3, 4): a table has two axes"),
    ];
    world::on_each([1, 3], |cx| {
        for (left, right, message) in cases {
            let (x, y) = (cx.ones::<f64>(left, None)?, cx.ones::<f64>(right, None)?);
            let (error, line) = (cdist(&x, &y, Metric::Euclidean).unwrap_err(), line!());
            assert_eq!(error.kind(), ErrorKind::Shape);
            assert!(error.message().contains(message), "{error}");
            assert_eq!((error.location().file(), error.location().line()), (file!(), line));
            world::assert_same(cx, &error)?;
        }
        Ok(())
    });
}

#[test]
fn contexts_and_budgets_are_kept() {
    world::on_each([1, 2], |cx| {
        let other = cx.with_staging_limit(64);
        let (x, y) = (cx.ones::<f64>((2, 2), 0)?, other.ones::<f64>((2, 2), 0)?);
        assert_eq!(cdist(&x, &y, Metric::Euclidean).unwrap_err().kind(), ErrorKind::Context);
        let cx = &cx.with_memory_budget(4000);
        let (x, y) = (cx.ones::<f64>((100, 1), 0)?, cx.ones::<f64>((100, 1), 0)?);
        let error = cdist(&x, &y, Metric::Euclidean).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Memory);
        world::assert_same(cx, &error)
    });
}
