//! Numbers at equal distances, as what is to be computed.
#![cfg_attr(not(feature = "gpu"), allow(dead_code))]

use crate::dtype::{AnySlice, Real};

/// `start + n step` at index n, rounded twice, and a given number at one index.
pub(crate) struct Steps<T: Real> {
    pub(crate) start: T,
    pub(crate) step: T,
    pub(crate) last: Option<(usize, T)>,
}

impl<T: Real> Steps<T> {
    /// Whether no product and no sum is subnormal: both numbers are zero, or so large that the last bit of neither is.
    pub(crate) fn is_normal(&self) -> bool {
        match T::erase(&[self.start, self.step]) {
            AnySlice::F32(numbers) => numbers.iter().all(|x| *x == 0.0 || x.abs() >= f32::MIN_POSITIVE / f32::EPSILON),
            AnySlice::F64(numbers) => numbers.iter().all(|x| *x == 0.0 || x.abs() >= f64::MIN_POSITIVE / f64::EPSILON),
            _ => true,
        }
    }
}
