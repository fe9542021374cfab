//! Where a selection begins: how many elements of each group count, and the range of their keys.

use crate::array::DistArray;
use crate::error::Result;
use crate::stats::Ordinal;
use crate::stats::groups::{Groups, partners};

/// What is known of one group.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// How many elements are NaN.
    pub(super) nan: u64,
    /// The key of the least of the others.
    pub(super) least: u64,
    /// The key of the greatest. Without others, the two are the wrong way round.
    pub(super) greatest: u64,
}

impl Bounds {
    const NOTHING: Self = Self { nan: 0, least: u64::MAX, greatest: 0 };

    fn merge(&mut self, other: &Self) {
        self.nan += other.nan;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
    }

    /// Take in keys; NaNs are those outside the range of all others.
    fn see(&mut self, keys: &[u64], [low, high]: [u64; 2]) {
        for &key in keys {
            let nan = key.wrapping_sub(low) > high - low;
            self.nan += u64::from(nan);
            self.least = self.least.min(if nan { u64::MAX } else { key });
            self.greatest = self.greatest.max(if nan { 0 } else { key });
        }
    }
}

/// The bounds of this rank's groups, in their order.
///
/// **Collective**, unless this rank holds all their elements: one all-reduce of 24 bytes for each group.
#[track_caller]
pub(super) fn bounds<T: Ordinal>(x: &DistArray<T>, axes: &[usize]) -> Result<Vec<Bounds>> {
    let (cx, groups) = (x.context(), Groups::of(x, axes));
    let range = [T::LEAST.key(), T::GREATEST.key()];
    let parts = cx.cpu().each(groups.shares(0..groups.len, cx.cpu().threads()), |share| {
        let mut part = vec![Bounds::NOTHING; share.groups.len()];
        groups.for_each(&share, |group, keys| part[group - share.groups.start].see(keys, range));
        (share.groups.start, part)
    });
    let mut all = vec![Bounds::NOTHING; groups.len];
    for (first, part) in &parts {
        all[*first..].iter_mut().zip(part).for_each(|(all, part)| all.merge(part));
    }
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
