//! Estimators on tables of many rows.

use isotherm::cluster::{Init, KMeans};
use isotherm::decomposition::PCA;
use isotherm::prelude::*;

use super::data;
use super::sizes::Sizes;
use super::task::{Amount, Target, Task, Workload};

const CENTRES: usize = 8;
const COLUMNS: usize = 16;
const STEPS: usize = 10;
const WIDE: usize = 64;
const COMPONENTS: usize = 8;

pub(super) fn workloads(sizes: &Sizes) -> Vec<Workload> {
    vec![kmeans(sizes.points).target(Target::Share(0.60)), pca(sizes.table)]
}

/// Steps from given centres in one cloud of points: without clusters to be found, none of them is the last. A step reads all rows once.
fn kmeans(rows: usize) -> Workload {
    let workload = Workload::new::<f32>("kmeans", &[rows, COLUMNS, CENTRES, STEPS], move |bench| {
        let x: DistArray<f32> = bench.cx.random_normal([rows, COLUMNS], 0, 1)?;
        let first: Vec<f64> = data::rows(&x, 0, CENTRES)?.gather()?.into_iter().map(f64::from).collect();
        let means = KMeans::new(CENTRES).init(Init::Given(first)).max_iter(STEPS).tol(0.0);
        let fit = means.fit(&x)?;
        let centers = fit.centers.to_vec()?;
        for start in [0, rows / 3, rows - CENTRES] {
            let (points, labels) =
                (data::rows(&x, start, CENTRES)?.gather()?, data::rows(&fit.labels, start, CENTRES)?.gather()?);
            for (point, &label) in points.chunks(COLUMNS).zip(&labels) {
                let distances: Vec<f64> = centers.chunks(COLUMNS).map(|center| distance(point, center)).collect();
                let least = distances.iter().copied().fold(f64::INFINITY, f64::min);
                let own = distances.get(label as usize).copied().unwrap_or(f64::INFINITY);
                data::holds(own <= least * (1.0 + 1e-5), || {
                    format!("a row near {start} is {own} from its centre, and {least} from another")
                })?;
            }
        }
        let bytes = (fit.iterations * x.size() * size_of::<f32>()) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.read(bytes), move || means.fit(&x)))
    });
    workload.of("steps")
}

fn distance(point: &[f32], center: &[f32]) -> f64 {
    point.iter().zip(center).map(|(&x, &c)| (f64::from(x) - f64::from(c)).powi(2)).sum()
}

/// Components of a cloud that varies alike in all directions.
fn pca(rows: usize) -> Workload {
    Workload::new::<f32>("pca", &[rows, WIDE, COMPONENTS], move |bench| {
        let x: DistArray<f32> = bench.cx.random_normal([rows, WIDE], 0, 1)?;
        let pca = PCA::new(COMPONENTS);
        let fit = pca.fit(&x)?;
        // The largest and the least eigenvalue of such a covariance lie between (1 -+ sqrt(columns / rows))^2 (Marchenko, Pastur, 1967).
        let far = (WIDE as f64 / rows as f64).sqrt();
        let near = |variance: &f64| (variance.sqrt() - 1.0).abs() <= 1.5 * far;
        data::holds(fit.explained_variance.iter().all(near), || format!("variances of {:?}", fit.explained_variance))?;
        let components = fit.components.to_vec()?;
        let norms = components.chunks(WIDE).map(|row| row.iter().map(|&c| f64::from(c).powi(2)).sum::<f64>());
        data::holds(norms.into_iter().all(|norm| (norm - 1.0).abs() < 1e-4), || {
            "a component's length is not 1".to_owned()
        })?;
        // Sums of products of each two columns, in double precision, and of the columns.
        let operations = (rows * WIDE * WIDE) as f64;
        let wide = if bench.ceilings.f64 > 0.0 { DType::F64 } else { DType::F32 };
        let ceiling = bench.ceilings.arithmetic(wide, operations);
        Ok(Task::new(Amount::Operations(operations), ceiling, move || pca.fit(&x)))
    })
}
