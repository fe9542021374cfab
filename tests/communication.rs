//! What operations cost in messages: how many calls of each kind, and how many bytes a rank sends. Counted, not timed, so that it
//! holds on every machine.
#![allow(clippy::unwrap_used)]

#[path = "common/layouts.rs"]
mod layouts;
#[path = "common/world.rs"]
mod world;

use isotherm::comm::{Counters, Kind, Tally};
use isotherm::prelude::*;

const RANKS: [usize; 5] = [1, 2, 3, 8, 64];

/// A number that all of [`RANKS`] divide.
const EVEN: usize = 192;

/// The bytes of one extreme of an `f64` on its way: whether there is one, and which.
const EXTREME: usize = 1 + 8;

/// The most bytes of one exact sum on its way.
const SUM: usize = 555;

/// The bytes before the states of one reduction.
const HEADER: usize = 8;

fn doublings(ranks: usize) -> usize {
    ranks.next_power_of_two().trailing_zeros() as usize
}

/// The numbers of `f64` in row-major order.
fn counted_off(cx: &Context, shape: (usize, usize), placement: impl Into<Placement>) -> Result<DistArray<f64>> {
    cx.from_fn(shape, placement, |index| (index[0] * shape.1 + index[1]) as f64)
}

/// What this rank sent while `action` ran.
fn sent<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<Counters> {
    let before = cx.comm().counters();
    action()?;
    Ok(cx.comm().counters() - before)
}

/// What all ranks sent together while `action` ran.
fn sent_by_all<R>(cx: &Context, kind: Kind, action: impl FnOnce() -> Result<R>) -> Result<Tally> {
    let tally = sent(cx, action)?.of(kind);
    let sums = cx.comm().all_reduce(&[tally.calls, tally.messages, tally.bytes], |a, b| a + b)?;
    Ok(Tally { calls: sums[0], messages: sums[1], bytes: sums[2] })
}

/// That these calls were made, and no others.
#[track_caller]
fn only(calls: &[(Kind, usize)], counters: &Counters, what: &str) {
    for kind in Kind::ALL {
        let wanted = calls.iter().find(|call| call.0 == kind).map_or(0, |call| call.1);
        assert_eq!(counters.of(kind).calls, wanted as u64, "{what}: {kind:?}");
    }
}

/// That this rank made no call at all.
#[track_caller]
fn silent<R>(cx: &Context, what: &str, action: impl FnOnce() -> Result<R>) -> Result<()> {
    only(&[], &sent(cx, action)?, what);
    Ok(())
}

fn on_all(program: impl Fn(&Context) -> Result<()> + Send + Sync) {
    world::on_each(RANKS, program);
}

#[test]
fn a_sum_is_one_all_reduce() {
    let program = |cx: &Context| {
        let x = counted_off(cx, (EVEN, 3), 0)?;
        let counters = sent(cx, || x.sum(None).eval())?;
        only(&[(Kind::AllReduce, usize::from(cx.size() > 1))], &counters, "sum");
        assert_eq!(counters.total().messages as usize, doublings(cx.size()));
        assert!(counters.total().bytes as usize <= doublings(cx.size()) * (HEADER + SUM), "{counters:?}");
        Ok(())
    };
    world::on_each(RANKS.into_iter().chain([256]), program);
}

#[test]
fn reductions_over_the_same_axes_share_one_all_reduce() {
    on_all(|cx| {
        let columns = 5;
        let x = counted_off(cx, (EVEN, columns), 0)?;
        let one = [(Kind::AllReduce, usize::from(cx.size() > 1))];
        let two = [(Kind::AllReduce, 2 * usize::from(cx.size() > 1))];
        only(&one, &sent(cx, || (x.min(0), x.max(0), x.sum(0)).eval())?, "min, max, sum");
        only(&one, &sent(cx, || (x.min(None), x.max(None), x.mean(None)).eval())?, "full reductions");
        only(&one, &sent(cx, || (&x * 2.0, x.sum(None), x.exp()).eval())?, "arrays beside a sum");
        only(&one, &sent(cx, || x.mean(0).eval())?, "mean");
        only(&one, &sent(cx, || x.norm(0).eval())?, "norm");
        only(&one, &sent(cx, || x.argmax(0).eval())?, "argmax");
        only(&two, &sent(cx, || x.var(0).eval())?, "var");
        only(&two, &sent(cx, || (x.std(0), x.var(0).ddof(1), x.mean(0)).eval())?, "std, var, mean");
        only(&two, &sent(cx, || (x.sum(0), x.sum(None)).eval())?, "sums over different axes");

        // One state for each column, whatever the number of rows.
        let bytes = sent(cx, || (x.min(0), x.max(0)).eval())?.total().bytes as usize;
        assert_eq!(bytes, doublings(cx.size()) * 2 * (HEADER + columns * EXTREME));
        Ok(())
    });
}

