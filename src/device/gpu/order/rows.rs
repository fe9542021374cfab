//! Rows by their numbers: gather and scatter.

use smallvec::SmallVec;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::emit;
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::DType;

const ROWS: Shader = Shader { name: "order/rows", text: include_str!("../../../../shaders/order/rows.wgsl") };

/// Which way the rows go.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Gather,
    Scatter,
}

impl Gpu {
    /// The rows of `source`, of so many columns, that have these numbers, of 32 or 64 bits. A number of no row leaves a row unspecified.
    ///
    /// Exact. Of less than 2^32 rows. A segment of the result is written once for each segment of `source`.
    pub(crate) fn gathered(&self, source: &Memory, columns: usize, numbers: &Memory) -> Memory {
        let result = self.empty(numbers.len() * columns, source.width());
        Rows { gpu: self, way: Way::Gather, columns, numbers, here: &result, there: source }.run();
        result
    }

    /// Write the rows of `source`, of so many columns, to those rows of `destination` that have these numbers, of 32 or 64 bits: each at most once.
    /// A number of no row lets its row go.
    ///
    /// As [`Gpu::gathered`].
    pub(crate) fn scatter(&self, source: &Memory, columns: usize, numbers: &Memory, destination: &Memory) {
        Rows { gpu: self, way: Way::Scatter, columns, numbers, here: source, there: destination }.run();
    }
}

/// Rows on their way: those of `here` follow each other, those of `there` are numbered.
struct Rows<'r> {
    gpu: &'r Gpu,
    way: Way,
    columns: usize,
    numbers: &'r Memory,
    here: &'r Memory,
    there: &'r Memory,
}

impl Rows<'_> {
    fn run(&self) {
        let extents = [self.numbers.len(), self.columns];
        let here = View { offset: 0, strides: SmallVec::from_slice(&[self.columns as isize, 1]) };
        let numbers = View { offset: 0, strides: SmallVec::from_slice(&[1, 0]) };
        let head = self.head();
        pieces::each(&extents, &[here, numbers], self.gpu.segment(), &mut |piece| {
            (0..self.there.segments().len()).for_each(|segment| self.launch(&head, &piece, segment));
        });
    }

    /// One piece of the rows here, and one segment there.
    fn launch(&self, head: &Text, piece: &Piece, segment: usize) {
        let [(of_here, here), (of_numbers, numbers)] = &piece.views[..] else { unreachable!("two views") };
        let (rows, columns) = (piece.extents[0], piece.extents[1]);
        let begin = segment * self.gpu.segment();
        let elements = self.gpu.segment().min(self.there.len() - begin);
        let column = piece.start[1];
        let first = (begin + 1).saturating_sub(column + columns).div_ceil(self.columns);
        let Some(last) = (begin + elements - 1).checked_sub(column).map(|room| room / self.columns) else { return };
        let there = (first * self.columns + column).wrapping_sub(begin);
        let counts = [rows, columns, here.offset as usize, self.columns, numbers.offset as usize, self.columns];
        let arguments: Vec<u32> =
            counts.iter().chain(&[first, last, there, elements]).map(|&number| number as u32).collect();
        let here = &self.here.segments()[*of_here];
        let there = &self.there.segments()[segment];
        let [from, into] = if self.way == Way::Gather { [there, here] } else { [here, there] };
        let numbers = &self.numbers.segments()[*of_numbers];
        let arrays = [(Access::Read, numbers), (Access::Read, from), (Access::Write, into)];
        let groups = (rows * columns).div_ceil(self.gpu.workgroup());
        Launch { shader: &ROWS, parts: &[head], arrays: &arrays, arguments: &arguments, groups }
            .run(self.gpu, || format!("rows of elements of {} bytes", self.here.width()));
    }

    fn head(&self) -> Text {
        let (of_numbers, number) =
            if self.numbers.width() == 4 { ("u32", "n0[at]") } else { ("vec2<u32>", "n0[at].x") };
        let (of, bytes) = match self.here.width() {
            1 => ("u32", true),
            4 => ("u32", false),
            8 => ("vec2<u32>", false),
            _ => ("vec4<u32>", false),
        };
        let into = if bytes { "atomic<u32>" } else { of };
        let [from, at] = if self.way == Way::Gather { ["there", "here"] } else { ["here", "there"] };
        let mut head = Text::default();
        head.line(format_args!("@group(0) @binding(1) var<storage, read> n0: array<{of_numbers}>;"));
        head.line(format_args!("@group(0) @binding(2) var<storage, read> a0: array<{of}>;"));
        head.line(format_args!("@group(0) @binding(3) var<storage, read_write> b0: array<{into}>;"));
        head.line(format_args!("fn number(at: u32) -> u32 {{ return {number}; }}"));
        head.line("fn bring(here: u32, there: u32) {");
        let dtype = if bytes { DType::U8 } else { DType::I32 };
        emit::store(&mut head, dtype, "b0", at, &emit::load(dtype, "a0", from, false));
        head.line("}");
        head
    }
}
