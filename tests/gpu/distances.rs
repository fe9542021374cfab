//! Distances between rows on a GPU: near those of the CPU for all ranks and layouts; on the host there are messages, and nothing else.

use isotherm::Device;
use isotherm::prelude::*;
use isotherm::spatial::{Metric, cdist};

use crate::agreement::Bound;
use crate::devices::{same, taken};
use crate::{layouts, world};

const METRICS: [Metric; 4] = [Metric::Euclidean, Metric::SquaredEuclidean, Metric::Manhattan, Metric::Chebyshev];

/// Of each size m, n, d every layout of x with every layout of y: small integers, so that nothing but roots is rounded.
fn all_pairs(ranks: usize, staging: usize, sizes: &[(usize, usize, usize)], metrics: &[Metric]) {
    world::run_on(ranks, |cx| {
        let gpu = &cx.on(Device::AnyGpu)?.with_staging_limit(staging);
        let cx = &cx.with_staging_limit(staging);
        let value = |i: &[usize]| ((i[0] * 7 + i[1] * 5) % 11) as f32 - 4.0;
        for &(m, n, d) in sizes {
            let (of_x, of_y) = (layouts::all(&(m, d).into(), ranks), layouts::all(&(n, d).into(), ranks));
            for (from, other) in of_x.iter().flat_map(|from| of_y.iter().map(move |other| (from, other))) {
                let (x, y) = (cx.from_fn((m, d), from, value)?, cx.from_fn((n, d), other, |i| 1.0 - value(i))?);
                for &metric in metrics {
                    let got = cdist(&x.to_device(gpu)?, &y.to_device(gpu)?, metric)?;
                    assert!(got.context().is(gpu));
                    let bound = if metric == Metric::Euclidean { Bound::Ulps(3.0) } else { Bound::Bits };
                    let what = format!("{metric:?} of {from} and {other}");
                    same(&what, bound, &cdist(&x, &y, metric)?, &got.to_device(cx)?);
                }
            }
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn every_pair_of_layouts_gives_the_distances() {
    for ranks in world::sizes([1, 3]) {
        all_pairs(ranks, 32 << 20, &[(7, 5, 6), (0, 3, 2), (3, 0, 2), (2, 3, 0)], &METRICS[..1]);
    }
    for ranks in world::sizes([2, 5, 8]) {
        // Metrics differ in kernels, not in what travels.
        let metrics = if ranks == 2 { &METRICS[..] } else { &METRICS[..1] };
        all_pairs(ranks, 64, &[(9, 14, 3)], metrics);
    }
}

/// `|got - exact| <= γ exact`; the oracle has twice as many bits.
#[test]
fn errors_are_within_the_bounds() {
    world::on_each([2], |cx| {
        let (gpu, d) = (cx.on(Device::AnyGpu)?, 700);
        let draw = |rows, seed| cx.random_normal::<f32>((rows, d), 0, seed);
        let (x, y) = (draw(40, 1)?, draw(35, 2)?);
        let wide = |x: &DistArray<f32>| x.cast::<f64>().eval();
        let terms = d as f64;
        for (metric, roundings) in METRICS.into_iter().zip([terms / 2.0 + 8.0, terms + 3.0, terms, 1.0]) {
            let got = cdist(&x.to_device(&gpu)?, &y.to_device(&gpu)?, metric)?.to_device(cx)?;
            let exact = cdist(&wide(&x)?, &wide(&y)?, metric)?;
            let unit = f64::from(f32::EPSILON) / 2.0;
            let gamma = roundings * unit / (1.0 - roundings * unit);
            let beyond = ((wide(&got)? - &exact).abs() - &exact * gamma).max(None).eval()?.item()?;
            assert!(beyond <= 0.0, "{metric:?}: {beyond} beyond the bound");
        }
        Ok(())
    });
}

/// Rows that were computed on the GPU.
fn computed(cx: &Context, rows: usize, split: Option<usize>) -> Result<DistArray<f32>> {
    (cx.random_uniform::<f32>((rows, 20), split, 1)? * 2.0_f32).eval()
}

#[test]
fn what_does_not_move_takes_nothing_on_the_host() {
    world::on_each([1, 3], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        for (x, y) in [(None, None), (Some(0), None), (None, Some(0))] {
            let (x, y) = (computed(&cx, 60, x)?, computed(&cx, 70, y)?);
            let (bytes, got) = taken(&cx, || cdist(&x, &y, Metric::Euclidean))?;
            assert_eq!(bytes, 0, "{}", got.layout());
        }
        Ok(())
    });
}

#[test]
fn what_moves_takes_no_more_than_messages_on_the_host() {
    world::on_each([2, 3], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        if cx.size() == 1 {
            return Ok(());
        }
        let (x, y) = (computed(&cx, 60, Some(0))?, computed(&cx, 900, Some(0))?);
        let (bytes, _) = taken(&cx, || cdist(&x, &y, Metric::Euclidean))?;
        // What a rank has goes to each of the others, and what they have comes.
        let messages = 4 * 20 * (900 + 900 / cx.size() * (cx.size() - 1));
        assert!(bytes > 0 && bytes <= messages, "{bytes} bytes on the host, {messages} of messages");
        Ok(())
    });
}
