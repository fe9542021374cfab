//! The same as scikit-learn, from the same start.

use isotherm::cluster::{Init, KMeans};
use isotherm::layout::Layout;
use serde_json::Value;

use crate::common::{Found, RANKS, fit, layouts};
use crate::golden::{array, json, npy, relative_error};
use crate::world;

fn integers(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(|item| item.as_i64().unwrap()).collect()
}

fn assert_close(what: &str, actual: &[f64], golden: &[f64]) {
    assert_eq!(actual.len(), golden.len(), "{what}");
    for (actual, golden) in actual.iter().zip(golden) {
        assert!(relative_error(*actual, *golden) <= 1e-12, "{what}: {actual} and not {golden}");
    }
}

/// The rows of a table of numbers in `data/`, under a header.
fn table(name: &str) -> Vec<f64> {
    let path = format!("{}/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).flat_map(|line| line.split(',').map(|field| field.parse::<f64>().unwrap())).collect()
}

fn check(case: &Value, found: &Found) {
    assert_eq!(found.labels, integers(&case["labels"]));
    assert_eq!(found.sizes.iter().map(|&size| size as i64).collect::<Vec<_>>(), integers(&case["sizes"]));
    assert_eq!(found.iterations as u64, case["iterations"].as_u64().unwrap());
    // Relative to the largest: scikit-learn shifts the data by their mean and back, which makes 5e-17 of a column of
    // zeros.
    let golden = array(&case["centers"]).unwrap().values::<f64>();
    let largest = golden.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    for (actual, golden) in found.centers().iter().zip(&golden) {
        assert!((actual - golden).abs() <= 1e-12 * largest, "centres: {actual} and not {golden}");
    }
    assert_close("inertia", &[f64::from_bits(found.inertia)], &[case["inertia"].as_f64().unwrap()]);
}

/// AC-24: the iris data from given rows, on every number of ranks and layout.
#[test]
fn iris() {
    let case = json("acceptance/ac24_kmeans.json");
    let (x, labels) = (npy("acceptance/ac24_kmeans_iris_X.npy").values::<f64>(), integers(&case["labels"]));
    let rows = |key: &str| -> Vec<f64> {
        integers(&case[key]).iter().flat_map(|&row| &x[row as usize * 4..][..4]).copied().collect()
    };
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for layout in layouts(150, 4, ranks) {
                let kmeans = KMeans::new(3).init(Init::Given(rows("init_rows"))).tol(0.0);
                let found = fit(cx, &x, &layout, &kmeans)?;
                assert_eq!((&found.labels, found.iterations as u64), (&labels, case["n_iter"].as_u64().unwrap()));
                assert_close("centres", &found.centers(), &array(&case["centers"]).unwrap().values::<f64>());
                let other = fit(cx, &x, &layout, &kmeans.init(Init::Given(rows("other_init_rows"))))?;
                let inertias = [found, other].map(|found| f64::from_bits(found.inertia));
                let golden = ["inertia", "other_inertia"].map(|key| case[key].as_f64().unwrap());
                assert_close("inertia", &inertias, &golden);
            }
            Ok(())
        })
        .unwrap();
    }
}

/// The digits in ten clusters, with and without a tolerance. The sums are integers, so the centres are known to the
/// last bit.
#[test]
fn digits() {
    let (x, cases) = (table("digits.csv"), json("kmeans.json"));
    for ranks in world::sizes([1, 4]) {
        world::run_on(ranks, |cx| {
            for case in cases["digits"].as_array().unwrap() {
                let tol = case["tol"].as_f64().unwrap();
                let kmeans = KMeans::new(10).init(Init::Given(x[..640].to_vec())).tol(tol);
                let found = fit(cx, &x, &Layout::split((1797, 64), 0, ranks)?, &kmeans)?;
                assert!(found.converged && found.relocated == 0);
                check(case, &found);
                if tol == 0.0 {
                    assert_eq!(found.centers(), means(&x, 64, &found.labels, 10));
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

fn means(x: &[f64], columns: usize, labels: &[i64], k: usize) -> Vec<f64> {
    let (mut sums, mut sizes) = (vec![0.0; k * columns], vec![0.0; k]);
    for (row, &label) in x.chunks(columns).zip(labels) {
        sizes[label as usize] += 1.0;
        sums[label as usize * columns..].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    sums.iter().enumerate().map(|(place, sum)| sum / sizes[place / columns]).collect()
}

/// A cluster that is empty at first takes the farthest row.
#[test]
fn an_empty_cluster_is_filled() {
    let (x, case) = (table("iris.csv"), &json("kmeans.json")["vacant"]);
    let start = case["start"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
    let start: Vec<f64> = start.map(|value| value.as_f64().unwrap()).collect();
    for ranks in world::sizes([1, 2, 5]) {
        world::run_on(ranks, |cx| {
            for layout in layouts(150, 4, ranks) {
                let found = fit(cx, &x, &layout, &KMeans::new(3).init(Init::Given(start.clone())).tol(0.0))?;
                assert_eq!(found.relocated, 1);
                check(case, &found);
            }
            Ok(())
        })
        .unwrap();
    }
}
