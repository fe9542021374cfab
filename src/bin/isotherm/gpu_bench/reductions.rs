//! Reductions, of everything and along axes.

use isotherm::prelude::*;

use super::checks::agreement::{Bound, Sample};
use super::data::{self, Drawn};
use super::sizes::Sizes;
use super::task::{Amount, Target, Task, Workload};

pub(super) fn workloads(sizes: &Sizes) -> Vec<Workload> {
    let (n, target) = (sizes.elements, Target::Share(0.85));
    let mut all = vec![
        whole::<f32, f32>("sum", n, |x| x.sum(None).eval(), Bound::Ulps(4.0)).target(target),
        whole::<f32, f32>("min", n, |x| x.min(None).eval(), Bound::Bits).target(target),
        whole::<f32, f32>("max", n, |x| x.max(None).eval(), Bound::Bits).target(target),
        whole::<f64, f64>("sum", n / 2, |x| x.sum(None).eval(), Bound::Ulps(64.0)).target(target),
        whole::<f64, f64>("min", n / 2, |x| x.min(None).eval(), Bound::Bits).target(target),
        whole::<f64, f64>("max", n / 2, |x| x.max(None).eval(), Bound::Bits).target(target),
        whole::<f32, f32>("mean", n, |x| x.mean(None).eval(), Bound::Ulps(4.0)),
        whole::<f32, i64>("argmax", n, |x| x.argmax(None).eval(), Bound::Bits),
    ];
    for axis in 0..3 {
        all.push(along::<f32>(sizes, axis).target(Target::Share(0.70)));
    }
    for axis in 0..3 {
        all.push(along::<f64>(sizes, axis).target(Target::Share(0.70)));
    }
    all
}

/// Everything to one element, which the CPU finds too.
fn whole<T: Drawn, R: Sample>(
    name: &'static str,
    n: usize,
    run: fn(&DistArray<T>) -> Result<DistArray<R>>,
    bound: Bound,
) -> Workload {
    Workload::new::<T>(name, &[n], move |bench| {
        let x = T::uniform(bench.cx, n, 1)?;
        let want = run(&x.to_device(bench.cpu)?)?;
        data::agree(&run(&x)?.to_vec()?, &want.to_vec()?, bound)?;
        let bytes = (n * size_of::<T>()) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.read(bytes), move || run(&x)))
    })
}

/// A sum along one axis of three.
fn along<T: Drawn>(sizes: &Sizes, axis: usize) -> Workload {
    let [a, b, c] = sizes.cube();
    let shape = if T::DTYPE == DType::F64 { [a, b / 2, c] } else { [a, b, c] };
    Workload::new::<T>(["sum axis 0", "sum axis 1", "sum axis 2"][axis], &shape, move |bench| {
        let x = T::uniform(bench.cx, shape, 1)?;
        let got = x.sum(axis).eval()?;
        let kept: Vec<usize> = (0..3).filter(|&other| other != axis).map(|other| shape[other]).collect();
        data::sampled(&got, Bound::Ulps(shape[axis] as f64), |index| {
            let (outer, inner) = (index / kept[1], index % kept[1]);
            let place = |k: usize| match axis {
                0 => (k * shape[1] + outer) * shape[2] + inner,
                1 => (outer * shape[1] + k) * shape[2] + inner,
                _ => (outer * shape[1] + inner) * shape[2] + k,
            };
            T::of((0..shape[axis]).map(|k| T::at(1, place(k)).double()).sum())
        })?;
        let bytes = ((x.size() + got.size()) * size_of::<T>()) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.read(bytes), move || x.sum(axis).eval()))
    })
}
