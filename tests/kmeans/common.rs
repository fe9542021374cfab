//! Layouts to try, data to cluster, and a fit as plain values.

use isotherm::cluster::{Coordinate, KMeans, KMeansFit};
use isotherm::layout::{Distribution, Layout, Mesh};
use isotherm::math::cast;
use isotherm::random::{self, Normal, Seed};
use isotherm::{Context, Error};

/// The numbers of ranks that everything is tried on.
pub(crate) const RANKS: [usize; 5] = [1, 2, 3, 5, 8];

/// Every kind of layout of a matrix: balanced, unbalanced with empty blocks, cyclic, replicated, columns dealt, 2-d
/// meshes.
pub(crate) fn layouts(rows: usize, columns: usize, ranks: usize) -> Vec<Layout> {
    let shape = (rows, columns);
    let line = || Mesh::line(ranks).unwrap();
    // Nothing for the even ranks but the last, which has what the others leave.
    let cuts: Vec<usize> = (0..=ranks).map(|r| if r == ranks { rows } else { (r / 2 * 7).min(rows) }).collect();
    let cyclic = |block| Distribution::Cyclic { over: 0..1, block };
    let mut all = vec![
        Layout::split(shape, 0, ranks).unwrap(),
        Layout::from_offsets(shape, 0, &cuts).unwrap(),
        Layout::new(shape, line(), vec![cyclic(1), Distribution::Whole]).unwrap(),
        Layout::new(shape, line(), vec![cyclic(3), Distribution::Whole]).unwrap(),
        Layout::replicated(shape, ranks).unwrap(),
        Layout::split(shape, 1, ranks).unwrap(),
    ];
    if ranks.is_multiple_of(2) {
        let mesh = || Mesh::new(&[2, ranks / 2]).unwrap();
        let half = || Distribution::balanced(0..1);
        all.push(Layout::new(shape, mesh(), vec![half(), Distribution::Whole]).unwrap());
        all.push(Layout::new(shape, mesh(), vec![half(), Distribution::balanced(1..2)]).unwrap());
    }
    all
}

/// `groups` clouds of normal numbers, and every ninth row the same as the one before.
pub(crate) fn clouds<T: Coordinate>(index: &[usize], columns: usize, groups: usize) -> T {
    let row = if index[0] % 9 == 8 { index[0] - 1 } else { index[0] };
    let noise: f64 = random::at(Normal, Seed::new(5), (row * columns + index[1]) as u64);
    let middle: f64 = random::at(Normal, Seed::new(6), ((row % groups) * columns + index[1]) as u64);
    cast(noise + 3.0 * middle)
}

/// All that a fit has found, as bits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) centers: Vec<u64>,
    pub(crate) labels: Vec<i64>,
    pub(crate) inertia: u64,
    pub(crate) iterations: usize,
    pub(crate) converged: bool,
    pub(crate) relocated: usize,
    pub(crate) sizes: Vec<u64>,
}

impl Found {
    pub(crate) fn of<T: Coordinate>(fit: &KMeansFit<T>) -> isotherm::Result<Self> {
        Ok(Self {
            centers: fit.centers.to_vec()?.into_iter().map(|x| cast::<T, f64>(x).to_bits()).collect(),
            labels: fit.labels.gather()?,
            inertia: fit.inertia.to_bits(),
            iterations: fit.iterations,
            converged: fit.converged,
            relocated: fit.relocated,
            sizes: fit.sizes.clone(),
        })
    }

    pub(crate) fn centers(&self) -> Vec<f64> {
        self.centers.iter().map(|&bits| f64::from_bits(bits)).collect()
    }
}

/// The fit of these rows, or its error, which must be the same on all ranks.
pub(crate) fn fit<T: Coordinate>(
    cx: &Context,
    x: &[T],
    layout: &Layout,
    kmeans: &KMeans,
) -> std::result::Result<Found, Error> {
    let x = cx.from_slice(x, layout.shape().clone(), layout)?;
    let fit = kmeans.fit(&x)?;
    assert_eq!(fit.predict(&x)?.gather()?, fit.labels.gather()?, "predict on {layout}");
    Found::of(&fit)
}
