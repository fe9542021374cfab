//! Decimal numbers at the start of a text, rounded correctly, or nothing where that takes more thought.
//!
//! Most numbers have at most 19 digits and a small exponent. They are m · 10ᵉ with m < 2⁶⁴, and 5ᵉ is known to 128 bits: the
//! product is then known to lie between two neighbours of 128 bits, and unless a border of rounding lies between those, which
//! is as good as never, it is rounded. What remains is left to the standard library, whose results are the same.
//!
//! # References
//! D. Lemire, *Number parsing at a gigabyte per second*, Software: Practice and Experience 51, 2021, DOI 10.1002/spe.2984.

/// The largest exponent of ten in the table; 5⁵⁴ still has fewer than 127 bits.
const MOST: i32 = 54;
/// Digits that surely fit 64 bits.
pub(super) const DIGITS: usize = 19;

/// ± mantissa · 10^exponent.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    pub(super) negative: bool,
    pub(super) mantissa: u64,
    pub(super) exponent: i32,
    /// Written without a point and an exponent.
    pub(super) integral: bool,
}

impl Decimal {
    /// The number that `text` starts with, and its length: digits with a point among them or none, an exponent or none.
    #[inline]
    pub(super) fn parse(text: &[u8]) -> Option<(Self, usize)> {
        let negative = text.first() == Some(&b'-');
        let start = usize::from(negative);
        let (mut mantissa, mut at) = digits(text, start, 0);
        let mut count = at - start;
        let (mut exponent, mut integral) = (0, true);
        if text.get(at) == Some(&b'.') {
            let fraction = at + 1;
            (mantissa, at) = digits(text, fraction, mantissa);
            count += at - fraction;
            (exponent, integral) = (-((at - fraction) as i32), false);
        }
        if count == 0 || count > DIGITS && count - leading_zeros(&text[start..at]) > DIGITS {
            return None;
        }
        if let Some(b'e' | b'E') = text.get(at) {
            let (power, end) = power_of_ten(text, at + 1)?;
            (exponent, at, integral) = (exponent + power, end, false);
        }
        Some((Self { negative, mantissa, exponent, integral }, at))
    }

