//! Copies in which both sides run along different dimensions, tile by tile.

use wgpu::Buffer;

use crate::device::gpu::Gpu;
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::emit::Words;
use crate::device::gpu::program::group::FOUR;
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::space::View;

const OF_WORDS: Shader =
    Shader { name: "copy/transpose", text: include_str!("../../../../shaders/copy/transpose.wgsl") };
const OF_BYTES: Shader =
    Shader { name: "copy/transpose_bytes", text: include_str!("../../../../shaders/copy/transpose_bytes.wgsl") };

/// Elements along either dimension with which tiles are worth while.
const LEAST: usize = 16;

/// A copy between two views of a box, one of which runs along another dimension.
pub(super) struct Turn<'w> {
    walk: &'w Walk,
    /// Where the elements of both sides begin.
    views: &'w [View; 2],
    /// The dimension along which the source runs; the destination runs along the last one.
    rows: usize,
    /// Bytes of an element.
    width: usize,
}

impl<'w> Turn<'w> {
    /// The turn that a copy is, from the first view to the second, if it is one.
    pub(super) fn new(walk: &'w Walk, views: &'w [View; 2], width: usize) -> Option<Self> {
        let [read, written] = [walk.steps(0), walk.steps(1)];
        let last = walk.extents().len().checked_sub(1)?;
        let is_long = |dimension: usize| walk.extents()[dimension] >= LEAST;
        let rows = (0..last).find(|&dimension| read[dimension] == 1 && is_long(dimension))?;
        // Words of bytes are written whole.
        let mut starts = written[..last].iter().chain([&views[1].offset]);
        let fits = width > 1 || starts.all(|start| start % FOUR as isize == 0);
        (written[last] == 1 && is_long(last) && fits).then_some(Self { walk, views, rows, width })
    }

    /// Record it.
    pub(super) fn run(&self, gpu: &Gpu, source: &Buffer, destination: &Buffer) {
        let last = self.walk.extents().len() - 1;
        let (rows, columns) = (self.walk.extents()[self.rows], self.walk.extents()[last]);
        let planes = self.walk.without([self.rows, last]);
        let (mut words, mut values) = (Words::new(gpu), Vec::new());
        let positions = planes.positions("plane", ["q", "p"], &mut words, &mut values);
        let mut begin = origins(self.views, "q", &mut words, &mut values);
        begin += positions;
        let (shader, side, head) = match self.width {
            1 => (&OF_BYTES, 64, ""),
            4 => (&OF_WORDS, 32, "alias T = u32;\n"),
            8 => (&OF_WORDS, 32, "alias T = vec2<u32>;\n"),
            _ => (&OF_WORDS, 32, "alias T = vec4<u32>;\n"),
        };
        let tiles = planes.len() * rows.div_ceil(side) * columns.div_ceil(side);
        let steps = [self.walk.steps(0)[last], self.walk.steps(1)[self.rows]].map(|step| step as u32);
        let counts = [tiles as u32, rows as u32, columns as u32, steps[0], steps[1], 0, 0, 0];
        let arguments: Vec<u32> = counts.into_iter().chain(values).collect();
        let arrays = [(Access::Read, source), (Access::Write, destination)];
        Launch { shader, parts: &[head, &begin], arrays: &arrays, arguments: &arguments, groups: tiles }
            .run(gpu, || format!("a transpose of elements of {} bytes", self.width));
    }
}
