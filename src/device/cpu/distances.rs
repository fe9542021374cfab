//! Distances between rows: the inner loops.
//!
//! The features of a pair are taken in ascending order, each square added by one fused multiply-add, each magnitude by one addition. The lanes of the vectors
//! are different rows of y, never different features, so that neither their number nor how rows are cut into blocks can show in a distance's bits.
//!
//! ```text
//!   y: a row in each lane ──transposed──▶ tiles of RUN features ──┐ first-level cache
//!   x: GROUP rows, values spread over the lanes ─────────────────┴─▶ GROUP x REGISTERS registers of sums ──▶ c
//! ```
#![allow(clippy::inline_always, reason = "what is not inlined into the dispatched call is compiled for the baseline")]

use std::marker::PhantomData;
use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use crate::device::cpu::Cpu;
use crate::device::cpu::kernels::Lanes;
use crate::device::distances::{Metric, Pairwise};
use crate::dtype::{AnySlice, AnySliceMut};

/// Rows of x that are compared with a tile together, and registers of a tile for each feature: enough independent sums to hide the latency of the additions.
const GROUP: usize = 4;
const REGISTERS: usize = 2;
/// Features of a tile, which has 16 KiB with AVX2.
const RUN: usize = 256;
/// Bytes of tiles that stay in the first-level cache while the rows of x pass: of few features they are many, so that distances are stored in long lines.
const STRIP: usize = 16 << 10;
/// Rows of y of a task: a multiple of this.
const COLUMNS: usize = 32;
/// The most rows of x of a task, which pass by every tile: so many make up for its transposition, and stay in the second-level cache.
const ROWS: usize = 256;

/// Compute `distances` of the rows of `x` from those of `y`, all of one dtype, into `c`.
pub(crate) fn distances(cpu: &Cpu, distances: &Pairwise, c: AnySliceMut<'_>, [x, y]: [AnySlice<'_>; 2]) {
    match (c, x, y) {
        (AnySliceMut::F32(c), AnySlice::F32(x), AnySlice::F32(y)) => shared(cpu, distances, c, x, y),
        (AnySliceMut::F64(c), AnySlice::F64(x), AnySlice::F64(y)) => shared(cpu, distances, c, x, y),
        _ => unreachable!("the three are of one dtype of real floats"),
    }
}

/// The threads share out the rows of x, or those of y where x has few.
fn shared<T: Lanes>(cpu: &Cpu, of: &Pairwise, c: &mut [T], x: &[T], y: &[T]) {
    let Pairwise { metric, extents: [m, n, features], at, pitch } = *of;
    if m == 0 || n == 0 {
        return;
    }
    let (c, threads) = (&mut c[at..][..(m - 1) * pitch + n], cpu.threads());
    if features == 0 {
        return c.chunks_mut(pitch).for_each(|row| row[..n].fill(T::ZERO));
    }
    let block = |x, y, rows: &mut [&mut [T]]| block(metric, features, x, y, rows);
    if threads == 1 || m >= GROUP * threads {
        let high = m.div_ceil(m.div_ceil(ROWS).next_multiple_of(threads));
        let slabs = c.chunks_mut(high * pitch).zip(x.chunks(high * features));
        cpu.each(slabs.collect(), |(slab, x)| {
            let mut rows: Vec<&mut [T]> = slab.chunks_mut(pitch).map(|row| &mut row[..n]).collect();
            block(x, y, &mut rows);
        });
    } else {
        let wide = n.div_ceil(threads).next_multiple_of(COLUMNS);
        let mut strips: Vec<Vec<&mut [T]>> = (0..n).step_by(wide).map(|_| Vec::with_capacity(m)).collect();
        for row in c.chunks_mut(pitch) {
            strips.iter_mut().zip(row[..n].chunks_mut(wide)).for_each(|(strip, part)| strip.push(part));
        }
        let strips = strips.into_iter().zip(y.chunks(wide * features));
        cpu.each(strips.collect(), |(mut rows, y)| block(x, y, &mut rows));
    }
}

/// The distances of a few rows of x, of which each has one of `rows` for its own.
fn block<T: Lanes>(metric: Metric, features: usize, x: &[T], y: &[T], rows: &mut [&mut [T]]) {
    let (arch, root) = (Arch::new(), metric == Metric::Euclidean);
    match metric {
        Metric::Euclidean | Metric::SquaredEuclidean => {
            arch.dispatch(Block { features, x, y, rows, root, fold: PhantomData::<Squares> });
        }
        Metric::Manhattan => arch.dispatch(Block { features, x, y, rows, root, fold: PhantomData::<Magnitudes> }),
        Metric::Chebyshev => arch.dispatch(Block { features, x, y, rows, root, fold: PhantomData::<Largest> }),
    }
}

/// What becomes of a result so far with the next difference.
trait Fold {
    fn next<T: Lanes, S: Simd>(simd: S, before: T::Lanes<S>, difference: T::Lanes<S>) -> T::Lanes<S>;
}

/// The sum of squares.
struct Squares;

/// The sum of magnitudes.
struct Magnitudes;

/// The largest magnitude.
struct Largest;

impl Fold for Squares {
    #[inline(always)]
    fn next<T: Lanes, S: Simd>(simd: S, before: T::Lanes<S>, difference: T::Lanes<S>) -> T::Lanes<S> {
        T::fused(simd, difference, difference, before)
    }
}

impl Fold for Magnitudes {
    #[inline(always)]
    fn next<T: Lanes, S: Simd>(simd: S, before: T::Lanes<S>, difference: T::Lanes<S>) -> T::Lanes<S> {
        T::add(simd, before, T::abs(simd, difference))
    }
}

