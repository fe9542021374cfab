//! Exact sums of a few thousand values: most often two floats, which cost no more to round than an addition.

use super::accumulator::Accumulator;

/// An exact sum that is asked for once.
pub(super) enum Total<'a> {
    /// What the lanes of one block came to.
    Pair(Pair),
    /// What no grid could count.
    Long(&'a Accumulator),
}

impl Total<'_> {
    /// As [`Accumulator::round_f64`].
    #[inline(always)]
    pub(super) fn round_f64(&self) -> f64 {
        match self {
            Self::Pair(pair) => pair.round_f64(),
            Self::Long(sum) => sum.round_f64(),
        }
    }

    /// As [`Accumulator::round_f32`].
    #[inline(always)]
    pub(super) fn round_f32(&self) -> f32 {
        match self {
            Self::Pair(pair) => pair.round_f32(),
            Self::Long(sum) => sum.round_f32(),
        }
    }

    /// As [`Accumulator::mean_f64`].
    #[inline(always)]
    pub(super) fn mean_f64(&self, count: u64) -> f64 {
        match self {
            Self::Pair(pair) => pair.mean_f64(count).unwrap_or_else(|| pair.accumulator().mean_f64(count)),
            Self::Long(sum) => sum.mean_f64(count),
        }
    }

    /// As [`Accumulator::mean_f32`].
    #[inline(always)]
    pub(super) fn mean_f32(&self, count: u64) -> f32 {
        match self {
            Self::Pair(pair) => pair.mean_f32(count).unwrap_or_else(|| pair.accumulator().mean_f32(count)),
            Self::Long(sum) => sum.mean_f32(count),
        }
    }

    /// Adds the sum to another one.
    #[inline(always)]
    pub(super) fn add_to(&self, sum: &mut Accumulator) {
        match self {
            Self::Pair(pair) => pair.add_to(sum),
            Self::Long(other) => sum.merge(other),
        }
    }
}

/// A sum as two floats, the first of which may be NaN. Both are -0.0 when all that was added is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) high: f64,
    pub(super) low: f64,
}

/// The sum of values that add up to zero: -0.0 only where all of them are.
#[cold]
pub(super) fn zero(mut values: impl Iterator<Item = impl Into<f64>>) -> Pair {
    let zero = if values.all(|value| value.into().to_bits() == (-0.0_f64).to_bits()) { -0.0 } else { 0.0 };
    Pair { high: zero, low: zero }
}

/// Below this magnitude the rest of a division might not be a float.
const SAFE: f64 = f64::from_bits((1023 - 900) << 52);

impl Pair {
    /// Whether the sum is zero, of either sign.
    #[inline(always)]
    pub(super) fn is_zero(&self) -> bool {
        self.high == 0.0 && self.low == 0.0
    }

    #[inline(always)]
    fn round_f64(self) -> f64 {
        let sum = self.high + self.low;
        if sum.is_nan() { f64::NAN } else { sum }
    }

    /// By way of an `f64` with a last bit that says that something was cut off, so that no tie is broken twice.
    #[inline(always)]
    fn round_f32(self) -> f32 {
        let (sum, rest) = self.parts();
        let sum = odd(sum, rest) as f32;
        if sum.is_nan() { f32::NAN } else { sum }
    }

    /// The mean, where the rest of the division shows for certain how it is rounded.
    #[inline(always)]
    fn mean_f64(self, count: u64) -> Option<f64> {
        /// More than the error of the correction, in relation to it.
        const DOUBT: f64 = 1.0 / (1_u64 << 48) as f64;
        let (sum, rest) = self.parts();
        let quotient = sum / count as f64;
        let is_safe = quotient.abs() >= SAFE && count < 1 << 53;
        if is_safe && count.is_power_of_two() || sum == 0.0 {
            return Some(quotient);
        }
        let more = (quotient.mul_add(-(count as f64), sum) + rest) / count as f64;
        let (least, most) = (quotient + more * (1.0 - DOUBT), quotient + more * (1.0 + DOUBT));
        (is_safe && least == most).then_some(least)
    }

    /// The mean, where the sum is one float. A quotient of sums of `f32` is never too small.
    #[inline(always)]
    fn mean_f32(self, count: u64) -> Option<f32> {
        let (sum, rest) = self.parts();
        let quotient = sum / count as f64;
        let mean = odd(quotient, quotient.mul_add(-(count as f64), sum)) as f32;
        (rest == 0.0 && count < 1 << 53).then_some(mean)
    }

    /// The rounded sum and what was rounded away.
    #[inline(always)]
    fn parts(self) -> (f64, f64) {
        let sum = self.high + self.low;
        let gained = sum - self.high;
        (sum, (self.high - (sum - gained)) + (self.low - gained))
    }

    #[inline(always)]
    fn add_to(self, sum: &mut Accumulator) {
        sum.add(self.high);
        if self.low != 0.0 {
            sum.add(self.low);
        }
    }

    #[cold]
    fn accumulator(self) -> Accumulator {
        let mut sum = Accumulator::default();
        self.add_to(&mut sum);
        sum
    }
}

/// Of the floats next to `nearest` + `rest`, the one with an odd last bit, unless the sum is a float: then that.
///
/// Rounded again, to two bits less at least, this gives what the sum itself would.
///
/// # References
/// S. Boldo, G. Melquiond, *Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd*, IEEE Trans.
/// Comput. 57, 2008, DOI 10.1109/TC.2007.70819.
#[inline(always)]
fn odd(nearest: f64, rest: f64) -> f64 {
    let bits = nearest.to_bits();
    if rest == 0.0 || rest.is_nan() || bits & 1 == 1 {
        return nearest;
    }
    let away = (rest > 0.0) == (nearest > 0.0);
    f64::from_bits(if away { bits + 1 } else { bits - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_round_as_accumulators_do() {
        let tiny = |exponent: i32| f64::from_bits(((1023 + exponent) as u64) << 52);
        let highs = [1.0, 3.0, 1.0 + f64::EPSILON, -1.5, 16_777_217.0, 1.0 + tiny(-24), 7e22, -0.1, 1e-300, 0.0];
        let lows = [0.0, tiny(-53), -tiny(-53), tiny(-54), tiny(-90), -tiny(-25), tiny(-78), -1.0];
        let pairs = highs.iter().flat_map(|&high| lows.map(|low| Pair { high, low }));
        for pair in pairs.chain([Pair { high: f64::NAN, low: 0.0 }, Pair { high: -0.0, low: -0.0 }]) {
            let sum = pair.accumulator();
            let total = Total::Pair(pair);
            assert_eq!(total.round_f64().to_bits(), sum.round_f64().to_bits(), "{pair:?}");
            assert_eq!(total.round_f32().to_bits(), sum.round_f32().to_bits(), "{pair:?}");
            for count in [1, 2, 3, 7, 10, 255, 256, 1000, 12_345_678_901, u64::MAX] {
                assert_eq!(total.mean_f64(count).to_bits(), sum.mean_f64(count).to_bits(), "{pair:?} / {count}");
                if pair.high.abs() > 1e-200 {
                    assert_eq!(total.mean_f32(count).to_bits(), sum.mean_f32(count).to_bits(), "{pair:?} / {count}");
                }
            }
        }
    }
}
