//! The kernel of all exact sums: floats are cut along a grid into pieces that plain additions add without rounding.
//!
//! Adding and subtracting a large constant rounds a number to a multiple of the constant's last place. When all pieces are
//! multiples of one power of two and too few to need more than 53 bits together, their floating-point sum is exact in
//! any order, thus in any number of lanes. Two cuts take 84 bits from under the block's largest value; what is
//! left below them is rare, and noticed.
//!
//! # References
//! S. M. Rump, T. Ogita, S. Oishi, *Accurate floating-point summation part I: faithful rounding*, SIAM J. Sci. Comput. 31,
//! 2008, DOI 10.1137/050645671. J. Demmel, H. D. Nguyen, *Parallel reproducible summation*, IEEE Trans. Comput. 64, 2015,
//! DOI 10.1109/TC.2014.2345391.

use super::accumulator::parts;

/// At most 2 to this power values may be added on one grid.
const LOG_BLOCK: i32 = 11;
/// The most values of one block.
pub(super) const BLOCK: usize = 1 << LOG_BLOCK;
/// Lanes of a kernel: on AVX2 its eight registers of state and the constants still fit the sixteen there are.
pub(super) const LANES: usize = 8;

/// Two cuts that fit a block of values below `limit`. Which grid is used never shows in a result.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    /// 1.5 * 2^52 units of the coarse cut, and of the fine one.
    coarse: f64,
    fine: f64,
    limit: f64,
}

/// What became of a block, lane by lane.
pub(super) struct Pieces {
    /// Exact sums of the pieces above each cut.
    pub(super) high: [f64; LANES],
    pub(super) low: [f64; LANES],
    pub(super) bounds: Bounds,
}

/// How far up and down the values of a block reach.
pub(super) struct Bounds {
    /// Bits of everything below the fine cut, joined by or.
    rest: [u64; LANES],
    /// Largest magnitudes, not counting NaN.
    largest: [f64; LANES],
}

/// 2^`exponent`, a normal number.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

impl Grid {
    /// The grid of no block: cutting along it only finds the largest magnitude.
    pub(super) const NONE: Self = Self { coarse: 0.0, fine: 0.0, limit: 0.0 };

    /// A grid for a block that begins with these values, if it goes on like them; [`NONE`](Self::NONE) when they say nothing.
    #[inline(always)]
    pub(super) fn guess(beginning: &[f64]) -> Self {
        // As integers, magnitudes have a maximum that the compiler finds in lanes.
        let largest = beginning.iter().fold(0, |most, value| most.max(value.abs().to_bits()));
        Self::covering(f64::from_bits(largest)).unwrap_or(Self::NONE)
    }

    /// Whether this is [`NONE`](Self::NONE).
    #[inline(always)]
    pub(super) fn is_none(&self) -> bool {
        self.limit == 0.0
    }

    /// A grid for values up to `largest` and a little above, unless that is zero, infinite, NaN or close to overflow.
    pub(super) fn covering(largest: f64) -> Option<Self> {
        if largest == 0.0 || largest.is_nan() || largest >= power_of_two(1021 - LOG_BLOCK) {
            return None;
        }
        let (mantissa, exponent) = parts(largest);
        let limit = (mantissa.ilog2() as i32 + exponent + 2).max(-1022);
        // So many pieces below 2^limit are 2^53 units at most.
        let coarse = (limit + LOG_BLOCK - 53).max(-1074);
        // What the coarse cut leaves is at most half a unit of it.
        let fine = (coarse - 1 + LOG_BLOCK - 53).max(-1074);
        let constant = |unit: i32| 1.5 * power_of_two(unit + 52);
        Some(Self { coarse: constant(coarse), fine: constant(fine), limit: power_of_two(limit) })
    }

    /// Whether this grid holds a block with this largest magnitude, and does not waste more than eight bits on it.
    pub(super) fn fits(&self, largest: f64) -> bool {
        largest < self.limit && largest * 256.0 >= self.limit
    }

    /// `value` in three pieces: above the coarse cut, between the cuts, below.
    #[inline(always)]
    pub(super) fn cut(&self, value: f64) -> [f64; 3] {
        let high = (value + self.coarse) - self.coarse;
        let below = value - high;
        let low = (below + self.fine) - self.fine;
        [high, low, below - low]
    }

    /// Cuts the values of a block and adds up the pieces.
    #[inline(always)]
    pub(super) fn cut_block<'a>(&self, block: impl Iterator<Item = &'a [f64; LANES]>, tail: &[f64]) -> Pieces {
        let mut pieces = Pieces { high: [0.0; LANES], low: [0.0; LANES], bounds: Bounds::NONE };
        let Pieces { high, low, bounds } = &mut pieces;
        for values in block {
            bounds.cut(self, values, high, low);
        }
        if !tail.is_empty() {
            let mut padded = [0.0; LANES];
            padded[..tail.len()].copy_from_slice(tail);
            bounds.cut(self, &padded, high, low);
        }
        pieces
    }
}

impl Bounds {
    pub(super) const NONE: Self = Self { rest: [0; LANES], largest: [0.0; LANES] };

    /// Cuts a value for each lane, adds the pieces to `high` and `low`, and notes how far it reached.
    #[inline(always)]
    pub(super) fn cut(&mut self, grid: &Grid, values: &[f64; LANES], high: &mut [f64; LANES], low: &mut [f64; LANES]) {
        for lane in 0..LANES {
            let [upper, lower, rest] = grid.cut(values[lane]);
            high[lane] += upper;
            low[lane] += lower;
            self.rest[lane] |= rest.to_bits();
            let magnitude = values[lane].abs();
            // As one maximum instruction; a NaN is dropped here and found in the sums.
            self.largest[lane] = if magnitude > self.largest[lane] { magnitude } else { self.largest[lane] };
        }
    }

    /// The largest magnitude of the block.
    #[inline(always)]
    pub(super) fn largest(&self) -> f64 {
        self.largest.iter().fold(0.0, |most, &lane| if lane > most { lane } else { most })
    }

    /// Whether anything lies below the fine cut of any lane; the sign of a zero does not count.
    #[inline(always)]
    pub(super) fn have_rest(&self) -> bool {
        self.rest.iter().fold(0, |all, rest| all | rest) << 1 != 0
    }
}
