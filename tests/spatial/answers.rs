//! Right answers, with the same bits wherever the rows lie.

use isotherm::math::{Part, cast};
use isotherm::prelude::*;
use isotherm::spatial::{Metric, cdist};
use isotherm::{Cpu, comm::Comm};

use crate::oracle::{METRICS, distances, same_bits, value};
use crate::{layouts, world};

/// Of each size m, n, d every layout of x with every layout of y.
fn all_pairs<T: Part>(ranks: usize, staging: usize, sizes: &[(usize, usize, usize)], metrics: &[Metric]) {
    world::run_on(ranks, |cx| {
        let cx = &cx.with_staging_limit(staging);
        for &(m, n, d) in sizes {
            let x: Vec<T> = (0..m * d).map(value).collect();
            let y: Vec<T> = (0..n * d).map(|place| value(place + 77)).collect();
            let (of_x, of_y) = (layouts::all(&(m, d).into(), ranks), layouts::all(&(n, d).into(), ranks));
            for &metric in metrics {
                let want = if d == 0 { vec![T::ZERO; m * n] } else { distances(metric, &x, &y, d) };
                for (from, other) in of_x.iter().flat_map(|from| of_y.iter().map(move |other| (from, other))) {
                    let placed = cx.from_slice(&x, (m, d), from)?;
                    let got = cdist(&placed, &cx.from_slice(&y, (n, d), other)?, metric)?;
                    let what = format!("{metric:?} of {from} and {other}");
                    assert_eq!(*got.shape(), Shape::from((m, n)), "{what}");
                    same_bits(&what, &got, &want);
                    if *from.distribution(1) == Distribution::Whole {
                        assert_eq!(got.layout().distribution(0), from.distribution(0), "{what}");
                    }
                }
            }
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn every_pair_of_layouts_gives_the_bits_of_one_chain() {
    let sizes = [(7, 9, 5), (12, 1, 3), (1, 30, 2), (0, 4, 2), (4, 0, 2), (3, 5, 0), (20, 40, 300)];
    for ranks in world::sizes([1, 2, 3, 4]) {
        all_pairs::<f64>(ranks, 32 << 20, &sizes, &METRICS[..1]);
        all_pairs::<f32>(ranks, 32 << 20, &sizes[..4], &METRICS);
    }
    for ranks in world::sizes([3, 8]) {
        // Panels of one row, and of a few.
        all_pairs::<f64>(ranks, 64, &[(7, 9, 5)], &METRICS[3..]);
        all_pairs::<f32>(ranks, 256, &[(9, 40, 6)], &METRICS[2..3]);
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    for threads in [1, 2, 3] {
        let cx = Context::new(Comm::solo(), Cpu::new(threads));
        for (m, n, d) in [(700, 30, 40), (2, 500, 6), (5, 3, 600)] {
            let x: Vec<f64> = (0..m * d).map(value).collect();
            let y: Vec<f64> = (0..n * d).map(|place| value(place + 7)).collect();
            let (placed, other) = (cx.from_slice(&x, (m, d), 0).unwrap(), cx.from_slice(&y, (n, d), 0).unwrap());
            for metric in METRICS {
                let got = cdist(&placed, &other, metric).unwrap();
                same_bits(&format!("{metric:?} on {threads} threads"), &got, &distances(metric, &x, &y, d));
            }
        }
    }
}

/// The examples of SciPy's reference.
#[test]
fn distances_are_those_of_scipy() {
    let cities = [35.0456, -85.2672, 35.1174, -89.9711, 35.9728, -83.9422, 36.1667, -86.7833];
    let apart = [
        [0.0, 4.7044, 1.6172, 1.8856],
        [4.7044, 0.0, 6.0893, 3.3561],
        [1.6172, 6.0893, 0.0, 2.8477],
        [1.8856, 3.3561, 2.8477, 0.0],
    ];
    let corners: Vec<f64> = (0..24).map(|place| f64::from(((place / 3) >> (2 - place % 3)) & 1)).collect();
    let from_inside = [0.7, 0.9, 1.3, 1.5, 1.5, 1.7, 2.1, 2.3];
    world::on_each([1, 3], |cx| {
        let cities = cx.from_slice(&cities, (4, 2), 0)?;
        let got = cdist(&cities, &cities, Metric::Euclidean)?.gather()?;
        assert!(got.iter().zip(apart.as_flattened()).all(|(got, want)| (got - want).abs() < 5e-5), "{got:?}");
        let inside = cx.from_slice(&[0.1, 0.2, 0.4], (1, 3), None)?;
        let got = cdist(&cx.from_slice(&corners, (8, 3), 0)?, &inside, Metric::Manhattan)?.gather()?;
        assert!(got.iter().zip(from_inside).all(|(got, want)| (got - want).abs() < 1e-15), "{got:?}");
        // Nothing cancels far from the origin.
        let (x, y) = (cx.full((1, 2), 1e9 + 3.0, None)?, cx.full((1, 2), 1e9, None)?);
        let got = METRICS.map(|metric| cdist(&x, &y, metric).unwrap().gather().unwrap()[0]);
        assert_eq!(got, [18_f64.sqrt(), 18.0, 6.0, 3.0]);
        Ok(())
    });
}

#[test]
fn values_that_are_not_finite_show() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let x = [[nan, 1.0], [1.0, nan], [inf, 1.0], [-inf, nan], [2.0, 1.0]];
    let y = [[0.0, 0.0], [inf, 0.0], [-inf, 5.0], [0.0, nan]];
    // NaN wherever one is, or infinities of one sign; infinity where there is one otherwise.
    let want = [[nan; 4], [nan; 4], [inf, nan, inf, nan], [nan; 4], [1.0, inf, inf, nan]];
    world::on_each([1, 2], |cx| {
        let (x, y) = (cx.from_slice(x.as_flattened(), (5, 2), 0)?, cx.from_slice(y.as_flattened(), (4, 2), 0)?);
        for metric in METRICS {
            let got = cdist(&x, &y, metric)?.gather()?;
            for (place, (got, &want)) in got.iter().zip(want.as_flattened()).enumerate() {
                let agree = if want.is_nan() { got.is_nan() } else { want.is_infinite() == got.is_infinite() };
                assert!(agree && (want.is_nan() || !got.is_nan()), "{metric:?}: {got} at {place}");
            }
        }
        Ok(())
    });
}

/// Relative errors of `f32` against sums of twice as many bits.
#[test]
fn errors_are_within_the_bounds() {
    world::on_each([2], |cx| {
        let d = 257;
        let table = |rows: usize, seed| (0..rows * d).map(|place| value::<f32>(place * 31 + seed)).collect::<Vec<_>>();
        let (x, y) = (table(30, 0), table(20, 5));
        let wide = |table: &[f32]| table.iter().map(|&value| f64::from(value)).collect::<Vec<_>>();
        for (metric, roundings) in METRICS.into_iter().zip([d as f64 / 2.0 + 2.0, d as f64 + 2.0, d as f64, 1.0]) {
            let got = cdist(&cx.from_slice(&x, (30, d), 0)?, &cx.from_slice(&y, (20, d), 0)?, metric)?.gather()?;
            let (unit, want) = (f64::from(f32::EPSILON) / 2.0, distances(metric, &wide(&x), &wide(&y), d));
            let gamma = roundings * unit / (1.0 - roundings * unit);
            for (got, want) in got.into_iter().zip(want) {
                let error = (cast::<f32, f64>(got) - want).abs();
                assert!(error <= gamma * want, "{metric:?}: {got}, not {want}");
            }
        }
        Ok(())
    });
}
