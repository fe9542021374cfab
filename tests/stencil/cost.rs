//! What a sweep sends and how much memory it takes, against the formulas of its documentation.

use isotherm::comm::{Kind, Tally};
use isotherm::prelude::*;
use isotherm::stencil::{Boundary, Ghosted, sweep};

use crate::world;

const ITEM: usize = size_of::<f64>();

/// What this rank exchanged while `action` ran; nothing else is sent.
fn exchanged(cx: &Context, action: impl FnOnce() -> Result<()>) -> Result<Tally> {
    let before = cx.comm().counters();
    action()?;
    let sent = cx.comm().counters() - before;
    assert_eq!(sent.total(), sent.of(Kind::Exchange), "only exchanges");
    Ok(sent.of(Kind::Exchange))
}

/// One step of diffusion.
fn step(u: &DistArray<f64>, next: &mut DistArray<f64>, boundary: Boundary<'_, f64>) -> Result<()> {
    sweep(u.halo().boundary(boundary), next, |u| {
        u.at([0, 0]) + 0.1 * (u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 1]) + u.at([0, -1]) - 4.0 * u.at([0, 0]))
    })
}

/// The neighbours of a rank on a line of ranks.
fn neighbours(rank: usize, ranks: usize, periodic: bool) -> usize {
    match ranks {
        1 => 0,
        2 => 1,
        _ if periodic => 2,
        _ => usize::from(rank > 0) + usize::from(rank + 1 < ranks),
    }
}

