//! k-means on a GPU: the labels and centres of the CPU, without the data crossing.

use isotherm::Device;
use isotherm::cluster::{Coordinate, Init, KMeans, KMeansFit};
use isotherm::math::cast;
use isotherm::prelude::*;
use isotherm::random::{self, Normal, Seed};

use crate::agreement::{Bound, Sample};
use crate::devices::same;
use crate::{layouts, world};

/// Rows around `groups` centres.
fn clouds<T: Coordinate>(index: &[usize], columns: usize, groups: usize) -> T {
    let noise: f64 = random::at(Normal, Seed::new(5), (index[0] * columns + index[1]) as u64);
    let middle: f64 = random::at(Normal, Seed::new(6), (index[0] % groups * columns + index[1]) as u64);
    cast(noise + 2.0 * middle)
}

/// Centres from which the iteration takes a while: the first rows.
fn start<T: Coordinate>(columns: usize, k: usize) -> Init {
    let value = |place: usize| cast::<T, f64>(clouds(&[place / columns, place % columns], columns, 4));
    Init::Given((0..k * columns).map(value).collect())
}

fn agree<T: Coordinate + Sample>(want: &KMeansFit<T>, got: &KMeansFit<T>, columns: usize) {
    same("labels", Bound::Bits, &want.labels, &got.labels);
    same("centres", Bound::Bits, &want.centers, &got.centers);
    let all = |fit: &KMeansFit<T>| (fit.sizes.clone(), fit.iterations, fit.converged, fit.relocated);
    assert_eq!(all(got), all(want));
    let unit = if T::DTYPE.bytes() == 4 { f64::from(f32::EPSILON) } else { f64::EPSILON };
    let bound = (columns + 3) as f64 * unit * want.inertia;
    assert!((got.inertia - want.inertia).abs() <= bound, "{} on the CPU, {} on the GPU", want.inertia, got.inertia);
}

fn from_the_same_start<T: Coordinate + Sample>(shape: [usize; 2], k: usize) {
    let [rows, columns] = shape;
    world::on_each([1, 2, 3, 5, 8], |cx| {
        let gpu = cx.on(Device::AnyGpu)?;
        for layout in layouts::all(&shape.into(), cx.size()) {
            let x = cx.from_fn((rows, columns), &layout, |index| clouds::<T>(index, columns, 4))?;
            let there = x.to_device(&gpu)?;
            for init in [start::<T>(columns, k), Init::PlusPlus] {
                let kmeans = KMeans::new(k).init(init).tol(0.0);
                let (want, got) = (kmeans.fit(&x)?, kmeans.fit(&there)?);
                agree(&want, &got, columns);
                same("predicted labels", Bound::Bits, &want.labels, &got.predict(&there)?);
            }
        }
        Ok(())
    });
}

#[test]
fn labels_and_centres_are_those_of_the_cpu() {
    from_the_same_start::<f32>([90, 3], 4);
    from_the_same_start::<f64>([61, 16], 3);
}

/// An observer sees what happens on the CPU, and an empty cluster takes the farthest row.
#[test]
fn an_empty_cluster_is_filled() {
    world::on_each([1, 2, 5, 8], |cx| {
        let gpu = cx.on(Device::AnyGpu)?;
        let Init::Given(mut centers) = start::<f32>(3, 4) else { unreachable!("it was given") };
        centers[3..6].fill(1e3);
        let kmeans = KMeans::new(4).init(Init::Given(centers)).tol(0.0);
        let fit = |cx: &Context| {
            let x = cx.from_fn((80, 3), 0, |index| clouds::<f32>(index, 3, 4))?;
            let mut moved = Vec::new();
            let fit = kmeans.fit_observed(&x, |iteration| moved.push(iteration.moved))?;
            Ok((fit, moved))
        };
        let ((want, moved), (got, its)) = (fit(cx)?, fit(&gpu)?);
        assert_eq!(want.relocated, 1);
        assert_eq!(moved, its);
        agree(&want, &got, 3);
        Ok(())
    });
}

/// Centres go there, and sums come back; of the rows few.
#[test]
fn the_data_stays_where_it_is() {
    const ROWS: usize = 40_000;
    const COLUMNS: usize = 16;
    world::on_each([1, 2, 3], |cx| {
        let cx = cx.on(Device::AnyGpu)?;
        let gpu = cx.gpu().expect("one was asked for");
        let x = (cx.from_fn((ROWS, COLUMNS), 0, |index| clouds::<f32>(index, COLUMNS, 4))? * 1.5).eval()?;
        let block = x.local_shape().size() as u64 * 4;
        let crossed = |f: &dyn Fn() -> Result<()>| -> Result<[u64; 2]> {
            let before = gpu.traffic();
            f()?;
            let after = gpu.traffic();
            Ok([after.up - before.up, after.down - before.down])
        };
        for init in [start::<f32>(COLUMNS, 4), Init::Random, Init::PlusPlus] {
            let kmeans = KMeans::new(4).init(init).max_iter(3);
            let crossed = crossed(&|| kmeans.fit(&x).and_then(|fit| fit.predict(&x)).map(drop))?;
            assert!(crossed[0] < block / 4, "{crossed:?} of {block}");
            assert!(crossed[1] < block / 4, "{crossed:?} of {block}");
        }
        Ok(())
    });
}