    /// The nearest `f64`.
    #[inline(always)]
    pub(super) fn to_f64(self) -> Option<f64> {
        let magnitude = if self.mantissa == 0 { 0.0 } else { self.round::<53>()? };
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// The nearest `f32`, unless that is infinite or less than normal.
    #[inline(always)]
    pub(super) fn to_f32(self) -> Option<f32> {
        let magnitude = if self.mantissa == 0 { 0.0 } else { self.round::<24>()? };
        let normal = (f64::from(f32::MIN_POSITIVE)..=f64::from(f32::MAX)).contains(&magnitude) || magnitude == 0.0;
        let magnitude = magnitude as f32;
        normal.then_some(if self.negative { -magnitude } else { magnitude })
    }

    /// The integer that it was written as. A negative zero is left: to an unsigned type it is no number.
    #[inline(always)]
    pub(super) fn to_integer(self) -> Option<i128> {
        let magnitude = i128::from(self.mantissa);
        match self {
            Self { integral: false, .. } | Self { negative: true, mantissa: 0, .. } => None,
            Self { negative, .. } => Some(if negative { -magnitude } else { magnitude }),
        }
    }

    /// The magnitude to so many bits, ties to even; it is far from the ends of the range of `f64`. The mantissa is not 0.
    #[inline(always)]
    fn round<const BITS: u32>(self) -> Option<f64> {
        let index = usize::try_from(self.exponent + MOST).ok()?;
        let power = POWERS.get(index)?;
        let zeros = self.mantissa.leading_zeros();
        let mantissa = self.mantissa << zeros;
        // The upper 64 of 128 bits. All that is cut off adds less than 2 there: it does not show in bits above these
        // unless they are all ones, and it tells from a tie unless they are all zeros.
        let product = ((u128::from(mantissa) * (power.digits >> 64)) >> 64) as u64;
        let below = (1 << (62 - BITS)) - 1;
        if (product + 1) & below <= 1 {
            return self.round_slowly::<BITS>(power);
        }
        let top = product >> 63;
        let rounded = (product >> (62 - u64::from(BITS) + top)).div_ceil(2);
        let place = power.scale + self.exponent - zeros as i32 + top as i32 + (128 + 62);
        // Its first bit, which is not stored, adds one to the exponent.
        let exponent = (place + 1022) as u64;
        Some(f64::from_bits((exponent << 52) + (rounded << (53 - BITS))))
    }

    /// As [`Decimal::round`], by all bits of the power.
    #[inline(never)]
    fn round_slowly<const BITS: u32>(self, power: &Power) -> Option<f64> {
        let zeros = self.mantissa.leading_zeros();
        let mantissa = u128::from(self.mantissa << zeros);
        // The upper 128 of 192 bits. What is cut off here, and what the table cut off, is less than 1 each: the product lies in
        // [product, product + 2).
        let low = mantissa * (power.digits & u128::from(u64::MAX));
        let product = mantissa * (power.digits >> 64) + (low >> 64);
        let shift = 128 - product.leading_zeros() - BITS;
        let raised = product.checked_add(1 << (shift - 1))?;
        let below = raised & ((1 << shift) - 1);
        // A tie, or one of the two next to it, is in that interval.
        if below == 0 || below >= (1 << shift) - 2 {
            return None;
        }
        let place = shift as i32 + 64 - zeros as i32 + power.scale + self.exponent;
        Some((raised >> shift) as f64 * power_of_two(place))
    }
}

/// 2^`exponent`, a normal number.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// `mantissa` followed by the digits of `text` from `at` on, and where they end. It wraps when there are too many.
#[inline]
fn digits(text: &[u8], mut at: usize, mut mantissa: u64) -> (u64, usize) {
    while let Some(value) = text[at..].first_chunk().copied().and_then(eight_digits) {
        mantissa = mantissa.wrapping_mul(100_000_000).wrapping_add(value);
        at += 8;
    }
    while let Some(digit @ b'0'..=b'9') = text.get(at) {
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        at += 1;
    }
    (mantissa, at)
}

/// The number that eight digits are, in three multiplications: of pairs, of fours, of all.
#[inline]
fn eight_digits(text: [u8; 8]) -> Option<u64> {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let word = u64::from_le_bytes(text);
    // A byte is a digit if its upper half is 3, and still is after 6 was added to the lower.
    let halves = (word & HIGH) | (word.wrapping_add(0x0606_0606_0606_0606) & HIGH) >> 4;
    if halves != 0x3333_3333_3333_3333 {
        return None;
    }
    let pairs = (word & !HIGH).wrapping_mul((10 << 8) + 1) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul((100 << 16) + 1) >> 16;
    Some((fours & 0x0000_ffff_0000_ffff).wrapping_mul((10_000 << 32) + 1) >> 32)
}

/// The zeros before the first other digit; a point among them is passed over.
fn leading_zeros(number: &[u8]) -> usize {
    number.iter().take_while(|&&byte| byte == b'0' || byte == b'.').filter(|&&byte| byte == b'0').count()
}

/// The exponent written at `at`, and where it ends: one to four digits.
pub(super) fn power_of_ten(text: &[u8], at: usize) -> Option<(i32, usize)> {
    let sign = text.get(at).copied();
    let start = at + usize::from(matches!(sign, Some(b'+' | b'-')));
    let (power, end) = digits(text, start, 0);
    if !(1..=4).contains(&(end - start)) {
        return None;
    }
    let power = power as i32;
    Some((if sign == Some(b'-') { -power } else { power }, end))
}

/// A power of five is at least `digits` · 2^`scale`, and less than that with one more digit.
struct Power {
    digits: u128,
    scale: i32,
}

/// From 5^-MOST to 5^MOST.
static POWERS: [Power; 2 * MOST as usize + 1] = {
    let mut powers = [const { Power { digits: 0, scale: 0 } }; 2 * MOST as usize + 1];
    let (mut five, mut exponent) = (1_u128, 0);
    while exponent <= MOST as usize {
        let bits = 128 - five.leading_zeros();
        powers[MOST as usize - exponent] = Power { digits: inverse(five, bits + 127), scale: -(bits as i32 + 127) };
        powers[MOST as usize + exponent] = Power { digits: five << (128 - bits), scale: bits as i32 - 128 };
        five *= if exponent < MOST as usize { 5 } else { 1 };
        exponent += 1;
    }
    powers
};

/// 2^`exponent` / `divisor`, rounded down: long division, bit by bit.
const fn inverse(divisor: u128, exponent: u32) -> u128 {
    let (mut rest, mut quotient, mut left) = (1, 0_u128, exponent);
    while left > 0 {
        rest *= 2;
        quotient = quotient.wrapping_shl(1);
        if rest >= divisor {
            rest -= divisor;
            quotient |= 1;
        }
        left -= 1;
    }
    quotient
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where there is a result, it is that of the standard library; whether there was one.
    fn check(text: &str) -> bool {
        let Some((decimal, len)) = Decimal::parse(text.as_bytes()) else { return false };
        let number = &text[..len];
        let found = (decimal.to_f64(), decimal.to_f32());
        let (double, single): (f64, f32) = (number.parse().unwrap(), number.parse().unwrap());
        assert!(found.0.is_none_or(|value| value.to_bits() == double.to_bits()), "{text}: {found:?}, not {double}");
        assert!(found.1.is_none_or(|value| value.to_bits() == single.to_bits()), "{text}: {found:?}, not {single}");
        len == text.len() && found.0.is_some()
    }

    #[test]
    fn ordinary_numbers_are_found() {
        for text in ["0", "-0", "0.0", "7", "-12.5", ".5", "5.", "1e5", "1E-07", "-2.5e+3", "0.1", "123456789012345678"]
        {
            assert!(check(text), "{text}");
        }
        for text in ["0.0000000000000000000000001234", "18446744073709551615e-54", "9999999999999999999e54"] {
            assert!(check(text) || text.starts_with("184"), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_unusual_is_left() {
        for text in ["", "-", ".", "-.", "+1", "e5", "1e", "1e+", "1e12345", "inf", "nan", "x1", "12345678901234567890"]
        {
            assert!(Decimal::parse(text.as_bytes()).is_none(), "{text}");
        }
        for text in ["0x10", "1_000", "1 ", "1,5", "12345678x", "1e5e5", "1.2.3", "1-2"] {
            assert!(!check(text), "{text}");
        }
    }

    #[test]
    fn integers_are_what_is_written_as_such() {
        let integer = |text: &str| Decimal::parse(text.as_bytes()).and_then(|(decimal, _)| decimal.to_integer());
        for value in [0, 7, -7, 123_456_789_012_345_678, i128::from(u64::MAX / 10), -9_999_999_999_999_999_999] {
            assert_eq!(integer(&value.to_string()), Some(value));
        }
        assert_eq!(integer("007\n"), Some(7));
        for text in ["", "-", "-0", "+1", "x", "1.", "1.5", "1e3", "12345678901234567890"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }

    #[test]
    fn ties_are_left_and_their_neighbours_are_right() {
        // Between two neighbours of f64, and of f32.
        for middle in [(1_u64 << 53) + 1, (1 << 24) + 1, (1 << 54) + 6, (1 << 60) + (1 << 7)] {
            for text in [middle - 1, middle, middle + 1] {
                check(&text.to_string());
                check(&format!("{text}e0"));
                check(&format!("{text}0e-1"));
            }
        }
        assert!(!check("9007199254740993") && check("9007199254740992") && check("9007199254740994"));
    }

    /// Bits that look random.
    fn mixed(i: u64) -> u64 {
        let bits = (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits ^ bits >> 27
    }

    #[test]
    fn random_numbers_are_those_of_the_standard_library() {
        let mut left = 0;
        let count = 20_000;
        for i in 0..count {
            let bits = mixed(i);
            let value = f64::from_bits(bits & !(0x7ff << 52) | ((1023 - 170 + bits % 340) << 52));
            for text in [format!("{value:e}"), format!("{value}"), format!("{:.*}", (bits % 12) as usize, value)] {
                check(&text);
            }
            let exponent = bits as i64 % 55;
            left += u64::from(!check(&format!("{}e{exponent}", bits >> (bits % 60))) && bits >> (bits % 60) < 1 << 63);
            let uniform = (bits >> 11) as f64 / (1_u64 << 53) as f64;
            left += u64::from(!check(&uniform.to_string()) && uniform > 1e-3);
        }
        // Only ties, which such numbers seldom are.
        assert!(left <= count / 100, "{left}");
    }
}
