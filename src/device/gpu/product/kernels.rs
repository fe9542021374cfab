//! Launches of the kernels of products and distances, each over one segment of every array.

use smallvec::SmallVec;
use wgpu::Buffer;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::product::fold::Fold;
use crate::device::gpu::product::text::{self, Seen, Writes};
use crate::device::gpu::product::tile::{Parts, Tile};
use crate::device::gpu::{Gpu, Memory};
use crate::dtype::DType;

const MATMUL: Shader =
    Shader { name: "linear_algebra/matmul", text: include_str!("../../../../shaders/linear_algebra/matmul.wgsl") };
const MATVEC: Shader =
    Shader { name: "linear_algebra/matvec", text: include_str!("../../../../shaders/linear_algebra/matvec.wgsl") };
const SUM: Shader =
    Shader { name: "linear_algebra/sum", text: include_str!("../../../../shaders/linear_algebra/sum.wgsl") };

/// What binding 0 of these kernels holds.
type Arguments = SmallVec<[u32; 32]>;

/// A factor or the product in a segment. Numbers are those of the kernels' arguments.
#[derive(Clone, Copy)]
pub(super) struct Operand<'a> {
    pub(super) buffer: &'a Buffer,
    pub(super) at: u32,
    /// Along rows, columns and the inner axis.
    pub(super) steps: [u32; 3],
    /// Along the last axis of the stack, and the one before it.
    pub(super) stack: [u32; 2],
}

/// Products of matrices, or distances, whose elements lie in one segment each.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) fold: Fold,
    pub(super) dtype: DType,
    /// Extents of the last axis of the stack, and of the one before it.
    pub(super) stack: [usize; 2],
    /// m, n, k.
    pub(super) extents: [usize; 3],
    /// a, b, c.
    pub(super) operands: [Operand<'a>; 3],
    /// Whether c begins anew, and whether it is complete afterwards.
    pub(super) fresh: bool,
    pub(super) last: bool,
}

/// Which kernel computes them.
#[derive(Clone, Copy)]
enum Way {
    Tiled(Tile),
    /// One factor is a vector: so many invocations share an element of the product, on so many groups.
    Vector {
        lanes: usize,
        blocks: usize,
    },
}

