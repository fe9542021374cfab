//! Rows that the host decides: the device cannot tell which of two centres is nearer by the distances of a CPU.

use crate::device::cpu::clusters as host;
use crate::device::gpu::clusters::assign::Assignment;
use crate::device::gpu::clusters::table::{Table, elements, first_words};
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::tally::Coordinate;
use crate::math::cast;

const SCATTER: Shader =
    Shader { name: "clusters/scatter", text: include_str!("../../../../shaders/clusters/scatter.wgsl") };

/// What a row's label is before it has one.
const NONE: u32 = u32::MAX;

/// Rows in doubt that are looked at together.
const TOGETHER: usize = 1 << 16;

impl<T: Coordinate> Assignment<'_, T> {
    /// Label the rows that a pass left in doubt, and count what that changes. Those that the state shows cost 8 bytes up, each other one its row and 8 bytes
    /// down as well.
    pub(super) fn decide(&mut self, state: &[u32], centers: &[T], inertia: bool) {
        let found: Vec<_> = self.plan.doubts(state).enumerate().filter(|(_, (count, _))| *count > 0).collect();
        for (segment, (count, shown)) in found {
            if count == shown.len() {
                let pairs: Vec<[u32; 2]> = shown.clone().map(|row| [row[0], row[1]]).collect();
                let words: Vec<u32> = shown.flat_map(|row| &row[2..]).copied().collect();
                self.settle(segment, &pairs, &elements(&words), centers, inertia);
                continue;
            }
            let gpu = &self.rows.gpu;
            let (words, first) =
                (first_words(gpu, &self.doubts.segments()[segment], 2 * count), segment * gpu.segment());
            for pairs in words.as_chunks::<2>().0.chunks(TOGETHER) {
                let positions: Vec<usize> = pairs.iter().map(|&[label, _]| first + label as usize).collect();
                self.settle(segment, pairs, &self.rows.at(&positions), centers, inertia);
            }
        }
    }

    /// Label these rows.
    fn settle(&mut self, segment: usize, pairs: &[[u32; 2]], rows: &[T], centers: &[T], inertia: bool) {
        let labels = self.decided(pairs, rows, centers, inertia);
        self.relabel(segment, pairs, &labels);
    }

    /// The labels of these rows.
    fn decided(&mut self, pairs: &[[u32; 2]], rows: &[T], centers: &[T], inertia: bool) -> Vec<i64> {
        let columns = self.rows.columns;
        let (mut labels, mut distances) = (vec![0; pairs.len()], vec![T::ZERO; pairs.len()]);
        host::Rows::new(rows, columns, self.counted, self.cpu).label(self.cpu, centers, &mut labels, &mut distances);
        if !self.counted {
            return labels;
        }
        for ((&[_, from], &to), row) in pairs.iter().zip(&labels).zip(rows.chunks(columns)) {
            if i64::from(from) != to {
                let row: Vec<f64> = row.iter().map(|&value| cast(value)).collect();
                self.tally.moved += 1;
                self.tally.insert(to as usize, &row);
                if from != NONE {
                    self.tally.remove(from as usize, &row);
                }
            }
        }
        if inertia {
            T::add_slice(&mut self.tally.inertia, &distances);
        }
        labels
    }

    fn relabel(&self, segment: usize, pairs: &[[u32; 2]], labels: &[i64]) {
        let gpu = &self.rows.gpu;
        let words: Vec<u32> = pairs.iter().zip(labels).flat_map(|(pair, &label)| [pair[0], label as u32]).collect();
        let table = Table::of(gpu, &words);
        let arrays = [(Access::Read, table.buffer()), (Access::Write, &self.labels.segments()[segment])];
        let (arguments, groups) = ([pairs.len() as u32], pairs.len().div_ceil(gpu.workgroup()));
        Launch { shader: &SCATTER, parts: &[""], arrays: &arrays, arguments: &arguments, groups }
            .run(gpu, || "labels".to_owned());
    }
}
