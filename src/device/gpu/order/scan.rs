//! Scans: the running sum, product, least or greatest element along an axis.
//!
//! # References
//! G. E. Blelloch, *Prefix sums and their applications*, CMU-CS-90-190, 1990.

use wgpu::Buffer;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::accumulator::Accumulator;
use crate::device::gpu::program::emit::{self, is_bytes, stored};
use crate::device::gpu::program::pieces;
use crate::device::gpu::program::text::Text;
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::DType;
use crate::program::Fold;
use crate::shape::Shape;

const SCAN: Shader = Shader { name: "order/scan", text: include_str!("../../../../shaders/order/scan.wgsl") };
const SUMS: Shader = Shader { name: "order/sums", text: include_str!("../../../../shaders/order/sums.wgsl") };
const COLUMNS: Shader = Shader { name: "order/columns", text: include_str!("../../../../shaders/order/columns.wgsl") };

/// Workgroups that keep a large device busy.
const GROUPS: usize = 2 << 10;

/// Invocations that do.
const BUSY: usize = 256 << 10;

/// Rows that are worth an invocation.
const ROWS: usize = 16;

/// The most rows of a part that one invocation walks, and the most tiles of one that a workgroup does: some software devices end all loops after
/// 65535 trips.
const TRIPS: usize = 32 << 10;
const TILES: usize = 512;

/// What is scanned.
#[derive(Clone, Copy)]
pub(crate) struct Scan {
    /// A sum, a product, the least or the greatest element.
    pub(crate) fold: Fold,
    /// The dtype of the elements.
    pub(crate) from: DType,
    /// That of the results.
    pub(crate) into: DType,
    /// Whether an element is left out of its own result.
    pub(crate) exclusive: bool,
}

impl Gpu {
    /// Whether there are kernels for it.
    pub(crate) fn scans(&self, scan: Scan) -> bool {
        self.supports(scan.into) && Accumulator::new(scan.fold, scan.from, self, false).is_some_and(|rule| !rule.places)
    }

    /// The scan of a row-major block of `shape` along `axis`.
    ///
    /// Integers: Exact. Sums and products of floats are Bounded: folds of n elements in some order, in `f64` where the device has it.
    pub(crate) fn scan(&self, source: &Memory, shape: &Shape, axis: usize, scan: Scan) -> Memory {
        let rule = Accumulator::new(scan.fold, scan.from, self, false).expect("there are kernels for it");
        let [outer, rows, inner] = [shape[..axis].iter().product(), shape[axis], shape[axis + 1..].iter().product()];
        let result = self.empty(source.len(), scan.into.bytes());
        let carries = self.empty(outer * inner, rule.dtype.bytes());
        let pass = Pass { gpu: self, rule, into: scan.into, exclusive: scan.exclusive };
        let view = |steps: [usize; 3]| View { offset: 0, strides: steps.iter().map(|&step| step as isize).collect() };
        let (elements, of_lines) = (view([rows * inner, inner, 1]), view([inner, 0, 1]));
        // In ascending order of the rows: what came before a piece is in its lines' carries.
        pieces::each(&[outer, rows, inner], &[elements, of_lines], self.segment(), &mut |piece| {
            let [(segment, elements), (of_carries, of_lines)] = &piece.views[..] else { unreachable!("two views") };
            let (outer, inner) = (piece.extents[0], piece.extents[2]);
            let lines = Lines {
                count: outer * inner,
                rows: piece.extents[1],
                place: Place::new(elements, inner),
                row_step: elements.strides[1] as usize,
            };
            let before =
                Before { buffer: &carries.segments()[*of_carries], place: Place::new(of_lines, inner), part_step: 0 };
            let arrays = [&source.segments()[*segment], &result.segments()[*segment]];
            pass.run(arrays, &lines, &before, piece.start[1] == 0);
        });
        result
    }

    /// The sums of the counts before each one, of a table of 32 bits in one segment.
    pub(super) fn sums_before(&self, counts: &Memory) -> Memory {
        let result = Memory::whole(self, counts.len(), 4);
        let carry = Memory::whole(self, 1, 4);
        let pass = Pass { gpu: self, rule: Accumulator::of_counts(), into: DType::I32, exclusive: true };
        let place = Place { offset: 0, inner: 1, line_step: 0 };
        let lines = Lines { count: 1, rows: counts.len(), place, row_step: 1 };
        let before = Before { buffer: &carry.segments()[0], place, part_step: 0 };
        pass.run([&counts.segments()[0], &result.segments()[0]], &lines, &before, true);
        result
    }
}

/// Where lines begin: line l at `offset + l / inner * line_step + l % inner`.
#[derive(Clone, Copy)]
struct Place {
    offset: usize,
    inner: usize,
    line_step: usize,
}

impl Place {
    /// Of lines that are numbered by the outer dimension of a view and by the last one, of `inner` indices.
    fn new(view: &View, inner: usize) -> Self {
        Self { offset: view.offset as usize, inner, line_step: view.strides[0] as usize }
    }
}

/// Lines within one segment.
struct Lines {
    count: usize,
    rows: usize,
    place: Place,
    row_step: usize,
}

impl Lines {
    /// Whether neighbours in a line are neighbours in memory.
    fn is_contiguous(&self) -> bool {
        self.row_step == 1
    }
}

/// Where what is before each part of each line is.
struct Before<'b> {
    buffer: &'b Buffer,
    place: Place,
    part_step: usize,
}

/// How lines are shared.
#[derive(Clone, Copy)]
struct Shares {
    parts: usize,
    rows_of_part: usize,
}

/// What all launches of a scan have in common.
struct Pass<'p> {
    gpu: &'p Gpu,
    rule: Accumulator,
    into: DType,
    exclusive: bool,
}

