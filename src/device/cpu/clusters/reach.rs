//! How far values go.

use crate::device::tally::Coordinate;

/// The largest magnitude, if all values are finite.
pub(super) fn of_finite<T: Coordinate>(values: &[T]) -> Option<T> {
    const LANES: usize = 32;
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut padded = [T::ZERO; LANES];
    padded[..rest.len()].copy_from_slice(rest);
    // A NaN is no larger than anything, but zero times that or an infinity is NaN, and stays it.
    let (mut most, mut zero) = ([T::ZERO; LANES], [T::ZERO; LANES]);
    for chunk in chunks.iter().chain([&padded]) {
        for lane in 0..LANES {
            let magnitude = chunk[lane].abs();
            most[lane] = if magnitude > most[lane] { magnitude } else { most[lane] };
            zero[lane] = zero[lane] + magnitude * T::ZERO;
        }
    }
    let finite = zero.iter().all(|&zero| zero == T::ZERO);
    finite.then(|| most.into_iter().fold(T::ZERO, |most, lane| if lane > most { lane } else { most }))
}
