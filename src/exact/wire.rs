//! Accumulators as bytes, for messages: header, then the digits that are in use.

use super::accumulator::{Accumulator, seen};
use crate::error::LocalError;

/// In the header beside the `seen` bits: the digits are those of a negative sum.
const NEGATIVE: u8 = 128;
/// Bits of the header that mean nothing.
const UNUSED: u8 = 0x60;
/// Flags, first digit, number of digits.
const HEADER: usize = 3;
/// Digits lie in these places: 2^-2176 is under every product of two `f64`, 2^2240 over 2^64 sums of them.
const PLACES: std::ops::Range<i16> = -68..70;

impl Accumulator {
    /// Appends the sum to `bytes`: 3 bytes and 4 for each digit in use, most often 11 to 19 and never more than 555.
    ///
    /// **Local.** Class: Reproducible. Equal sums have equal bytes, however they were added up.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self.special() {
            Some(value) if value.is_nan() => bytes.extend([seen::ANY | seen::OTHER | seen::NAN, 0, 0]),
            Some(value) if value == f64::INFINITY => {
                bytes.extend([seen::ANY | seen::OTHER | seen::POSITIVE_INFINITY, 0, 0]);
            }
            Some(value) if value == f64::NEG_INFINITY => {
                bytes.extend([seen::ANY | seen::OTHER | seen::NEGATIVE_INFINITY, 0, 0]);
            }
            _ => self.write_finite(bytes),
        }
    }

    fn write_finite(&self, bytes: &mut Vec<u8>) {
        let magnitude = self.magnitude();
        let sign = if magnitude.negative { NEGATIVE } else { 0 };
        bytes.extend([self.seen | sign, magnitude.first as i8 as u8, magnitude.digits.len() as u8]);
        bytes.extend(magnitude.digits.iter().flat_map(|digit| digit.to_le_bytes()));
    }

    /// Takes an accumulator off the front of `bytes`, as [`write`](Self::write) left it.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the bytes end too soon or are not what `write` writes.
    pub fn read(bytes: &mut &[u8]) -> Result<Self, LocalError> {
        let malformed = || LocalError::new("these bytes are not an exact sum");
        let (header, rest) = bytes.split_first_chunk::<HEADER>().ok_or_else(malformed)?;
        let [flags, first, count] = *header;
        let (digits, rest) = rest.split_at_checked(4 * usize::from(count)).ok_or_else(malformed)?;
        let first = i16::from(first as i8);
        let in_range = count == 0 && first == 0 || first >= PLACES.start && first + i16::from(count) <= PLACES.end;
        if !in_range || flags & UNUSED != 0 {
            return Err(malformed());
        }
        *bytes = rest;
        let digits = digits.as_chunks::<4>().0.iter().map(|&digit| i64::from(u32::from_le_bytes(digit)));
        let chunks = digits.map(|digit| if flags & NEGATIVE == 0 { digit } else { -digit }).collect();
        Ok(Self { chunks, first, pending: 0, seen: flags & !NEGATIVE })
    }
}