#[test]
fn nothing_moves_where_all_elements_are_at_hand() {
    on_all(|cx| {
        let x = counted_off(cx, (EVEN, 4), 0)?;
        let row = cx.arange(0.0_f64, 4.0, 1.0, None)?;
        let copy = counted_off(cx, (EVEN, 4), None)?;
        silent(cx, "a sum along a whole axis", || (x.sum(1), x.max(1), x.var(1)).eval())?;
        silent(cx, "a sum of replicas", || (copy.sum(None), copy.sum(0)).eval())?;
        silent(cx, "equal layouts", || ((&x + &x * 2.0).sqrt() - 1.0).eval())?;
        silent(cx, "a replicated row", || (&x - &row).eval())?;
        silent(cx, "replicas beside blocks", || (&x * &copy).eval())?;
        silent(cx, "global indices", || (x.index(0)? * 10 + x.index(1)?).eval())?;
        silent(cx, "the same layout", || (x.resplit(0)?, x.balance()?, x.redistribute(x.layout())).2)?;
        silent(cx, "replicas of replicas", || copy.replicate())?;
        silent(cx, "other axes", || (x.transpose()?, x.expand_dims(1)).1)?;
        silent(cx, "a part of a whole axis", || x.slice((Ellipsis, range(1, 3))))?;
        silent(cx, "a joint along a whole axis", || (concatenate(&[&x, &x], 1)?, stack(&[&x, &x], 0)).1)?;
        silent(cx, "turned along a whole axis", || (x.flip(1)?, x.roll(1, 1)?, x.pad(&[(0, 0), (1, 1)], 0.0)).2)?;
        silent(cx, "a shape that keeps the rows", || x.reshape((EVEN, 2, 2)))?;
        silent(cx, "an element that all have", || (copy.get(&[1, 1])?, copy.to_vec()).1)?;
        let mut y = x.clone();
        silent(cx, "assignment", || y.assign(&x * 2.0 + &row))?;
        silent(cx, "what is innocent", || {
            let copy = (format!("{y:?} {} {:?}", y.layout(), y.plan_to(copy.layout())?), y.clone(), &y * 2.0);
            drop((copy, y.local().len(), y.region().shape().clone()));
            Ok(())
        })
    });
}

#[test]
fn a_resplit_sends_what_is_needed_and_not_held() {
    let program = |cx: &Context| {
        let ranks = cx.size();
        let (n, m) = (ranks.max(EVEN / 2).next_multiple_of(ranks), ranks.max(32).next_multiple_of(ranks));
        let x = counted_off(cx, (n, m), 0)?;
        let columns = Layout::split((n, m), 1, ranks)?;
        let rounds = x.plan_to(&columns)?.rounds();
        only(&[(Kind::Exchange, rounds)], &sent(cx, || x.resplit(1))?, "resplit");
        assert_eq!(rounds, usize::from(ranks > 1));

        // n m (1 - 1/P) elements, of which every pair of ranks has one message.
        let all = sent_by_all(cx, Kind::Exchange, || x.resplit(1))?;
        assert_eq!(all.bytes as usize, n * m * 8 / ranks * (ranks - 1));
        assert_eq!(all.messages as usize, ranks * (ranks - 1));
        let one = sent(cx, || x.resplit(1))?.of(Kind::Exchange);
        assert_eq!(one.bytes as usize, n * m * 8 / ranks / ranks * (ranks - 1));
        Ok(())
    };
    world::on_each(RANKS.into_iter().chain([256]), program);
}

