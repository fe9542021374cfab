//! Functions of some elements side by side, in place: what chains of vector code are made of.
#![allow(clippy::redundant_closure, reason = "a function that is passed by its name is not inlined, so no vector code")]

use super::{exponential, single};
use crate::dtype::Float;

/// Elements whose functions can be computed for several at a time. The bits are those of [`Elementary`](super::Elementary).
pub(crate) trait Strip: Float {
    /// Puts `e^x` in the place of each `x`.
    fn exp(values: &mut [Self]);
    /// The same where all results are normal numbers, and says whether they are: where they are not, something else is left.
    fn exp_moderate(values: &mut [Self]) -> bool;
}

impl Strip for f32 {
    #[inline(always)]
    fn exp(values: &mut [f32]) {
        for value in values {
            *value = single::exp(*value);
        }
    }

    #[inline(always)]
    fn exp_moderate(values: &mut [f32]) -> bool {
        // Among magnitudes as integers NaN is the largest.
        let largest = values.iter().fold(0, |largest: u32, value| largest.max(value.abs().to_bits()));
        chunks::<_, 32>(
            values,
            #[inline(always)]
            |chunk| single::exp_moderate(chunk),
            #[inline(always)]
            |value| single::exp_moderate(value),
        );
        single::is_moderate(f32::from_bits(largest))
    }
}

impl Strip for f64 {
    #[inline(always)]
    fn exp(values: &mut [f64]) {
        for value in values {
            *value = exponential::exp(*value);
        }
    }

    #[inline(always)]
    fn exp_moderate(values: &mut [f64]) -> bool {
        let moderate = values.iter().fold(true, |all, &value| all & exponential::is_moderate(value));
        chunks::<_, 16>(
            values,
            #[inline(always)]
            |chunk| exponential::exp_moderate(chunk),
            #[inline(always)]
            |value| exponential::exp_moderate(value),
        );
        moderate
    }
}

/// A function of `N` at a time, with its form for a single one. (Measured on AVX2: with four registers of them a loop takes 0.6 times as
/// long as with one, and with eight they do not fit.)
#[inline(always)]
fn chunks<T: Copy, const N: usize>(
    values: &mut [T],
    function: impl Fn([T; N]) -> [T; N],
    of_one: impl Fn([T; 1]) -> [T; 1],
) {
    let (chunks, rest) = values.as_chunks_mut();
    for chunk in chunks {
        *chunk = function(*chunk);
    }
    for value in rest {
        [*value] = of_one([*value]);
    }
}
