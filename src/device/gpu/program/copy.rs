//! Copies between two ways of lying in device memory: packing, unpacking, transposes, slices.

use smallvec::SmallVec;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::key::Key;
use crate::device::gpu::launch::Cost;
use crate::device::gpu::program::emit::{self, Words, is_bytes};
use crate::device::gpu::program::group::{Group, Stored};
use crate::device::gpu::program::map::{launch, share, write_binding};
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::gpu::program::plan::{Found, Pass, Sort};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::program::transpose::Turn;
use crate::device::gpu::program::{LeafOf, pieces};
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
        let mut key = Key::default();
        key.add(&Sort::Copy).add(&width);
        let pass = Pass::new(self, key, &extents, [(&read, Some(source)), (&written, Some(destination))].into_iter());
        if let Some(plan) = pass.known() {
            return pass.again(&plan, None);
        }
        let cost = Cost { bytes: 2 * (extents.iter().product::<usize>() * width) as u64, operations: 0 };
        let views = [read.clone(), written.clone()];
        pass.first(None, Found { leaves: &[LeafOf::Block(0)], nodes: &[], cost, parts: 1 }, || {
            pieces::each(&extents, &views, self.segment(), &mut |piece| {
                let [(source_segment, read), (segment, written)] = &piece.views[..] else { unreachable!("two views") };
                let views = [read.clone(), written.clone()];
                let walk = Walk::new(&piece.extents, &views, 0..piece.extents.len());
                let [from, into] = [&source.segments()[*source_segment], &destination.segments()[*segment]];
                if let Some(turn) = Turn::new(&walk, &views, width) {
                    return turn.run(self, from, into);
                }
                let (of, stored) = match width {
                    1 => (DType::U8, "u32"),
                    4 => (DType::I32, "u32"),
                    8 => (DType::I64, "vec2<u32>"),
                    _ => (DType::C64, "vec4<u32>"),
                };
                let (share, shared) = share(&walk, &views, &[of], true, self);
                let (mut words, mut values) = (Words::new(self), Vec::new());
                let bytes = [is_bytes(of).then(|| "a0".to_owned()), None];
                let group = Group::new(&walk, share, &bytes, &mut words, &mut values);
                let mut body = origins(&views, "q", &mut words, &mut values);
                let value =
                    if group.packed[0] { "load_u8(w0, k)".to_owned() } else { emit::load(of, "a0", "p0", false) };
                body += group.stored(Text::default(), 1, &[Stored { dtype: of, of: stored, value }]);
                let mut head = Text::default();
                head.line(format_args!("@group(0) @binding(1) var<storage, read> a0: array<{stored}>;"));
                write_binding(&mut head, 2, 0, stored, shared);
                let arrays = [(Access::Read, from), (Access::Write, into)];
                launch(self, share, [&head, &body], &arrays, walk.len(), &values, || {
                    format!("copy of elements of {width} bytes")
                });
            });
        });
    }
}
