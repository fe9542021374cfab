//! PCA: scikit-learn's answers on any world and layout; scores and back; shares, whitening, wide tables; errors.

use isotherm::decomposition::{Components, Feature, PCA, PCAFit};
use isotherm::math::cast;
use isotherm::prelude::*;
use isotherm::random::{self, Normal, Seed};
use serde_json::Value;

use crate::failures::refused;
use crate::golden::{array, elements, json, npy, relative_error};
use crate::layouts;
use crate::world;

/// AC-25's tolerances: of variances, relative; of directions, for their product with scikit-learn's.
const VARIANCE: f64 = 1e-10;
const DIRECTION: f64 = 1e-9;

/// A table of numbers in `data/`, under a header.
fn table(name: &str) -> Vec<f64> {
    let text = std::fs::read_to_string(format!("{}/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    text.lines().skip(1).flat_map(|line| line.split(',').map(|field| field.parse::<f64>().unwrap())).collect()
}

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|item| item.as_f64().unwrap()).collect()
}

fn check(fit: &PCAFit<f64>, golden: &Value, what: &str) {
    let means = elements(DType::F64, &golden["mean"]).values::<f64>();
    let close = |name: &str, actual: &[f64], golden: &[f64], limit: f64| {
        for (actual, golden) in actual.iter().zip(golden) {
            assert!(relative_error(*actual, *golden) <= limit, "{what}, {name}: {actual} and not {golden}");
        }
    };
    close("mean", &fit.mean.to_vec().unwrap(), &means, 4.0 * f64::EPSILON);
    let variances = floats(&golden["explained_variance"]);
    close("explained variance", &fit.explained_variance, &variances, VARIANCE);
    close("ratio", &fit.explained_variance_ratio, &floats(&golden["explained_variance_ratio"]), VARIANCE);
    close("singular values", &fit.singular_values, &floats(&golden["singular_values"]), VARIANCE);
    assert_eq!(fit.explained_variance.len(), variances.len(), "{what}");
    // scikit-learn's sign convention is ours, so the product is 1 and not -1.
    let directions = array(&golden["components"]).unwrap();
    let columns = directions.shape[1];
    let ours = fit.components.to_vec().unwrap();
    for (row, golden) in ours.chunks(columns).zip(directions.values::<f64>().chunks(columns)) {
        let product: f64 = row.iter().zip(golden).map(|(x, y)| x * y).sum();
        assert!((1.0 - product).abs() <= DIRECTION, "{what}: a direction differs by {}", 1.0 - product);
    }
}

