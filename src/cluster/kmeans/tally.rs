//! The one message of an iteration.

use crate::comm::Comm;
use crate::device::Tally;
use crate::error::Result;

/// The tallies of all ranks, merged.
///
/// **Collective.** One all-reduce of 8 bytes a cluster, and 3 to 20 or so for each column of a cluster with rows here.
#[track_caller]
pub(super) fn over_ranks(tally: &Tally, comm: &Comm) -> Result<Tally> {
    let (clusters, columns) = (tally.sizes.len(), tally.sums.len() / tally.sizes.len());
    let read = |bytes: &[u8]| Tally::read(bytes, clusters, columns).expect("every rank writes a tally of this shape");
    let merged = comm.all_reduce_bytes(tally.to_bytes(), |left, right| {
        let mut left = read(&left);
        left.merge(&read(right));
        left.to_bytes()
    })?;
    Ok(read(&merged))
}
