//! What all ranks must know of the rows and the arguments before any of them begins.

use super::Coordinate;
use super::rows::Rows;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::math::cast;

/// Refuse rows with NaN or infinities, and arguments that are not the same on every rank; `fingerprint` stands for
/// these. The largest magnitude.
///
/// **Collective.** One all-reduce of 40 bytes.
#[track_caller]
pub(super) fn agree<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>, fingerprint: u64) -> Result<f64> {
    let largest = if rows.counted { largest(cx, rows) } else { 0.0 };
    let (bad, first) = if largest.is_finite() { (0, u64::MAX) } else { not_finite(cx, rows) };
    // Magnitudes are in the order of their bits.
    let own = [bad, first, fingerprint, 0, largest.to_bits()];
    let merged = cx.comm().all_reduce_bytes(bytemuck::cast_slice(&own).to_vec(), |left, right| {
        let (left, right) = (words(&left), words(right));
        let differ = left[3] | right[3] | u64::from(left[2] != right[2]);
        let largest = left[4].max(right[4]);
        bytemuck::cast_slice(&[left[0] + right[0], left[1].min(right[1]), left[2], differ, largest]).to_vec()
    })?;
    match words(&merged) {
        [_, _, _, 1, _] => Err(Error::new(ErrorKind::Argument, "the ranks give k-means different arguments")),
        [0, .., largest] => Ok(f64::from_bits(largest)),
        [bad, first, ..] => {
            let rows = if bad == 1 { "row holds" } else { "rows hold" };
            Err(Error::new(ErrorKind::Argument, format!("{bad} {rows} NaN or infinity, the first is row {first}")))
        }
    }
}

/// The largest magnitude of the rows here; infinity if one is not finite.
fn largest<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>) -> f64 {
    let shares: Vec<&[T]> = rows.values.chunks(rows.share * rows.columns).collect();
    let found = cx
        .cpu()
        .each(shares, |values| if let Some(largest) = finite_reach(values) { cast(largest) } else { f64::INFINITY });
    found.into_iter().fold(0.0, f64::max)
}

/// The largest magnitude, if all values are finite.
fn finite_reach<T: Coordinate>(values: &[T]) -> Option<T> {
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

/// How many rows hold a value that is not finite, and the number of the first.
fn not_finite<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>) -> (u64, u64) {
    let shares: Vec<(usize, &[T])> = rows.values.chunks(rows.share * rows.columns).enumerate().collect();
    let found = cx.cpu().each(shares, |(share, values)| {
        let bad = |(_, row): &(usize, &[T])| !row.iter().all(|value| value.is_finite());
        let mut bad = values.chunks_exact(rows.columns).enumerate().filter(bad);
        let first = bad.next().map(|(position, _)| rows.indices.nth(share * rows.share + position) as u64);
        first.map_or((0, u64::MAX), |first| (1 + bad.count() as u64, first))
    });
    found.into_iter().fold((0, u64::MAX), |left, right| (left.0 + right.0, left.1.min(right.1)))
}

/// Five words of a message.
fn words(bytes: &[u8]) -> [u64; 5] {
    bytemuck::pod_read_unaligned(bytes)
}

/// Whether neither a squared distance between these rows and centres, or means of rows, nor the sum of all can overflow.
pub(super) fn are_tame<T: Coordinate>(centers: &[T], largest: f64, rows: usize, columns: usize) -> bool {
    let largest = centers.iter().fold(largest, |most, &value| most.max(cast::<T, f64>(value).abs()));
    // (|x| + |c|)² is at most four squares of the largest; another factor of two is for rounding.
    let distance = 8.0 * columns as f64 * largest * largest;
    cast::<f64, T>(distance).is_finite() && (distance * rows as f64).is_finite()
}
