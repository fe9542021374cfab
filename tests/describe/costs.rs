//! Messages and memory against what the documentation says.

use isotherm::comm::{Counters, Kind};
use isotherm::prelude::*;
use isotherm::stats;

use crate::oracle::draw;
use crate::world;

/// Bytes of the counts of one beginning of the wanted elements.
const COUNTS: usize = 256 * 8;

fn doublings(ranks: usize) -> usize {
    ranks.next_power_of_two().trailing_zeros() as usize
}

/// What this rank sent while `action` ran.
fn sent<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<Counters> {
    let before = cx.comm().counters();
    action()?;
    Ok(cx.comm().counters() - before)
}

/// Uniform bits as an array: the elements of each column differ in all eight bytes.
fn uniform(cx: &Context, shape: (usize, usize), placement: impl Into<Placement>) -> Result<DistArray<u64>> {
    cx.from_fn(shape, placement, |index| draw(9, index[0] * shape.1 + index[1]))
}

/// How many different beginnings of `known` bytes the order statistics next to these quantiles have, in each column.
fn beginnings(shape: (usize, usize), levels: &[f64], known: u32) -> usize {
    (0..shape.1)
        .map(|column| {
            let mut values: Vec<u64> = (0..shape.0).map(|row| draw(9, row * shape.1 + column)).collect();
            values.sort_unstable();
            let least = values[0];
            let bits = u64::BITS - (values[shape.0 - 1] - least).leading_zeros();
            let places = levels.iter().map(|level| (level * (shape.0 - 1) as f64).floor() as usize);
            let wanted = places.flat_map(|place| [values[place], values[place + 1]]);
            let mut found: Vec<u64> =
                wanted.map(|value| (value - least).checked_shr(bits - 8 * known).unwrap_or(0)).collect();
            found.sort_unstable();
            found.dedup();
            found.len()
        })
        .sum()
}

/// One all-reduce for the ranges and eight of counts, each of 2 KiB for every column and different beginning.
#[test]
fn counts_are_sent_and_nothing_else() {
    let (shape, levels) = ((3000, 3), [0.25, 0.5, 0.75]);
    for ranks in world::sizes([1, 2, 8, 64, 256]) {
        world::run_on(ranks, |cx| {
            let x = uniform(cx, shape, 0)?;
            let spent = sent(cx, || stats::quantile(&x, levels, 0).eval())?;
            if ranks == 1 {
                assert_eq!(spent.total().calls, 0, "all elements are here");
                return Ok(());
            }
            assert_eq!((spent.total().calls, spent.of(Kind::AllReduce).calls), (9, 9));
            assert_eq!(spent.total().messages as usize, 9 * doublings(ranks));
            let slots: usize = (0..8).map(|known| beginnings(shape, &levels, known)).sum();
            assert_eq!(spent.total().bytes as usize, doublings(ranks) * (24 * shape.1 + slots * COUNTS));
            Ok(())
        })
        .unwrap();
    }
}

/// One all-reduce of ranges, two of moments, then those of the quartiles; the bytes do not depend on the rows.
#[test]
fn a_description_takes_eleven_all_reduces() {
    for ranks in world::sizes([1, 2, 8, 64, 256]) {
        world::run_on(ranks, |cx| {
            for rows in [1000, 100_000 / ranks] {
                let x = cx.random_normal::<f64>((rows, 4), 0, 3)?;
                let spent = sent(cx, || stats::describe(&x))?;
                let calls = if ranks == 1 { 0 } else { 11 };
                assert_eq!((spent.total().calls, spent.of(Kind::AllReduce).calls), (calls, calls));
                let bound = doublings(ranks) * 4 * (24 + 20 + 40 + (1 + 6 * 7) * COUNTS + 8);
                assert!(spent.total().bytes as usize <= bound, "{} bytes, bound {bound}", spent.total().bytes);
            }
            Ok(())
        })
        .unwrap();
    }
}