impl Task<'_> {
    /// Compute them.
    pub(super) fn run(self, gpu: &Gpu) {
        let ([m, n, k], count) = (self.extents, self.stack[0] * self.stack[1]);
        let way = self.way(gpu, count);
        let groups = match way {
            Way::Tiled(tile) => tile.over(m, n),
            Way::Vector { blocks, .. } => blocks,
        };
        // The products of all parts lie in one segment.
        let parts = Parts::new(groups * count, k, gpu.segment() / (m * n * count));
        // The deeper factors are that fit a segment, the smaller their product is.
        assert!(parts.parts * parts.depth >= k, "{parts:?} of {k} indices");
        if parts.parts == 1 {
            self.launch(gpu, way, parts, false);
        } else {
            self.in_parts(gpu, way, parts);
        }
    }

    fn way(&self, gpu: &Gpu, count: usize) -> Way {
        let [m, n, _] = self.extents;
        if m == 1 || n == 1 {
            let lanes = self.lanes(gpu);
            return Way::Vector { lanes, blocks: m.max(n).div_ceil(gpu.workgroup() / lanes) };
        }
        let room = gpu.card().device.limits().max_compute_workgroup_storage_size as usize;
        Way::Tiled(Tile::choose(self.dtype, room, count, self.extents))
    }

    fn launch(&self, gpu: &Gpu, way: Way, parts: Parts, wide: bool) {
        match way {
            Way::Tiled(tile) => self.tiled(gpu, tile, parts, wide),
            Way::Vector { lanes, blocks } => self.vector(gpu, lanes, blocks, parts, wide),
        }
    }

    /// Products of parts into memory of their own, at most twice 512 tiles, which are then added up.
    fn in_parts(&self, gpu: &Gpu, way: Way, cut: Parts) {
        let ([m, n, _], [inner, outer], parts) = (self.extents, self.stack, cut.parts);
        let size = m * n * inner * outer;
        let memory: Memory = gpu.empty(parts * size, self.dtype.bytes().max(4));
        let [a, b, c] = self.operands;
        let apart = Operand {
            buffer: &memory.segments()[0],
            at: 0,
            steps: [n as u32, 1, size as u32],
            stack: [(m * n) as u32, (m * n * inner) as u32],
        };
        Task { operands: [a, b, apart], fresh: true, last: false, ..*self }.launch(gpu, way, cut, true);
        Sum {
            fold: self.fold,
            dtype: self.dtype,
            wide: true,
            parts,
            from: (&memory.segments()[0], 0, size as u32),
            extents: [inner * outer, m, n],
            into: (c.buffer, c.at, [c.stack[1], c.stack[0], c.steps[0]]),
            inner_stack: inner,
            fresh: self.fresh,
            last: self.last,
        }
        .run(gpu);
    }

    /// How the kernel sees a factor whose step along rows or columns is `outer`.
    fn seen(&self, factor: &Operand<'_>, outer: u32) -> Seen {
        let along_inner = factor.steps[2] == 1 && outer != 1;
        let starts = [factor.at, factor.steps[2], factor.stack[0], factor.stack[1]];
        let in_fours = outer == 1 && !self.dtype.is_complex() && starts.iter().all(|start| start.is_multiple_of(4));
        Seen { along_inner, in_fours }
    }

    /// How the kernel writes.
    fn writes(&self, wide: bool) -> Writes {
        let ([.., c], n) = (&self.operands, self.extents[1] as u32);
        let starts = [c.at, c.steps[0], c.steps[2], c.stack[0], c.stack[1], n];
        let words = !self.dtype.is_complex() && (wide || self.dtype.bytes() >= 4);
        let in_fours = words && c.steps[1] == 1 && starts.iter().all(|start| start.is_multiple_of(4));
        Writes { wide, in_fours, roots: self.last && self.fold.has_roots() }
    }

    fn tiled(&self, gpu: &Gpu, tile: Tile, Parts { parts, depth }: Parts, wide: bool) {
        let ([m, n, k], [a, b, c], dtype) = (self.extents, self.operands, self.dtype);
        let (a_seen, b_seen) = (self.seen(&a, a.steps[0]), self.seen(&b, b.steps[1]));
        let Tile { side, rows, columns } = tile;
        let writes = self.writes(wide);
        let write = || {
            let mut head = text::elements(dtype);
            head.line(format_args!("const TILE = {side}u;\nconst ROWS = {rows}u;\nconst COLUMNS = {columns}u;"));
            head += text::quads(dtype);
            head += text::factor(dtype, "a", 1, a_seen);
            head += text::factor(dtype, "b", 2, b_seen);
            head += self.fold.combined(dtype);
            if !dtype.is_complex() {
                head += self.fold.combined_in_fours(dtype);
            }
            head += text::written(dtype, 3, writes);
            head += text::written_by_fours(writes);
            let [declared, added, kept] = text::written_out(self.fold, dtype, tile);
            [head, declared, added, kept]
        };
        let (tile_rows, tile_columns) = (m.div_ceil(side), n.div_ceil(side));
        let groups = tile_rows * tile_columns * parts * self.stack[0] * self.stack[1];
        let counts = [groups, tile_rows, tile_columns, parts, depth, usize::from(self.fresh), self.stack[0], m, n, k];
        let mut arguments: Arguments = counts.iter().map(|&count| count as u32).collect();
        arguments.extend([a.at, a.steps[0], a.steps[2], a.stack[0], a.stack[1]]);
        arguments.extend([b.at, b.steps[1], b.steps[2], b.stack[0], b.stack[1]]);
        arguments.extend([c.at, c.steps[0], c.stack[0], c.stack[1], c.steps[2]]);
        let arrays = [(Access::Read, a.buffer), (Access::Read, b.buffer), (Access::Write, c.buffer)];
        let form = (self.fold, dtype, tile, a_seen, b_seen, writes);
        Launch { shader: &MATMUL, parts: &[], arrays: &arrays, arguments: &arguments, groups }.run_form(
            gpu,
            &form,
            write,
            || format!("tiles of {side} x {side} {dtype}"),
        );
    }

    /// Whether b is the vector; otherwise a is.
    fn is_on_the_right(&self) -> bool {
        self.extents[1] == 1
    }

    /// Invocations that share an element of a product with a vector.
    fn lanes(&self, gpu: &Gpu) -> usize {
        let [a, b, _] = &self.operands;
        let (matrix, outer) = if self.is_on_the_right() { (a, a.steps[0]) } else { (b, b.steps[1]) };
        let [m, n, k] = self.extents;
        let contiguous = matrix.steps[2] == 1 && (outer != 1 || m.max(n) == 1);
        if contiguous { k.next_power_of_two().min(gpu.workgroup()) } else { 1 }
    }

    fn vector(&self, gpu: &Gpu, lanes: usize, blocks: usize, Parts { parts, depth }: Parts, wide: bool) {
        let ([m, n, k], [a, b, c], dtype) = (self.extents, self.operands, self.dtype);
        let (matrix, outer, vector) = if self.is_on_the_right() { (a, a.steps[0], b) } else { (b, b.steps[1], a) };
        let y_outer = if self.is_on_the_right() { c.steps[0] } else { c.steps[1] };
        let writes = Writes { in_fours: false, ..self.writes(wide) };
        let write = || {
            let mut head = text::elements(dtype);
            head.line(format_args!("const LANES = {lanes}u;"));
            head += text::read(dtype, "a", 1, false, false);
            head += text::read(dtype, "b", 2, false, false);
            head += self.fold.combined(dtype);
            head += self.fold.one(dtype);
            head += text::written(dtype, 3, writes);
            [head]
        };
        let groups = blocks * parts * self.stack[0] * self.stack[1];
        let counts = [groups, blocks, parts, depth, usize::from(self.fresh), self.stack[0], m.max(n), k];
        let mut arguments: Arguments = counts.iter().map(|&count| count as u32).collect();
        arguments.extend([matrix.at, outer, matrix.steps[2], matrix.stack[0], matrix.stack[1]]);
        arguments.extend([vector.at, vector.steps[2], vector.stack[0], vector.stack[1]]);
        arguments.extend([c.at, y_outer, c.stack[0], c.stack[1], c.steps[2]]);
        let arrays = [(Access::Read, matrix.buffer), (Access::Read, vector.buffer), (Access::Write, c.buffer)];
        Launch { shader: &MATVEC, parts: &[], arrays: &arrays, arguments: &arguments, groups }.run_form(
            gpu,
            &(self.fold, dtype, lanes, writes),
            write,
            || format!("{lanes} lanes of {dtype}"),
        );
    }
}

