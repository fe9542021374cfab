//! Distances of rows from the nearest of some centres.

use crate::device::gpu::Memory;
use crate::device::gpu::clusters::Rows;
use crate::device::gpu::clusters::table::Table;
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::tally::Coordinate;

const DISTANCES: Shader =
    Shader { name: "clusters/distances", text: include_str!("../../../../shaders/clusters/distances.wgsl") };

impl<T: Coordinate> Rows<T> {
    /// Room for a distance of each row.
    pub(crate) fn distances(&self) -> Memory {
        self.gpu.empty(self.len(), size_of::<T>())
    }

    /// Store the distances, or those that are lower than what is there.
    pub(super) fn store_distances(&self, centers: &[T], lower: bool, distances: &Memory) {
        let (gpu, count) = (&self.gpu, centers.len() / self.columns);
        let form = self.form(count);
        let table = Table::of(gpu, bytemuck::cast_slice(&form.centers(centers)));
        let head = form.head() + &format!("const LOWER = {lower};\n");
        for part in &self.parts {
            let arrays = [
                (Access::Read, part.buffer(&self.table)),
                (Access::Read, table.buffer()),
                (Access::Write, &distances.segments()[part.first / gpu.segment()]),
            ];
            let arguments = [part.rows, part.offset, part.first % gpu.segment(), count].map(|number| number as u32);
            let groups = part.rows.div_ceil(gpu.workgroup());
            Launch {
                shader: &DISTANCES,
                parts: &[&head, &form.nearest()],
                arrays: &arrays,
                arguments: &arguments,
                groups,
            }
            .run(gpu, || format!("{} columns of {}", form.columns, T::DTYPE));
        }
    }
}
