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
    let largest = if rows.counted { rows.here.largest() } else { 0.0 };
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

/// How many rows hold a value that is not finite, and the number of the first.
fn not_finite<T: Coordinate>(cx: &Context, rows: &Rows<'_, T>) -> (u64, u64) {
    let shares: Vec<(usize, &[T])> = rows.here.on_host().chunks(rows.share * rows.columns).enumerate().collect();
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
