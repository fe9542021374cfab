//! Functions of some elements side by side, in place: what chains of vector code are made of.

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
        values.iter_mut().for_each(|value| *value = single::exp(*value));
    }

    #[inline(always)]
    fn exp_moderate(values: &mut [f32]) -> bool {
        let moderate = all(values, single::is_moderate);
        chunks::<_, 32>(values, single::exp_moderate, single::exp_moderate);
        moderate
    }
}

impl Strip for f64 {
    #[inline(always)]
    fn exp(values: &mut [f64]) {
        values.iter_mut().for_each(|value| *value = exponential::exp(*value));
    }

    #[inline(always)]
    fn exp_moderate(values: &mut [f64]) -> bool {
        let moderate = all(values, exponential::is_moderate);
        chunks::<_, 16>(values, exponential::exp_moderate, exponential::exp_moderate);
        moderate
    }
}

/// Whether all pass; without an early end, so that it is vector code.
#[inline(always)]
fn all<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> bool {
    values.iter().fold(true, |all, &value| all & test(value))
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
