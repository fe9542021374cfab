//! The sum as a plain big number: from here it is rounded, divided and written.

use smallvec::{SmallVec, smallvec};

use super::accumulator::{Accumulator, CHUNK_BITS, seen};

/// A number as sign and magnitude in base 2^32, without zero digits at either end: equal sums have equal digits.
pub(super) struct Magnitude {
    pub(super) negative: bool,
    /// Digit `i` weighs 2^(32 (first + i)).
    pub(super) first: i32,
    pub(super) digits: SmallVec<[u32; 12]>,
    /// Whether a positive amount below the last digit has been cut off.
    cut: bool,
}

/// What rounding must know of a binary format.
struct Format {
    /// Bits of a mantissa, the hidden one included.
    precision: u32,
    /// Exponent of the least positive value.
    least: i32,
    /// Exponent of the leading bit of the largest finite value.
    highest: i32,
}

const F64: Format = Format { precision: 53, least: -1074, highest: 1023 };
const F32: Format = Format { precision: 24, least: -149, highest: 127 };

impl Accumulator {
    /// The sum, rounded to the nearest `f64`, ties to even.
    ///
    /// **Local.** Class: Reproducible.
    pub fn round_f64(&self) -> f64 {
        self.special().unwrap_or_else(|| self.magnitude().round_f64())
    }

    /// The sum, rounded to the nearest `f32` directly: by way of `f64` a tie could be broken twice.
    ///
    /// **Local.** Class: Reproducible.
    pub fn round_f32(&self) -> f32 {
        self.special().map_or_else(|| self.magnitude().round_f32(), |special| special as f32)
    }

    /// The sum divided by `count`, rounded once to the nearest `f64`; NaN when `count` is 0.
    ///
    /// **Local.** Class: Reproducible. Right also where the sum itself would be out of range.
    pub fn mean_f64(&self, count: u64) -> f64 {
        if count == 0 {
            return f64::NAN;
        }
        self.special().unwrap_or_else(|| self.magnitude().divide(count).round_f64())
    }

    /// The sum divided by `count`, rounded once to the nearest `f32`; NaN when `count` is 0.
    ///
    /// **Local.** Class: Reproducible. Right also where the sum itself would be out of range.
    pub fn mean_f32(&self, count: u64) -> f32 {
        if count == 0 {
            return f32::NAN;
        }
        self.special().map_or_else(|| self.magnitude().divide(count).round_f32(), |special| special as f32)
    }

    /// The result where it is not the value of the chunks.
    pub(super) fn special(&self) -> Option<f64> {
        const BOTH: u8 = seen::POSITIVE_INFINITY | seen::NEGATIVE_INFINITY;
        match (self.seen & BOTH, self.seen) {
            (_, flags) if flags & seen::NAN != 0 => Some(f64::NAN),
            (BOTH, _) => Some(f64::NAN),
            (seen::POSITIVE_INFINITY, _) => Some(f64::INFINITY),
            (seen::NEGATIVE_INFINITY, _) => Some(f64::NEG_INFINITY),
            (_, seen::ANY) => Some(-0.0),
            _ => None,
        }
    }

    /// The chunks as sign and magnitude.
    pub(super) fn magnitude(&self) -> Magnitude {
        let mut over = 0;
        let mut digits: SmallVec<[u32; 12]> = smallvec![0; self.chunks.len() + 2];
        // The last carry takes two more digits of a two's complement number; its sign is theirs.
        for (digit, chunk) in digits.iter_mut().zip(self.chunks.iter().chain(&[0, 0])) {
            let value = chunk + over;
            *digit = value as u32;
            over = value >> CHUNK_BITS;
        }
        let negative = over < 0;
        if negative {
            negate(&mut digits);
        }
        Magnitude { negative, first: i32::from(self.first), digits, cut: false }.trimmed()
    }
}

/// Two's complement negation.
fn negate(digits: &mut [u32]) {
    let mut one = true;
    for digit in digits {
        (*digit, one) = (!*digit).overflowing_add(u32::from(one));
    }
}

impl Magnitude {
    /// Without zero digits at the ends; zero has no digits at all.
    fn trimmed(mut self) -> Self {
        let used = self.digits.iter().rposition(|&digit| digit != 0).map_or(0, |last| last + 1);
        self.digits.truncate(used);
        let zeros = self.digits.iter().take_while(|&&digit| digit == 0).count();
        if zeros > 0 {
            self.digits.drain(..zeros);
        }
        self.first = if self.digits.is_empty() { 0 } else { self.first + zeros as i32 };
        self
    }

    /// Schoolbook division by one 64-bit digit. Five digits below the point of the dividend keep at least 96 leading
    /// bits of the quotient, more than any rounding looks at; whether anything is left is kept as well.
    fn divide(mut self, divisor: u64) -> Self {
        const EXTRA: usize = 5;
        self.digits.insert_many(0, [0; EXTRA]);
        self.first -= EXTRA as i32;
        let mut rest = 0_u64;
        for digit in self.digits.iter_mut().rev() {
            let dividend = u128::from(rest) << CHUNK_BITS | u128::from(*digit);
            *digit = (dividend / u128::from(divisor)) as u32;
            rest = (dividend % u128::from(divisor)) as u64;
        }
        self.cut = rest != 0;
        self.trimmed()
    }

    fn round_f64(&self) -> f64 {
        f64::from_bits(self.round(&F64) | u64::from(self.negative) << 63)
    }

    fn round_f32(&self) -> f32 {
        f32::from_bits(self.round(&F32) as u32 | u32::from(self.negative) << 31)
    }

    /// The bits of the nearest value of this format, ties to even, without the sign.
    fn round(&self, format: &Format) -> u64 {
        let infinity =
            ((format.highest - format.least + 2 - format.precision as i32 + 1) as u64) << (format.precision - 1);
        let Some(top) = self.digits.len().checked_sub(1) else { return 0 };
        let digit = |below: usize| top.checked_sub(below).map_or(0, |index| u128::from(self.digits[index]));
        let leading = digit(0) << (2 * CHUNK_BITS) | digit(1) << CHUNK_BITS | digit(2);
        let unit = (self.first + top as i32 - 2) * CHUNK_BITS as i32;
        let exponent = unit + leading.ilog2() as i32;
        if exponent > format.highest {
            return infinity;
        }
        // The last place that the result keeps, and the bits of `leading` under it: 12 at least, beyond 97 all are zero.
        let place = (exponent + 1 - format.precision as i32).max(format.least);
        let shift = (place - unit).min(100) as u32;
        let kept = (leading >> shift) as u64;
        let rest = leading & ((1 << shift) - 1);
        let half = 1 << (shift - 1);
        let sticky = self.cut || top > 2 && self.digits[..top - 2].iter().any(|&digit| digit != 0);
        let up = rest > half || rest == half && (sticky || kept & 1 == 1);
        // A mantissa with the hidden bit set, added to the exponent field one too low, raises it by one; so does rounding up to
        // the next power of two, which may end in infinity.
        (((place - format.least) as u64) << (format.precision - 1)) + kept + u64::from(up)
    }
}