impl Fold for Largest {
    #[inline(always)]
    fn next<T: Lanes, S: Simd>(simd: S, before: T::Lanes<S>, difference: T::Lanes<S>) -> T::Lanes<S> {
        T::maximum(simd, before, T::abs(simd, difference))
    }
}

struct Block<'a, 'c, T, F> {
    features: usize,
    x: &'a [T],
    y: &'a [T],
    rows: &'a mut [&'c mut [T]],
    root: bool,
    fold: PhantomData<F>,
}

/// Some tiles side by side: of which rows of y, and of which features.
struct Strip<'a, T> {
    tiles: &'a [T],
    lanes: usize,
    columns: Range<usize>,
    run: Range<usize>,
}

impl<T: Lanes, F: Fold> WithSimd for Block<'_, '_, T, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let (features, y) = (self.features, self.y);
        let width = size_of::<T::Lanes<S>>() / size_of::<T>();
        let (lanes, longest) = (REGISTERS * width, features.min(RUN));
        let wide = (STRIP / (longest * lanes * size_of::<T>())).max(1) * lanes;
        let mut tiles = vec![T::ZERO; longest * wide];
        for start in (0..features).step_by(RUN) {
            let run = start..features.min(start + RUN);
            for (number, y) in y.chunks(wide * features).enumerate() {
                for (y, tile) in y.chunks(lanes * features).zip(tiles.chunks_mut(run.len() * lanes)) {
                    let lanes = if y.len() <= width * features { width } else { lanes };
                    transpose(y, features, &run, tile, lanes);
                }
                let columns = number * wide..number * wide + y.len() / features;
                self.strip(simd, &Strip { tiles: &tiles, lanes, columns, run: run.clone() });
            }
        }
    }
}

impl<T: Lanes, F: Fold> Block<'_, '_, T, F> {
    /// All rows of x and a strip.
    #[inline(always)]
    fn strip<S: Simd>(&mut self, simd: S, strip: &Strip<'_, T>) {
        let (x, features) = (self.x, self.features);
        let x = |row: usize| &x[row * features..][strip.run.clone()];
        let whole = self.rows.len() / GROUP * GROUP;
        for first in (0..whole).step_by(GROUP) {
            self.rows_of_strip::<S, GROUP>(simd, strip, std::array::from_fn(|k| x(first + k)), first);
        }
        for row in whole..self.rows.len() {
            self.rows_of_strip::<S, 1>(simd, strip, [x(row)], row);
        }
    }

    /// `N` rows of x from `first` on and a strip, tile by tile. The last one may have one register for each feature.
    #[inline(always)]
    fn rows_of_strip<S: Simd, const N: usize>(&mut self, simd: S, strip: &Strip<'_, T>, x: [&[T]; N], first: usize) {
        let Strip { tiles, lanes, columns, run } = strip;
        let tiles = tiles.chunks(run.len() * lanes);
        for (start, tile) in columns.clone().step_by(*lanes).zip(tiles) {
            let columns = start..columns.end.min(start + lanes);
            if REGISTERS * columns.len() <= *lanes {
                let (tile, _) = T::vectors::<S>(&tile[..tile.len() / REGISTERS]).as_chunks();
                self.group::<S, N, 1>(simd, tile, x, first, (columns, run));
            } else {
                let (tile, _) = T::vectors::<S>(tile).as_chunks();
                self.group::<S, N, REGISTERS>(simd, tile, x, first, (columns, run));
            }
        }
    }

    /// `N` rows of x and a tile, on top of what the features before `run` came to.
    #[inline(always)]
    fn group<S: Simd, const N: usize, const R: usize>(
        &mut self,
        simd: S,
        tile: &[[T::Lanes<S>; R]],
        x: [&[T]; N],
        first: usize,
        (columns, run): (Range<usize>, &Range<usize>),
    ) {
        let mut sums = [[T::splat(simd, T::ZERO); R]; N];
        if run.start > 0 {
            for (sums, row) in sums.iter_mut().zip(&self.rows[first..]) {
                bytemuck::cast_slice_mut(sums)[..columns.len()].copy_from_slice(&row[columns.clone()]);
            }
        }
        let x = x.map(|row| &row[..tile.len()]);
        for (feature, values) in tile.iter().enumerate() {
            for (sums, x) in sums.iter_mut().zip(&x) {
                let x = T::splat(simd, x[feature]);
                for (sum, &y) in sums.iter_mut().zip(values) {
                    *sum = F::next::<T, S>(simd, *sum, T::subtract(simd, x, y));
                }
            }
        }
        let root = self.root && run.end == self.features;
        for (mut sums, row) in sums.into_iter().zip(&mut self.rows[first..]) {
            if root {
                sums = sums.map(|sum| T::sqrt(simd, sum));
            }
            let row = &mut row[columns.clone()];
            match T::vectors_mut::<S>(row) {
                whole if whole.len() == R => whole.copy_from_slice(&sums),
                _ => row.copy_from_slice(&bytemuck::cast_slice(&sums)[..row.len()]),
            }
        }
    }
}

/// Lanes without a row keep what they had, which nobody looks at.
#[inline(always)]
fn transpose<T: Copy>(y: &[T], features: usize, run: &Range<usize>, tile: &mut [T], lanes: usize) {
    for (lane, row) in y.chunks_exact(features).enumerate() {
        for (values, &value) in tile.chunks_exact_mut(lanes).zip(&row[run.clone()]) {
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
