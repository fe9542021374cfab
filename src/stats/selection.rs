//! Order statistics of all groups at once, by counting.
//!
//! These are the first steps of a radix sort from the highest digit, which count, without those that move; and of the bins only those are
//! followed in which a wanted element lies.
//!
//! # References
//! D. E. Knuth, *The Art of Computer Programming* 3, 2nd ed., 1998, 5.2.5.

use crate::array::DistArray;
use crate::device::digits::{BINS, Bounds};
use crate::error::Result;
use crate::stats::Ordinal;
use crate::stats::batch::{Batch, Group, Target};
use crate::stats::groups::{self, Groups};

/// The elements of this rank's groups with the numbers `wanted`: `each` for a group, in ascending order, counted from 0 among those that
/// are no NaN. Of a group without such elements, and without `wanted` ones, anything comes back.
///
/// **Collective.** One all-reduce for each eight bits of the range of a group's keys (the longest in a batch), of 256 counts for each
/// different beginning of the wanted elements: at most `each` of them. Groups are taken in batches whose counts take at most a
/// quarter of the staging limit, and at least one at a time.
#[track_caller]
pub(super) fn select<T: Ordinal>(
    x: &DistArray<T>,
    axes: &[usize],
    bounds: &[Bounds],
    wanted: &[u64],
    each: usize,
) -> Result<Vec<T>> {
    let (cx, groups) = (x.context(), Groups::of(x, axes));
    let (digits, partners) = (groups.digits(x), groups::partners(x, axes)?);
    let mut found = Vec::with_capacity(wanted.len());
    let at_once = (cx.staging_limit() / 4 / (each * BINS * size_of::<u64>())).max(1);
    for first in (0..groups.len()).step_by(at_once) {
        let end = groups.len().min(first + at_once);
        let group = |bounds: &Bounds| {
            let range = bounds.greatest.saturating_sub(bounds.least);
            Group { least: bounds.least, bits: u64::BITS - range.leading_zeros() }
        };
        let mut batch = Batch {
            groups: bounds[first..end].iter().map(group).collect(),
            targets: wanted[first * each..end * each].iter().map(|&rank| Target { prefix: 0, rank }).collect(),
        };
        batch.run(digits.search(first..end), partners.as_ref())?;
        let offsets = batch.groups.iter().zip(batch.targets.chunks(each));
        let keys = offsets.flat_map(|(group, targets)| targets.iter().map(|target| group.least + target.prefix));
        found.extend(keys.map(T::from_key));
    }
    Ok(found)
}
