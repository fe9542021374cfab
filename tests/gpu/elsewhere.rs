//! What has no kernels of its own works on a GPU's arrays too: the CPU does it, and the results live on the GPU.

use isotherm::cluster::KMeans;
use isotherm::expr::Arithmetic;
use isotherm::linalg;
use isotherm::prelude::*;
use isotherm::stats;
use isotherm::stencil::{Boundary, sweep};

use crate::agreement::Bound;
use crate::devices::Devices;
use crate::{layouts, world};

fn everywhere(f: impl Fn(&Devices, &Layout) -> Result<()> + Send + Sync) {
    world::on_each([1, 3, 5, 8], |cx| {
        let devices = Devices::new(cx)?;
        for layout in layouts::all(&[24, 6].into(), cx.size()) {
            f(&devices, &layout)?;
        }
        Ok(())
    });
}

fn drawn(cx: &Context, layout: &Layout) -> Result<DistArray<f64>> {
    cx.random_normal(layout.shape().clone(), layout, 5)
}

#[test]
fn statistics_of_columns() {
    everywhere(|devices, layout| {
        devices.both("quantiles", Bound::Bits, |cx| stats::quantile(&drawn(cx, layout)?, [0.1, 0.5], 0).eval())?;
        devices.both("a median", Bound::Bits, |cx| stats::median(&drawn(cx, layout)?, None).eval())?;
        devices.both("differences", Bound::Bits, |cx| drawn(cx, layout)?.diff(0))
    });
}

#[test]
fn matrices() {
    everywhere(|devices, layout| {
        // Products are bounded, not reproducible: small whole numbers have one result.
        let whole = |cx: &Context| (drawn(cx, layout)? * 4.0).trunc().eval();
        devices.both("a product", Bound::Bits, |cx| linalg::matmul(&whole(cx)?, &whole(cx)?.transpose()?))?;
        devices.both("an inner product", Bound::Bits, |cx| linalg::vecdot(&whole(cx)?, &whole(cx)?, 1))
    });
}

#[test]
fn neighbours() {
    everywhere(|devices, layout| {
        devices.both("a sweep", Bound::Bits, |cx| {
            let (x, mut next) = (drawn(cx, layout)?, cx.zeros::<f64>(layout.shape().clone(), layout)?);
            for _ in 0..2 {
                sweep(x.halo().boundary(Boundary::Periodic), &mut next, |u| u.at([0, 1]) - u.at([-1, 0]) * 0.5)?;
            }
            (next + &x).eval()
        })
    });
}

#[test]
fn clusters() {
    everywhere(|devices, layout| {
        devices
            .both("labels", Bound::Bits, |cx| Ok(KMeans::new(3).seed(1).max_iter(5).fit(&drawn(cx, layout)?)?.labels))
    });
}
