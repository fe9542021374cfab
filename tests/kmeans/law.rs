//! The law: ranks, layouts and threads never show in a result, and communication is as documented.

use isotherm::cluster::{Coordinate, Init, KMeans};
use isotherm::comm::{Comm, Kind};
use isotherm::layout::Layout;
use isotherm::{Context, Cpu};

use crate::common::{Found, RANKS, clouds, fit, layouts};
use crate::world;

const ROWS: usize = 61;
const COLUMNS: usize = 3;

fn data<T: Coordinate>() -> Vec<T> {
    (0..ROWS * COLUMNS).map(|i| clouds(&[i / COLUMNS, i % COLUMNS], COLUMNS, 4)).collect()
}

/// Starts of every kind; the last leaves two clusters empty.
fn starts() -> [KMeans; 4] {
    let given = vec![0.0, 1.0, 2.0, 1e3, 1e3, 1e3, -1.0, -1.0, -1.0, 5e3, 0.0, 1e3];
    [Init::PlusPlus, Init::Random, Init::Given(given[..9].to_vec()), Init::Given(given)].map(|init| {
        KMeans::new(if let Init::Given(centers) = &init { centers.len() / 3 } else { 6 }).init(init).seed(3)
    })
}

fn same_bits<T: Coordinate>() {
    let x = data::<T>();
    for kmeans in starts() {
        let alone = world::run_on(1, |cx| fit(cx, &x, &Layout::split((ROWS, COLUMNS), 0, 1)?, &kmeans)).unwrap();
        assert!(alone[0].sizes.iter().all(|&size| size > 0) && alone[0].iterations > 1);
        for ranks in world::sizes(RANKS) {
            world::run_on(ranks, |cx| {
                for layout in layouts(ROWS, COLUMNS, ranks) {
                    assert_eq!(fit(cx, &x, &layout, &kmeans)?, alone[0], "{kmeans:?} on {layout}");
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn the_same_bits_on_any_ranks_and_layout_in_double_precision() {
    same_bits::<f64>();
}

#[test]
fn the_same_bits_on_any_ranks_and_layout_in_single_precision() {
    same_bits::<f32>();
}

/// Enough rows for several chunks a task and several rows a cluster, on numbers of threads that do not divide them.
#[test]
fn the_same_bits_on_any_threads() {
    let (rows, columns) = (5003, 12);
    let found: Vec<Found> = [1, 2, 7]
        .into_iter()
        .map(|threads| {
            let cx = Context::new(Comm::solo(), Cpu::new(threads));
            let x = cx.from_fn((rows, columns), 0, |index| clouds::<f64>(index, columns, 9)).unwrap();
            Found::of(&KMeans::new(9).max_iter(20).fit(&x).unwrap()).unwrap()
        })
        .collect();
    assert!(found[0].iterations > 1);
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}

/// What the documentation of `fit` says of its messages.
#[test]
fn one_all_reduce_an_iteration() {
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            let x = cx.from_fn((200, 5), 0, |index| clouds::<f64>(index, 5, 4))?;
            let calls = |kmeans: KMeans| {
                let before = cx.comm().counters();
                let mut seen = Vec::new();
                let fit = kmeans.fit_observed(&x, |iteration| seen.push(iteration.clone()))?;
                let spent = cx.comm().counters() - before;
                assert_eq!(spent.total().calls, spent.of(Kind::AllReduce).calls, "nothing else is called");
                assert!(seen.windows(2).all(|pair| pair[1].inertia <= pair[0].inertia));
                assert_eq!(
                    seen.iter().map(|iteration| iteration.number).collect::<Vec<_>>(),
                    (1..=seen.len()).collect::<Vec<_>>()
                );
                Ok((spent.of(Kind::AllReduce).calls as usize, fit.iterations, fit.converged))
            };
            let start = x.gather()?[..20].to_vec();
            let given = || Init::Given(start.clone());
            let (all, iterations, converged) = calls(KMeans::new(4).init(given()).tol(0.0))?;
            assert!(converged && iterations > 2);
            // Of the given start: the check; the iterations, the last of which found nothing to change.
            assert_eq!(all, 1 + iterations);
            let (all, iterations, converged) = calls(KMeans::new(4).init(given()).tol(0.0).max_iter(2))?;
            assert_eq!((all, iterations, converged), (1 + 2 + 1, 2, false));
            let (random, iterations, _) = calls(KMeans::new(4).init(Init::Random).tol(0.0))?;
            assert_eq!(random, 1 + 1 + iterations);
            let (plus_plus, iterations, _) = calls(KMeans::new(4).tol(0.0))?;
            assert_eq!(plus_plus, 1 + 4 + iterations);
            let (with_variance, iterations, _) = calls(KMeans::new(4).init(given()).tol(10.0))?;
            let variance = if ranks > 1 { 2 } else { 0 };
            assert_eq!((with_variance, iterations), (1 + variance + 1 + 1, 1));
            Ok(())
        })
        .unwrap();
    }
}

/// Another seed is another start, and k-means++ is better than chance where it should be.
#[test]
fn starts_depend_on_the_seed() {
    world::on_each([2], |cx| {
        // Twelve rows far from each other, each twenty times: with k-means++ every one gets its centre.
        let x = cx.from_fn((240, 2), 0, |index| ((index[0] % 12 + 1) * (7 + 3 * index[1])) as f64)?;
        let inertia =
            |init: Init, seed| Ok(KMeans::new(12).init(init).seed(seed).max_iter(1).fit(&x).map(|fit| fit.inertia));
        for seed in 0..10 {
            assert_eq!(inertia(Init::PlusPlus, seed)?, Ok(0.0));
        }
        let random: Vec<_> = (0..10).map(|seed| inertia(Init::Random, seed)).collect::<isotherm::Result<_>>()?;
        assert!(random.iter().any(|outcome| *outcome != Ok(0.0)));
        let y = cx.from_fn((240, 2), 0, |index| clouds::<f64>(index, 2, 3))?;
        let labels = |seed| KMeans::new(3).seed(seed).max_iter(1).fit(&y)?.labels.gather();
        assert_ne!(labels(1)?, labels(2)?);
        Ok(())
    });
}

/// A start from the centres of an earlier fit changes nothing any more.
#[test]
fn a_fit_goes_on_from_another() {
    world::on_each([3], |cx| {
        let x = cx.from_fn((100, 2), 0, |index| clouds::<f32>(index, 2, 3))?;
        let first = KMeans::new(3).tol(0.0).fit(&x)?;
        let again = KMeans::new(3).tol(0.0).init(Init::from_array(&first.centers)?).fit(&x)?;
        assert_eq!((again.iterations, again.converged), (1, true));
        assert_eq!((again.labels.gather()?, again.inertia), (first.labels.gather()?, first.inertia));
        assert_eq!(again.labels.layout(), &x.layout().without_axis(1));
        Ok(())
    });
}
