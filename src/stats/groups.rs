//! One rank's elements, as the groups that each have a quantile.

use std::ops::Range;

use crate::array::DistArray;
use crate::comm::Comm;
use crate::dtype::Element;
use crate::error::Result;

/// Elements of a chunk of rows: column after column of it is read, so it should stay in the second-level cache.
const CHUNK: usize = 1 << 13;

/// The block of one rank seen as `outer` x `rows` x `inner` elements: those that differ in the row alone are of one group.
///
/// The groups are numbered in row-major order, which is that of the result's block. Tasks on other threads share this.
#[derive(Clone, Copy)]
pub(super) struct Groups<'a, T> {
    values: &'a [T],
    pub(super) rows: usize,
    inner: usize,
    /// The number of groups.
    pub(super) len: usize,
}

impl<'a, T: Element> Groups<'a, T> {
    /// The groups of `x` along `axes`, which are one or all.
    pub(super) fn of(x: &'a DistArray<T>, axes: &[usize]) -> Self {
        let (shape, values) = (x.local_shape(), x.local());
        let [rows, inner] = match axes {
            [axis] => [shape[*axis], shape[axis + 1..].iter().product()],
            _ => [values.len(), 1],
        };
        let outer: usize = if let [axis] = axes { shape[..*axis].iter().product() } else { 1 };
        Self { values, rows, inner, len: outer * inner }
    }

    /// Call `visit` with every group of `groups` and its elements in `rows`, some rows at a time.
    pub(super) fn for_each(
        &self,
        groups: Range<usize>,
        rows: Range<usize>,
        mut visit: impl FnMut(usize, Column<'a, T>),
    ) {
        let mut group = groups.start;
        while group < groups.end {
            let (outer, first) = (group / self.inner, group % self.inner);
            let columns = (groups.end - group).min(self.inner - first);
            let block = &self.values[outer * self.rows * self.inner..][..self.rows * self.inner];
            let chunk = (CHUNK / columns).max(16);
            for start in rows.clone().step_by(chunk) {
                let values = &block[start * self.inner..rows.end.min(start + chunk) * self.inner];
                for column in 0..columns {
                    visit(group + column, Column { values, stride: self.inner, first: first + column });
                }
            }
            group += columns;
        }
    }
}

/// Some elements of one group.
pub(super) struct Column<'a, T> {
    values: &'a [T],
    stride: usize,
    first: usize,
}

impl<T: Copy> Column<'_, T> {
    /// Call `visit` with each of them.
    #[inline(always)]
    pub(super) fn for_each(self, mut visit: impl FnMut(T)) {
        if self.stride == 1 {
            self.values.iter().for_each(|&value| visit(value));
        } else {
            self.values.chunks_exact(self.stride).for_each(|row| visit(row[self.first]));
        }
    }
}

/// The ranks that hold elements of the same groups, unless this one alone does.
///
/// **Collective** the first time for this layout's mesh: one split of the communicator.
#[track_caller]
pub(super) fn partners<T: Element>(x: &DistArray<T>, axes: &[usize]) -> Result<Option<Comm>> {
    let layout = x.layout();
    let over = axes.iter().flat_map(|&axis| layout.distribution(axis).over());
    let mut mesh_axes: Vec<usize> = over.filter(|&axis| layout.mesh().extents()[axis] > 1).collect();
    mesh_axes.sort_unstable();
    if mesh_axes.is_empty() {
        return Ok(None);
    }
    x.context().along(layout.mesh(), &mesh_axes).map(Some)
}
