//! Against a plain implementation, on integer coordinates, where plain sums are exact.

use isotherm::cluster::{Init, KMeans};
use isotherm::layout::Layout;
use proptest::prelude::*;

use crate::common::fit;
use crate::world;

/// Lloyd's algorithm as the text books have it: labels, inertia and iterations, or nothing when a cluster stays empty.
fn plain(x: &[Vec<f64>], mut centers: Vec<Vec<f64>>, max_iter: usize) -> Option<(Vec<i64>, f64, usize)> {
    let distance = |row: &[f64], center: &[f64]| -> f64 {
        row.iter().zip(center).fold(0.0, |sum, (x, c)| (x - c).mul_add(x - c, sum))
    };
    let mut before = vec![-1; x.len()];
    let mut still = false; // as with scikit-learn, centres that did not move end it even when labels changed
    for iteration in 0.. {
        let all = |row: &Vec<f64>| centers.iter().map(|center| distance(row, center)).collect::<Vec<_>>();
        let (labels, distances): (Vec<i64>, Vec<f64>) = x
            .iter()
            .map(|row| {
                let all = all(row);
                let least = all.iter().copied().fold(f64::INFINITY, f64::min);
                (all.iter().position(|&d| d == least).unwrap() as i64, least)
            })
            .unzip();
        let mut members: Vec<Vec<usize>> =
            (0..centers.len()).map(|k| (0..x.len()).filter(|&i| labels[i] == k as i64).collect()).collect();
        let vacant: Vec<usize> = (0..centers.len()).filter(|&k| members[k].is_empty()).collect();
        let inertia = distances.iter().sum();
        if vacant.is_empty() && (still || labels == before || iteration == max_iter) {
            let one_more = usize::from(labels == before && !still && iteration < max_iter);
            return Some((labels, inertia, iteration + one_more));
        }
        if iteration == max_iter || (!vacant.is_empty() && inertia == 0.0) {
            return None;
        }
        let mut far: Vec<usize> = (0..x.len()).collect();
        far.sort_by(|&a, &b| distances[b].total_cmp(&distances[a]).then(a.cmp(&b)));
        let mut far = far.into_iter();
        for cluster in vacant {
            let row = far.find(|&row| members[labels[row] as usize].len() > 1)?;
            members[labels[row] as usize].retain(|&other| other != row);
            members[cluster].push(row);
        }
        let mean = |rows: &Vec<usize>| -> Vec<f64> {
            let sum = |column: usize| rows.iter().map(|&row| x[row][column]).sum::<f64>();
            (0..x[0].len()).map(|column| sum(column) / rows.len() as f64).collect()
        };
        let means: Vec<Vec<f64>> = members.iter().map(mean).collect();
        still = means == centers;
        (before, centers) = (labels, means);
    }
    None
}

proptest! {
    #![proptest_config(world::cases(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() }))]

    #[test]
    fn lloyd_is_lloyd(
        rows in prop::collection::vec(prop::collection::vec(-6_i32..6, 2), 1..24),
        start in prop::collection::vec(prop::collection::vec(-9_i32..9, 2), 1..6),
        ranks in 1_usize..5,
        max_iter in 1_usize..12,
    ) {
        prop_assume!(start.len() <= rows.len());
        let float = |table: &[Vec<i32>]| -> Vec<Vec<f64>> {
            table.iter().map(|row| row.iter().map(|&value| value.into()).collect()).collect()
        };
        let (x, start) = (float(&rows), float(&start));
        let wanted = plain(&x, start.clone(), max_iter);
        let kmeans = KMeans::new(start.len()).init(Init::Given(start.concat())).tol(0.0).max_iter(max_iter);
        let ranks = world::sizes([ranks])[0];
        let found = world::run_on(ranks, |cx| {
            let layout = Layout::split((x.len(), 2), 0, ranks)?;
            Ok(fit(cx, &x.concat(), &layout, &kmeans).ok())
        });
        for found in found.unwrap() {
            let found = found.map(|found| (found.labels, f64::from_bits(found.inertia), found.iterations));
            if let (Some(found), Some(wanted)) = (&found, &wanted) {
                prop_assert_eq!((&found.0, found.2), (&wanted.0, wanted.2));
                prop_assert!((found.1 - wanted.1).abs() <= 1e-12 * wanted.1);
            } else {
                prop_assert_eq!(&found, &wanted);
            }
        }
    }
}
