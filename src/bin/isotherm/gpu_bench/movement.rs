//! Elements in other places: on the card, and between ranks.

use isotherm::prelude::*;

use super::checks::agreement::Bound;
use super::data::{self, Drawn};
use super::sizes::Sizes;
use super::task::{Amount, Target, Task, Workload};

pub(super) fn workloads(sizes: &Sizes) -> Vec<Workload> {
    let target = Target::Share(0.75);
    vec![
        transpose::<f32>(sizes.side(), sizes.side()).target(target),
        transpose::<f64>(sizes.side(), sizes.side() / 2).target(target),
        permute(sizes.cube()).target(target),
        strided(sizes.side()),
        resplit(sizes.side()).on_several(),
    ]
}

fn transpose<T: Drawn>(rows: usize, columns: usize) -> Workload {
    Workload::new::<T>("transpose", &[rows, columns], move |bench| {
        let x = T::uniform(bench.cx, [rows, columns], 1)?;
        data::sampled(&x.transpose()?, Bound::Bits, |i| T::at(1, i % rows * columns + i / rows))?;
        let bytes = (2 * x.size() * size_of::<T>()) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.copy(bytes), move || x.transpose()))
    })
}

fn permute(shape: [usize; 3]) -> Workload {
    let [a, b, c] = shape;
    let run = |x: &DistArray<f32>| x.permute_dims(&[2, 0, 1]);
    let workload = Workload::new::<f32>("permute", &shape, move |bench| {
        let x = f32::uniform(bench.cx, shape, 1)?;
        data::sampled(&run(&x)?, Bound::Bits, |i| f32::at(1, i % (a * b) * c + i / (a * b)))?;
        let bytes = (2 * x.size() * size_of::<f32>()) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.copy(bytes), move || run(&x)))
    });
    workload.of("(2,0,1)")
}

/// Every second column: all of the memory is read.
fn strided(side: usize) -> Workload {
    let run = |x: &DistArray<f32>| (x.slice((.., range(None, None).step(2)))? + 1.0).eval();
    let workload = Workload::new::<f32>("strided", &[side, side], move |bench| {
        let x = f32::uniform(bench.cx, [side, side], 1)?;
        let got = run(&x)?;
        data::sampled(&got, Bound::Bits, |i| f32::at(1, 2 * i) + 1.0)?;
        let bytes = ((x.size() + got.size()) * size_of::<f32>()) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.copy(bytes), move || run(&x)))
    });
    workload.of("x[:, ::2]+1")
}

/// From rows to columns: all but each rank's own share goes down from one card, and up again.
fn resplit(side: usize) -> Workload {
    let workload = Workload::new::<f32>("resplit", &[side, side], move |bench| {
        let x = f32::uniform(bench.cx, [side, side], 1)?;
        data::sampled(&x.resplit(1)?, Bound::Bits, |i| f32::at(1, i))?;
        let all = (x.size() * size_of::<f32>()) as f64;
        let moved = all - all / bench.cx.size() as f64;
        Ok(Task::new(Amount::Bytes(moved), bench.ceilings.around(moved), move || x.resplit(1)))
    });
    workload.of("0 -> 1")
}
