//! Whole slices, block by block.

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::{Accumulator, seen};
use super::grid::{BLOCK, Grid, LANES};
use super::narrow::Condenser;

/// Below this length adding one by one is faster.
const SHORT: usize = 12;
/// So many values are looked at for a first grid.
const GUESS: usize = 128;

impl Accumulator {
    /// Adds every value of a slice.
    ///
    /// **Local.** Class: Reproducible.
    pub fn add_slice(&mut self, values: &[f64]) {
        if values.len() < SHORT {
            for &value in values {
                self.add(value);
            }
        } else {
            Arch::new().dispatch(AddSlice { sum: self, values });
        }
    }

    /// Adds every value of a slice of `f32`.
    ///
    /// **Local.** Class: Reproducible.
    pub fn add_slice_f32(&mut self, values: &[f32]) {
        if values.len() < SHORT {
            for &value in values {
                self.add(value.into());
            }
        } else {
            Arch::new().dispatch(AddNarrow { sum: self, values });
        }
    }

    /// Adds a block that no grid covers: zeros, infinities, values whose plain sum might overflow.
    #[cold]
    fn add_unusual(&mut self, block: &[f64]) {
        if block.iter().all(|value| value.to_bits() == 0) {
            self.seen |= seen::ANY | seen::OTHER;
        } else {
            for &value in block {
                self.add(value);
            }
        }
    }

    /// Adds what `grid` leaves of a block below its cuts, on finer and finer grids.
    #[cold]
    pub(super) fn add_rests(&mut self, block: &[f64], grid: &Grid) {
        Arch::new().dispatch(AddRests { sum: self, block, grid: *grid });
    }
}

struct AddSlice<'a> {
    sum: &'a mut Accumulator,
    values: &'a [f64],
}

impl WithSimd for AddSlice<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut grid = Grid::NONE;
        for block in self.values.chunks(BLOCK) {
            add_block(self.sum, block, &mut grid);
        }
    }
}

/// Adds at most [`BLOCK`] values. The grid is that of an earlier block and most often fits again; when it does
/// not, the same pass has found what a better one needs.
#[inline(always)]
pub(super) fn add_block(sum: &mut Accumulator, block: &[f64], grid: &mut Grid) {
    if grid.is_none() {
        *grid = Grid::guess(&block[..block.len().min(GUESS)]);
    }
    let (chunks, tail) = block.as_chunks::<LANES>();
    let mut pieces = grid.cut_block(chunks.iter(), tail);
    let largest = pieces.bounds.largest();
    if !grid.fits(largest) {
        let Some(better) = Grid::covering(largest) else { return sum.add_unusual(block) };
        *grid = better;
        pieces = grid.cut_block(chunks.iter(), tail);
    }
    let high: f64 = pieces.high.iter().sum();
    let low: f64 = pieces.low.iter().sum();
    sum.seen |= seen::ANY | seen::OTHER;
    if high.is_finite() {
        sum.deposit(high);
        sum.deposit(low);
        if pieces.bounds.have_rest() {
            sum.add_rests(block, grid);
        }
    } else {
        sum.seen |= seen::NAN;
    }
}

struct AddRests<'a> {
    sum: &'a mut Accumulator,
    block: &'a [f64],
    grid: Grid,
}

impl WithSimd for AddRests<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut buffer = [0.0; BLOCK];
        let rests = &mut buffer[..self.block.len()];
        rests.copy_from_slice(self.block);
        let mut grid = self.grid;
        // Each round moves the largest magnitude some eighty bits down, and under 2^-1074 there is nothing.
        loop {
            for value in rests.iter_mut() {
                [_, _, *value] = grid.cut(*value);
            }
            let (chunks, tail) = rests.as_chunks::<LANES>();
            let largest = Grid::NONE.cut_block(chunks.iter(), tail).bounds.largest();
            let Some(finer) = Grid::covering(largest) else { return };
            grid = finer;
            let pieces = grid.cut_block(chunks.iter(), tail);
            self.sum.deposit(pieces.high.iter().sum());
            self.sum.deposit(pieces.low.iter().sum());
        }
    }
}

struct AddNarrow<'a> {
    sum: &'a mut Accumulator,
    values: &'a [f32],
}

impl WithSimd for AddNarrow<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut condensed = Condenser::new(self.sum);
        for block in self.values.chunks(Condenser::BLOCK) {
            condensed.add_block(block);
        }
        condensed.finish();
    }
}
