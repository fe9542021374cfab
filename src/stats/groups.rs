//! One rank's elements, as the groups that each have a quantile.

use crate::array::DistArray;
use crate::comm::Comm;
use crate::device::digits::Digits;
use crate::error::Result;
use crate::local::Typed;
use crate::stats::Ordinal;

/// The block of one rank seen as `outer` x `rows` x `inner` elements: those that differ in the row alone are of one group.
///
/// The groups are numbered in row-major order, which is that of the result's block.
pub(super) struct Groups {
    block: Typed,
    extents: [usize; 3],
}

impl Groups {
    /// The groups of `x` along `axes`, which are one or all.
    pub(super) fn of<T: Ordinal>(x: &DistArray<T>, axes: &[usize]) -> Self {
        let shape = x.local_shape();
        let extents = match axes {
            [axis] => [shape[..*axis].iter().product(), shape[*axis], shape[axis + 1..].iter().product()],
            _ => [1, shape.size(), 1],
        };
        Self { block: Typed { dtype: T::DTYPE, local: x.block().clone().into() }, extents }
    }

    /// The number of groups.
    pub(super) fn len(&self) -> usize {
        self.extents[0] * self.extents[2]
    }

    /// Their digits, where the block is.
    pub(super) fn digits<'a, T: Ordinal>(&'a self, x: &'a DistArray<T>) -> Digits<'a, T> {
        Digits::new(x.context().engine(), &self.block, self.extents)
    }
}

/// The ranks that hold elements of the same groups, unless this one alone does.
///
/// **Collective** the first time for this layout's mesh: one split of the communicator.
#[track_caller]
pub(super) fn partners<T: Ordinal>(x: &DistArray<T>, axes: &[usize]) -> Result<Option<Comm>> {
    let layout = x.layout();
    let over = axes.iter().flat_map(|&axis| layout.distribution(axis).over());
    let mut mesh_axes: Vec<usize> = over.filter(|&axis| layout.mesh().extents()[axis] > 1).collect();
    mesh_axes.sort_unstable();
    if mesh_axes.is_empty() {
        return Ok(None);
    }
    x.context().along(layout.mesh(), &mesh_axes).map(Some)
}
