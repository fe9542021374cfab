//! One rank's elements, as the groups that each have a quantile.

use std::ops::Range;

use crate::device::digits::Keyed;

/// Elements of a chunk of rows: column after column of it is read, so it should stay in the second-level cache.
const CHUNK: usize = 1 << 13;
/// The most rows of a chunk: the keys of a column are brought together in the first-level cache.
const ROWS: usize = 1 << 11;
/// Fewer elements are not worth a task.
const WORTH: usize = 1 << 15;
/// As many groups that lie side by side fill a cache line or half of one, which should be read by one task.
const ABREAST: usize = 8;

/// The block of one rank seen as `outer` x `rows` x `inner` elements: those that differ in the row alone are of one group.
///
/// The groups are numbered in row-major order, which is that of the result's block. Tasks on other threads share this.
#[derive(Clone, Copy)]
pub(super) struct Groups<'a, T> {
    values: &'a [T],
    rows: usize,
    inner: usize,
    /// The number of groups.
    pub(super) len: usize,
}

/// Some rows of some groups: what one task works on.
pub(super) struct Share {
    pub(super) groups: Range<usize>,
    rows: Range<usize>,
}

impl<'a, T: Keyed> Groups<'a, T> {
    /// The groups of a block of `[outer, rows, inner]` elements.
    pub(super) fn new(values: &'a [T], [outer, rows, inner]: [usize; 3]) -> Self {
        Self { values, rows, inner, len: outer * inner }
    }

    /// The elements of `groups` groups.
    pub(super) fn elements(&self, groups: usize) -> usize {
        groups * self.rows
    }

    /// All rows of some groups in shares for so many threads: groups side by side stay together, rows are cut when groups are few.
    pub(super) fn shares(&self, groups: Range<usize>, threads: usize) -> Vec<Share> {
        let threads = threads.min(self.elements(groups.len()).div_ceil(WORTH)).max(1);
        let across = (groups.len() / ABREAST).clamp(1, threads);
        let down = threads.div_ceil(across);
        let part = |range: &Range<usize>, parts: usize, part: usize| {
            range.start + range.len() * part / parts..range.start + range.len() * (part + 1) / parts
        };
        let share = |k: usize| Share {
            groups: part(&groups, across, k % across),
            rows: part(&(0..self.rows), down, k / across),
        };
        (0..across * down).map(share).collect()
    }

    /// Call `visit` with every group of a share and the keys of its elements there, some rows at a time.
    pub(super) fn for_each(&self, share: &Share, mut visit: impl FnMut(usize, &mut [u64])) {
        let mut keys = [0; ROWS];
        let mut group = share.groups.start;
        while group < share.groups.end {
            let (outer, first) = (group / self.inner, group % self.inner);
            let columns = (share.groups.end - group).min(self.inner - first);
            let block = &self.values[outer * self.rows * self.inner..][..self.rows * self.inner];
            let chunk = (CHUNK / columns).clamp(16, ROWS);
            for start in share.rows.clone().step_by(chunk) {
                let end = share.rows.end.min(start + chunk);
                let values = &block[start * self.inner..end * self.inner];
                for column in 0..columns {
                    let keys = &mut keys[..end - start];
                    self.bring_together(values, first + column, keys);
                    visit(group + column, keys);
                }
            }
            group += columns;
        }
    }

    /// The keys of a column.
    #[inline(always)]
    fn bring_together(&self, values: &[T], column: usize, keys: &mut [u64]) {
        if self.inner == 1 {
            keys.iter_mut().zip(values).for_each(|(key, value)| *key = value.to_key());
        } else {
            keys.iter_mut().zip(values.chunks_exact(self.inner)).for_each(|(key, row)| *key = row[column].to_key());
        }
    }
}
