//! k-means: twenty steps from given centres, and the choice of centres to begin with.

use isotherm::cluster::{Coordinate, Init, KMeans};
use isotherm::prelude::*;

use crate::check;
use crate::data::{Decimal, bytes};
use crate::task::{Bench, Task, Workload};

const CENTRES: usize = 8;
const COLUMNS: usize = 16;
const STEPS: usize = 20;

const CASES: [(&str, usize); 2] = [("200000x16", 200_000), ("1000000x16", 1_000_000)];

pub(crate) fn workloads() -> Vec<Workload> {
    let mut all = Vec::new();
    for (case, rows) in CASES {
        all.push(Workload::new::<f32>("kmeans", case, move |bench| lloyd::<f32>(bench, rows)));
        all.push(Workload::new::<f64>("kmeans", case, move |bench| lloyd::<f64>(bench, rows)));
    }
    for (case, rows) in CASES {
        all.push(Workload::new::<f32>("kmeans_start", case, move |bench| start::<f32>(bench, rows)));
        all.push(Workload::new::<f64>("kmeans_start", case, move |bench| start::<f64>(bench, rows)));
    }
    all
}

/// One cloud of normal points: without clusters to be found, no step is the last one.
fn points<T: Decimal>(bench: &Bench, rows: usize) -> Result<DistArray<T>> {
    T::normal(bench.cx, (bench.extent(rows, 500), COLUMNS), 0, 1)
}

fn lloyd<T: Decimal + Coordinate>(bench: &Bench, rows: usize) -> Result<Task> {
    let x = points::<T>(bench, rows)?;
    let first: Vec<f64> = (0..CENTRES * COLUMNS).map(|i| T::normal_at(1, i).double()).collect();
    let means = KMeans::new(CENTRES).init(Init::Given(first.clone())).max_iter(STEPS).tol(0.0);
    let fit = means.fit(&x)?;
    let mut centers = first;
    for _ in 0..STEPS {
        centers = step(&x, &centers)?.0;
    }
    let inertia = step(&x, &centers)?.1;
    check::value(bench.cx, fit.inertia, inertia, 1e3 * T::ULP)?;
    let (operands, passes) = (bytes(&x) + bytes(&fit.labels) + bytes(&fit.centers), STEPS * bytes(&x));
    // A difference, a square and a sum for each coordinate of each distance. As products of matrices it would take two of them.
    let distances = (STEPS * CENTRES * x.size()) as f64;
    let ceiling = bench.ceilings.read(passes).or(bench.ceilings.gemm(T::DTYPE, 2.0 * distances));
    Ok(Task::new(operands, move || means.fit(&x)).flops(3.0 * distances).against(ceiling))
}

/// The means of the rows that are nearest to each centre, and the sum of their squared distances.
fn step<T: Decimal>(x: &DistArray<T>, centers: &[f64]) -> Result<(Vec<f64>, f64)> {
    let mut sums = vec![0.0; CENTRES * COLUMNS + CENTRES + 1];
    for row in x.local().chunks(COLUMNS) {
        let row: [f64; COLUMNS] = std::array::from_fn(|column| row[column].double());
        let (mut nearest, mut least) = (0, f64::INFINITY);
        for (number, center) in centers.chunks(COLUMNS).enumerate() {
            let distance: f64 = row.iter().zip(center).map(|(x, c)| (x - c) * (x - c)).sum();
            if distance < least {
                (nearest, least) = (number, distance);
            }
        }
        sums[nearest * COLUMNS..][..COLUMNS].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        sums[CENTRES * COLUMNS + nearest] += 1.0;
        sums[CENTRES * COLUMNS + CENTRES] += least;
    }
    let sums = x.context().comm().all_reduce(&sums, |a, b| a + b)?;
    let (coordinates, counts) = sums.split_at(CENTRES * COLUMNS);
    let means = coordinates.iter().enumerate().map(|(at, sum)| sum / counts[at / COLUMNS]).collect();
    Ok((means, counts[CENTRES]))
}

/// k-means++ and one step, since the centres alone cannot be asked for.
fn start<T: Decimal + Coordinate>(bench: &Bench, rows: usize) -> Result<Task> {
    let x = points::<T>(bench, rows)?;
    let means = KMeans::new(CENTRES).init(Init::PlusPlus).max_iter(1).tol(0.0).seed(1);
    let fit = means.fit(&x)?;
    let centers: Vec<f64> = fit.centers.local().iter().map(|c| c.double()).collect();
    check::value(bench.cx, fit.inertia, step(&x, &centers)?.1, 1e3 * T::ULP)?;
    let operands = bytes(&x) + bytes(&fit.labels) + bytes(&fit.centers);
    let ceiling = bench.ceilings.read(CENTRES * bytes(&x));
    Ok(Task::new(operands, move || means.fit(&x)).against(ceiling))
}
