//! Distances between rows.

use isotherm::DType;
use isotherm::spatial::{Metric, cdist};

use super::checks::agreement::Bound;
use super::data::{self, Drawn};
use super::sizes::Sizes;
use super::task::{Amount, Task, Workload};

const FEATURES: usize = 32;

pub(super) fn workloads(sizes: &Sizes) -> Vec<Workload> {
    let n = sizes.side();
    let euclidean = Workload::new::<f32>("cdist", &[n, n, FEATURES], move |bench| {
        let (x, y) = (f32::uniform(bench.cx, [n, FEATURES], 1)?, f32::uniform(bench.cx, [n, FEATURES], 2)?);
        let got = cdist(&x, &y, Metric::Euclidean)?;
        // Half as many units as features, and those of the root: all terms are positive.
        let bound = Bound::Ulps(FEATURES as f64 / 2.0 + 8.0);
        data::sampled(&got, bound, |index| {
            let at = |seed, row: usize, k| f32::at(seed, row * FEATURES + k).double();
            let square = |k| (at(1, index / n, k) - at(2, index % n, k)).powi(2);
            f32::of((0..FEATURES).map(square).sum::<f64>().sqrt())
        })?;
        // A difference, a square and a sum for each feature.
        let operations = (3 * n * n * FEATURES) as f64;
        let ceiling = bench.ceilings.arithmetic(DType::F32, operations);
        Ok(Task::new(Amount::Operations(operations), ceiling, move || cdist(&x, &y, Metric::Euclidean)))
    });
    vec![euclidean]
}
