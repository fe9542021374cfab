//! The accumulator itself: a fixed-point number wide enough for every float, and what to remember beside it.

use smallvec::SmallVec;

/// Bits of a chunk in canonical form; the rest of its 64 bits takes the carries of many deposits.
pub(super) const CHUNK_BITS: u32 = 32;
/// The low half of a chunk.
pub(super) const CHUNK_MASK: i64 = (1 << CHUNK_BITS) - 1;
/// Chunks kept inside the accumulator: with them it fills one cache line, and values within some forty decimal
/// digits of each other need no allocation.
const INLINE_CHUNKS: usize = 6;
/// Deposits between two carries. Each adds less than 2^53 to a chunk, which starts below 2^33.
const MOST_PENDING: u16 = 1000;

/// What the accumulator has seen, as bits: the part of a float sum that is not a number.
pub(super) mod seen {
    /// Anything at all.
    pub(crate) const ANY: u8 = 1;
    /// Anything but -0.0.
    pub(crate) const OTHER: u8 = 2;
    /// A NaN.
    pub(crate) const NAN: u8 = 4;
    /// +inf.
    pub(crate) const POSITIVE_INFINITY: u8 = 8;
    /// -inf.
    pub(crate) const NEGATIVE_INFINITY: u8 = 16;
}

/// An exact sum of floats, rounded only when it is asked for.
///
/// Class: Reproducible. The sum is a fixed-point number that covers every product of two `f64`, so nothing is lost while
/// adding, and neither order nor grouping can show: any partition over threads and ranks, merged in any order, gives the same bits, which
/// are those of the correctly rounded sum.
///
/// Only the chunks around the values seen so far are stored: a fresh accumulator is 64 bytes and allocates nothing.
///
/// | added | result |
/// |---|---|
/// | nothing | +0.0 |
/// | only -0.0 | -0.0 |
/// | a NaN, or both infinities | NaN |
/// | one kind of infinity | that infinity |
/// | finite values | their sum, rounded once; ±inf only if the sum itself is out of range |
///
/// # References
/// R. M. Neal, *Fast exact summation using small and large superaccumulators*, 2015, arXiv:1505.05571.
///
/// ```
/// use isotherm::exact::Accumulator;
/// let mut sum = Accumulator::default();
/// sum.add_slice(&[1e300, 1.0, -1e300, f64::MAX, f64::MAX, -f64::MAX, -f64::MAX]);
/// assert_eq!(sum.round_f64(), 1.0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Accumulator {
    /// Chunk `i` weighs 2^(32 (first + i)). Between two carries it may exceed 32 bits, with either sign.
    pub(super) chunks: SmallVec<[i64; INLINE_CHUNKS]>,
    pub(super) first: i16,
    /// Deposits since the last carry: every chunk is below 2^33 + pending * 2^53.
    pub(super) pending: u16,
    pub(super) seen: u8,
}

