//! Copies between two ways of lying in device memory: packing, unpacking, transposes, slices.

use smallvec::SmallVec;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::program::emit::{self, Words};
use crate::device::gpu::program::map::launch;
use crate::device::gpu::program::pieces;
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::DType;
use crate::memory::strided::Grid;

impl Gpu {
    /// Copies the elements of `grid`. Both memories are of elements of one width, and not the same.
    pub(crate) fn copy(&self, grid: &Grid, source: &Memory, destination: &Memory) {
        let (from, into, steps) = grid.parts();
        let extents: SmallVec<[usize; 4]> = steps.iter().map(|step| step.extent).collect();
        let read = View { offset: from as isize, strides: steps.iter().map(|step| step.from).collect() };
        let written = View { offset: into as isize, strides: steps.iter().map(|step| step.into).collect() };
        let width = source.width();
        pieces::each(&extents, &[read, written], self.segment(), &mut |piece| {
            let [(source_segment, read), (segment, written)] = &piece.views[..] else { unreachable!("two views") };
            let views = [read.clone(), written.clone()];
            let walk = Walk::new(&piece.extents, &views, 0..piece.extents.len());
            let (mut words, mut values) = (Words::default(), Vec::new());
            let mut body = origins(&views, "q", &mut words, &mut values);
            body += walk.positions("i", ["q", "p"], &mut words, &mut values);
            let (read_as, written_as) = match width {
                1 => ("u32", "atomic<u32>"),
                4 => ("u32", "u32"),
                8 => ("vec2<u32>", "vec2<u32>"),
                _ => ("vec4<u32>", "vec4<u32>"),
            };
            let (of, value) =
                if width == 1 { (DType::U8, "load_u8(a0[p0 >> 2u], p0)") } else { (DType::I32, "a0[p0]") };
            emit::store(&mut body, of, "b0", "p1", value);
            let mut head = Text::default();
            head.line(format_args!("@group(0) @binding(1) var<storage, read> a0: array<{read_as}>;"));
            head.line(format_args!("@group(0) @binding(2) var<storage, read_write> b0: array<{written_as}>;"));
            let source = (Access::Read, &source.segments()[*source_segment]);
            let arrays = [source, (Access::Write, &destination.segments()[*segment])];
            launch(self, &head, &body, &arrays, walk.len(), &values, || format!("copy of elements of {width} bytes"));
        });
    }
}
