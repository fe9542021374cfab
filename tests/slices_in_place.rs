//! Large slices that stay in the block that they were sliced from: nobody can tell but by the memory.
#![allow(clippy::unwrap_used, reason = "a test that unwraps is a test that fails")]

#[path = "common/layouts.rs"]
mod layouts;
#[path = "common/world.rs"]
mod world;

use isotherm::prelude::*;

const SHAPE: (usize, usize) = (768, 512);

fn numbers(cx: &Context, layout: impl Into<Placement>) -> DistArray<f64> {
    cx.from_fn(SHAPE, layout, |index| (index[0] * SHAPE.1 + index[1]) as f64).unwrap()
}

/// Rows and columns that each of the slices below has.
type Picked = (Vec<usize>, Vec<usize>);

fn slices(x: &DistArray<f64>) -> Vec<(DistArray<f64>, Picked)> {
    let (rows, columns) = SHAPE;
    let all = |n: usize| (0..n).collect::<Vec<_>>();
    vec![
        (x.slice((.., range(None, None).step(2))).unwrap(), (all(rows), (0..columns).step_by(2).collect())),
        (x.slice((range(1, None).step(2), ..)).unwrap(), ((1..rows).step_by(2).collect(), all(columns))),
        (x.slice((range(5, -3), 1..)).unwrap(), ((5..rows - 3).collect(), (1..columns).collect())),
        (x.slice((.., range(None, None).step(-1))).unwrap(), (all(rows), (0..columns).rev().collect())),
        (x.slice((range(None, None).step(-1), 7..)).unwrap(), ((0..rows).rev().collect(), (7..columns).collect())),
    ]
}

fn expected((rows, columns): &Picked, value: impl Fn(f64) -> f64) -> Vec<f64> {
    rows.iter().flat_map(|row| columns.iter().map(move |column| (row * SHAPE.1 + column) as f64)).map(value).collect()
}

#[test]
fn slices_of_every_layout_are_read_where_they_lie() {
    for ranks in world::sizes([1, 2, 3, 4]) {
        world::run_on(ranks, |cx| {
            for layout in layouts::all(&SHAPE.into(), ranks) {
                let x = numbers(cx, layout.clone());
                for (slice, picked) in slices(&x) {
                    assert_eq!((&slice + 1.0).eval()?.gather()?, expected(&picked, |x| x + 1.0), "{layout}");
                    assert_eq!(slice.sum(None).item()?, expected(&picked, |x| x).iter().sum::<f64>(), "{layout}");
                    let columns: Vec<f64> = (slice.max(0).eval()?).gather()?;
                    let last = *picked.0.iter().max().unwrap() * SHAPE.1;
                    let most: Vec<f64> = picked.1.iter().map(|column| (last + column) as f64).collect();
                    assert_eq!(columns, most, "{layout}");
                    assert_eq!(slice.gather()?, expected(&picked, |x| x), "{layout}");
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn who_writes_first_is_not_seen_by_the_other() {
    for ranks in world::sizes([1, 2, 3]) {
        world::run_on(ranks, |cx| {
            let mut x = numbers(cx, 0);
            for k in 0..slices(&x).len() {
                let (mut slice, picked) = slices(&x).swap_remove(k);
                x.local_mut().fill(-1.0);
                assert_eq!(slice.gather()?, expected(&picked, |x| x));
                x = numbers(cx, 0);
                slice = slices(&x).swap_remove(k).0;
                let other = slice.clone();
                slice.local_mut().fill(-2.0);
                assert!(slice.gather()?.iter().all(|&value| value == -2.0));
                assert_eq!(other.gather()?, expected(&picked, |x| x));
                assert_eq!(x.gather()?, numbers(cx, 0).gather()?);
                slice = slices(&x).swap_remove(k).0;
                slice.assign(&slice.clone() * 2.0)?;
                assert_eq!(slice.gather()?, expected(&picked, |x| 2.0 * x));
            }
            let mut same = x.slice((.., range(None, None).step(-1)))?;
            x.assign(&same + &x)?; // reads what it writes, in another order
            same = numbers(cx, 0);
            let sums = (&same + same.flip(1)?).eval()?;
            assert_eq!(x.gather()?, sums.gather()?);
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn what_is_computed_of_a_slice_is_all_that_is_taken() {
    for ranks in world::sizes([1, 2, 3]) {
        world::run_on(ranks, |cx| {
            let x = numbers(cx, 0);
            cx.comm().barrier()?;
            let (before, pool) = (cx.pool().in_use(), cx.pool());
            let slice = x.slice((.., range(None, None).step(2)))?;
            assert_eq!(pool.in_use(), before, "a slice takes memory");
            pool.reset_peak();
            let result = (&slice + 1.0).eval()?;
            let registers = 128 << 10;
            assert!(pool.peak() <= before + size_of_val(result.local()) + registers, "{} of {before}", pool.peak());
            drop((x, result));
            let copy = size_of_val(slice.local());
            assert_eq!(pool.in_use(), copy, "a copied slice keeps the block that it was in");
            Ok(())
        })
        .unwrap();
    }
}
