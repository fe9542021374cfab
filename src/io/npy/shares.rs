//! Which rank touches which elements of a file.

use crate::error::Result;
use crate::layout::{Distribution, Layout};

/// Runs of this many bytes are worth a call of the system each.
const LONG: usize = 64 << 10;

/// How the ranks share an array of a file among them, when in memory it lies, or shall lie, as `layout` says.
///
/// As it lies, when every element has one holder and the holders' elements stand in long runs in the file: then nothing has to
/// travel. Otherwise in slabs of the slowest axis with an extent for every rank, or of the longest: each byte of the file is
/// touched once, by one rank, and a plan moves the elements between the slabs and the layout. So replicas are read once, not once a
/// rank, and columns dealt round-robin are not read one number at a time.
///
/// Runs count as long from `staging_limit` bytes on if that is less.
pub(super) fn shares(layout: &Layout, item_bytes: usize, staging_limit: usize) -> Result<Layout> {
    let shape = layout.shape();
    if layout.replicas() == 1 && in_long_runs(layout, item_bytes, staging_limit.min(LONG)) || shape.ndim() == 0 {
        return Ok(layout.clone());
    }
    let longest = (0..shape.ndim()).rev().max_by_key(|&axis| shape[axis]).unwrap_or(0);
    let axis = (0..shape.ndim()).find(|&axis| shape[axis] >= layout.ranks()).unwrap_or(longest);
    Layout::split(shape, axis, layout.ranks())
}

/// Whether every rank should read all that it needs by itself although others read the same: up to 64 KiB, or the
/// staging limit, messages take longer than the file does.
pub(super) fn is_small(layout: &Layout, item_bytes: usize, staging_limit: usize) -> bool {
    layout.shape().size().saturating_mul(item_bytes) <= staging_limit.min(LONG)
}

/// Whether a rank's elements are one run, or runs of `long` bytes on average.
fn in_long_runs(layout: &Layout, item_bytes: usize, long: usize) -> bool {
    let shape = layout.shape();
    let mut run = item_bytes;
    for (axis, distribution) in layout.distributions().iter().enumerate().rev() {
        let parts: usize = layout.mesh().extents()[distribution.over()].iter().product();
        if parts <= 1 {
            run = run.saturating_mul(shape[axis]);
            continue;
        }
        let rows: usize = shape[..axis].iter().product();
        return match distribution {
            Distribution::Cyclic { block, .. } => run.saturating_mul(*block) >= long,
            _ => rows <= 1 || run.saturating_mul(shape[axis] / parts) >= long,
        };
    }
    true
}