#[test]
fn a_staging_limit_changes_rounds_and_no_bytes() {
    let program = |cx: &Context| {
        let (ranks, cx) = (cx.size(), cx.with_staging_limit(1024));
        let x = counted_off(&cx, (EVEN, EVEN), 0)?;
        let plan = x.plan_to(&Layout::split((EVEN, EVEN), 1, ranks)?)?;
        assert!(plan.rounds() > 1);
        let counters = sent(&cx, || x.resplit(1))?;
        only(&[(Kind::Exchange, plan.rounds())], &counters, "resplit");
        assert_eq!(counters.total().bytes as usize, plan.send_bytes());
        assert_eq!(counters.total().messages as usize, plan.messages());
        let all = sent_by_all(&cx, Kind::Exchange, || x.resplit(1))?;
        assert_eq!(all.bytes as usize, EVEN * EVEN * 8 / ranks * (ranks - 1));
        Ok(())
    };
    for ranks in world::several([2, 8]) {
        world::run_on(ranks, program).unwrap();
    }
}

/// From every kind of layout to every other one: as many bytes as elements, counted one by one, that a rank needs and does
/// not hold.
#[test]
fn no_element_travels_to_where_it_is() {
    let shape = Shape::from((7, 5));
    for ranks in world::sizes([3, 4]) {
        world::run_on(ranks, |cx| {
            let all = layouts::all(&shape, ranks);
            for (from, into) in all.iter().flat_map(|from| all.iter().map(move |into| (from, into))) {
                let x = counted_off(cx, (7, 5), from)?;
                let bytes = sent_by_all(cx, Kind::Exchange, || x.redistribute(into))?.bytes as usize;
                let elements = (0..shape.size()).map(|position| shape.unravel(position));
                let travels = |rank: usize, index: &[usize]| into.holds(rank, index) && !from.holds(rank, index);
                let needed: usize =
                    elements.map(|index| (0..ranks).filter(|&rank| travels(rank, &index)).count()).sum();
                assert_eq!(bytes, 8 * needed, "{from} to {into}");
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn the_operand_that_moves_is_the_smaller() {
    on_all(|cx| {
        let ranks = cx.size();
        let exchanges = [(Kind::Exchange, usize::from(ranks > 1))];
        // The same shape: f32 has half the bytes of f64, on whichever side it stands.
        let (wide, narrow) = (counted_off(cx, (EVEN, EVEN), 0)?, cx.ones::<f32>((EVEN, EVEN), 1)?);
        for turned in [false, true] {
            let sum = || if turned { narrow.cast::<f64>() + &wide } else { &wide + narrow.cast::<f64>() }.eval();
            assert_eq!(sum()?.split(), Some(0));
            only(&exchanges, &sent(cx, sum)?, "a sum of two dtypes");
            let bytes = sent_by_all(cx, Kind::Exchange, sum)?.bytes as usize;
            assert_eq!(bytes, EVEN * EVEN * 4 / ranks * (ranks - 1));
        }
        // A row that is dealt out: it is gathered, and the matrix stays.
        let row = cx.arange(0.0_f64, EVEN as f64, 1.0, 0)?;
        let bytes = sent_by_all(cx, Kind::Exchange, || (&row + &wide).eval())?.bytes as usize;
        assert_eq!(bytes, EVEN * 8 * (ranks - 1));
        Ok(())
    });
}

#[test]
fn copies_for_all_and_copies_for_one() {
    on_all(|cx| {
        let (ranks, whole) = (cx.size(), EVEN * 2 * 8);
        let x = counted_off(cx, (EVEN, 2), 0)?;
        let copies = sent_by_all(cx, Kind::Exchange, || x.replicate())?;
        assert_eq!(copies.bytes as usize, whole * (ranks - 1));
        assert_eq!(copies.messages as usize, ranks * (ranks - 1));
        let root = ranks - 1;
        let counters = sent(cx, || x.gather_on(root))?;
        only(&[(Kind::Exchange, usize::from(ranks > 1))], &counters, "gather_on");
        let own = if cx.rank() == root { 0 } else { whole / ranks };
        assert_eq!(counters.total().bytes as usize, own);
        only(&[(Kind::Broadcast, 1)], &sent(cx, || x.get(&[0, 1]))?, "get");
        Ok(())
    });
}

#[test]
fn neighbours_trade_their_borders() {
    on_all(|cx| {
        let (ranks, columns) = (cx.size(), 3);
        let x = counted_off(cx, (EVEN, columns), 0)?;
        let counters = sent(cx, || x.roll(1, 0))?;
        let moves = usize::from(ranks > 1);
        only(&[(Kind::Exchange, moves)], &counters, "roll");
        assert_eq!(counters.total().messages as usize, moves);
        assert_eq!(counters.total().bytes as usize, moves * columns * 8);
        Ok(())
    });
}

#[test]
fn creation_is_local_but_for_what_is_agreed() {
    on_all(|cx| {
        silent(cx, "constants", || (cx.zeros::<u8>((9, 2), 0)?, cx.ones::<f32>(9, None)?, cx.full(9, true, 0)).2)?;
        silent(cx, "numbers in order", || (cx.arange(0, 9, 1, 0)?, cx.linspace(0.0, 1.0, 9, 0)).1)?;
        silent(cx, "by index", || (cx.eye::<i32>(4, 4, 0, 1)?, cx.from_fn(9, 0, |index| index[0] as u64)).1)?;
        silent(cx, "from a copy", || cx.from_slice(&[1, 2, 3], 3, 0))?;
        for counters in [
            sent(cx, || cx.random_uniform::<f64>((9, 2), 0, 1))?,
            sent(cx, || cx.random_normal::<f32>((9, 2), 1, 1))?,
            sent(cx, || cx.random_integers::<i64>(0, 6, 9, None, 1))?,
        ] {
            only(&[(Kind::AllReduce, 1)], &counters, "random numbers");
            assert_eq!(counters.total().bytes as usize, doublings(cx.size()) * 16, "whether the seeds are the same");
        }
        let layout = Layout::split(9, 0, cx.size())?;
        let block = vec![0_u8; layout.local_len(cx.rank())];
        let agreed = sent(cx, || cx.from_block(&block, &layout))?;
        only(&[(Kind::AllReduce, 1)], &agreed, "from_block");
        assert_eq!(agreed.total().bytes, 0);
        only(&[(Kind::AllGather, 1)], &sent(cx, || cx.from_blocks(&[1.0, 2.0], 2, 0))?, "from_blocks");
        let dealt = sent(cx, || cx.from_root(0, &[1.0; 9], 9, 0))?;
        only(&[(Kind::Broadcast, 1), (Kind::Exchange, usize::from(cx.size() > 1))], &dealt, "from_root");
        Ok(())
    });
}

#[test]
fn on_a_mesh_sums_stay_within_its_lines() {
    for ranks in world::sizes([4, 8, 64]).into_iter().filter(|&ranks| ranks > 2 && ranks.is_multiple_of(2)) {
        world::run_on(ranks, |cx| {
            let (rows, columns) = (2, ranks / 2);
            let mesh = Mesh::new(&[rows, columns])?;
            let tiles = vec![Distribution::balanced(0..1), Distribution::balanced(1..2)];
            let x = counted_off(cx, (EVEN, EVEN), Layout::new((EVEN, EVEN), mesh, tiles)?)?;
            // The communicators along each mesh axis are made by the first call that needs them.
            let first = sent(cx, || x.max(0).eval())?;
            only(&[(Kind::Split, 1), (Kind::AllReduce, 1)], &first, "the first maximum along a mesh axis");
            x.max(1).eval()?;
            for (axis, partners, outputs) in [(0, rows, EVEN / columns), (1, columns, EVEN / rows)] {
                let counters = sent(cx, || x.max(axis).eval())?;
                only(&[(Kind::AllReduce, 1)], &counters, "a maximum along a mesh axis");
                assert_eq!(counters.total().messages as usize, doublings(partners), "axis {axis}");
                let bytes = doublings(partners) * (HEADER + outputs * EXTREME);
                assert_eq!(counters.total().bytes as usize, bytes, "axis {axis}");
            }
            let all = sent(cx, || x.max(None).eval())?;
            only(&[(Kind::AllReduce, 1)], &all, "a maximum over both mesh axes");
            assert_eq!(all.total().messages as usize, doublings(ranks));
            Ok(())
        })
        .unwrap();
    }
}
