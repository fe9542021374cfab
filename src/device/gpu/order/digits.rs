//! Digits of the keys of a block's elements, counted on the device: what `device/digits.rs` asks.
//!
//! Every round reads the block once. Up go 24 bytes for each group and prefix at the most, down come 1 KiB for each prefix.

use std::marker::PhantomData;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::device::Source;
use crate::device::cpu::Cpu;
use crate::device::digits::{BINS, Bounds, Keyed, Round};
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::order::keys;
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::program::{Operand, Work};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::DType;
use crate::memory::Block;
use crate::program::{Fold, Node, Op, Program, Root, Scalar, Unary};
use crate::shape::Shape;

const TALLY: Shader = Shader { name: "order/tally", text: include_str!("../../../../shaders/order/tally.wgsl") };

/// Slots whose counts have room in shared memory.
const SLOTS: usize = 16;

/// Workgroups that keep a large device busy.
const GROUPS: usize = 2 << 10;

/// The fewest elements of a part: what it counts in shared memory costs as much as some thousand of them.
const PART: usize = 4 << 10;

/// So many elements of an outer index are worth launches of their own.
const WORTH: usize = 64 << 10;

/// The groups of a block on a device.
pub(crate) struct Digits<T> {
    gpu: Gpu,
    cpu: Cpu,
    block: Arc<Memory>,
    extents: [usize; 3],
    range: Ranges,
    of: PhantomData<T>,
}

impl<T: Keyed> Digits<T> {
    /// Nothing where the device has no kernels for it, or its counts would not be numbers of 32 bits.
    pub(crate) fn new(gpu: &Gpu, cpu: &Cpu, block: &dyn Source, extents: [usize; 3]) -> Option<Self> {
        let [outer, rows, inner] = extents;
        let range = Ranges::new(T::DTYPE);
        let roots: Vec<&Root> = range.roots.iter().collect();
        let counted = u32::try_from(rows).is_ok() && u32::try_from(outer * inner).is_ok();
        let known = counted && gpu.can_compute(gpu.know(&range.program), &Shape::from(extents), &roots, false);
        let new =
            || Self { gpu: gpu.clone(), cpu: cpu.clone(), block: block.card(gpu), extents, range, of: PhantomData };
        known.then(new)
    }

    /// The bounds of all groups, by reductions along the rows.
    pub(crate) fn bounds(&self) -> Vec<Bounds> {
        let [outer, rows, inner] = self.extents;
        let shape = Shape::from(self.extents);
        if shape.size() == 0 {
            return vec![Bounds::NOTHING; outer * inner];
        }
        let blocks = vec![Operand { memory: Some(self.block.clone()), view: View::row_major(&shape) }];
        let Ranges { program, roots, scalars } = &self.range;
        let work = Work { program: self.gpu.know(program), shape: &shape, blocks, scalars, indices: &[] };
        let results = work.results(&self.gpu, &roots.iter().collect::<Vec<_>>(), &[1], rows as u64, false);
        let keys = |memory: &Memory| {
            let elements: Block<T> = self.gpu.block(memory, self.cpu.pool());
            elements.iter().map(|&element| element.to_key()).collect::<Vec<u64>>()
        };
        let (least, greatest) = (keys(&results[0]), keys(&results[1]));
        let mut bounds: Vec<Bounds> =
            least.iter().zip(greatest).map(|(&least, greatest)| Bounds { nan: 0, least, greatest }).collect();
        if let Some(nans) = results.get(2) {
            let nans: Block<i64> = self.gpu.block(nans, self.cpu.pool());
            bounds.iter_mut().zip(nans.iter()).for_each(|(bounds, &nan)| bounds.nan = nan as u64);
        }
        bounds
    }

    pub(crate) fn search(&self, groups: Range<usize>) -> Search<'_, T> {
        Search { of: self, groups }
    }
}

/// The least and the greatest elements that are no NaN, and of floats the number of the others.
struct Ranges {
    program: Program,
    roots: Vec<Root>,
    scalars: Vec<Scalar>,
}

impl Ranges {
    fn new(dtype: DType) -> Self {
        let node = |op, dtype, arguments: &[usize]| Node { op, dtype, arguments: arguments.into() };
        let root = |node, fold| Root::Reduction { node, fold, axes: [1].as_slice().into() };
        let mut nodes = vec![node(Op::Block(0), dtype, &[])];
        if !matches!(dtype, DType::F32 | DType::F64) {
            let roots = vec![root(0, Fold::Min), root(0, Fold::Max)];
            return Self { program: Program { nodes, roots: Vec::new() }, roots, scalars: Vec::new() };
        }
        nodes.push(node(Op::Unary(Unary::IsNan), DType::Bool, &[0]));
        nodes.push(node(Op::Scalar(0), dtype, &[]));
        nodes.push(node(Op::Scalar(1), dtype, &[]));
        nodes.push(node(Op::Select, dtype, &[1, 2, 0]));
        nodes.push(node(Op::Select, dtype, &[1, 3, 0]));
        nodes.push(node(Op::Cast, DType::I64, &[1]));
        let roots = vec![root(4, Fold::Min), root(5, Fold::Max), root(6, Fold::Sum)];
        let scalars = [f64::INFINITY, f64::NEG_INFINITY].map(|value| Scalar::F64(value).cast(dtype)).into();
        Self { program: Program { nodes, roots: Vec::new() }, roots, scalars }
    }
}

/// Groups whose elements are searched.
pub(crate) struct Search<'a, T> {
    of: &'a Digits<T>,
    groups: Range<usize>,
}

