//! Large copies in parts.

use super::Grid;

/// Who shares a large copy.
pub(crate) trait Workers {
    /// How many there are.
    fn count(&self) -> usize;

    /// Does `work` on each item, in any order or at once.
    fn each<I: Send>(&self, items: Vec<I>, work: impl Fn(I) + Sync + Send);
}

/// The calling thread.
pub(crate) struct Alone;

impl Workers for Alone {
    fn count(&self) -> usize {
        1
    }

    fn each<I: Send>(&self, items: Vec<I>, work: impl Fn(I) + Sync + Send) {
        items.into_iter().for_each(work);
    }
}

/// The parts, each with the piece of `destination` from its first place to its last; nothing when these overlap.
pub(super) fn windows<T>(parts: Vec<Grid>, mut destination: &mut [T]) -> Option<Vec<(Grid, &mut [T])>> {
    let mut before = 0;
    let mut windows = Vec::with_capacity(parts.len());
    for mut part in parts {
        let skipped = part.into.checked_sub(before)?;
        let (window, rest) = destination[skipped..].split_at_mut(part.reach());
        before = part.into + part.reach();
        destination = rest;
        part.into = 0;
        windows.push((part, window));
    }
    Some(windows)
}
