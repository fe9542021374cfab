//! Sweeps over every layout, boundary and dtype.

use isotherm::prelude::*;
use isotherm::stencil::{Boundary, sweep};

use crate::draw::{self, Draw};
use crate::{deals, oracle, world};

const RANKS: [usize; 5] = [1, 2, 3, 5, 8];

fn on_all_layouts(shape: impl Into<Shape>, check: impl Fn(&Context, &Layout, &mut Draw) -> Result<()> + Sync + Send) {
    let shape = shape.into();
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for (number, layout) in deals::all(&shape, ranks).iter().enumerate() {
                for turn in 0..3 {
                    check(cx, layout, &mut Draw((100 * ranks + 10 * number + turn) as u64))?;
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn lines() {
    on_all_layouts(13, draw::check::<f64>);
    on_all_layouts(2, draw::check::<i64>);
}

#[test]
fn planes() {
    on_all_layouts((9, 7), draw::check::<i64>);
    on_all_layouts((3, 11), draw::check::<f32>);
}

#[test]
fn solids() {
    on_all_layouts((5, 4, 6), draw::check::<f64>);
}

#[test]
fn complex_numbers_and_one_row() {
    on_all_layouts((1, 10), draw::check::<isotherm::Complex<f64>>);
}

#[test]
fn blocks_with_an_interior() {
    on_all_layouts((40, 33), draw::check::<f64>);
}

#[test]
fn arrays_without_elements() {
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for shape in [Shape::from(0), (0, 4).into(), (4, 0).into()] {
                let layout = Layout::split(shape.clone(), 0, ranks)?;
                let (u, mut next) = (cx.ones::<f64>(shape.clone(), &layout)?, cx.zeros::<f64>(shape.clone(), &layout)?);
                for boundary in [Boundary::Open, Boundary::Periodic, Boundary::Fixed(1.0), Boundary::Reflect] {
                    let offset = vec![-2; shape.ndim()];
                    sweep(u.halo().boundary(boundary), &mut next, |u| u.at(offset.as_slice()))?;
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

/// Numbers that are rounded: the same bits on any number of ranks.
#[test]
fn bits_do_not_depend_on_ranks() {
    let program = |cx: &Context| {
        let u = cx.from_fn((24, 17), 0, |i| 1.0 / (1 + 3 * i[0] + i[1]) as f64)?;
        let mut next = cx.zeros::<f64>((24, 17), 0)?;
        sweep(u.halo().boundary(Boundary::Reflect), &mut next, |u| {
            let flow = u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 1]) + u.at([0, -1]) - 4.0 * u.at([0, 0]);
            (u.at([0, 0]) + 0.1 * flow).then(|x| x.exp())
        })?;
        let bits: Vec<u64> = next.gather()?.iter().map(|x| x.to_bits()).collect();
        Ok(bits)
    };
    let alone = isotherm::run_on(1, program).unwrap().remove(0);
    for ranks in world::sizes(RANKS) {
        for bits in world::run_on(ranks, program).unwrap() {
            assert_eq!(bits, alone, "on {ranks} ranks");
        }
    }
}

/// Arrays, rows that are broadcast, indices, closures and other functions beside the neighbours.
#[test]
fn ordinary_operands_stand_at_the_same_index() {
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            let shape = Shape::from((10, 6));
            for layout in deals::all(&shape, ranks) {
                let u = draw::field::<i64>(cx, &layout, 0)?;
                let factor = cx.from_fn(shape.clone(), &layout, |i| (i[0] + 2 * i[1]) as i64)?;
                let row = cx.from_fn(6, None, |i| i[0] as i64)?;
                let elsewhere = cx.from_fn(shape.clone(), 1, |i| (i[0] * i[1]) as i64)?;
                let mut next = cx.zeros::<i64>(shape.clone(), &layout)?;
                let column = u.index(0)?;
                sweep(u.halo().boundary(Boundary::Nearest), &mut next, |u| {
                    let there = &factor * u.at([-1, 0]) + &row - &elsewhere;
                    let there = there.then(|x| x.map(|x: i64| x + 1)) + column.clone();
                    there.clone().with(5, |x, least| x.maximum(least))
                        - u.at([0, 2]).with(u.at([0, 0]), |a, b| a.minimum(b))
                })?;
                let at = |i: usize, j: usize| oracle::inside(&[i, j], 0);
                let expected = (0..60_usize).map(|position| {
                    let (i, j) = (position / 6, position % 6);
                    let there =
                        (i + 2 * j) as i64 * at(i.saturating_sub(1), j) + j as i64 - (i * j) as i64 + 1 + i as i64;
                    Some(there.max(5) - at(i, (j + 2).min(5)).min(at(i, j)))
                });
                oracle::same(&next, &expected.collect::<Vec<_>>(), 0, &layout.to_string());
            }
            Ok(())
        })
        .unwrap();
    }
}

/// More operations than a program of `eval` has: a sweep is not cut.
#[test]
fn a_long_formula_is_one_pass() {
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            let u = cx.arange(0, 40, 1, 0)?;
            let mut next = cx.zeros::<i64>(40, 0)?;
            sweep(u.halo().boundary(Boundary::Periodic), &mut next, |u| {
                (1..150).fold(u.at(0), |sum, k| sum + k * u.at(k as isize))
            })?;
            let expected = |i: i64| i + (1..150).map(|k| k * ((i + k) % 40)).sum::<i64>();
            assert_eq!(next.gather()?, (0..40).map(expected).collect::<Vec<_>>());
            Ok(())
        })
        .unwrap();
    }
}

/// The output may share its memory with what is read, as after `let mut next = u.clone()`.
#[test]
fn the_output_may_be_a_clone_of_the_input() {
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            let u = cx.arange(0, 30, 1, 0)?;
            let mut next = u.clone();
            sweep(&u, &mut next, |u| u.at(-1) + 100)?;
            assert_eq!(u.gather()?, (0..30).collect::<Vec<i64>>());
            assert_eq!(next.gather()?[..4], [0, 100, 101, 102]);
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn a_tuple_within_a_tuple_keeps_its_arrays_apart() {
    for ranks in world::sizes([1, 3]) {
        world::run_on(ranks, |cx| {
            let [u, v, w] = [1.0_f64, 10.0, 100.0].map(|value| cx.full(6, value, 0));
            let (u, v, w) = (u?, v?, w?);
            let mut next = cx.zeros::<f64>(6, 0)?;
            sweep(((&u, &v), &w), &mut next, |((u, v), w)| u.at(0) + v.at(0) + w.at(0))?;
            assert!(next.local().iter().all(|&sum| sum == 111.0), "{:?}", next.local());
            Ok(())
        })
        .unwrap();
    }
}