impl Accumulator {
    /// Whether nothing has been added yet.
    ///
    /// **Local.**
    pub fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// Adds one value.
    ///
    /// **Local.** Class: Reproducible.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.seen |= if value.to_bits() == (-0.0_f64).to_bits() { seen::ANY } else { seen::ANY | seen::OTHER };
        if value.is_finite() {
            self.deposit(value);
        } else if value.is_nan() {
            self.seen |= seen::NAN;
        } else {
            self.seen |= if value > 0.0 { seen::POSITIVE_INFINITY } else { seen::NEGATIVE_INFINITY };
        }
    }

    /// Adds everything that `other` has added.
    ///
    /// **Local.** Class: Reproducible. Costs as many additions as `other` has chunks, most often three or four.
    pub fn merge(&mut self, other: &Self) {
        self.seen |= other.seen;
        if other.chunks.is_empty() {
            return;
        }
        if self.pending + other.pending >= MOST_PENDING {
            self.carry();
        }
        self.pending += other.pending + 1;
        for (mine, theirs) in self.window(other.first, other.chunks.len()).iter_mut().zip(&other.chunks) {
            *mine += theirs;
        }
    }

    /// Adds or subtracts `mantissa` * 2^`exponent`, the mantissa below 2^53.
    #[cfg(feature = "gpu")]
    pub(crate) fn add_scaled(&mut self, mantissa: u64, exponent: i32, negative: bool) {
        self.seen |= seen::ANY | seen::OTHER;
        self.deposit_scaled(mantissa, exponent, negative);
    }

    /// Adds a finite number and leaves no trace in `seen`: the kernels note that by block.
    #[inline]
    pub(super) fn deposit(&mut self, value: f64) {
        let (mantissa, exponent) = parts(value);
        self.deposit_scaled(mantissa, exponent, value.is_sign_negative());
    }

    /// Adds or subtracts `mantissa` * 2^`exponent`, the mantissa below 2^53.
    #[inline]
    pub(super) fn deposit_scaled(&mut self, mantissa: u64, exponent: i32, negative: bool) {
        debug_assert!(mantissa < 1 << 53);
        if mantissa == 0 {
            return;
        }
        if self.pending >= MOST_PENDING {
            self.carry();
        }
        self.pending += 1;
        let shift = exponent.rem_euclid(CHUNK_BITS as i32) as u32;
        let low = (mantissa << shift) as i64 & CHUNK_MASK;
        let high = (mantissa >> (CHUNK_BITS - shift)) as i64;
        let window = self.window(exponent.div_euclid(CHUNK_BITS as i32) as i16, 2);
        window[0] += if negative { -low } else { low };
        window[1] += if negative { -high } else { high };
    }

    /// Adds `units` * 2^`exponent`, fewer than 2^62 units.
    #[inline]
    pub(super) fn deposit_units(&mut self, units: i64, exponent: i32) {
        debug_assert!(units.unsigned_abs() < 1 << 62);
        if units == 0 {
            return;
        }
        if self.pending >= MOST_PENDING {
            self.carry();
        }
        self.pending += 1;
        let shift = exponent.rem_euclid(CHUNK_BITS as i32) as u32;
        let wide = u128::from(units.unsigned_abs()) << shift;
        let window = self.window(exponent.div_euclid(CHUNK_BITS as i32) as i16, 3);
        for (chunk, part) in window.iter_mut().zip([wide, wide >> CHUNK_BITS, wide >> (2 * CHUNK_BITS)]) {
            let part = part as i64 & CHUNK_MASK;
            *chunk += if units < 0 { -part } else { part };
        }
    }

    /// Moves what exceeds 32 bits into the next chunk. All chunks but the last are then in [0, 2^32).
    pub(super) fn carry(&mut self) {
        self.pending = 0;
        let Some((last, lower)) = self.chunks.split_last_mut() else { return };
        let mut over = 0;
        for chunk in lower {
            let value = *chunk + over;
            *chunk = value & CHUNK_MASK;
            over = value >> CHUNK_BITS;
        }
        *last += over;
        let over = *last >> CHUNK_BITS;
        if over != 0 && over != -1 {
            *last &= CHUNK_MASK;
            self.chunks.push(over);
        }
    }

    /// The `count` chunks from `first` on, made where they are missing.
    #[inline]
    fn window(&mut self, first: i16, count: usize) -> &mut [i64] {
        let mut start = isize::from(first) - isize::from(self.first);
        if start < 0 || start as usize + count > self.chunks.len() {
            self.grow(first, count);
            start = isize::from(first) - isize::from(self.first);
        }
        &mut self.chunks[start as usize..][..count]
    }

    #[cold]
    fn grow(&mut self, first: i16, count: usize) {
        if self.chunks.is_empty() {
            self.first = first;
        }
        if first < self.first {
            self.chunks.insert_many(0, std::iter::repeat_n(0, (self.first - first) as usize));
            self.first = first;
        }
        let end = (first - self.first) as usize + count;
        if end > self.chunks.len() {
            self.chunks.resize(end, 0);
        }
    }
}

/// The mantissa and exponent of a finite float: |`value`| = mantissa * 2^exponent.
#[inline]
pub(super) fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) }
}
