//! Distances between rows.

use crate::device::Pairwise;
use crate::device::gpu::product::{Axis, Fold};
use crate::device::gpu::{Gpu, Memory};
use crate::dtype::DType;
use crate::memory::strided::{Grid, Step};

impl Gpu {
    /// Computes distances into `c`, which is other memory than the tables.
    pub(crate) fn distances(&self, distances: &Pairwise, dtype: DType, [x, y]: [&Memory; 2], c: &Memory) {
        let Pairwise { metric, extents: [m, n, features], at, pitch } = *distances;
        if features == 0 {
            let zero = self.upload(&[0; 8][..dtype.bytes()], dtype.bytes());
            let all = [Step { extent: m, from: 0, into: pitch as isize }, Step { extent: n, from: 0, into: 1 }];
            return self.copy(&Grid::new(0, at, all), &zero, c);
        }
        // As the product of x and y transposed.
        let axis = |extent: usize, steps: [usize; 3]| Axis { extent, steps: steps.map(|step| step as isize) };
        let alone = axis(1, [0; 3]);
        let (rows, columns) = (axis(m, [features, 0, pitch]), axis(n, [0, features, 1]));
        let axes = [alone, alone, rows, columns, axis(features, [1, 1, 0])];
        self.fold(Fold::Distance(metric), dtype, &axes, [0, 0, at as isize], false, [x, y, c]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Coordinate, Cpu, Metric, cpu};
    use crate::math::cast;
    use crate::memory::Pool;

    const METRICS: [Metric; 4] = [Metric::Euclidean, Metric::SquaredEuclidean, Metric::Manhattan, Metric::Chebyshev];

    /// Small integers, all of whose sums of squares are exact.
    fn small(place: usize) -> f64 {
        ((place * 2_654_435_761) >> 7) as f64 % 13.0 - 6.0
    }

    /// The same, now and then not finite.
    fn special(place: usize) -> f64 {
        [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0].get(place % 29).copied().unwrap_or_else(|| small(place))
    }

    fn up<T: Coordinate>(gpu: &Gpu, elements: &[T]) -> Memory {
        gpu.upload(bytemuck::cast_slice(elements), size_of::<T>())
    }

    /// The device finds what the CPU does, in columns of a block with `gap` others on either side. Nothing but roots is rounded.
    fn check<T: Coordinate>(gpu: &Gpu, metric: Metric, extents: [usize; 3], gap: usize, value: fn(usize) -> f64) {
        let [m, n, features] = extents;
        let table = |rows: usize, seed: usize| -> Vec<T> {
            (0..rows * features).map(|place| cast(value(place + seed))).collect()
        };
        let (x, y) = (table(m, 0), table(n, 1000));
        let wanted = Pairwise { metric, extents, at: gap, pitch: n + 2 * gap };
        let mut want = vec![T::ONE; m * wanted.pitch];
        let c = up(gpu, &want);
        gpu.distances(&wanted, T::DTYPE, [&up(gpu, &x), &up(gpu, &y)], &c);
        let tables = [T::erase(&x), T::erase(&y)];
        cpu::distances::distances(&Cpu::new(1), &wanted, T::erase_mut(&mut want), tables);
        let units = if metric == Metric::Euclidean { 3.0 } else { 0.0 };
        for (place, (&got, &want)) in gpu.block::<T>(&c, &Pool::new()).iter().zip(&want).enumerate() {
            let bound: f64 = cast(T::EPSILON * want);
            let (got, want): (f64, f64) = (cast(got), cast(want));
            let agree = got == want || (got - want).abs() <= units * bound || got.is_nan() && want.is_nan();
            assert!(
                agree,
                "{wanted:?} of {}: {got} at {place}, not {want}, in segments of {}",
                T::DTYPE,
                gpu.segment()
            );
        }
    }

    #[test]
    fn every_metric_with_tiles_and_with_one_row() {
        let gpu = Gpu::open(0).unwrap();
        for metric in METRICS {
            // Stored by fours, and one by one; the same for one row, with many lanes and with one.
            for (extents, gap) in [([33, 36, 9], 4), ([5, 7, 3], 1), ([1, 34, 20], 0), ([9, 1, 2], 3)] {
                check::<f32>(&gpu, metric, extents, gap, special);
                check::<f64>(&gpu, metric, extents, gap, special);
            }
        }
    }

    #[test]
    fn extents_around_tiles_and_panels() {
        let gpu = Gpu::open(0).unwrap();
        for extents in
            [[1, 1, 1], [31, 32, 8], [33, 65, 7], [129, 4, 17], [300, 300, 2], [2, 3, 0], [0, 4, 2], [4, 0, 2]]
        {
            check::<f32>(&gpu, Metric::Euclidean, extents, 0, small);
        }
    }

    #[test]
    fn many_features_are_cut_into_parts() {
        let gpu = Gpu::open(0).unwrap();
        for metric in METRICS {
            check::<f32>(&gpu, metric, [5, 8, 1300], 0, small);
            check::<f32>(&gpu, metric, [1, 3, 40_000], 1, small);
        }
        check::<f64>(&gpu, Metric::Chebyshev, [5, 6, 600], 0, special);
    }

    #[test]
    fn tables_of_many_segments() {
        for (segment, extents) in [(16, [5, 7, 6]), (16, [3, 2, 40]), (64, [9, 12, 10]), (1024, [40, 52, 33])] {
            let gpu = Gpu::open_with_segments_of(0, segment).unwrap();
            for (metric, gap) in METRICS.into_iter().zip([0, 4, 1, 2]) {
                check::<f32>(&gpu, metric, extents, gap, special);
            }
            check::<f64>(&gpu, Metric::Euclidean, extents, 1, special);
        }
    }
}
