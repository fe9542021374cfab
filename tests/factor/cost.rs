//! What factorisations send and allocate, against the documented formulas.

use isotherm::comm::{Counters, Kind};
use isotherm::decomposition::PCA;
use isotherm::linalg;
use isotherm::prelude::*;

use crate::world;

const WORLDS: [usize; 5] = [1, 2, 8, 64, 256];
const COLUMNS: usize = 4;
/// The values of the longest message.
const TRIANGLE: usize = COLUMNS * (COLUMNS + 1) / 2;

/// What this rank sent in `action`.
fn sent<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<Counters> {
    let before = cx.comm().counters();
    action()?;
    Ok(cx.comm().counters() - before)
}

fn levels(ranks: usize) -> usize {
    ranks.next_power_of_two().trailing_zeros() as usize
}

/// How often a rank is the upper one of two that are merged.
fn merges(rank: usize, ranks: usize) -> usize {
    (0..levels(ranks)).take_while(|level| rank >> level & 1 == 0).filter(|level| rank + (1 << level) < ranks).count()
}

#[test]
fn no_message_of_a_qr_is_longer_than_a_triangle() {
    for ranks in world::sizes(WORLDS) {
        world::run_on(ranks, |cx| {
            let a = cx.random_normal::<f64>((ranks * COLUMNS, COLUMNS), 0, 1)?;
            let up = usize::from(cx.rank() != 0);
            let down = merges(cx.rank(), ranks);
            for (counters, calls, messages) in [
                (sent(cx, || linalg::qr_r(&a))?, levels(ranks), up),
                (sent(cx, || linalg::qr(&a))?, 2 * levels(ranks), up + down),
            ] {
                let exchange = counters.of(Kind::Exchange);
                assert_eq!((exchange.calls, exchange.messages), (calls as u64, messages as u64));
                assert_eq!(exchange.bytes, (messages * TRIANGLE * 8) as u64, "every message is one triangle");
                let broadcast = counters.of(Kind::Broadcast);
                assert_eq!((broadcast.calls, broadcast.bytes), (1, broadcast.messages * (TRIANGLE * 8) as u64));
                assert_eq!(counters.total().calls, calls as u64 + 1, "and nothing else");
            }
            Ok(())
        })
        .unwrap();
    }
}

/// A rank without rows sends nothing, one with fewer rows than columns a trapezoid.
#[test]
fn short_blocks_send_less() {
    for rows in [3, 4, 9] {
        let mut total = 0;
        for ranks in world::sizes([8]) {
            let tally = |cx: &Context| {
                let a = cx.from_fn((rows, 3), 0, |i| (1 + i[0] * i[1]) as f64)?;
                Ok(sent(cx, || linalg::qr_r(&a))?.of(Kind::Exchange))
            };
            for tally in world::run_on(ranks, tally).unwrap() {
                assert!(tally.bytes <= 6 * 8, "a triangle of 3 columns");
                total += tally.messages;
            }
        }
        assert!(total < rows.min(8) as u64, "{rows} rows: {total} messages");
    }
}

