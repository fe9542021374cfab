//! Arrays that move, and what is made of whole arrays: products, sweeps, estimators, random numbers.

use isotherm::cluster::{Coordinate, Init, KMeans};
use isotherm::decomposition::{Feature, PCA};
use isotherm::linalg;
use isotherm::prelude::*;
use isotherm::spatial::{Metric, cdist};
use isotherm::stencil::{Boundary, sweep};

use super::super::data::Drawn;
use super::agreement::Bound;
use super::values::{Random, Values};
use super::{Check, Checks, check};

const SHAPE: [usize; 3] = [5, 4, 6];

pub(super) fn movements<T: Values>(checks: &mut Checks<'_>) -> Result<()> {
    let (special, mut random) = (T::special(), Random(9));
    let mut pick = || special[random.below(special.len() as u64) as usize];
    let elements: Vec<T> = (0..SHAPE.iter().product()).map(|_| pick()).collect();
    let x = checks.array(&elements, SHAPE)?;
    let moved = |name, run: fn(&DistArray<T>) -> Result<DistArray<T>>| {
        check(name, Bound::Bits, move |x: &[DistArray<T>]| run(&x[0]))
    };
    let all = vec![
        moved("transpose", DistArray::transpose),
        moved("permute_dims", |x| x.permute_dims(&[1, 2, 0])),
        moved("flip", |x| x.flip([0, 2])),
        moved("roll", |x| x.roll(-3, 2)),
        moved("reshape", |x| x.reshape((3, -1))),
        moved("slice", |x| x.slice((range(4, 0).step(-2), .., range(1, None).step(3)))),
        moved("take", |x| x.take(&[3, 0, 0, -1, 1], 1)),
        moved("pad", |x| x.pad(&[(1, 0), (0, 2), (3, 3)], T::default())),
        moved("concatenate", |x| concatenate(&[x, &x.flip(1)?, &x.slice(1..2)?], 0)),
        moved("stack", |x| stack(&[x, &x.roll(1, 0)?], 1)),
        moved("tile", |x| x.tile(3, 2)),
        moved("repeat", |x| x.repeat(2, 0)),
        moved("broadcast_to", |x| x.slice((.., 0..1))?.broadcast_to((2, 5, 3, 6))),
        moved("resplit", |x| x.resplit(2)),
        moved("replicate", DistArray::replicate),
    ];
    checks.compare(&[x], all)
}

pub(super) fn of_floats<T: Drawn + Feature + Coordinate>(checks: &mut Checks<'_>) -> Result<()> {
    const ROWS: usize = 96;
    let x = T::uniform(checks.cpu, [ROWS, 16], 1)?;
    // All terms are positive, so that each of the roundings is one of the result at most.
    let product = Bound::Near(0.0, (ROWS * ROWS) as f64 * T::UNIT / 4.0);
    let centers: Vec<f64> = x.gather()?[..3 * 16].iter().map(|center| center.double()).collect();
    let means = KMeans::new(3).init(Init::Given(centers)).max_iter(5);
    let all: Vec<Check<T, T>> = vec![
        check("matmul", product, |x: &[DistArray<T>]| linalg::matmul(&x[0].transpose()?, &x[0])),
        check("stencil", Bound::Bits, |x: &[DistArray<T>]| {
            let mut next = x[0].context().zeros::<T>(x[0].shape().clone(), x[0].layout().clone())?;
            sweep(x[0].halo().boundary(Boundary::Periodic), &mut next, |u| u.at([0, 1]) + u.at([-1, 0]))?;
            Ok(next)
        }),
        check("uniform", Bound::Bits, |x: &[DistArray<T>]| T::uniform(x[0].context(), 1000, 3)),
        check("kmeans", Bound::Ulps(64.0), move |x: &[DistArray<T>]| Ok(means.fit(&x[0])?.centers)),
    ];
    checks.compare(std::slice::from_ref(&x), all)
}

/// Factorisations of a matrix with enough rows for the way by its Gram matrix, and of condition below 10.
pub(super) fn factorisations<T: Drawn + Feature>(checks: &mut Checks<'_>) -> Result<()> {
    let x = T::uniform(checks.cpu, [700, 5], 2)?;
    let rounded = Bound::Near(0.0, 1e3 * T::UNIT);
    let all: Vec<Check<T, T>> = vec![
        check("qr", rounded, |x: &[DistArray<T>]| Ok(linalg::qr(&x[0])?.q)),
        check("svd", Bound::Near(0.0, 1e4 * T::UNIT), |x: &[DistArray<T>]| linalg::svd(&x[0])?.u.abs().eval()),
        check("pca", rounded, |x: &[DistArray<T>]| {
            let (fit, scores) = PCA::all().fit_transform(&x[0])?;
            fit.inverse_transform(&scores)
        }),
    ];
    checks.compare(std::slice::from_ref(&x), all)
}

/// Distances of each row from each, in every metric.
pub(super) fn distances<T: Drawn>(checks: &mut Checks<'_>) -> Result<()> {
    let x = T::uniform(checks.cpu, [96, 16], 1)?;
    let metrics = [Metric::Euclidean, Metric::SquaredEuclidean, Metric::Manhattan, Metric::Chebyshev];
    // Sums of 16 terms on either side, none of which is negative, and a root.
    let distances = metrics.map(|metric| {
        check(format!("{metric:?} cdist"), Bound::Ulps(40.0), move |x: &[DistArray<T>]| cdist(&x[0], &x[0], metric))
    });
    checks.compare(std::slice::from_ref(&x), distances.into())
}
