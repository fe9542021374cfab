//! Sums of squares and products that are rounded one by one, as variances, norms and inner products are defined.
//!
//! Squares lie twice as far apart as their roots: also those of `f32` are added along two cuts.

use std::ops::{Mul, Sub};

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::Accumulator;
use super::columns::{Column, STRIP, Strip, Sums};
use super::grid::{DEEPEST, Grid};
use super::kernel::{WIDE, Wide};
use super::runs::total;
use super::strip::{Rows, Span};
use super::summable::Averageable;
use super::terms::{Distances, Plain, Products};

/// Bytes of a strip that is read twice: the second time it should be found in a second-level cache.
const NEAR: usize = 256 << 10;

/// Real floats, and the sums that statistics make of them.
pub(crate) trait Squares: Averageable<State = Accumulator> {
    /// Adds the squared distances of values from `center`. Distances and squares are rounded, their sum is not.
    fn add_squares(state: &mut Accumulator, values: &[Self], center: Self);

    /// Adds the products of the elements of two slices of equal length. The products are rounded, their sum is not.
    fn add_rounded(state: &mut Accumulator, left: &[Self], right: &[Self]);

    /// For each run of `len` values the sum of the squared distances from their mean.
    fn spread_runs(sums: &mut [Self], values: &[Self], len: usize);

    /// For each column of rows, `stride` elements apart, the sum of the squared distances from their mean.
    fn spread_rows(sums: &mut [Self], rows: &[Self], stride: usize);
}

impl<V: Column + Averageable<State = Accumulator> + Sub<Output = V> + Mul<Output = V>> Squares for V {
    fn add_squares(state: &mut Accumulator, values: &[V], center: V) {
        state.add_terms::<_, Wide, WIDE>(Distances(values, center));
    }

    fn add_rounded(state: &mut Accumulator, left: &[V], right: &[V]) {
        assert_eq!(left.len(), right.len(), "factors of products come in pairs");
        state.add_terms::<_, Wide, WIDE>(Products(left, right));
    }

    fn spread_runs(sums: &mut [V], values: &[V], len: usize) {
        Arch::new().dispatch(SpreadRuns { sums, values, len });
    }

    fn spread_rows(sums: &mut [V], rows: &[V], stride: usize) {
        let rows = Rows::new(rows, sums.len(), stride);
        if rows.width >= WIDE && rows.len() <= DEEPEST {
            return Arch::new().dispatch(SpreadRows { sums, rows });
        }
        let mut line = Vec::with_capacity(rows.len());
        for (column, sum) in sums.iter_mut().enumerate() {
            line.clear();
            line.extend(rows.iter().map(|row| row[column]));
            V::spread_runs(std::slice::from_mut(sum), &line, rows.len());
        }
    }
}

struct SpreadRuns<'a, V> {
    sums: &'a mut [V],
    values: &'a [V],
    len: usize,
}

impl<V: Column + Sub<Output = V> + Mul<Output = V>> WithSimd for SpreadRuns<'_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (mut of_values, mut of_squares) = (Grid::NONE, Grid::NONE);
        let count = self.len as u64;
        for (sum, run) in self.sums.iter_mut().zip(self.values.chunks_exact(self.len)) {
            let mean =
                total::<S, _, V::Kernel, _, WIDE>(simd, &mut of_values, Plain(run), |total| V::mean(&total, count));
            let squares = Distances(run, mean);
            *sum = total::<S, _, Wide, _, WIDE>(simd, &mut of_squares, squares, |total| V::round(&total));
        }
    }
}

struct SpreadRows<'a, V> {
    sums: &'a mut [V],
    rows: Rows<'a, V>,
}

impl<V: Column + Sub<Output = V> + Mul<Output = V>> WithSimd for SpreadRows<'_, V> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { sums, rows } = self;
        let (mut of_values, mut of_squares) = (Sums::new(), Sums::new());
        let mut means = [[V::default(); WIDE]; STRIP];
        let count = rows.len() as u64;
        let most = (NEAR / (rows.len().max(1) * WIDE * size_of::<V>())).clamp(WIDE, STRIP);
        for span in Span::all(rows.width, WIDE, most) {
            let strip = Strip { span: &span, rows };
            of_values.put(
                simd,
                &strip,
                #[inline(always)]
                |_, values: &[V; WIDE]| *values,
                &mut |column, total| {
                    means[span.place(column) / WIDE][span.place(column) % WIDE] = V::mean(&total, count);
                },
            );
            let means = &means[..span.chunks];
            of_squares.put(
                simd,
                &strip,
                #[inline(always)]
                |chunk, values: &[V; WIDE]| {
                    std::array::from_fn(|lane| -> f64 {
                        let distance = values[lane] - means[chunk][lane];
                        (distance * distance).into()
                    })
                },
                &mut |column, total| sums[column] = V::round(&total),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values near one, some far from it, and now and then one that is no number.
    fn value(index: usize) -> f64 {
        let fraction = (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11;
        let near = 1.0 + fraction as f64 / (1_u64 << 53) as f64;
        match index % 1013 {
            7 => near * 1e12,
            500 => near * 1e-12,
            900 if index > 9000 => f64::NAN,
            901 if index > 8000 => f64::INFINITY,
            _ => near,
        }
    }

    #[test]
    fn spreads_are_rounded_where_the_definition_rounds() {
        let values: Vec<f64> = (0..12_000).map(value).collect();
        let line = |values: &[f64]| {
            let mut sum = Accumulator::default();
            for &value in values {
                sum.add(value);
            }
            let mean = sum.mean_f64(values.len() as u64);
            let mut squares = Accumulator::default();
            for &value in values {
                squares.add((value - mean) * (value - mean));
            }
            squares.round_f64().to_bits()
        };
        for len in [1, 3, 8, 40, 300, 1333, 1500] {
            let mut sums = vec![0.0; values.len() / len];
            f64::spread_runs(&mut sums, &values, len);
            let expected: Vec<u64> = values.chunks_exact(len).map(line).collect();
            assert_eq!(sums.iter().map(|sum| sum.to_bits()).collect::<Vec<_>>(), expected, "runs of {len}");
            let mut sums = vec![0.0; len];
            let rows = &values[..values.len() / len * len];
            f64::spread_rows(&mut sums, rows, len);
            for (column, sum) in sums.into_iter().enumerate() {
                let values: Vec<f64> = rows[column..].iter().step_by(len).copied().collect();
                assert_eq!(sum.to_bits(), line(&values), "column {column} of {len}");
            }
        }
    }

    #[test]
    fn squares_and_products_are_rounded_one_by_one() {
        let values: Vec<f32> = (0..7000).map(|index| value(index) as f32).collect();
        let mut expected = [Accumulator::default(), Accumulator::default()];
        for (k, &x) in values.iter().enumerate() {
            expected[0].add(f64::from((x - 1.5) * (x - 1.5)));
            expected[1].add(f64::from(x * values[6999 - k]));
        }
        let [mut squares, mut products] = [Accumulator::default(), Accumulator::default()];
        f32::add_squares(&mut squares, &values, 1.5);
        let backwards: Vec<f32> = values.iter().rev().copied().collect();
        f32::add_rounded(&mut products, &values, &backwards);
        assert_eq!([squares.round_f32(), products.round_f32()], expected.map(|sum| sum.round_f32()));
    }
}
