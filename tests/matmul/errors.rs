//! What does not fit is the same error on every rank, with the shapes and the caller's line.

use isotherm::linalg::{MatrixNorm, VectorNorm};
use isotherm::linalg::{dot, matmul, matrix_norm, outer, plan_matmul, vdot, vecdot, vector_norm};
use isotherm::prelude::*;

use crate::world;

#[test]
fn shapes_that_do_not_fit_are_named() {
    let cases: [(&[usize], &[usize], &str); 5] = [
        (&[3, 4], &[5, 6], "(3, 4) and (5, 6): the inner extents 4 and 5 differ"),
        (&[4], &[5], "(4,) and (5,): the inner extents"),
        (&[2, 3, 4], &[3, 4, 5], "(2, 3, 4) and (3, 4, 5): the leading axes do not broadcast"),
        (&[], &[4], "() and (4,): a scalar is no matrix"),
        (&[4, 4], &[], "(4, 4) and (): a scalar is no matrix"),
    ];
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            for (left, right, message) in cases {
                let (a, b) = (cx.ones::<f64>(left, None)?, cx.ones::<f64>(right, None)?);
                let (error, line) = (matmul(&a, &b).unwrap_err(), line!());
                assert_eq!(error.kind(), ErrorKind::Shape);
                assert!(error.message().contains(message), "{error}");
                assert_eq!((error.location().file(), error.location().line()), (file!(), line));
                assert_eq!(plan_matmul(&a, &b).unwrap_err().message(), error.message());
                assert_eq!(a.matmul(&b).unwrap_err().location().line(), line!());
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn arrays_of_two_contexts_do_not_meet() {
    world::on_each([2], |cx| {
        let other = cx.with_staging_limit(64);
        let error = matmul(&cx.ones::<f64>((2, 2), 0)?, &other.ones::<f64>((2, 2), 0)?).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Context);
        Ok(())
    });
}

#[test]
fn vectors_and_norms_refuse_what_they_have_no_meaning_for() {
    world::on_each([2], |cx| {
        let ones = |shape: &[usize]| cx.ones::<f64>(shape, None);
        let kind = |result: Result<DistArray<f64>>| {
            let error = result.unwrap_err();
            assert_eq!(error.location().file(), file!(), "{error}");
            error.kind()
        };
        assert_eq!(kind(dot(&ones(&[2])?, &ones(&[3])?)), ErrorKind::Shape);
        assert_eq!(kind(dot(&ones(&[2, 2, 2])?, &ones(&[2])?)), ErrorKind::Shape);
        assert_eq!(kind(dot(&ones(&[])?, &ones(&[2])?)), ErrorKind::Shape);
        assert_eq!(kind(vdot(&ones(&[2, 3])?, &ones(&[5])?)), ErrorKind::Shape);
        assert_eq!(kind(vecdot(&ones(&[2, 3])?, &ones(&[2, 4])?, -1)), ErrorKind::Shape);
        assert_eq!(kind(vecdot(&ones(&[2, 3])?, &ones(&[3])?, 0)), ErrorKind::Axis);
        assert_eq!(kind(vecdot(&ones(&[2, 3])?, &ones(&[3])?, 2)), ErrorKind::Axis);
        assert_eq!(kind(outer(&ones(&[2, 3])?, &ones(&[3])?)), ErrorKind::Shape);
        assert_eq!(kind(matrix_norm(&ones(&[3])?, MatrixNorm::One)), ErrorKind::Shape);
        assert_eq!(kind(vector_norm(&ones(&[3])?, VectorNorm::P(0.0), None)), ErrorKind::Argument);
        assert_eq!(kind(vector_norm(&ones(&[3])?, VectorNorm::P(f64::NAN), None)), ErrorKind::Argument);
        assert_eq!(kind(vector_norm(&ones(&[0])?, VectorNorm::Inf, None)), ErrorKind::Shape);
        assert_eq!(kind(vector_norm(&ones(&[3])?, VectorNorm::One, 1)), ErrorKind::Axis);
        Ok(())
    });
}
