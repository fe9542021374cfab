//! What operations allocate: the peak of a rank's pool of blocks against the documented bounds.
#![allow(clippy::unwrap_used)]

#[path = "common/layouts.rs"]
mod layouts;
#[path = "common/world.rs"]
mod world;

use isotherm::io::{read_npy, write_npy};
use isotherm::prelude::*;

/// The bytes of the registers and operands that one thread has in a cache block (`WORKING_SET` of the CPU's tape).
const REGISTERS: usize = 192 << 10;

/// More than [`REGISTERS`] for any sensible number of threads: an array-sized temporary cannot hide.
const MANY: usize = 1 << 20;

fn counted_off(cx: &Context, shape: impl Into<Shape>, placement: impl Into<Placement>) -> Result<DistArray<f64>> {
    cx.from_fn(shape, placement, |index| index.iter().sum::<usize>() as f64)
}

/// What `action` adds at most to what this rank has.
fn added<R>(cx: &Context, action: impl FnOnce() -> Result<R>) -> Result<usize> {
    // Messages count on the rank that made them until they are read.
    cx.comm().barrier()?;
    let before = cx.pool().in_use();
    cx.pool().reset_peak();
    action()?;
    let peak = cx.pool().peak();
    cx.comm().barrier()?;
    Ok(peak - before)
}

fn bytes<T: Element>(x: &DistArray<T>) -> usize {
    size_of_val(x.local())
}

