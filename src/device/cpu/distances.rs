//! Pairwise between rows: the inner loops.
//!
//! The features of a pair are taken in ascending order, each square added by one fused multiply-add, each magnitude by one addition. The lanes of the vectors
//! are different rows of y, never different features, so that neither their number nor how rows are cut into blocks can show in a distance's bits.
//!
//! ```text
//!   y: LANES rows ──transposed──▶ tile, RUN features ──┐ first-level cache
//!   x: GROUP rows, values spread over the lanes ───────┴─▶ GROUP x LANES sums in registers ──▶ c
//! ```
#![allow(clippy::inline_always, reason = "what is not inlined into the dispatched call is compiled for the baseline")]

use std::ops::Range;

use pulp::{Arch, NullaryFnOnce};

use crate::device::cpu::Cpu;
use crate::device::distances::{Metric, Pairwise};
use crate::dtype::{AnySlice, AnySliceMut};
use crate::math::Part;

/// Rows of x that are compared with a tile together: with two registers of lanes enough independent sums to hide the latency of the additions.
const GROUP: usize = 4;
/// Features of a tile: 16 KiB.
const RUN: usize = 256;
/// The most rows of x of a task, which pass by every tile: so many make up for its transposition, and stay in the second-level cache.
const ROWS: usize = 256;

/// Compute `distances` of the rows of `x` from those of `y`, all of one dtype, into `c`.
pub(crate) fn distances(cpu: &Cpu, distances: &Pairwise, c: AnySliceMut<'_>, [x, y]: [AnySlice<'_>; 2]) {
    match (c, x, y) {
        (AnySliceMut::F32(c), AnySlice::F32(x), AnySlice::F32(y)) => shared::<f32, 16>(cpu, distances, c, x, y),
        (AnySliceMut::F64(c), AnySlice::F64(x), AnySlice::F64(y)) => shared::<f64, 8>(cpu, distances, c, x, y),
        _ => unreachable!("the three are of one dtype of real floats"),
    }
}

/// The threads share out the rows of x, or those of y where x has few.
fn shared<T: Part, const LANES: usize>(cpu: &Cpu, of: &Pairwise, c: &mut [T], x: &[T], y: &[T]) {
    let Pairwise { metric, extents: [m, n, features], at, pitch } = *of;
    if m == 0 || n == 0 {
        return;
    }
    let (c, threads) = (&mut c[at..][..(m - 1) * pitch + n], cpu.threads());
    if features == 0 {
        return c.chunks_mut(pitch).for_each(|row| row[..n].fill(T::ZERO));
    }
    let block = |x, y, rows: &mut [&mut [T]]| block::<T, LANES>(metric, features, x, y, rows);
    if threads == 1 || m >= GROUP * threads {
        let high = m.div_ceil(m.div_ceil(ROWS).next_multiple_of(threads));
        let slabs = c.chunks_mut(high * pitch).zip(x.chunks(high * features));
        cpu.each(slabs.collect(), |(slab, x)| {
            let mut rows: Vec<&mut [T]> = slab.chunks_mut(pitch).map(|row| &mut row[..n]).collect();
            block(x, y, &mut rows);
        });
    } else {
        let wide = n.div_ceil(threads).next_multiple_of(LANES);
        let mut strips: Vec<Vec<&mut [T]>> = (0..n).step_by(wide).map(|_| Vec::with_capacity(m)).collect();
        for row in c.chunks_mut(pitch) {
            strips.iter_mut().zip(row[..n].chunks_mut(wide)).for_each(|(strip, part)| strip.push(part));
        }
        let strips = strips.into_iter().zip(y.chunks(wide * features));
        cpu.each(strips.collect(), |(mut rows, y)| block(x, y, &mut rows));
    }
}

/// The distances of a few rows of x, of which each has one of `rows` for its own.
fn block<T: Part, const LANES: usize>(metric: Metric, features: usize, x: &[T], y: &[T], rows: &mut [&mut [T]]) {
    let arch = Arch::new();
    match metric {
        Metric::Euclidean | Metric::SquaredEuclidean => {
            let add = |sum, difference| Part::mul_add(difference, difference, sum);
            arch.dispatch(Block::<_, _, LANES> { features, x, y, rows, add, root: metric == Metric::Euclidean });
        }
        Metric::Manhattan => {
            let add = |sum, difference| sum + Part::abs(difference);
            arch.dispatch(Block::<_, _, LANES> { features, x, y, rows, add, root: false });
        }
        Metric::Chebyshev => arch.dispatch(Block::<_, _, LANES> { features, x, y, rows, add: larger, root: false }),
    }
}

/// The larger of a magnitude and that of a difference, NaN if either is.
#[inline(always)]
fn larger<T: Part>(most: T, difference: T) -> T {
    let magnitude = Part::abs(difference);
    if (most > magnitude) | Part::is_nan(most) { most } else { magnitude }
}

/// A struct, because a closure would be called through a shim that is not inlined.
struct Block<'a, 'c, T, F, const LANES: usize> {
    features: usize,
    x: &'a [T],
    y: &'a [T],
    rows: &'a mut [&'c mut [T]],
    /// What becomes of a sum with the next difference.
    add: F,
    root: bool,
}

