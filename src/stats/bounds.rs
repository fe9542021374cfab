//! Where a selection begins: how many elements of each group count, and the range of their keys.

use crate::array::DistArray;
use crate::device::digits::Bounds;
use crate::error::Result;
use crate::stats::Ordinal;
use crate::stats::groups::{Groups, partners};

/// The bounds of this rank's groups, in their order.
///
/// **Collective**, unless this rank holds all their elements: one all-reduce of 24 bytes for each group.
#[track_caller]
pub(super) fn bounds<T: Ordinal>(x: &DistArray<T>, axes: &[usize]) -> Result<Vec<Bounds>> {
    let all = Groups::of(x, axes).digits(x).bounds();
    let Some(comm) = partners(x, axes)? else { return Ok(all) };
    let merged = comm.all_reduce_bytes(to_bytes(&all), |left, right| {
        let mut left = from_bytes(&left);
        left.iter_mut().zip(from_bytes(right)).for_each(|(left, right)| left.merge(&right));
        to_bytes(&left)
    })?;
    Ok(from_bytes(&merged))
}

fn to_bytes(bounds: &[Bounds]) -> Vec<u8> {
    let words = bounds.iter().flat_map(|bounds| [bounds.nan, bounds.least, bounds.greatest]);
    words.flat_map(u64::to_le_bytes).collect()
}

fn from_bytes(bytes: &[u8]) -> Vec<Bounds> {
    let (words, _) = bytes.as_chunks();
    let words: Vec<u64> = words.iter().map(|&word| u64::from_le_bytes(word)).collect();
    words.as_chunks().0.iter().map(|&[nan, least, greatest]| Bounds { nan, least, greatest }).collect()
}
