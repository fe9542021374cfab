//! Sums of `f32`: 24 bits leave an `f64` so much room that most blocks are added in plain lanes without an error.

use super::accumulator::{Accumulator, seen};
use super::grid::{self, Grid};
use super::slice::add_block;

/// Lanes of the kernel.
pub(super) const LANES: usize = 16;
/// At most 2 to this power values may be added in one lane.
const LOG_DEPTH: u32 = 8;
/// The most values of one lane.
pub(super) const DEPTH: usize = 1 << LOG_DEPTH;
/// Exponents may differ by so much: `DEPTH` values below 2^(e + `SPREAD` + 1), in units of 2^(e - 23), fill 53 bits.
const SPREAD: u32 = 29 - LOG_DEPTH;

/// How far up and down the magnitudes of a block reach, as bits, which order like the magnitudes do.
pub(super) struct Bounds {
    largest: [u32; LANES],
    /// Smallest magnitudes but zero, less one: so zeros become the largest number and drop out.
    smallest: [u32; LANES],
}

impl Bounds {
    pub(super) const NONE: Self = Self { largest: [0; LANES], smallest: [u32::MAX; LANES] };

    /// Adds a value to each lane of `sums`, and notes how far it reached.
    #[inline(always)]
    pub(super) fn add(&mut self, values: &[f32; LANES], sums: &mut [f64; LANES]) {
        for lane in 0..LANES {
            let magnitude = values[lane].to_bits() & 0x7fff_ffff;
            self.largest[lane] = self.largest[lane].max(magnitude);
            self.smallest[lane] = self.smallest[lane].min(magnitude.wrapping_sub(1));
            sums[lane] += f64::from(values[lane]);
        }
    }

    /// The largest magnitude, as bits.
    #[inline(always)]
    pub(super) fn largest(&self) -> u32 {
        self.largest.iter().fold(0, |most, &lane| most.max(lane))
    }

    /// Whether no sum of [`DEPTH`] values can have been rounded: all values finite, and near enough to each other.
    #[inline(always)]
    pub(super) fn keep_exact(&self) -> bool {
        let exponent = |bits: u32| (bits >> 23).max(1);
        let largest = self.largest();
        let smallest = self.smallest.iter().fold(u32::MAX, |least, &lane| least.min(lane)).wrapping_add(1);
        largest < f32::INFINITY.to_bits() && exponent(largest) - exponent(smallest) <= SPREAD
    }
}

/// Turns blocks of `f32` into a few `f64` each, which the wide kernel adds when enough have come together.
pub(super) struct Condenser<'a> {
    sum: &'a mut Accumulator,
    grid: Grid,
    lanes: [f64; grid::BLOCK],
    used: usize,
}

impl<'a> Condenser<'a> {
    /// The most values of one block.
    pub(super) const BLOCK: usize = LANES * DEPTH;

    #[inline(always)]
    pub(super) fn new(sum: &'a mut Accumulator) -> Self {
        Self { sum, grid: Grid::NONE, lanes: [0.0; grid::BLOCK], used: 0 }
    }

    #[inline(always)]
    pub(super) fn add_block(&mut self, block: &[f32]) {
        let (chunks, tail) = block.as_chunks::<LANES>();
        let (mut sums, mut bounds) = ([0.0; LANES], Bounds::NONE);
        for values in chunks {
            bounds.add(values, &mut sums);
        }
        if !tail.is_empty() {
            let mut padded = [0.0; LANES];
            padded[..tail.len()].copy_from_slice(tail);
            bounds.add(&padded, &mut sums);
        }
        if bounds.keep_exact() && bounds.largest() != 0 {
            self.lanes[self.used..][..LANES].copy_from_slice(&sums);
            self.used += LANES;
            if self.used == self.lanes.len() {
                self.finish();
            }
        } else if bounds.largest() == 0 && block.iter().any(|value| value.to_bits() == 0) {
            self.sum.seen |= seen::ANY | seen::OTHER;
        } else {
            self.finish();
            for part in block.chunks(grid::BLOCK) {
                for (wide, &value) in self.lanes.iter_mut().zip(part) {
                    *wide = value.into();
                }
                add_block(self.sum, &self.lanes[..part.len()], &mut self.grid);
            }
        }
    }

    /// Adds the lanes that have come together.
    #[inline(always)]
    pub(super) fn finish(&mut self) {
        if self.used > 0 {
            add_block(self.sum, &self.lanes[..self.used], &mut self.grid);
            self.used = 0;
        }
    }
}
