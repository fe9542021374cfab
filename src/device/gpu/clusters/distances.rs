//! Distances of rows from the nearest of some centres.

use crate::device::cpu::Cpu;
use crate::device::cpu::clusters as host;
use crate::device::gpu::Memory;
use crate::device::gpu::clusters::Rows;
use crate::device::gpu::clusters::table::Table;
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::tally::Coordinate;
use crate::math::cast;
use crate::memory::Block;

const DISTANCES: Shader =
    Shader { name: "clusters/distances", text: include_str!("../../../../shaders/clusters/distances.wgsl") };

impl<T: Coordinate> Rows<T> {
    /// Lower the distances to those from `center`; there, and in `host`. Before the first one there is no memory, and every distance is infinite.
    pub(crate) fn approach(&self, center: &[T], there: &mut Option<Memory>, host: &mut Block<T>) {
        match there {
            Some(distances) => self.store_distances(center, true, distances),
            None => self.store_distances(center, false, there.insert(self.gpu.empty(self.len(), size_of::<T>()))),
        }
        if let Some(distances) = there {
            *host = self.gpu.block(distances, host.pool());
        }
    }

    /// The positions of the `count` rows that are farthest from their nearest centres, with the squared distances; of equally far ones the first. All
    /// distances come to the host, and the rows among which the farthest are for sure.
    pub(crate) fn farthest(&self, centers: &[T], count: usize, cpu: &Cpu) -> Vec<(usize, T)> {
        let memory = self.gpu.empty(self.len(), size_of::<T>());
        self.store_distances(centers, false, &memory);
        let about: Block<T> = self.gpu.block(&memory, cpu.pool());
        let Some(&(_, least)) = host::farthest(&about, count).last() else { return Vec::new() };
        let (tolerance, tiny) = self.form(1).doubt();
        let least = cast::<T, f64>(least) * (1.0 - tolerance) - tiny;
        let far = |&position: &usize| cast::<T, f64>(about[position]) >= least;
        let positions: Vec<usize> = (0..about.len()).filter(far).collect();
        let (mut labels, mut distances) = (vec![0; positions.len()], vec![T::ZERO; positions.len()]);
        let rows = self.at(&positions);
        host::Rows::new(&rows, self.columns, true, cpu).label(cpu, centers, &mut labels, &mut distances);
        let found = host::farthest(&distances, count);
        found.into_iter().map(|(place, distance)| (positions[place], distance)).collect()
    }

    /// Store the distances, or those that are lower than what is there.
    fn store_distances(&self, centers: &[T], lower: bool, distances: &Memory) {
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
