//! The oracle: the documented order of operations, one pair after another.

use isotherm::math::{Part, cast};
use isotherm::prelude::*;
use isotherm::spatial::Metric;

pub(crate) const METRICS: [Metric; 4] =
    [Metric::Euclidean, Metric::SquaredEuclidean, Metric::Manhattan, Metric::Chebyshev];

/// A number like a measurement, of either sign.
pub(crate) fn value<T: Part>(place: usize) -> T {
    cast(((place * 2_654_435_761) >> 5) as f64 % 1009.0 / 97.0 - 5.0)
}

/// The distance of two rows.
pub(crate) fn distance<T: Part>(metric: Metric, x: &[T], y: &[T]) -> T {
    let differences = x.iter().zip(y).map(|(&x, &y)| x - y);
    let squared = || differences.clone().fold(T::ZERO, |sum, d| Part::mul_add(d, d, sum));
    match metric {
        Metric::Euclidean => T::sqrt(squared()),
        Metric::SquaredEuclidean => squared(),
        Metric::Manhattan => differences.fold(T::ZERO, |sum, d| sum + Part::abs(d)),
        Metric::Chebyshev => differences.map(Part::abs).fold(T::ZERO, |most, d| if d > most { d } else { most }),
        _ => unreachable!("the metrics of this test"),
    }
}

/// All of them.
pub(crate) fn distances<T: Part>(metric: Metric, x: &[T], y: &[T], features: usize) -> Vec<T> {
    let rows = |table: &'_ [T]| table.chunks(features).map(<[T]>::to_vec).collect::<Vec<_>>();
    let y = rows(y);
    rows(x).iter().flat_map(|x| y.iter().map(|y| distance(metric, x, y)).collect::<Vec<_>>()).collect()
}

/// This rank's elements of an array are those of `want`, to the last bit.
#[track_caller]
pub(crate) fn same_bits<T: Part>(what: &str, got: &DistArray<T>, want: &[T]) {
    for run in got.region().runs() {
        for (global, local) in run.global.zip(run.local..) {
            let (got, want) = (got.local()[local], want[global]);
            assert_eq!(bytemuck::bytes_of(&got), bytemuck::bytes_of(&want), "{what}: {got} at {global}, not {want}");
        }
    }
}

/// The bytes of this rank's block.
pub(crate) fn bytes<T: Element>(x: &DistArray<T>) -> usize {
    size_of_val(x.local())
}