/// What a round works with on the device.
struct Tables {
    lenses: Memory,
    prefixes: Memory,
    counts: Memory,
}

impl<T: Keyed> Search<'_, T> {
    pub(crate) fn count(&self, round: &Rc<Round>) -> Block<u64> {
        let (gpu, pool) = (&self.of.gpu, self.of.cpu.pool());
        let mut all = pool.zeroed::<u64>(round.prefixes.len() * BINS);
        if self.of.block.len() == 0 || all.is_empty() {
            return all;
        }
        let tables = Tables::new(gpu, round);
        self.tally(round, &tables);
        let counts: Block<i32> = gpu.block(&tables.counts, pool);
        all.iter_mut().zip(counts.iter()).for_each(|(all, &count)| *all = (count as u32).into());
        all
    }

    /// All outer indices together, or each alone where that makes room for counts in shared memory and is worth a launch.
    fn tally(&self, round: &Round, tables: &Tables) {
        let [_, rows, inner] = self.of.extents;
        let outer = self.groups.start / inner..(self.groups.end - 1) / inner + 1;
        let slots = |outer: &Range<usize>| {
            let place = |index: usize| (index * inner).clamp(self.groups.start, self.groups.end) - self.groups.start;
            round.slots(place(outer.start)..place(outer.end))
        };
        if slots(&outer).len() > SLOTS && rows * inner >= WORTH {
            for index in outer {
                let here = index..index + 1;
                self.part(tables, slots(&here), here);
            }
        } else {
            self.part(tables, slots(&outer), outer);
        }
    }

    /// The elements of some outer indices, which are about these slots.
    fn part(&self, tables: &Tables, slots: Range<usize>, outer: Range<usize>) {
        let [_, rows, inner] = self.of.extents;
        // Of one outer index only the columns that are asked about.
        let columns = if outer.len() == 1 {
            let first = outer.start * inner;
            self.groups.start.max(first) - first..self.groups.end.min(first + inner) - first
        } else {
            0..inner
        };
        let (row, first) = (inner as isize, outer.start * inner + columns.start);
        let view = View {
            offset: (outer.start * rows * inner + columns.start) as isize,
            strides: [row * rows as isize, row, 1].as_slice().into(),
        };
        let extents = [outer.len(), rows, columns.len()];
        pieces::each(&extents, &[view], self.of.gpu.segment(), &mut |piece| {
            self.launch(tables, &slots, first + piece.start[0] * inner + piece.start[2], &piece);
        });
    }

    /// A box of elements within one segment, the first one of which is of group `first`.
    fn launch(&self, tables: &Tables, slots: &Range<usize>, first: usize, piece: &Piece) {
        let (gpu, [_, _, inner]) = (&self.of.gpu, self.of.extents);
        let (segment, view) = &piece.views[0];
        let elements: usize = piece.extents.iter().product();
        let part = elements.div_ceil(GROUPS).max(PART).next_multiple_of(gpu.workgroup());
        let shared = (1..=SLOTS).contains(&slots.len());
        let copies = if shared { 1 << (SLOTS / slots.len()).ilog2() } else { 1 };
        let steps = [view.strides[0] as usize, view.strides[1] as usize];
        let box_of = [elements, part, piece.extents[1], piece.extents[2], view.offset as usize, steps[0], steps[1]];
        let asked = [first.wrapping_sub(self.groups.start), inner, self.groups.len(), slots.start, slots.len(), copies];
        let arguments: Vec<u32> = box_of.iter().chain(&asked).map(|&number| number as u32).collect();
        let mut head = Text::default();
        head.line(format_args!("const SHARED = {shared};"));
        keys::declare(&mut head, T::DTYPE, "a0", 4);
        let key = keys::key(T::DTYPE, "a0", "at");
        let pair = if T::DTYPE.bytes() == 8 { key } else { format!("vec2<u32>({key}, 0u)") };
        head.line(format_args!("fn key_of(at: u32) -> vec2<u32> {{ return {pair}; }}"));
        let arrays = [
            (Access::Read, &tables.lenses.segments()[0]),
            (Access::Read, &tables.prefixes.segments()[0]),
            (Access::Write, &tables.counts.segments()[0]),
            (Access::Read, &self.of.block.segments()[*segment]),
        ];
        Launch {
            shader: &TALLY,
            parts: &[&head],
            arrays: &arrays,
            arguments: &arguments,
            groups: elements.div_ceil(part),
        }
        .run(gpu, || format!("digits of {}", T::DTYPE));
    }
}

impl Tables {
    /// The question of a round, and counts that are zero.
    fn new(gpu: &Gpu, round: &Round) -> Self {
        let halves = |number: u64| [number as u32, (number >> 32) as u32];
        let lenses = round.lenses.iter().flat_map(|lens| {
            let [low, high] = halves(lens.least);
            [low, high, lens.slots.start as u32, lens.shift | lens.width << 6 | (lens.slots.len() as u32) << 10]
        });
        let lenses: Vec<u32> = lenses.collect();
        let prefixes: Vec<u32> = round.prefixes.iter().copied().flat_map(halves).collect();
        let table = |words: &[u32], width: usize| {
            let memory = Memory::whole(gpu, 4 * words.len() / width, width);
            gpu.upload_into(bytemuck::cast_slice(words), &memory);
            memory
        };
        let counts = Memory::whole(gpu, round.prefixes.len() * BINS, 4);
        gpu.fill(&counts, 0_i32);
        Self { lenses: table(&lenses, 16), prefixes: table(&prefixes, 8), counts }
    }
}
