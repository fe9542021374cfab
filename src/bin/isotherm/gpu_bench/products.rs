//! Products of matrices.

use isotherm::linalg;

use super::checks::agreement::{Bound, Sample};
use super::data::{self, Drawn};
use super::sizes::Sizes;
use super::task::{Amount, Target, Task, Workload};

/// The extent for which there are targets.
const JUDGED: usize = 4096;

pub(super) fn workloads(sizes: &Sizes) -> Vec<Workload> {
    let judged = |workload: Workload, target| {
        if workload.size[0] == JUDGED { workload.target(target) } else { workload }
    };
    let single = sizes.products.iter().map(|&n| judged(product::<f32>(n), Target::OfTorch(0.8)));
    let double = sizes.double_products.iter().map(|&n| judged(product::<f64>(n), Target::Share(0.5)));
    single.chain(double).collect()
}

fn product<T: Drawn + Sample>(n: usize) -> Workload {
    Workload::new::<T>("matmul", &[n, n, n], move |bench| {
        let (a, b) = (T::uniform(bench.cx, [n, n], 1)?, T::uniform(bench.cx, [n, n], 2)?);
        let got = linalg::matmul(&a, &b)?;
        // All terms are positive, so that each of n roundings is one of the result at most.
        let bound = Bound::Near(0.0, n as f64 * n as f64 * T::UNIT / 4.0);
        data::sampled(&got, bound, |index| {
            let (row, column) = (index / n, index % n);
            T::of((0..n).map(|k| T::at(1, row * n + k).double() * T::at(2, k * n + column).double()).sum())
        })?;
        let operations = 2.0 * (n as f64).powi(3);
        let ceiling = bench.ceilings.arithmetic(T::DTYPE, operations);
        Ok(Task::new(Amount::Operations(operations), ceiling, move || linalg::matmul(&a, &b)))
    })
}
