//! Random numbers, which only write.

use isotherm::random::{Normal, Seed, at};

use super::checks::agreement::Bound;
use super::data::{self, Drawn};
use super::sizes::Sizes;
use super::task::{Amount, Task, Workload};

pub(super) fn workloads(sizes: &Sizes) -> Vec<Workload> {
    let n = sizes.elements;
    let uniform = Workload::new::<f32>("uniform", &[n], move |bench| {
        let cx = bench.cx.clone();
        data::sampled(&f32::uniform(&cx, n, 1)?, Bound::Bits, |index| f32::at(1, index))?;
        let bytes = (n * size_of::<f32>()) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.copy(bytes), move || f32::uniform(&cx, n, 1)))
    });
    let normal = Workload::new::<f32>("normal", &[n], move |bench| {
        let cx = bench.cx.clone();
        let run = move || cx.random_normal::<f32>(n, 0, 1);
        data::sampled(&run()?, Bound::Near(2.0, 1e-7), |index| at(Normal, Seed::new(1), index as u64))?;
        let bytes = (n * size_of::<f32>()) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.copy(bytes), run))
    });
    vec![uniform, normal]
}
