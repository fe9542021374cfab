//! The rows of a table as kernels see them: those within one segment, and copies of those across two.

use wgpu::Buffer;

use crate::device::gpu::{Gpu, Memory};
use crate::memory::strided::{Grid, Step};

/// Rows that lie one after the other in one buffer. Their numbers lie within one segment of an array with an element for each row, since each border of such
/// an array is one of the table, too.
pub(super) struct Part {
    /// The segment of the table, or the copy.
    place: Place,
    /// Where the first row begins there.
    pub(super) offset: usize,
    /// Its number.
    pub(super) first: usize,
    pub(super) rows: usize,
}

enum Place {
    Segment(usize),
    Copy(Memory),
}

impl Part {
    pub(super) fn buffer<'m>(&'m self, table: &'m Memory) -> &'m Buffer {
        match &self.place {
            Place::Segment(segment) => &table.segments()[*segment],
            Place::Copy(row) => &row.segments()[0],
        }
    }
}

/// All rows, in their order.
pub(super) fn parts(gpu: &Gpu, table: &Memory, columns: usize) -> Vec<Part> {
    let (segment, rows) = (gpu.segment(), table.len() / columns);
    let mut parts = Vec::new();
    for (number, start) in (0..table.len()).step_by(segment).enumerate() {
        let (first, end) = (start.div_ceil(columns), ((start + segment) / columns).min(rows));
        if start % columns != 0 {
            let copy = gpu.empty(columns, table.width());
            let begin = start / columns * columns;
            gpu.copy(&Grid::new(begin, 0, [Step { extent: columns, from: 1, into: 1 }]), table, &copy);
            parts.push(Part { place: Place::Copy(copy), offset: 0, first: start / columns, rows: 1 });
        }
        if first < end {
            let offset = first * columns - start;
            parts.push(Part { place: Place::Segment(number), offset, first, rows: end - first });
        }
    }
    parts
}
