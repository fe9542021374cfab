//! Grids: the powers of two along which values are cut into pieces that plain additions add without rounding.
//!
//! Adding a number to a large constant, and taking the constant away again, rounds the number to a multiple of the constant's last
//! place. A lane that begins with such a constant and does not leave its binade therefore counts units: what has come together is
//! the difference of its bits from those of the constant, an integer. What a value has below the unit is its difference from
//! what the lane gained, exactly; a second lane with a smaller unit takes that.
//!
//! # References
//! S. M. Rump, T. Ogita, S. Oishi, *Accurate floating-point summation part I: faithful rounding*, SIAM J. Sci. Comput. 31,
//! 2008, DOI 10.1137/050645671. J. Demmel, H. D. Nguyen, *Parallel reproducible summation*, IEEE Trans. Comput. 64, 2015,
//! DOI 10.1109/TC.2014.2345391.

use super::accumulator::parts;

/// At most 2 to this power values are added in one lane.
const MOST_DEPTH: i32 = 12;
/// The most values of one lane.
pub(super) const DEEPEST: usize = 1 << MOST_DEPTH;
/// The values of one lane in blocks of long slices: enough to forget what is done once for each, and few enough to see far down.
pub(super) const DEPTH: usize = 1 << 8;
/// The unit of the least positive float.
const LEAST: i32 = -1074;
/// Bits of a mantissa behind the leading one.
const FRACTION: i32 = 52;

/// The units of two cuts that fit values below `limit`. Which grid is used never shows in a result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    limit: f64,
    /// Exponents of the units.
    pub(super) coarse: i32,
    pub(super) fine: i32,
}

impl Grid {
    /// The grid of nothing but zeros.
    pub(super) const NONE: Self = Self { limit: f64::from_bits(1), coarse: LEAST, fine: LEAST };

    /// From here on no grid covers a magnitude: a lane ends below 2^(2 + depth) times the limit, and that must be finite.
    pub(super) const END: f64 = f64::from_bits(((1023 + 1023 - 2 - MOST_DEPTH) as u64) << FRACTION);

    /// The grid for at most `depth` values up to `largest` in a lane, unless that is zero, infinite, NaN or close to overflow.
    pub(super) fn covering(largest: f64, depth: usize) -> Option<Self> {
        debug_assert!((1..=DEEPEST).contains(&depth));
        if largest == 0.0 || largest.is_nan() || largest >= Self::END {
            return None;
        }
        let depth = depth.next_power_of_two().ilog2() as i32;
        let (mantissa, exponent) = parts(largest);
        let limit = mantissa.ilog2() as i32 + exponent + 1;
        // A lane may go up and down by 2^51 units: so many values below 2^limit, and as many halves of a coarse unit.
        let coarse = (limit + depth - (FRACTION - 1)).max(LEAST);
        let fine = (coarse - 1 + depth - (FRACTION - 1)).max(LEAST);
        let limit = if limit < -1022 { f64::from_bits(1 << (limit - LEAST)) } else { power_of_two(limit) };
        Some(Self { limit, coarse, fine })
    }

    /// Whether this is [`NONE`](Self::NONE).
    #[inline(always)]
    pub(super) fn is_none(&self) -> bool {
        self.limit == Self::NONE.limit
    }

    /// Magnitudes are below this power of two.
    #[inline(always)]
    pub(super) fn limit(&self) -> f64 {
        self.limit
    }

    /// Whether values up to `largest` can be cut along this grid.
    #[inline(always)]
    pub(super) fn holds(&self, largest: f64) -> bool {
        largest < self.limit
    }
}

/// 2^`exponent`, a normal number.
pub(super) fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << FRACTION)
}

/// What a lane begins with whose unit is 2^`unit`: the middle of the binade whose last place that is.
#[inline(always)]
pub(super) fn base(unit: i32) -> f64 {
    1.5 * power_of_two(unit + FRACTION)
}

/// The units that a lane has counted.
#[inline(always)]
pub(super) fn counted(lane: f64, base: f64) -> i64 {
    lane.to_bits().wrapping_sub(base.to_bits()) as i64
}

/// The least magnitude whose last place, of so many bits, is not below 2^`unit`; no place is below 2^`least`.
#[inline(always)]
pub(super) fn floor(unit: i32, [precision, least]: [i32; 2]) -> f64 {
    if unit <= least { 0.0 } else { power_of_two(unit + precision - 1) }
}