impl<T: Part, F: Fn(T, T) -> T, const LANES: usize> NullaryFnOnce for Block<'_, '_, T, F, LANES> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let (features, x, y) = (self.features, self.x, self.y);
        let mut tile = vec![[T::ZERO; LANES]; features.min(RUN)];
        for start in (0..features).step_by(RUN) {
            let run = start..features.min(start + RUN);
            let tile = &mut tile[..run.len()];
            for (number, y) in y.chunks(LANES * features).enumerate() {
                transpose(y, features, run.clone(), tile);
                let lanes = number * LANES..number * LANES + y.len() / features;
                for first in (0..self.rows.len()).step_by(GROUP) {
                    if first + GROUP <= self.rows.len() {
                        let rows = std::array::from_fn(|k| &x[(first + k) * features..][run.clone()]);
                        self.group::<GROUP>(tile, rows, first, &lanes, &run);
                    } else {
                        for row in first..self.rows.len() {
                            self.group(tile, [&x[row * features..][run.clone()]], row, &lanes, &run);
                        }
                    }
                }
            }
        }
    }
}

impl<T: Part, F: Fn(T, T) -> T, const LANES: usize> Block<'_, '_, T, F, LANES> {
    /// The features of `run` of the rows of x from `first` on, on top of those before, in the columns `lanes`.
    #[inline(always)]
    fn group<const N: usize>(
        &mut self,
        tile: &[[T; LANES]],
        x: [&[T]; N],
        first: usize,
        lanes: &Range<usize>,
        run: &Range<usize>,
    ) {
        let mut sums = [[T::ZERO; LANES]; N];
        if run.start > 0 {
            for (sums, row) in sums.iter_mut().zip(&self.rows[first..]) {
                sums[..lanes.len()].copy_from_slice(&row[lanes.clone()]);
            }
        }
        let x = x.map(|row| &row[..tile.len()]);
        for (feature, values) in tile.iter().enumerate() {
            for (sums, x) in sums.iter_mut().zip(&x) {
                for lane in 0..LANES {
                    sums[lane] = (self.add)(sums[lane], x[feature] - values[lane]);
                }
            }
        }
        let root = self.root && run.end == self.features;
        for (mut sums, row) in sums.into_iter().zip(&mut self.rows[first..]) {
            if root {
                sums = sums.map(T::sqrt);
            }
            row[lanes.clone()].copy_from_slice(&sums[..lanes.len()]);
        }
    }
}

/// Lanes without a row keep what they had, which nobody looks at.
#[inline(always)]
fn transpose<T: Part, const LANES: usize>(y: &[T], features: usize, run: Range<usize>, tile: &mut [[T; LANES]]) {
    for (lane, row) in y.chunks_exact(features).enumerate() {
        for (values, &value) in tile.iter_mut().zip(&row[run.clone()]) {
            values[lane] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(seed: usize) -> f64 {
        ((seed * 7919 + 13) % 1009) as f64 / 97.0 - 4.0
    }

    fn plain(metric: Metric, x: &[f64], y: &[f64]) -> f64 {
        let differences = x.iter().zip(y).map(|(x, y)| x - y);
        match metric {
            Metric::Euclidean => differences.fold(0.0, |sum: f64, d| d.mul_add(d, sum)).sqrt(),
            Metric::SquaredEuclidean => differences.fold(0.0, |sum, d| d.mul_add(d, sum)),
            Metric::Manhattan => differences.fold(0.0, |sum, d| sum + d.abs()),
            Metric::Chebyshev => differences.fold(0.0, |most: f64, d| most.max(d.abs())),
        }
    }

    #[test]
    fn a_distance_has_the_bits_of_one_chain_at_every_place() {
        let metrics = [Metric::Euclidean, Metric::SquaredEuclidean, Metric::Manhattan, Metric::Chebyshev];
        let sizes = [[1, 1, 1], [5, 9, 3], [4, 8, 300], [3, 70, 2], [600, 7, 2], [0, 4, 2], [4, 0, 2], [3, 5, 0]];
        for (threads, metric) in [1, 3].into_iter().flat_map(|threads| metrics.map(|metric| (threads, metric))) {
            let cpu = Cpu::new(threads);
            for [m, n, features] in sizes {
                let x: Vec<f64> = (0..m * features).map(value).collect();
                let y: Vec<f64> = (0..n * features).map(|place| value(place + 500)).collect();
                // Columns 2 to n + 1 of a wider block.
                let (at, pitch) = (2, n + 3);
                let mut c = vec![-1.0; m * pitch];
                let wanted = Pairwise { metric, extents: [m, n, features], at, pitch };
                distances(&cpu, &wanted, AnySliceMut::F64(&mut c), [AnySlice::F64(&x), AnySlice::F64(&y)]);
                for (place, got) in c.into_iter().enumerate() {
                    let (i, j) = (place / pitch, (place % pitch).wrapping_sub(at));
                    let row = |table: &[f64], number: usize| table[number * features..][..features].to_vec();
                    let want = if j < n { plain(metric, &row(&x, i), &row(&y, j)) } else { -1.0 };
                    assert_eq!(got.to_bits(), want.to_bits(), "{wanted:?} on {threads} threads at {i}, {j}");
                }
            }
        }
    }
}