/// The sum of parts that lie one after another, or what else they come to.
pub(super) struct Sum<'a> {
    pub(super) fold: Fold,
    pub(super) dtype: DType,
    /// Whether the parts are as in registers.
    pub(super) wide: bool,
    pub(super) parts: usize,
    /// Their segment, where they begin in it, and how far apart they are.
    pub(super) from: (&'a Buffer, u32, u32),
    /// Matrices of the stack, rows, columns.
    pub(super) extents: [usize; 3],
    /// The segment of the sum, where it begins in it, and its steps along the two axes of the stack and from row to row.
    pub(super) into: (&'a Buffer, u32, [u32; 3]),
    /// The extent of the second axis of the stack.
    pub(super) inner_stack: usize,
    /// Whether the sum begins anew, and whether it is complete afterwards.
    pub(super) fresh: bool,
    pub(super) last: bool,
}

impl Sum<'_> {
    pub(super) fn run(&self, gpu: &Gpu) {
        let Self { fold, dtype, wide, parts, from, extents: [count, m, n], into, inner_stack, fresh, last } = *self;
        let writes = Writes { roots: last && fold.has_roots(), ..Writes::default() };
        let write = || {
            let mut head = text::elements(dtype);
            head += text::read(dtype, "a", 1, wide, false);
            head += fold.combined(dtype);
            head += text::written(dtype, 2, writes);
            [head]
        };
        let elements = count * m * n;
        let counts = [elements, parts, usize::from(fresh), inner_stack, m, n];
        let [outer, inner, row] = into.2;
        let places = [from.1, from.2, into.1, row, inner, outer];
        let arguments: Arguments = counts.iter().map(|&count| count as u32).chain(places).collect();
        let arrays = [(Access::Read, from.0), (Access::Write, into.0)];
        let groups = elements.div_ceil(gpu.workgroup());
        Launch { shader: &SUM, parts: &[], arrays: &arrays, arguments: &arguments, groups }.run_form(
            gpu,
            &(fold, dtype, wide, writes),
            write,
            || format!("parts of {dtype}"),
        );
    }
}
