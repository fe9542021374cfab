//! The truth: sums as big integers, rounded by the decimal parser of the standard library, which shares no code with ours.

use std::sync::LazyLock;

use num_bigint::BigInt;

/// The unit of the oracle is 2^-UNIT, at or below the least product of two `f64`.
const UNIT: u32 = 2148;
static FIVES: LazyLock<BigInt> = LazyLock::new(|| BigInt::from(5).pow(UNIT));

#[derive(Clone, Default)]
pub(crate) struct Oracle {
    sum: BigInt,
    /// Sum of what is not finite, as IEEE arithmetic has it; 0 when all is finite.
    special: f64,
    only_negative_zeros: bool,
    added: bool,
}

impl Oracle {
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut oracle = Self::default();
        for &value in values {
            oracle.add(value);
        }
        oracle
    }

    pub(crate) fn of_products(left: &[f64], right: &[f64]) -> Self {
        let mut oracle = Self::default();
        for (&x, &y) in left.iter().zip(right) {
            if x.is_finite() && y.is_finite() && x != 0.0 && y != 0.0 {
                oracle.note(1.0);
                oracle.sum += (scaled(x, 1074) * scaled(y, 1074)) << (UNIT - 2148);
            } else {
                oracle.add(x * y);
            }
        }
        oracle
    }

    pub(crate) fn add(&mut self, value: f64) {
        self.note(value);
        if value.is_finite() {
            self.sum += scaled(value, UNIT as i32);
        } else {
            self.special += value;
        }
    }

    /// Multiplies the sum by a power of two.
    pub(crate) fn double(&mut self, times: u32) {
        self.sum <<= times;
    }

    fn note(&mut self, value: f64) {
        let negative_zero = value == 0.0 && value.is_sign_negative();
        self.only_negative_zeros = negative_zero && (self.only_negative_zeros || !self.added);
        self.added = true;
    }

    pub(crate) fn round_f64(&self) -> f64 {
        self.shortcut().unwrap_or_else(|| decimal(&self.sum).parse().unwrap())
    }

    pub(crate) fn round_f32(&self) -> f32 {
        self.shortcut().map_or_else(|| decimal(&self.sum).parse().unwrap(), |special| special as f32)
    }

    pub(crate) fn mean_f64(&self, count: u64) -> f64 {
        self.shortcut().unwrap_or_else(|| self.quotient(count).parse().unwrap())
    }

    pub(crate) fn mean_f32(&self, count: u64) -> f32 {
        self.shortcut().map_or_else(|| self.quotient(count).parse().unwrap(), |special| special as f32)
    }

    /// The quotient to 200 bits below the unit, with an odd last bit in place of all that is cut off.
    fn quotient(&self, count: u64) -> String {
        let scaled: BigInt = &self.sum << 200;
        let quotient = &scaled / count;
        let odd = if &quotient * count == scaled { 0 } else { scaled.sign() as i32 - 1 };
        let digits = ((quotient << 1_u32) + odd) * &*FIVES * BigInt::from(5).pow(201);
        format!("{digits}e-{}", UNIT + 201)
    }

    fn shortcut(&self) -> Option<f64> {
        match self {
            _ if self.special != 0.0 => Some(self.special),
            _ if self.only_negative_zeros => Some(-0.0),
            _ if self.sum == BigInt::ZERO => Some(0.0),
            _ => None,
        }
    }
}

/// `value` * 2^`power`, which must be an integer.
fn scaled(value: f64, power: i32) -> BigInt {
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    let magnitude = BigInt::from(mantissa) << (exponent + power);
    if value < 0.0 { -magnitude } else { magnitude }
}

/// `sum` * 2^-UNIT in decimal digits.
fn decimal(sum: &BigInt) -> String {
    format!("{}e-{UNIT}", sum * &*FIVES)
}
