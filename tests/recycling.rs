//! Loops of array operations ask the system for memory in their first turns only.
#![allow(clippy::unwrap_used)]

#[path = "common/world.rs"]
mod world;

use isotherm::prelude::*;
use isotherm::stencil::sweep;

/// Elements of a large array: each of three ranks has more than 4 MiB of it, where memory comes in huge pages.
const SHAPE: (usize, usize) = (140_000, 18);

/// That `turn`, done again and again, comes to some turns in a row on this rank in which no memory is fresh.
///
/// How many turns that takes depends on who is first: tasks of one rank have their registers at the same time or one after another,
/// and a message is free again when its receiver has read it.
fn settles(cx: &Context, name: &str, mut turn: impl FnMut() -> Result<()>) -> Result<()> {
    const QUIET: usize = 5;
    let (mut quiet, mut turns) = (0, Vec::new());
    while quiet < QUIET {
        let before = cx.pool().fresh();
        turn()?;
        cx.comm().barrier()?;
        turns.push(cx.pool().fresh() - before);
        quiet = if turns.ends_with(&[0]) { quiet + 1 } else { 0 };
        quiet = cx.comm().all_reduce(&[quiet as u64], u64::min)?[0] as usize;
        assert!(turns.len() < 8 * QUIET, "{name}: fresh memory by turns {turns:?}");
    }
    Ok(())
}

#[test]
fn loops_settle() {
    world::on_each([1, 3], |cx| {
        let x = cx.random_uniform::<f64>(SHAPE, 0, 1)?;
        let y = cx.random_uniform::<f64>(SHAPE, 0, 2)?;
        let mut z = (&x + &y).eval()?;
        settles(cx, "z = x + y", || {
            z = (&x + &y).eval()?;
            Ok(())
        })?;
        settles(cx, "a chain with steps between", || {
            let scaled = (&x * 2.0 - &y).sin().eval()?;
            let mask = scaled.greater(0.5).eval()?;
            let single = (scaled + &x).cast::<f32>().eval()?;
            z = (&z + mask.cast::<f64>() * single.cast::<f64>()).eval()?;
            Ok(())
        })?;
        settles(cx, "reductions", || {
            let centred = (&x - x.mean(0).eval()?).eval()?;
            drop((centred.var(1), centred.sum(None), centred.argmax(0)).eval()?);
            Ok(())
        })?;
        settles(cx, "resplit there and back", || {
            z = z.resplit(1)?.resplit(0)?;
            Ok(())
        })?;
        settles(cx, "matmul", || {
            let gram = x.transpose()?.matmul(&y)?;
            z = x.matmul(&gram)?;
            Ok(())
        })
    });
}

#[test]
fn a_sweep_over_two_arrays_settles() {
    world::on_each([1, 3], |cx| {
        let mut now = cx.random_uniform::<f64>(SHAPE, 0, 3)?;
        let mut next = cx.zeros::<f64>(SHAPE, 0)?;
        settles(cx, "sweep", || {
            sweep(&now, &mut next, |u| u.at([-1, 0]) + u.at([1, 0]) - 2.0 * u.at([0, 0]))?;
            std::mem::swap(&mut now, &mut next);
            Ok(())
        })
    });
}