#[test]
fn a_fused_chain_has_no_array_sized_temporary() {
    for ranks in world::sizes([1, 2]) {
        world::run_on(ranks, |cx| {
            let registers = cx.cpu().threads() * REGISTERS;
            let (x, y) = (counted_off(cx, MANY, 0)?, cx.ones::<f64>(MANY, 0)?);
            let chain = || ((&x * &x + &y * &y).sqrt() * 0.5 + (-&x).exp()).log1p() - y.sin();
            let one = added(cx, || chain().eval())?;
            assert!(one <= bytes(&x) + registers, "a chain: {one}");
            let sum = added(cx, || chain().sum(None).eval())?;
            assert!(sum <= registers, "the sum of a chain: {sum}");
            let many = added(cx, || (chain().sum(None), chain().max(None), x.var(None), chain().greater(1.0)).eval())?;
            assert!(many <= bytes(&x) / 8 + registers, "several roots: {many}");
            let cast = added(cx, || (x.cast::<i64>() + 1).cast::<u8>().eval())?;
            assert!(cast <= bytes(&x) / 8 + registers, "casts: {cast}");
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn reductions_along_axes_have_their_results_and_registers() {
    for ranks in world::sizes([1, 2]) {
        world::run_on(ranks, |cx| {
            let (rows, columns) = (1 << 13, 1 << 7);
            let registers = cx.cpu().threads() * REGISTERS;
            let x = counted_off(cx, (rows, columns), 0)?;
            let row = cx.arange(0.0_f64, columns as f64, 1.0, None)?;
            for (axis, results) in [(0, columns), (1, rows)] {
                let sum = added(cx, || (&x - &row).square().sum(axis).eval())?;
                assert!(sum <= 2 * results * 8 + registers, "a sum over axis {axis}: {sum}");
            }
            // Two passes: the means are an operand of the second.
            let var = added(cx, || x.var(0).eval())?;
            assert!(var <= 4 * columns * 8 + registers, "a variance: {var}");
            Ok(())
        })
        .unwrap();
    }
}

/// A chain beyond the longest program is cut, and the value at a cut is an array; those that nobody reads any more go after
/// every eight of them.
#[test]
fn a_very_long_chain_has_a_few_arrays_however_long() {
    world::on_each([2], |cx| {
        let x = counted_off(cx, MANY / 8, 0)?;
        for links in [300, 1000] {
            let chain = (0..links).fold(&x + 1.0, |chain, _| chain * 0.5 + 1.0);
            let peak = added(cx, || chain.eval())?;
            let bound = 10 * bytes(&x) + cx.cpu().threads() * REGISTERS;
            assert!(peak <= bound, "{links} links: {peak} of {bound}");
        }
        Ok(())
    });
}

#[test]
fn assignment_allocates_no_array() {
    world::on_each([2], |cx| {
        let registers = cx.cpu().threads() * REGISTERS;
        let (mut x, y) = (counted_off(cx, (MANY / 8, 8), 0)?, cx.ones::<f64>((MANY / 8, 8), 0)?);
        let row = cx.arange(0.0_f64, 8.0, 1.0, None)?;
        for peak in [
            added(cx, || x.assign(&y * 2.0))?,
            added(cx, || x.assign(&x * 2.0 + &y - &row))?,
            added(cx, || x.assign(x.square()))?,
            added(cx, || x.assign(0.0))?,
        ] {
            assert!(peak <= registers, "{peak}");
        }
        // A part of it is written through the one block that holds the values.
        let column = cx.arange(0.0_f64, (MANY / 8) as f64, 1.0, 0)?.expand_dims(1)?;
        let peak = added(cx, || x.set((Ellipsis, range(0, 1)), &column))?;
        assert!(peak <= registers, "{peak}");
        // While another array shares the memory, or an expression that still exists (`x.square()` does, until the statement
        // ends), there must be a block more.
        let shared = x.clone();
        for peak in [added(cx, || x.assign(&y * 2.0))?, added(cx, || x.assign(x.square().sqrt()))?] {
            assert!(peak <= bytes(&y) + registers && peak >= bytes(&y), "{peak}");
        }
        drop(shared);
        Ok(())
    });
}

/// From every kind of layout to every other one, in small messages and in large ones.
#[test]
fn a_redistribution_has_both_blocks_and_two_stagings() {
    let shape = Shape::from((40, 48));
    world::on_each([8], |cx| {
        for staging in [1024, cx.staging_limit()] {
            let cx = &cx.with_staging_limit(staging);
            let all = layouts::all(&shape, cx.size());
            for (from, into) in all.iter().flat_map(|from| all.iter().map(move |into| (from, into))) {
                let x = counted_off(cx, &shape, from)?;
                let peak = added(cx, || x.redistribute(into))?;
                let plan = x.plan_to(into)?;
                let new = into.local_len(cx.rank()) * 8;
                assert!(peak <= new + 2 * staging, "{from} to {into}: {peak}, {plan}");
                assert!(plan.peak_bytes() <= bytes(&x) + new + 2 * staging, "{from} to {into}: {plan}");
            }
        }
        Ok(())
    });
}

/// Every verb that moves elements, with a staging limit so small that an unstaged copy would show.
#[test]
fn every_movement_has_its_result_and_two_stagings() {
    const STAGING: usize = 1024;
    type Verb = (&'static str, fn(&DistArray<f64>) -> Result<DistArray<f64>>);
    let verbs: [Verb; 13] = [
        ("resplit", |x| x.resplit(1)),
        ("replicate", DistArray::replicate),
        ("balance", DistArray::balance),
        ("reshape", |x| x.reshape((48, 40))),
        ("flatten", DistArray::flatten),
        ("concatenate", |x| concatenate(&[x, x], 0)),
        ("stack", |x| stack(&[x, x], 2)),
        ("transpose", DistArray::transpose),
        ("slice", |x| x.slice((range(1, None).step(3), range(None, None).step(-1)))),
        ("take", |x| x.take(&[39, 0, 0, 7, 8, 9], 0)),
        ("flip", |x| x.flip(None)),
        ("roll", |x| x.roll(7, 0)),
        ("pad", |x| x.pad(&[(3, 4), (5, 6)], 1.0)),
    ];
    let shape = Shape::from((40, 48));
    world::on_each([8], |cx| {
        let cx = &cx.with_staging_limit(STAGING);
        for layout in layouts::all(&shape, cx.size()) {
            let x = counted_off(cx, &shape, &layout)?;
            for (name, verb) in verbs {
                let mut new = 0;
                let peak = added(cx, || verb(&x).map(|result| new = bytes(&result)))?;
                assert!(peak <= new + 2 * STAGING, "{name} of {layout}: {peak}, of which the result {new}");
            }
        }
        Ok(())
    });
}

/// The operand that moves is the smaller one, and it is the only one that is copied.
#[test]
fn an_operand_that_moves_has_one_block_more() {
    world::on_each([8], |cx| {
        let cx = &cx.with_staging_limit(1024);
        let (x, y) = (counted_off(cx, (256, 256), 0)?, cx.ones::<f32>((256, 256), 1)?);
        let registers = cx.cpu().threads() * REGISTERS;
        let peak = added(cx, || (&x + y.cast::<f64>()).eval())?;
        assert!(peak <= bytes(&x) + bytes(&y) + 2 * 1024 + registers, "{peak}");
        Ok(())
    });
}

#[test]
fn what_exceeds_the_budget_is_the_same_error_everywhere_and_allocates_nothing() {
    type Wish = (&'static str, fn(&Context, &DistArray<f64>, &DistArray<u8>) -> Result<()>);
    let wishes: [Wish; 15] = [
        ("zeros", |cx, _, _| cx.zeros::<f64>(1000, 0).map(drop)),
        ("from_fn", |cx, _, _| cx.from_fn(1000, 0, |_| 1_u64).map(drop)),
        ("linspace", |cx, _, _| cx.linspace(0.0, 1.0, 1000, 0).map(drop)),
        ("from_slice", |cx, _, _| cx.from_slice(&[1.0; 500], 500, None).map(drop)),
        ("random", |cx, _, _| cx.random_normal::<f64>(1000, 0, 1).map(drop)),
        ("from_root", |cx, _, _| cx.from_root(0, &[1.0; 900], 900, 0).map(drop)),
        ("replicate", |_, x, _| x.replicate().map(drop)),
        ("gather", |_, x, _| x.gather().map(drop)),
        ("gather_on", |_, x, _| x.gather_on(1).map(drop)),
        ("concatenate", |_, x, _| concatenate(&[x, x, x, x], 0).map(drop)),
        ("tile", |_, x, _| x.tile(5, 0).map(drop)),
        ("pad", |_, x, _| x.pad(&[(0, 1000)], 0.0).map(drop)),
        ("repeat", |_, x, _| x.repeat(9, 0).map(drop)),
        ("eval", |_, x, _| (x + x.expand_dims(1)?).eval().map(drop)),
        ("a reduction", |_, _, bytes| bytes.sum(0).eval().map(drop)),
    ];
    let program = |cx: &Context| {
        // On two ranks or more 300 numbers fit, with room for a few more.
        let cx = cx.with_memory_budget(1600);
        let (x, bytes) = (counted_off(&cx, 300, 0)?, cx.ones::<u8>((3, 500), 0)?);
        for (name, wish) in wishes {
            cx.comm().barrier()?;
            let before = cx.pool().in_use();
            cx.pool().reset_peak();
            let error = wish(&cx, &x, &bytes).expect_err(name);
            assert_eq!(cx.pool().peak() - before, 0, "{name}");
            assert_eq!(error.kind(), ErrorKind::Memory, "{name}");
            assert!(error.location().file().ends_with("memory.rs"), "{name}: {error}");
            world::assert_same(&cx, &error)?;
        }
        Ok(())
    };
    for ranks in world::several([2, 3]) {
        world::run_on(ranks, program).unwrap();
    }
}

#[test]
fn everything_comes_back() {
    let path = std::env::temp_dir().join(format!("isotherm-memory-{}.npy", world::id()));
    for ranks in world::sizes([1, 3, 8]) {
        world::run_on(ranks, |cx| {
            {
                let x = counted_off(cx, (64, 9), 0)?;
                let y = cx.random_normal::<f32>((64, 9), 1, 7)?;
                let z = (&x + y.cast::<f64>()).eval()?;
                let (low, spread) = (z.min(0), z.std(None)).eval()?;
                let mut w = concatenate(&[&x, &z], 1)?.transpose()?.resplit(1)?;
                w.assign(&w * 2.0 - spread)?;
                w.set((0, Ellipsis), 1.0)?;
                write_npy(&w, &path)?;
                let copy = read_npy::<f64>(cx, &path, 0)?;
                drop((low.gather_on(0)?, copy.preview()?, w.gather()?));
                assert!(cx.pool().in_use() > 0);
                let misfit = (&x + &w).eval().unwrap_err();
                assert_eq!(misfit.kind(), ErrorKind::Shape);
            }
            cx.comm().barrier()?;
            assert_eq!(cx.pool().in_use(), 0);
            Ok(())
        })
        .unwrap();
    }
    world::first(|| std::fs::remove_file(path).unwrap());
}
