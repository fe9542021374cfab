//! How much memory movement takes: never more than the old blocks, the new one, and what is staged.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "common/world.rs"]
mod world;

use isotherm::prelude::*;

/// Room for the rounding of messages up to one element for each of the two directions; blocks are counted to the byte.
const ELEMENT: usize = 2 * size_of::<f64>();

/// Fails when the bytes in use on this rank exceed `old` and a new block by more than twice the staging limit.
fn within_bound(cx: &Context, what: &str, old: usize, verb: impl FnOnce() -> Result<DistArray<f64>>) -> DistArray<f64> {
    let pool = cx.pool();
    cx.comm().barrier().unwrap(); // messages of this rank's are its own until their receivers have unpacked them
    assert_eq!(pool.in_use(), old, "{what}: something else is alive");
    pool.reset_peak();
    let new = verb().unwrap();
    let block = size_of_val(new.local());
    let fresh = pool.in_use() - old;
    let shared = fresh == 0 && what.starts_with("reshape"); // where no element leaves its place, the block is its array's
    assert!(shared || fresh == block, "{what} on rank {}: {fresh} bytes for a block of {block}", cx.rank());
    let bound = old + fresh + 2 * cx.staging_limit() + ELEMENT;
    assert!(pool.peak() <= bound, "{what} on rank {}: {} bytes at once, not {bound}", cx.rank(), pool.peak());
    new
}

fn numbers(cx: &Context, shape: impl Into<Shape>, placement: impl Into<Placement>) -> DistArray<f64> {
    let shape = shape.into();
    let all = shape.clone();
    cx.from_fn(shape, placement, |index| all.ravel(index) as f64).unwrap()
}

/// Movement between rows, columns, cyclic columns and replicas under a limit of `limit` bytes.
fn movement_is_bounded(limit: usize, shape: (usize, usize)) {
    world::on_each([8], |cx| {
        let cx = cx.with_staging_limit(limit);
        let (rows, columns) = shape;
        let x = numbers(&cx, shape, 0);
        let own = size_of_val(x.local());
        drop(within_bound(&cx, "resplit", own, || x.resplit(1)));
        drop(within_bound(&cx, "replicate", own, || x.replicate()));
        drop(within_bound(&cx, "reshape", own, || x.reshape((columns, rows))));
        drop(within_bound(&cx, "reshape to a cyclic deal", own, || {
            let cyclic = vec![Distribution::Whole, Distribution::cyclic(0..1, 3)];
            x.reshape_to((columns, rows), Layout::new((columns, rows), Mesh::line(cx.size())?, cyclic)?)
        }));
        drop(within_bound(&cx, "flip", own, || x.flip(None)));
        drop(within_bound(&cx, "roll", own, || x.roll(rows as isize / 2, 0)));
        let y = numbers(&cx, (rows, 3), 1);
        let both = own + size_of_val(y.local());
        let joined = within_bound(&cx, "concatenate", both, || concatenate(&[&x, &y], 1));
        assert_eq!(joined.slice((.., -3..))?.resplit(1)?.local(), y.local());
        Ok(())
    });
}

#[test]
fn a_limit_of_1_kib_holds() {
    movement_is_bounded(1 << 10, (96, 60));
}

/// One element at a time is the least that can be sent.
#[test]
fn a_limit_of_1_byte_holds() {
    movement_is_bounded(1, (17, 10));
}
