//! Uniform integers.

use super::uniform::halves;
use super::{Distribution, Recipe};
use crate::error::{Error, ErrorKind, Result};
use crate::math::integer::Integer;

/// Uniform integers from `low` up to, and without, `high`.
///
/// The upper half of 64 random bits times the number of values: no rejection, so element `i` needs no other draw. The
/// probability of each value is within 2⁻⁶⁴ of equal.
///
/// Class: Exact.
///
/// # References
/// Lemire, *Fast random integer generation in an interval*, 2019, [doi:10.1145/3230636](https://doi.org/10.1145/3230636).
#[derive(Clone, Copy, Debug)]
pub struct Integers<T> {
    low: T,
    count: u64,
}

impl<T: Integer> Integers<T> {
    /// The integers in `low..high`.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if `low` is not below `high`.
    ///
    /// ```
    /// use isotherm::random::{self, Integers, Seed};
    /// let die = Integers::new(1, 7)?;
    /// let throw: i32 = random::at(die, Seed::new(3), 0);
    /// assert!((1..7).contains(&throw));
    /// assert!(Integers::new(7, 7).is_err());
    /// # isotherm::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn new(low: T, high: T) -> Result<Self> {
        if low >= high {
            return Err(Error::new(ErrorKind::Argument, format!("no integer is from {low} up to {high}, exclusive")));
        }
        // Both extend their sign to 64 bits, so the difference is right though it may not fit `T`.
        Ok(Self { low, count: high.to_u64().wrapping_sub(low.to_u64()) })
    }
}

impl<T: Integer> Distribution<T> for Integers<T> {
    const PER_BLOCK: usize = 2;
    type Block = [T; 2];
    #[inline(always)]
    fn values(self, words: [u32; 4]) -> [T; 2] {
        halves(words).map(|bits| {
            let offset = (u128::from(bits) * u128::from(self.count)) >> 64;
            T::add(self.low, T::from_u64(offset as u64))
        })
    }
    fn recipe(self) -> Option<Recipe> {
        Some(Recipe { name: "integers", parameters: [self.low.to_u64(), self.count] })
    }
}