#[test]
fn rows_on_a_line() {
    let columns = 24;
    for ranks in world::sizes([1, 2, 3, 8, 64, 256]) {
        world::run_on(ranks, |cx| {
            let u = cx.zeros::<f64>((1024, columns), 0)?;
            let mut next = u.clone();
            for (boundary, periodic) in
                [(Boundary::Open, false), (Boundary::Fixed(1.0), false), (Boundary::Periodic, true)]
            {
                let sent = exchanged(cx, || step(&u, &mut next, boundary))?;
                let messages = neighbours(cx.rank(), ranks, periodic);
                // Of two ranks on a ring, each is both neighbours of the other, in one message.
                let rows = if periodic && ranks == 2 { 2 } else { messages };
                let expected = Tally {
                    calls: u64::from(ranks > 1),
                    messages: messages as u64,
                    bytes: (rows * columns * ITEM) as u64,
                };
                assert_eq!(sent, expected, "on {ranks} ranks");
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn tiles_on_a_mesh() {
    if world::threads_only("its meshes have 16 ranks and more") {
        return;
    }
    for side in [4, 8, 16] {
        for ranks in world::sizes([side * side]) {
            world::run_on(ranks, |cx| {
                let (tall, wide) = (6, 10);
                let shape = Shape::from((side * tall, side * wide));
                let deal = vec![Distribution::balanced(0..1), Distribution::balanced(1..2)];
                let tiles = Layout::new(shape.clone(), Mesh::new(&[side, side])?, deal)?;
                let u = cx.zeros::<f64>(shape, &tiles)?;
                let mut next = u.clone();
                let star = exchanged(cx, || step(&u, &mut next, Boundary::Periodic))?;
                let faces = 2 * (tall + wide) * ITEM;
                assert_eq!(star, Tally { calls: 1, messages: 4, bytes: faces as u64 });
                let square = exchanged(cx, || {
                    sweep(u.halo().boundary(Boundary::Periodic), &mut next, |u| {
                        u.at([2, 2]) + u.at([-2, 2]) + u.at([2, -2]) + u.at([-2, -2])
                    })
                })?;
                assert_eq!(square, Tally { calls: 1, messages: 8, bytes: (2 * faces + 16 * ITEM) as u64 });
                let forward =
                    exchanged(cx, || sweep(u.halo().boundary(Boundary::Periodic), &mut next, |u| u.at([0, 1])))?;
                assert_eq!(forward, Tally { calls: 1, messages: 1, bytes: (tall * ITEM) as u64 }, "upwind");
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn several_arrays_share_an_exchange_and_replicas_send_to_their_own() {
    for ranks in world::sizes([4, 8]).into_iter().filter(|&ranks| ranks > 2 && ranks.is_multiple_of(2)) {
        world::run_on(ranks, |cx| {
            let lines = ranks / 2;
            let deal = vec![Distribution::balanced(1..2)];
            let layout = Layout::new(lines * 5, Mesh::new(&[2, lines])?, deal)?;
            let (u, v) = (cx.zeros::<f64>(lines * 5, &layout)?, cx.zeros::<f32>(lines * 5, &layout)?);
            let (mut a, mut b) = (u.clone(), v.clone());
            let sent =
                exchanged(cx, || sweep((&u, &v), (&mut a, &mut b), |(u, v)| (u.at(-1) + u.at(1), v.at(-2) + v.at(2))))?;
            let peers = neighbours(cx.rank() % lines, lines, false) as u64;
            assert_eq!(sent, Tally { calls: 1, messages: 2 * peers, bytes: 2 * peers * ITEM as u64 });
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn thin_blocks_reach_further() {
    for ranks in world::several([8]) {
        world::run_on(ranks, |cx| {
            let u = cx.zeros::<i64>(ranks, 0)?;
            let mut next = u.clone();
            let sent = exchanged(cx, || sweep(&u, &mut next, |u| u.at(-3)))?;
            let readers = (ranks - 1 - cx.rank()).min(3) as u64;
            assert_eq!(sent, Tally { calls: 1, messages: readers, bytes: 8 * readers });
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn what_no_rank_shares_is_not_exchanged() {
    for ranks in world::sizes([1, 2, 5]) {
        world::run_on(ranks, |cx| {
            let rows = cx.zeros::<f64>((20, 30), 0)?;
            let whole = cx.zeros::<f64>((20, 30), None)?;
            let (mut a, mut b) = (rows.clone(), whole.clone());
            let along = exchanged(cx, || sweep(rows.halo().boundary(Boundary::Periodic), &mut a, |u| u.at([0, 4])))?;
            let replicated = exchanged(cx, || step(&whole, &mut b, Boundary::Periodic))?;
            let ghosted = exchanged(cx, || Ghosted::new(rows.halo(), &[(0, 0), (2, 2)])?.fill().map(drop))?;
            assert_eq!([along, replicated, ghosted], [Tally::default(); 3]);
            Ok(())
        })
        .unwrap();
    }
}

/// The registers and operands that one thread has in a cache block (`WORKING_SET` of the CPU's tape).
const REGISTERS: usize = 192 << 10;

#[test]
fn memory_is_of_the_order_of_the_surface() {
    const SIDE: usize = 1 << 10;
    for ranks in world::sizes([1, 2, 4]) {
        world::run_on(ranks, |cx| {
            for boundary in [Boundary::Open, Boundary::Periodic, Boundary::Reflect, Boundary::Fixed(0.0)] {
                let u = cx.ones::<f64>((SIDE, SIDE), 0)?;
                let mut next = cx.zeros::<f64>((SIDE, SIDE), 0)?;
                // Messages count on the rank that made them until they are read.
                cx.comm().barrier()?;
                let before = cx.pool().in_use();
                cx.pool().reset_peak();
                step(&u, &mut next, boundary.clone())?;
                let added = cx.pool().peak() - before;
                cx.comm().barrier()?;
                let block = u.local_shape();
                let margin = 2 * (block[0] + block[1] + 2) * ITEM;
                let bound = cx.cpu().threads() * REGISTERS + 4 * margin;
                assert!(added <= bound, "{boundary:?}: {added} bytes, not {bound}");
                assert!(bound < size_of_val(u.local()) / 2, "an array-sized temporary could hide");
            }
            Ok(())
        })
        .unwrap();
    }
}
