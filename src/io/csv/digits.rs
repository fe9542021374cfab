//! Decimal numbers in vector registers: their ends are found, and all their digits put together, without a loop.
//!
//! One comparison of 32 bytes tells where the point and the end of the number are. The digits go into 32 places, each part to the
//! right end of its own, and four multiplications of neighbours make integers of them: of the digits before the point, at most 8, of the
//! last 16, and of those between.
//!
//! # References
//! D. Lemire, *Number parsing at a gigabyte per second*, Software: Practice and Experience 51, 2021, DOI 10.1002/spe.2984.

use pulp::x86::V3;

use super::decimal::{DIGITS, Decimal, power_of_ten};

/// Digits that the last part takes.
const TAIL: usize = 16;
/// Digits that the part before the point takes.
const WHOLE: usize = 8;

/// Brings the first bytes of 16 to the right end, zeros before them: one shuffle for each number of bytes.
static TO_THE_RIGHT: [[u8; TAIL]; TAIL + 1] = {
    let mut shuffles = [[0x80; TAIL]; TAIL + 1];
    let mut len = 0;
    while len <= TAIL {
        let mut i = 0;
        while i < len {
            shuffles[len][TAIL - len + i] = i as u8;
            i += 1;
        }
        len += 1;
    }
    shuffles
};

/// The powers of ten of 64 bits.
static TENS: [u64; DIGITS + 1] = {
    let mut tens = [1; DIGITS + 1];
    let mut i = 0;
    while i < DIGITS {
        tens[i + 1] = tens[i] * 10;
        i += 1;
    }
    tens
};

/// The number that `text` starts with, and its length. Nothing where it has more digits than usual, or none.
#[inline(always)]
pub(super) fn number(simd: V3, text: &[u8; 64]) -> Option<(Decimal, usize)> {
    let negative = text[0] == b'-';
    let start = usize::from(negative);
    let others = others(simd, text.first_chunk()?) >> start;
    let before = others.trailing_zeros() as usize;
    let point = text[start + before] == b'.';
    let after = (others & others.wrapping_sub(1)).trailing_zeros() as usize;
    // Digits before a point; where those begin that are behind it, or all if there is none; and where they end.
    let (whole, first, end) = if point { (before, before + 1, after) } else { (0, 0, before) };
    let count = end.wrapping_sub(first);
    if end >= 32 || count.wrapping_sub(1) >= DIGITS || whole > WHOLE {
        return None;
    }
    let first = start + first;
    let whole_digits = right(u64::from_le_bytes(*text[start..].first_chunk()?), whole);
    let [whole_part, rest] = if count <= TAIL {
        let [whole_part, _, rest] = integers(simd, [whole_digits, 0], text[first..].first_chunk()?, count);
        [whole_part, rest]
    } else {
        let lead = count - TAIL;
        let lead_digits = right(u64::from_le_bytes(*text[first..].first_chunk()?), lead);
        let tail = text[first + lead..].first_chunk()?;
        let [whole_part, lead_part, tail_part] = integers(simd, [whole_digits, lead_digits], tail, TAIL);
        [whole_part, lead_part * TENS[TAIL] + tail_part]
    };
    if whole_part != 0 && whole + count > DIGITS {
        return None;
    }
    let mantissa = whole_part * TENS[count] + rest;
    let exponent = if point { -(count as i32) } else { 0 };
    let decimal = Decimal { negative, mantissa, exponent, integral: !point };
    let end = start + end;
    if text[end] | 0x20 == b'e' { with_power(text, decimal, end) } else { Some((decimal, end)) }
}

/// As `decimal`, times the power of ten written at `end`.
#[inline(never)]
fn with_power(text: &[u8; 64], decimal: Decimal, end: usize) -> Option<(Decimal, usize)> {
    let (power, end) = power_of_ten(text, end + 1)?;
    Some((Decimal { exponent: decimal.exponent + power, integral: false, ..decimal }, end))
}

/// A bit for each byte that is no digit.
#[inline(always)]
fn others(simd: V3, text: &[u8; 32]) -> u32 {
    // Digits are moved to the upper end of what a signed byte holds.
    let moved = simd.avx2._mm256_add_epi8(pulp::cast(*text), simd.avx._mm256_set1_epi8(i8::MAX - b'9' as i8));
    let digits = simd.avx2._mm256_cmpgt_epi8(moved, simd.avx._mm256_set1_epi8(i8::MAX - 10));
    !simd.avx2._mm256_movemask_epi8(digits).cast_unsigned()
}

/// The first `len` bytes of a word, at most eight, at its right end, zeros before them.
#[inline(always)]
fn right(word: u64, len: usize) -> u64 {
    // In two steps, because all bits may go.
    let half = 32 - 4 * len;
    word << half << half
}

/// What the digits in each word of `short` and the first `len` of `tail` are.
#[inline(always)]
fn integers(simd: V3, short: [u64; 2], tail: &[u8; TAIL], len: usize) -> [u64; 3] {
    let tail = simd.ssse3._mm_shuffle_epi8(pulp::cast(*tail), pulp::cast(TO_THE_RIGHT[len]));
    let text = simd.avx._mm256_set_m128i(tail, pulp::cast(short));
    let digits = simd.avx2._mm256_and_si256(text, simd.avx._mm256_set1_epi8(0x0f));
    let pairs = simd.avx2._mm256_maddubs_epi16(digits, simd.avx._mm256_set1_epi16((1 << 8) + 10));
    let fours = simd.avx2._mm256_madd_epi16(pairs, simd.avx._mm256_set1_epi32((1 << 16) + 100));
    let narrow = simd.avx2._mm256_packus_epi32(fours, fours);
    let eights = simd.avx2._mm256_madd_epi16(narrow, simd.avx._mm256_set1_epi32((1 << 16) + 10_000));
    let [short, _, tail, _]: [u64; 4] = pulp::cast(eights);
    [lower(short), short >> 32, lower(tail) * 100_000_000 + (tail >> 32)]
}

#[inline(always)]
fn lower(word: u64) -> u64 {
    word & u64::from(u32::MAX)
}
