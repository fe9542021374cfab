//! What moves, what lies where, and what is taken besides: the distances and twice the staging limit.

use isotherm::prelude::*;
use isotherm::spatial::{Metric, cdist};

use crate::oracle::bytes;
use crate::{layouts, world};

/// The bytes that all ranks send for the distances, and how these lie.
fn sent(cx: &Context, x: &DistArray<f64>, y: &DistArray<f64>) -> Result<(u64, Layout)> {
    let before = cx.comm().counters();
    let got = cdist(x, y, Metric::Manhattan)?;
    let bytes = (cx.comm().counters() - before).total().bytes;
    Ok((cx.comm().all_reduce(&[bytes], |a, b| a + b)?[0], got.layout().clone()))
}

#[test]
fn what_each_rank_has_does_not_move() {
    let (m, n, d) = (24, 36, 3);
    world::on_each([1, 2, 3, 4], |cx| {
        for (x, y, split) in [(None, None, None), (Some(0), None, Some(0)), (None, Some(0), Some(1))] {
            let (x, y) = (cx.ones::<f64>((m, d), x)?, cx.ones::<f64>((n, d), y)?);
            let (bytes, layout) = sent(cx, &x, &y)?;
            assert_eq!((bytes, layout.split_axis()), (0, split), "{layout}");
        }
        if cx.size() == 4 {
            let mesh = Mesh::new(&[2, 2])?;
            let over = |axis: usize, rows: usize| {
                let rows_only = vec![Distribution::balanced(axis..axis + 1), Distribution::Whole];
                Layout::new((rows, d), mesh.clone(), rows_only)
            };
            for (own, other) in [(0, 1), (1, 0)] {
                let (x, y) = (cx.ones::<f64>((m, d), over(own, m)?)?, cx.ones::<f64>((n, d), over(other, n)?)?);
                let (bytes, layout) = sent(cx, &x, &y)?;
                assert_eq!((bytes, layout.local_shape(cx.rank())), (0, Shape::from((m / 2, n / 2))), "{layout}");
            }
        }
        Ok(())
    });
}

#[test]
fn rows_of_the_second_table_come_to_all() {
    let (m, n, d) = (24, 36, 3);
    world::on_each([1, 2, 3, 8], |cx| {
        let ranks = cx.size();
        for split in [0, 1] {
            let (x, y) = (cx.ones::<f64>((m, d), 0)?, cx.ones::<f64>((n, d), split)?);
            let (bytes, layout) = sent(cx, &x, &y)?;
            assert_eq!((bytes, layout.split_axis()), (8 * (n * d * (ranks - 1)) as u64, Some(0)), "{layout}");
        }
        // Features that are dealt make room for rows first.
        for (x, y, split) in [(1, None, 0), (1, Some(1), 0)] {
            let layout = sent(cx, &cx.ones::<f64>((m, d), x)?, &cx.ones::<f64>((n, d), y)?)?.1;
            assert_eq!(layout.split_axis(), Some(split), "{layout}");
        }
        let (_, layout) = sent(cx, &cx.ones::<f64>((m, d), None)?, &cx.ones::<f64>((n, d), 1)?)?;
        assert_eq!(layout.split_axis(), Some(1), "{layout}");
        Ok(())
    });
}

#[test]
fn no_table_is_gathered() {
    const STAGING: usize = 4096;
    let (m, n, d) = (40, 2400, 16); // y: 300 KiB
    for ranks in world::several([2, 3, 8]) {
        world::run_on(ranks, |cx| {
            let cx = &cx.with_staging_limit(STAGING);
            let (of_x, of_y) = (layouts::all(&(m, d).into(), ranks), layouts::all(&(n, d).into(), ranks));
            for (from, other) in of_x.iter().flat_map(|from| of_y.iter().map(move |other| (from, other))) {
                let (x, y) = (cx.ones::<f64>((m, d), from)?, cx.ones::<f64>((n, d), other)?);
                // Messages count on the rank that made them until they are read.
                cx.comm().barrier()?;
                let before = cx.pool().in_use();
                cx.pool().reset_peak();
                let got = cdist(&x, &y, Metric::Euclidean)?;
                let peak = cx.pool().peak() - before;
                cx.comm().barrier()?;
                // What is dealt anew, of x and of y, is a share of it; a panel is a row at least.
                let share = |rows: usize| (rows.div_ceil(ranks) + n.div_ceil(64)) * d * 8;
                let bound = bytes(&got) + share(m) + share(n) + 2 * STAGING + 16 * d * 8;
                assert!(peak <= bound, "{peak} of {bound}: {from} and {other}");
            }
            Ok(())
        })
        .unwrap();
    }
}