#[test]
fn a_singular_value_decomposition_sends_squares_on_the_way_down() {
    for ranks in world::sizes(WORLDS) {
        world::run_on(ranks, |cx| {
            let a = cx.random_normal::<f64>((ranks * COLUMNS, COLUMNS), 0, 1)?;
            let (up, down) = (usize::from(cx.rank() != 0), merges(cx.rank(), ranks));
            let counters = sent(cx, || linalg::svd(&a))?;
            let bytes = (up * TRIANGLE + down * COLUMNS * COLUMNS) * 8;
            assert_eq!(counters.of(Kind::Exchange).bytes, bytes as u64);
            let broadcast = counters.of(Kind::Broadcast);
            assert_eq!(broadcast.bytes, broadcast.messages * ((COLUMNS + 1) * COLUMNS * 8) as u64);
            assert_eq!(counters.total().calls, 2 * levels(ranks) as u64 + 1);
            let values = sent(cx, || linalg::svd_values(&a))?;
            assert_eq!(values.of(Kind::Exchange).bytes, (up * TRIANGLE * 8) as u64);
            assert_eq!(values.of(Kind::Broadcast).bytes, values.of(Kind::Broadcast).messages * (COLUMNS * 8) as u64);
            assert_eq!(values.total().calls, levels(ranks) as u64 + 1);
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn principal_components_take_means_one_way_up_and_a_broadcast() {
    for ranks in world::sizes(WORLDS) {
        world::run_on(ranks, |cx| {
            let x = cx.random_normal::<f64>((ranks * COLUMNS, COLUMNS), 0, 1)?;
            let counters = sent(cx, || PCA::new(2).fit(&x))?;
            let sums = u64::from(ranks > 1);
            assert_eq!(counters.of(Kind::AllReduce).calls, sums);
            // An exact sum is 11 to 19 bytes most often, and a few say whose it is.
            let bytes = counters.of(Kind::AllReduce).bytes;
            assert!(bytes <= (levels(ranks) * (COLUMNS * 20 + 64)) as u64, "{bytes} bytes of means");
            assert_eq!(counters.of(Kind::Exchange).bytes, (usize::from(cx.rank() != 0) * TRIANGLE * 8) as u64);
            let broadcast = counters.of(Kind::Broadcast);
            assert_eq!((broadcast.calls, broadcast.bytes % ((COLUMNS + 1) * COLUMNS * 8) as u64), (1, 0));
            assert_eq!(counters.total().calls, sums + levels(ranks) as u64 + 1);
            let fit = PCA::new(2).fit(&x)?;
            assert_eq!(sent(cx, || fit.transform(&x))?.total().calls, 0, "scores are local");
            Ok(())
        })
        .unwrap();
    }
}

/// What `action` adds at most to what this rank's pool has, in elements of 8 bytes.
fn added<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<usize> {
    cx.comm().barrier()?;
    let before = cx.pool().in_use();
    cx.pool().reset_peak();
    action()?;
    let peak = cx.pool().peak();
    cx.comm().barrier()?;
    Ok((peak - before) / 8)
}

/// The documented bounds, for blocks that are much larger than everything small in them.
#[test]
fn a_factorisation_needs_the_memory_of_q_and_little_more() {
    for (wanted, n) in [(1, 64), (2, 64), (4, 20), (2, 3)] {
        let ranks = world::sizes([wanted])[0];
        world::run_on(ranks, |cx| {
            let rows = 30_000;
            let a = cx.random_normal::<f64>((rows * ranks, n), 0, 1)?;
            let stack = (1_usize << 15).max(4 * n * n) + n * n;
            let chunks = rows.div_ceil(((1 << 15) / n).max(4 * n)) + cx.cpu().threads();
            let factors = chunks * n.min(32) * n;
            let tree = (levels(ranks) + cx.cpu().threads()) * (2 * n * n + 32 * n) + 6 * n * n;
            let work = 2 * cx.cpu().threads() * stack + tree;
            let qr = added(cx, || linalg::qr(&a))?;
            assert!(qr <= rows * n + factors + work, "qr of {n} columns: {qr}");
            let svd = added(cx, || linalg::svd(&a))?;
            assert!(svd <= rows * n + factors + work + 6 * n * n, "svd of {n} columns: {svd}");
            let r = added(cx, || linalg::qr_r(&a))?;
            assert!(r <= work, "R of {n} columns: {r}");
            let pca = added(cx, || PCA::all().fit(&a))?;
            // The means are one pass of an evaluation, with its registers.
            assert!(pca <= work + cx.cpu().threads() * (192 << 7) + 6 * n * n, "pca of {n} columns: {pca}");
            Ok(())
        })
        .unwrap();
    }
}