#[test]
fn ac25_iris_and_digits() {
    let golden = json("acceptance/ac25_pca.json");
    let iris = npy("acceptance/ac24_kmeans_iris_X.npy").values::<f64>();
    for (name, x, shape, k) in [("iris", iris, [150, 4], 4), ("digits", table("digits.csv"), [1797, 64], 10)] {
        for ranks in world::sizes([1, 2, 3, 5, 8]) {
            world::run_on(ranks, |cx| {
                for layout in layouts::all(&shape.into(), ranks) {
                    let fit = PCA::new(k).fit(&cx.from_slice(&x, shape, &layout)?)?;
                    check(&fit, &golden[name], &format!("{name}, {layout}"));
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

/// Normal numbers, the later columns more widely spread.
fn drawn<T: Feature>(cx: &Context, shape: [usize; 2], layout: &Layout) -> Result<DistArray<T>> {
    let normal = |i: &[usize]| random::at::<f64, _>(Normal, Seed::new(6), (i[0] * shape[1] + i[1]) as u64);
    cx.from_fn(shape, layout, |i| cast::<f64, T>(normal(i) * (1 + i[1]) as f64 + 3.0))
}

/// The largest magnitude of a difference.
fn distance<T: Feature>(x: &DistArray<T>, y: &DistArray<T>) -> Result<f64> {
    assert_eq!(x.shape(), y.shape());
    let (x, y) = (x.gather()?, y.gather()?);
    Ok(x.iter().zip(&y).map(|(&x, &y)| (cast::<T, f64>(x) - cast::<T, f64>(y)).abs()).fold(0.0, f64::max))
}

/// With all components nothing is lost, the scores have mean zero and the variances that were promised, and whitened
/// ones variance 1. Tall and wide tables, more ranks than rows.
fn scores_hold<T: Feature>(limit: f64) {
    for shape in [[40, 5], [6, 6], [5, 12], [3, 2]] {
        for ranks in world::sizes([1, 3, 8]) {
            world::run_on(ranks, |cx| {
                for layout in layouts::all(&shape.into(), ranks) {
                    let x = drawn::<T>(cx, shape, &layout)?;
                    let (fit, scores) = PCA::all().fit_transform(&x)?;
                    let k = shape[0].min(shape[1]);
                    assert_eq!((&**scores.shape(), fit.samples), ([shape[0], k].as_slice(), shape[0]));
                    assert!(fit.noise_variance == 0.0 && fit.explained_variance.len() == k);
                    assert!(distance(&fit.inverse_transform(&scores)?, &x)? < limit, "{layout}: back");
                    for (variance, promised) in
                        scores.var(0).ddof(1).eval()?.gather()?.iter().zip(&fit.explained_variance)
                    {
                        let far = (cast::<T, f64>(*variance) - promised).abs();
                        assert!(far <= limit * fit.explained_variance[0], "{layout}: a variance is off by {far}");
                    }
                    // Fewer rows than columns have one direction too many, without variance.
                    let kept = if shape[0] > shape[1] { k } else { k - 1 };
                    let (white, scores) = PCA::new(kept).whiten(true).fit_transform(&x)?;
                    let variances = scores.var(0).ddof(1).eval()?.gather()?;
                    assert!(variances.iter().all(|&v| (cast::<T, f64>(v) - 1.0).abs() < 1e3 * limit), "{variances:?}");
                    assert!(distance(&white.inverse_transform(&scores)?, &x)? < limit, "{layout}: back from white");
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn scores_hold_in_double_precision() {
    scores_hold::<f64>(1e-11);
}

#[test]
fn scores_hold_in_single_precision() {
    scores_hold::<f32>(2e-3);
}

/// Far from the origin nothing is lost that the rows have: their differences here are exact.
#[test]
fn a_distant_table_has_the_components_of_a_near_one() {
    for ranks in world::sizes([3]) {
        world::run_on(ranks, |cx| {
            let spread = |i: &[usize]| ((i[0] * 37 + i[1] * 11) % 16) as f64;
            let near = PCA::all().fit(&cx.from_fn((64, 3), 0, spread)?)?;
            let far = PCA::all().fit(&cx.from_fn((64, 3), 0, |i| spread(i) + 1e12)?)?;
            assert!(distance(&near.components, &far.components)? < 1e-13);
            for (near, far) in near.singular_values.iter().zip(&far.singular_values) {
                assert!(relative_error(*far, *near) < 1e-13, "{far} and not {near}");
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn a_share_of_the_variance_takes_as_few_components_as_exceed_it() {
    for ranks in world::sizes([2]) {
        world::run_on(ranks, |cx| {
            let iris = npy("acceptance/ac24_kmeans_iris_X.npy").values::<f64>();
            let x = cx.from_slice(&iris, (150, 4), 0)?;
            let all = PCA::all().fit(&x)?;
            for (share, k) in [(0.5, 1), (0.92, 1), (0.93, 2), (0.99, 3), (0.9999, 4)] {
                let fit = PCA::new(share).fit(&x)?;
                assert_eq!(fit.components.shape()[0], k, "{share}");
                let rest = &all.explained_variance[k..];
                let noise = if rest.is_empty() { 0.0 } else { rest.iter().sum::<f64>() / rest.len() as f64 };
                assert_eq!((fit.noise_variance, &fit.explained_variance[..]), (noise, &all.explained_variance[..k]));
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn rows_that_are_all_the_same_have_no_variance() {
    for ranks in world::sizes([3]) {
        world::run_on(ranks, |cx| {
            let fit = PCA::all().fit(&cx.from_fn((10, 3), 0, |i| 0.1 + i[1] as f64)?)?;
            assert_eq!((fit.explained_variance, fit.explained_variance_ratio), (vec![0.0; 3], vec![0.0; 3]));
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn what_is_refused() {
    let fit = |pca: PCA, shape: [usize; 2], value: f64| {
        refused(ErrorKind::Argument, move |cx| {
            pca.fit(&cx.from_fn(shape, 0, |i| if i == [1, 1] { value } else { i[0] as f64 })?).map(drop)
        })
    };
    assert_eq!(fit(PCA::all(), [1, 3], 0.0), "pca of 1 rows: a variance takes two");
    assert_eq!(fit(PCA::all(), [0, 3], 0.0), "pca of 0 rows: a variance takes two");
    assert_eq!(fit(PCA::new(4), [9, 3], 0.0), "4 components of 9 rows and 3 columns");
    assert_eq!(fit(PCA::new(4), [3, 9], 0.0), "4 components of 3 rows and 9 columns");
    assert_eq!(fit(PCA::new(0), [9, 3], 0.0), "0 components of 9 rows and 3 columns");
    for share in [0.0, 1.0, -0.5, f64::NAN] {
        assert_eq!(fit(PCA::new(Components::Share(share)), [9, 3], 0.0), format!("a share of {share} of the variance"));
    }
    for bad in [f64::NAN, f64::INFINITY] {
        assert_eq!(fit(PCA::all(), [9, 3], bad), "pca of a matrix with NaN or infinity");
        assert!(fit(PCA::all(), [3, 9], bad).ends_with("of a matrix with NaN or infinity"));
    }
    assert_eq!(fit(PCA::all(), [9, 3], 1e200), "the variance is beyond the range of f64: scale the data");
    for shape in [Shape::from(5), (5, 0).into(), (2, 2, 2).into()] {
        refused(ErrorKind::Shape, |cx| PCA::all().fit(&cx.zeros::<f64>(shape.clone(), 0)?).map(drop));
    }
    let other = |columns: usize| {
        refused(ErrorKind::Shape, move |cx| {
            let fit = PCA::new(2).fit(&cx.random_normal::<f64>((9, 3), 0, 1)?)?;
            let x = cx.zeros((4, columns), 0)?;
            if columns == 2 { fit.transform(&x).map(drop) } else { fit.inverse_transform(&x).map(drop) }
        })
    };
    assert_eq!(other(2), "an array of shape (4, 2) for 2 components of 3 columns");
    assert_eq!(other(3), "an array of shape (4, 3) for 2 components of 3 columns");
}
