//! What stays on the GPU: elements come to the host when somebody asks for them there, and not before.

use isotherm::Device;
use isotherm::expr::{Arithmetic, Functions, Logic, Reductions, select};
use isotherm::prelude::*;
use isotherm::stencil::{Boundary, sweep};

use crate::devices::taken;
use crate::world;

/// An array of numbers that were computed on the GPU.
fn computed(cx: &Context, placement: impl Into<isotherm::Placement>) -> Result<DistArray<f32>> {
    (cx.random_uniform::<f32>((60, 70), placement, 1)? * 8.0 - 4.0).eval()
}

#[test]
fn element_wise_work_takes_nothing_on_the_host() {
    world::on_each([1, 3, 5, 8], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        let x = computed(&cx, 0)?;
        let (bytes, y) = taken(&cx, || {
            let y = (x.exp() + select(x.less(0.0), x.abs(), x.sqrt())).eval()?;
            let z = (&y * 0.5).cast::<f64>().eval()?;
            (z.log() + z.index(1)?.cast::<f64>()).eval()
        })?;
        assert_eq!(bytes, 0);
        let (bytes, all) = taken(&cx, || Ok(y.local().len()))?;
        assert_eq!(bytes, all * size_of::<f64>(), "what is asked for comes once");
        Ok(())
    });
}

#[test]
fn movement_on_one_card_takes_nothing_on_the_host() {
    if world::threads_only("ranks that are processes exchange messages through the memory of the host") {
        return;
    }
    world::on_each([1, 3, 5, 8], |cx| {
        let cx = cx.on(Device::Gpu(0))?;
        let x = computed(&cx, 0)?;
        let (bytes, _) = taken(&cx, || {
            let y = x.transpose()?.flip(0)?.roll(3, 1)?.slice((range(None, None).step(-3), 2..))?;
            let y = concatenate(&[&y, &y.take(&[1, 5, 5], 0)?], 0)?;
            y.resplit(1)?.reshape(-1)?.repeat(2, 0)
        })?;
        assert_eq!(bytes, 0);
        Ok(())
    });
}

#[test]
fn sweeps_on_one_rank_take_nothing_on_the_host() {
    world::on_each([1], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        let (x, mut next) = (computed(&cx, None)?.trunc().eval()?, cx.zeros::<f32>((60, 70), None)?);
        let (bytes, ()) = taken(&cx, || {
            sweep(x.halo().boundary(Boundary::Periodic), &mut next, |u| u.at([1, 0]) + u.at([0, -2]) + u.at([0, 0]))
        })?;
        assert_eq!(bytes, 0);
        assert_eq!(next.get(&[59, 0])?, x.get(&[0, 0])? + x.get(&[59, 68])? + x.get(&[59, 0])?);
        Ok(())
    });
}

/// Of a large array one element comes, not the block.
#[test]
fn an_element_comes_alone() {
    world::on_each([1, 3, 5, 8], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        let x = computed(&cx, 0)?;
        let before = cx.gpu().unwrap().traffic().down;
        let element = x.get(&[0, 1])?;
        assert!(cx.gpu().unwrap().traffic().down - before <= size_of::<f32>() as u64);
        assert_eq!(element, x.gather()?[1]);
        Ok(())
    });
}

#[test]
fn complete_reductions_take_nothing_on_the_host() {
    world::on_each([1, 3, 5, 8], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        // Of rows that each lie on one rank, as all columns do on every rank.
        for (placement, axis) in [(Some(0), 1), (Some(1), 0), (None, 0), (None, 1)] {
            let x = computed(&cx, placement)?;
            let (bytes, _) = taken(&cx, || {
                let all = (x.sum(axis), x.mean(axis), x.min(axis), x.max(axis), x.prod(axis)).eval()?;
                Ok((all, (x.var(axis), x.norm(axis)).eval()?))
            })?;
            assert_eq!(bytes, 0, "{placement:?} along {axis}");
        }
        Ok(())
    });
}

#[test]
fn padding_takes_nothing_on_the_host() {
    world::on_each([1], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        let x = computed(&cx, None)?;
        let (bytes, _) = taken(&cx, || x.pad(&[(1, 2), (0, 3)], 1.5))?;
        assert_eq!(bytes, 0);
        Ok(())
    });
}

#[test]
fn writing_takes_nothing_on_the_host() {
    world::on_each([1], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        let mut x = computed(&cx, None)?;
        let (bytes, ()) = taken(&cx, || {
            x.assign(&x * 2.0)?;
            x.set(0, 1.0)
        })?;
        assert_eq!(bytes, 0);
        Ok(())
    });
}

/// Other tests rely on it: what the CPU computes is seen on the host.
#[test]
fn what_the_cpu_computes_is_seen() {
    world::on_each([1], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        let x = computed(&cx, 0)?;
        let (bytes, y) = taken(&cx, || x.map(|value: f32| value + 1.0).eval())?;
        assert_eq!(bytes, 2 * y.local().len() * size_of::<f32>(), "the operand and the result");
        Ok(())
    });
}