/// What a launch does.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// It folds the parts.
    Sums,
    /// It scans lines, and keeps what they come to.
    Lines,
    /// It scans parts from what is before each.
    Parts,
}

impl Pass<'_> {
    /// Scan lines from an array into another, and bring what is before them up to date.
    fn run(&self, arrays: [&Buffer; 2], lines: &Lines, before: &Before<'_>, fresh: bool) {
        let shares = self.shares(lines);
        if shares.parts == 1 {
            return self.launch(Role::Lines, arrays, lines, shares, before, fresh);
        }
        let table = || Memory::whole(self.gpu, shares.parts * lines.count, self.rule.dtype.bytes());
        let (sums, scanned) = (table(), table());
        let [inner, line_step, part_step] =
            if lines.is_contiguous() { [1, shares.parts, 1] } else { [lines.count, 0, lines.count] };
        let place = Place { offset: 0, inner, line_step };
        let of_parts = |table| Before { buffer: table, place, part_step };
        let [sums, scanned] = [&sums.segments()[0], &scanned.segments()[0]];
        self.launch(Role::Sums, arrays, lines, shares, &of_parts(sums), true);
        let above = Pass { gpu: self.gpu, rule: self.rule.of_states(self.gpu), into: self.rule.dtype, exclusive: true };
        let of_sums = Lines { count: lines.count, rows: shares.parts, place, row_step: part_step };
        above.run([sums, scanned], &of_sums, before, fresh);
        self.launch(Role::Parts, arrays, lines, shares, &of_parts(scanned), false);
    }

    /// Elements of a tile for an invocation: odd, and so many that tiles and their sums fit into shared memory.
    fn each(&self) -> usize {
        match self.rule.dtype.bytes() {
            16 => 3,
            8 => 7,
            _ => 15,
        }
    }

    fn shares(&self, lines: &Lines) -> Shares {
        let count = lines.count.max(1);
        if lines.is_contiguous() {
            let tile = self.each() * self.gpu.workgroup();
            let tiles = lines.rows.div_ceil(tile);
            let tiles_of_part = tiles.div_ceil((GROUPS / count).clamp(1, tiles.max(1))).clamp(1, TILES);
            return Shares { parts: tiles.div_ceil(tiles_of_part).max(1), rows_of_part: tiles_of_part * tile };
        }
        let parts = (BUSY / count).min(lines.rows / ROWS).max(lines.rows.div_ceil(TRIPS)).max(1);
        let rows_of_part = lines.rows.div_ceil(parts).max(1);
        Shares { parts: lines.rows.div_ceil(rows_of_part).max(1), rows_of_part }
    }

    fn launch(
        &self,
        role: Role,
        [source, destination]: [&Buffer; 2],
        lines: &Lines,
        shares: Shares,
        before: &Before<'_>,
        fresh: bool,
    ) {
        let (gpu, all) = (self.gpu, lines.count * shares.parts);
        let (shader, groups) = match (lines.is_contiguous(), role) {
            (true, Role::Sums) => (&SUMS, all),
            (true, _) => (&SCAN, all),
            (false, _) => (&COLUMNS, all.div_ceil(gpu.workgroup())),
        };
        let flags = [fresh, role != Role::Parts, self.exclusive].map(usize::from);
        let counts = [lines.count, lines.rows, shares.parts, shares.rows_of_part];
        let of_lines = [lines.place.offset, lines.place.inner, lines.place.line_step, lines.row_step];
        let of_before = [before.place.offset, before.place.inner, before.place.line_step, before.part_step];
        let numbers = counts.iter().chain(&flags).chain(&of_lines).chain(&of_before);
        let arguments: Vec<u32> = numbers.map(|&number| number as u32).collect();
        let mut arrays = vec![(Access::Write, before.buffer), (Access::Read, source)];
        if role != Role::Sums {
            arrays.push((Access::Write, destination));
        }
        let head = self.head(role);
        Launch { shader, parts: &[&head], arrays: &arrays, arguments: &arguments, groups }
            .run(gpu, || format!("to {}", self.into));
    }

    /// The arrays, and what is done with elements.
    fn head(&self, role: Role) -> Text {
        let Self { rule, into, .. } = self;
        let (from, state) = (rule.from, rule.dtype);
        let mut head = Text::default();
        head.line(format_args!("const EACH = {}u;", self.each()));
        head.line(format_args!("alias State = {};", rule.stored()));
        head.line("@group(0) @binding(1) var<storage, read_write> c: array<State>;");
        head.line(format_args!("@group(0) @binding(2) var<storage, read> a0: array<{}>;", stored(from)));
        head.line(format_args!("fn nothing() -> State {{ return {}; }}", rule.start()));
        head.line(format_args!(
            "fn both(before: State, after: State) -> State {{ return {}; }}",
            rule.both("before", "after")
        ));
        head.line(format_args!(
            "fn element(at: u32) -> State {{ return {}; }}",
            rule.of(&emit::load(from, "a0", "at", false))
        ));
        if role == Role::Sums {
            head.line("fn keep_element(at: u32, value: State) {}");
            return head;
        }
        let value =
            if state == *into { "value".to_owned() } else { format!("cast_{}_{}(value)", state.name(), into.name()) };
        let kept = if is_bytes(*into) { "atomic<u32>" } else { stored(*into) };
        head.line(format_args!("@group(0) @binding(3) var<storage, read_write> b0: array<{kept}>;"));
        head.line("fn keep_element(at: u32, value: State) {");
        emit::store(&mut head, *into, "b0", "at", &value);
        head.line("}");
        head
    }
}
