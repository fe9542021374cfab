//! What is refused, by the same error on every rank.

use isotherm::cluster::{Init, KMeans};
use isotherm::prelude::*;

use crate::common::clouds;
use crate::world;

/// The message of the error that every rank gets.
#[track_caller]
fn refused(kind: ErrorKind, make: impl Fn(&Context) -> Result<()> + Send + Sync) -> String {
    let mut messages = Vec::new();
    for ranks in world::sizes([1, 3]) {
        let outcome = world::run_on(ranks, |cx| Ok(make(cx).expect_err("this is refused"))).unwrap();
        assert!(outcome.iter().all(|error| error.kind() == kind && *error == outcome[0]), "{outcome:?}");
        messages.push(outcome[0].message().to_owned());
    }
    assert!(messages.iter().all(|message| *message == messages[0]), "{messages:?}");
    messages.swap_remove(0)
}

fn some(cx: &Context, rows: usize) -> Result<DistArray<f64>> {
    cx.from_fn((rows, 3), 0, |index| clouds(index, 3, 4))
}

#[test]
fn arguments_out_of_their_domain() {
    let fit = |kmeans: KMeans| refused(ErrorKind::Argument, move |cx| kmeans.fit(&some(cx, 10)?).map(drop));
    assert_eq!(fit(KMeans::new(0)), "k-means with 0 clusters");
    assert_eq!(fit(KMeans::new(11)), "11 clusters of 10 rows");
    assert_eq!(fit(KMeans::new(2).max_iter(0)), "k-means with at most 0 iterations");
    assert_eq!(fit(KMeans::new(2).tol(f64::NAN)), "a tolerance of NaN");
    assert_eq!(fit(KMeans::new(1).init(Init::Given(vec![0.0, f64::INFINITY, 0.0]))), "the given centre 0 holds inf");
    let empty = refused(ErrorKind::Argument, |cx| KMeans::new(1).fit(&some(cx, 0)?).map(drop));
    assert_eq!(empty, "1 clusters of 0 rows");
}

#[test]
fn shapes_that_do_not_fit() {
    let given =
        refused(ErrorKind::Shape, |cx| KMeans::new(2).init(Init::Given(vec![0.0; 5])).fit(&some(cx, 10)?).map(drop));
    assert_eq!(given, "5 values for 2 centres of 3 columns");
    for shape in [Shape::from(7), (4, 0).into(), (4, 2, 2).into()] {
        refused(ErrorKind::Shape, |cx| KMeans::new(2).fit(&cx.zeros::<f64>(shape.clone(), 0)?).map(drop));
    }
    let predicted =
        refused(ErrorKind::Shape, |cx| KMeans::new(2).fit(&some(cx, 10)?)?.predict(&cx.zeros((5, 4), 0)?).map(drop));
    assert_eq!(predicted, "rows of shape (5, 4) for centres of shape (2, 3)");
}

#[test]
fn values_that_are_no_numbers() {
    let holed = |cx: &Context| {
        let hole = |index: &[usize]| match index {
            [4, 1] => f64::NAN,
            [17, _] => f64::NEG_INFINITY,
            _ => clouds(index, 3, 4),
        };
        cx.from_fn((20, 3), 0, hole)
    };
    let message = "2 rows hold NaN or infinity, the first is row 4";
    assert_eq!(refused(ErrorKind::Argument, |cx| KMeans::new(2).fit(&holed(cx)?).map(drop)), message);
    let predict = |cx: &Context| KMeans::new(2).fit(&some(cx, 10)?)?.predict(&holed(cx)?).map(drop);
    assert_eq!(refused(ErrorKind::Argument, predict), message);
}

#[test]
fn distances_out_of_range() {
    let far = |cx: &Context| cx.from_fn((8, 2), 0, |index| if index[0] % 2 == 0 { 1e30_f32 } else { -1e30 });
    for tol in [0.0, 1e-4] {
        let message = refused(ErrorKind::Argument, |cx| {
            KMeans::new(2).init(Init::Given(vec![0.0; 4])).tol(tol).fit(&far(cx)?).map(drop)
        });
        assert!(message.ends_with("beyond the range of f32: scale the data"), "{message}");
    }
}

#[test]
fn too_few_different_rows() {
    let three = |cx: &Context| cx.from_fn((12, 2), 0, |index| (index[0] % 3) as f64);
    let message = "x has 3 rows that are not the same, too few for 5 clusters";
    for init in [Init::PlusPlus, Init::Random, Init::Given((0..10).map(f64::from).collect())] {
        let kmeans = KMeans::new(5).init(init);
        assert_eq!(refused(ErrorKind::Argument, |cx| kmeans.fit(&three(cx)?).map(drop)), message);
    }
}

#[test]
fn a_cluster_that_is_empty_at_the_end() {
    let kmeans = KMeans::new(3).max_iter(1).init(Init::Given(vec![0.0, 1.0, 2.0]));
    let pair = |cx: &Context| cx.from_fn((4, 1), 0, |index| [0.0, 0.0, 9.0, 9.0][index[0]]);
    let message = refused(ErrorKind::Argument, |cx| kmeans.fit(&pair(cx)?).map(drop));
    assert_eq!(message, "1 of 3 clusters are empty after 1 iterations");
}

#[test]
fn arguments_that_differ_between_ranks() {
    for ranks in world::several([2, 3]) {
        world::run_on(ranks, |cx| {
            let kmeans = KMeans::new(2).seed(u64::from(cx.rank() + 1 == ranks));
            let error = kmeans.fit(&some(cx, 10)?).expect_err("the seeds differ");
            assert_eq!(
                (error.kind(), error.message()),
                (ErrorKind::Argument, "the ranks give k-means different arguments")
            );
            Ok(())
        })
        .unwrap();
    }
}
