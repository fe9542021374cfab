//! What moves nothing, what copies nothing, and where results lie.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "common/world.rs"]
mod world;

use isotherm::comm::Kind;
use isotherm::prelude::*;
use isotherm::{Axes, Index};

/// The result of a verb during which no rank sent or entered anything.
fn quiet<R>(cx: &Context, what: &str, verb: impl FnOnce() -> Result<R>) -> R {
    let before = cx.comm().counters();
    let result = verb().unwrap();
    assert_eq!((cx.comm().counters() - before).total().calls, 0, "{what} communicated");
    result
}

fn table(cx: &Context, shape: impl Into<Shape>, placement: impl Into<Placement>) -> DistArray<i64> {
    let shape = shape.into();
    let all = shape.clone();
    cx.from_fn(shape, placement, |index| all.ravel(index) as i64).unwrap()
}

#[test]
fn slices_of_blocks_move_nothing() {
    for ranks in world::sizes([1, 2, 3, 5, 8]) {
        world::run_on(ranks, |cx| {
            let uneven: Vec<usize> = (0..=ranks).map(|rank| if rank == ranks { 12 } else { rank / 2 }).collect();
            for layout in [Layout::split((12, 7), 0, ranks)?, Layout::from_offsets((12, 7), 0, &uneven)?] {
                let x = table(cx, (12, 7), &layout);
                for (start, stop, step) in [(0, 12, 1), (2, 11, 3), (5, 5, 1), (-3, 12, 2), (11, 12, 9)] {
                    let part = quiet(cx, "a slice of blocks", || x.slice(range(start, stop).step(step)));
                    assert!(part.local().iter().all(|element| x.local().contains(element)));
                    assert_eq!(part.split(), Some(0));
                }
                let part = quiet(cx, "a slice of whole columns", || x.slice((.., range(None, None).step(-2))));
                assert_eq!(part.layout(), &x.layout().with_extent(1, 4));
                quiet(cx, "an integer along a whole axis", || x.slice((.., 3)));
            }
            let row = table(cx, (12, 7), 0).slice(5)?;
            assert!(row.layout().is_replicated(), "an integer along a dealt axis: {}", row.layout());
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn axes_come_and_go_without_a_copy() {
    world::on_each([4], |cx| {
        let x = table(cx, (6, 1, 5), 0);
        let shares = |y: &DistArray<i64>| y.block().shares_memory_with(x.block());
        assert!(shares(&quiet(cx, "expand_dims", || x.expand_dims(-1))));
        assert!(shares(&quiet(cx, "squeeze", || x.squeeze(1))));
        assert!(shares(&quiet(cx, "squeeze", || x.squeeze(None))));
        assert!(shares(&quiet(cx, "slice of everything", || x.slice((Ellipsis, NewAxis)))));
        assert!(shares(&quiet(cx, "reshape behind the dealt axis", || x.reshape((6, 5)))));
        assert!(shares(&quiet(cx, "reshape around the dealt axis", || x.reshape((1, 6, 5, -1)))));
        let whole = x.replicate()?;
        assert!(quiet(cx, "reshape", || whole.reshape(-1)).block().shares_memory_with(whole.block()));
        // A dealt axis of extent 1 that goes brings its index to every rank.
        assert!(x.resplit(1)?.squeeze(1)?.layout().is_replicated());
        // The copy is made when one of them is written.
        let mut y = x.expand_dims(0)?;
        y.set(Ellipsis, -1)?;
        assert_eq!(x.gather()?, (0..30).collect::<Vec<i64>>());
        assert!(!shares(&y));
        Ok(())
    });
}

#[test]
fn transposes_and_whole_axes_move_nothing() {
    world::on_each([4], |cx| {
        let rows = if cx.size().is_multiple_of(2) { 2 } else { 1 };
        let mesh = Mesh::new(&[rows, cx.size() / rows])?;
        let tiles = vec![Distribution::balanced(0..1), Distribution::cyclic(1..2, 2), Distribution::Whole];
        let tiles = Layout::new((5, 9, 3), mesh, tiles)?;
        for layout in [Layout::split((5, 9, 3), 1, cx.size())?, tiles] {
            let x = table(cx, (5, 9, 3), &layout);
            let y = quiet(cx, "transpose", || x.transpose());
            assert_eq!(y.layout(), &layout.permuted(&[2, 1, 0])?);
            assert_eq!(y.get(&[2, 8, 1])?, x.get(&[1, 8, 2])?);
            assert_eq!(quiet(cx, "move_axis", || x.move_axis(0, -1)).shape()[..], [9, 3, 5]);
            assert_eq!(quiet(cx, "swap_axes", || x.swap_axes(-1, 1)).shape()[..], [5, 3, 9]);
            quiet(cx, "flip of a whole axis", || x.flip(2));
            quiet(cx, "roll of a whole axis", || x.roll(-4, 2));
            quiet(cx, "take along a whole axis", || x.take(&[2, 0, 0, -1], 2));
            quiet(cx, "concatenate along a whole axis", || concatenate(&[&x, &x], 2));
            quiet(cx, "stack", || stack(&[&x, &x, &x], 1));
            quiet(cx, "diff of a whole axis", || x.diff(2));
            quiet(cx, "a scalar assigned", || x.clone().set((1, range(None, None).step(-2)), 4));
            let repeated = quiet(cx, "repeat", || x.repeat(3, 1)).gather()?;
            assert_eq!(repeated, x.gather()?.chunks(3).flat_map(|row| row.repeat(3)).collect::<Vec<_>>());
            quiet(cx, "broadcast_to", || x.broadcast_to((2, 5, 9, 3)));
        }
        let x = table(cx, (5, 9), 0);
        let padded = quiet(cx, "pad of blocks", || x.pad(&[(2, 1), (0, 3)], -1));
        assert_eq!(padded.slice((range(2, -1), ..-3))?.gather()?, x.gather()?);
        Ok(())
    });
}

#[test]
fn one_element_takes_one_broadcast() {
    world::on_each([3], |cx| {
        let x = table(cx, (4, 5), 1);
        let before = cx.comm().counters();
        assert_eq!(x.get(&[-1, 2])?, 17);
        let spent = cx.comm().counters() - before;
        assert_eq!((spent.total().calls, spent.of(Kind::Broadcast).calls), (1, 1));
        let whole = x.replicate()?;
        assert_eq!(quiet(cx, "get of a replicated array", || whole.get(&[0, 1])), 1);
        Ok(())
    });
}

#[test]
fn an_array_can_be_written_from_itself() {
    world::on_each([3], |cx| {
        let mut x = table(cx, 10, 0);
        let copy = x.clone();
        x.set(range(None, None).step(-1), &copy)?;
        assert_eq!(x.gather()?, (0..10).rev().collect::<Vec<i64>>());
        x.set(1.., x.slice(..-1)? * 10)?;
        assert_eq!(x.gather()?[..4], [9, 90, 80, 70]);
        assert_eq!(copy.gather()?, (0..10).collect::<Vec<i64>>());
        // Replicas are all written, and elements may come from a single rank.
        let mut whole = cx.zeros::<i64>((2, 10), None)?;
        whole.set((1, ..), &copy)?;
        assert_eq!(whole.local()[10..], copy.gather()?);
        Ok(())
    });
}

#[test]
fn errors_name_what_does_not_fit() {
    world::on_each([2], |cx| {
        let x = table(cx, (3, 4), 0);
        let says = |result: Result<DistArray<i64>>, kind: ErrorKind, words: &str| {
            let error = result.unwrap_err();
            assert!(error.kind() == kind && error.message().contains(words), "{error:?}");
            assert!(error.location().file().ends_with("manip_quiet.rs"), "{error:?}");
        };
        says(x.slice((0, 4)), ErrorKind::Index, "index 4 of axis 1, which has 4 elements");
        says(x.slice((0, 0, 0)), ErrorKind::Index, "(3, 4)");
        says(x.slice((Ellipsis, Ellipsis)), ErrorKind::Index, "2 ellipses");
        says(x.slice(range(0, 1).step(0)), ErrorKind::Index, "step 0");
        says(x.get(&[1]).and_then(|_| x.slice(0)), ErrorKind::Index, "1 axes");
        says(x.take(&[0, -5], 1), ErrorKind::Index, "index -5");
        says(x.reshape((-1, -1)), ErrorKind::Shape, "[-1, -1]");
        says(x.reshape((5, -1)), ErrorKind::Shape, "12 elements");
        says(x.reshape((0, -1)), ErrorKind::Shape, "[0, -1]");
        says(x.reshape_to(12, 1), ErrorKind::Axis, "axis 1");
        says(x.squeeze(0), ErrorKind::Shape, "axis 0 of shape (3, 4)");
        says(x.broadcast_to((3, 5)), ErrorKind::Shape, "(3, 5)");
        says(x.pad(&[(0, 1)], 0), ErrorKind::Argument, "(3, 4)");
        says(x.pad(&[(usize::MAX, 1), (0, 0)], 0), ErrorKind::Shape, "addressed");
        says(x.repeat(usize::MAX, 0), ErrorKind::Shape, "addressed");
        says(concatenate::<i64>(&[], 0), ErrorKind::Argument, "no arrays");
        says(stack(&[&x, &x.transpose()?], 0), ErrorKind::Shape, "(4, 3)");
        let elsewhere = table(&cx.with_staging_limit(1), (3, 4), 0);
        says(concatenate(&[&x, &elsewhere], 0), ErrorKind::Context, "contexts");
        says(x.clone().set(.., &elsewhere).and_then(|()| x.slice(0)), ErrorKind::Context, "contexts");
        let small = table(&cx.with_memory_budget(64), (2, 4), 0);
        says(small.tile(5, 0), ErrorKind::Memory, "64");
        Ok(())
    });
}

#[test]
fn indices_are_written_in_many_ways() {
    let same = |a: Index, b: Index| assert_eq!(a, b);
    same(1.into(), [1].into());
    same((1, ..).into(), (1_usize, range(None, None)).into());
    same((1.., ..-1).into(), (range(1, None), range(None, -1)).into());
    same((0..4_usize, NewAxis).into(), (range(0, 4), NewAxis).into());
    assert_eq!(Axes::from(None), Axes::ALL);
}

#[test]
fn every_rank_previews_the_same_text_in_every_layout() {
    let mut texts = Vec::new();
    for ranks in world::sizes([1, 3, 8]) {
        for placement in [None, Some(0), Some(1)] {
            texts.extend(world::run_on(ranks, |cx| table(cx, (40, 30), placement).preview()).unwrap());
        }
    }
    let expected = "\
[[   0    1    2 ...   27   28   29]
 [  30   31   32 ...   57   58   59]
 [  60   61   62 ...   87   88   89]
 ...
 [1110 1111 1112 ... 1137 1138 1139]
 [1140 1141 1142 ... 1167 1168 1169]
 [1170 1171 1172 ... 1197 1198 1199]]
shape (40, 30), dtype i64";
    assert!(texts.iter().all(|text| text == expected), "{}", texts[0]);
    world::on_each([2], |cx| {
        assert_eq!(cx.full((), 1.5, None)?.preview()?, "1.5\nshape (), dtype f64");
        assert_eq!(cx.zeros::<f64>((0, 3), 0)?.preview()?, "[]\nshape (0, 3), dtype f64");
        Ok(())
    });
}