/// Where columns are dealt, each rank has all elements of its own: only the results move.
#[test]
fn columns_that_are_whole_send_their_results_alone() {
    for ranks in world::sizes([2, 3, 8]) {
        world::run_on(ranks, |cx| {
            let (shape, calls) = ((100, 6 * ranks), u64::from(ranks > 1));
            let x = uniform(cx, shape, 1)?;
            assert_eq!(sent(cx, || stats::median(&x, 0).eval())?.total().calls, 0);
            let spent = sent(cx, || stats::describe(&x))?;
            assert_eq!((spent.total().calls, spent.of(Kind::Exchange).calls), (calls, calls));
            assert_eq!(spent.total().bytes as usize, 9 * 8 * 6 * (ranks - 1));
            let copies = uniform(cx, shape, None)?;
            assert_eq!(sent(cx, || stats::describe(&copies))?.total().calls, 0);
            Ok(())
        })
        .unwrap();
    }
}

/// A range of few bits takes few rounds, and equal elements none.
#[test]
fn rounds_follow_the_range_of_the_keys() {
    for ranks in world::sizes([2, 5]) {
        world::run_on(ranks, |cx| {
            for (bits, rounds) in [(0, 0), (1, 1), (8, 1), (9, 2), (17, 3), (63, 8)] {
                let most = (1_u64 << bits) - 1;
                let element = |row: usize| if row == 0 { most } else { draw(4, row) & most };
                let x = cx.from_fn((400, 2), 0, |index| element(index[0]) as i64)?;
                let calls = sent(cx, || stats::median(&x, 0).eval())?.total().calls;
                assert_eq!(calls, if ranks > 1 { 1 + rounds } else { 0 }, "{bits} bits");
            }
            Ok(())
        })
        .unwrap();
    }
}

/// Batches keep the counts within a quarter of the staging limit, at the price of more all-reduces, and change no result.
#[test]
fn many_columns_are_taken_in_batches() {
    for ranks in world::sizes([2, 3]) {
        world::run_on(ranks, |cx| {
            let shape = (60, 50);
            let narrow = cx.with_staging_limit(8 * 4 * 2 * COUNTS); // eight columns at a time, of two elements each
            let (all, few) = (uniform(cx, shape, 0)?, uniform(&narrow, shape, 0)?);
            let calls = |x: &DistArray<u64>| Ok::<_, Error>(sent(cx, || stats::median(x, 0).eval())?.total().calls);
            let expected = if ranks > 1 { (1 + 8, 1 + 7 * 8) } else { (0, 0) };
            assert_eq!((calls(&all)?, calls(&few)?), expected);
            assert_eq!(stats::median(&all, 0).eval()?.to_vec()?, stats::median(&few, 0).eval()?.to_vec()?);
            Ok(())
        })
        .unwrap();
    }
}

/// What `action` adds at most to what this rank has.
fn added<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<usize> {
    cx.comm().barrier()?;
    let before = cx.pool().in_use();
    cx.pool().reset_peak();
    action()?;
    let peak = cx.pool().peak();
    cx.comm().barrier()?;
    Ok(peak - before)
}

/// An eighth of the block for candidates, the counts, and the registers of the passes.
#[test]
fn memory_is_an_eighth_of_the_block_and_the_counts() {
    const REGISTERS: usize = 192 << 10;
    for ranks in world::sizes([1, 2]) {
        world::run_on(ranks, |cx| {
            let threads = cx.cpu().threads();
            for columns in [1, 4] {
                let x = cx.random_normal::<f64>((1_200_000 / columns, columns), 0, 5)?;
                let counts = (2 + threads) * columns * 6 * COUNTS;
                let bound = size_of_val(x.local()) / 8 + counts + threads * REGISTERS;
                let peak = added(cx, || stats::describe(&x))?;
                assert!(peak <= bound, "{columns} columns: {peak} of {bound} bytes");
            }
            Ok(())
        })
        .unwrap();
    }
}
