//! Rows divided by a triangle.

use std::fmt::Write as _;
use std::ops::Neg;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::emit::stored;
use crate::device::gpu::{Gpu, Memory};
use crate::device::product::Product;
use crate::device::space::View;
use crate::dtype::Element;
use crate::memory::strided::{Grid, Step};

const DIVIDE: Shader =
    Shader { name: "linear_algebra/divide", text: include_str!("../../../../shaders/linear_algebra/divide.wgsl") };

/// Rows of a group.
const ROWS: usize = 64;

/// An upper triangle in device memory, cut into columns of blocks on the diagonal.
///
/// ```text
///   ┌───┬───┬───┐   x = a R⁻¹ from left to right: for each block J of columns
///   │ ◣ │ * │ * │     w = a_J - Σ over I < J of x_I R_IJ      a product of matrices
///   └───┤ ◣ │ * │     x_J = w R_JJ⁻¹                          by substitution
///       └───┴───┘
/// ```
pub(super) struct Triangle<'a> {
    gpu: &'a Gpu,
    n: usize,
    /// Columns of a block, but the last one.
    width: usize,
    /// The negative of all.
    negative: Memory,
    /// The blocks on the diagonal, one after another.
    diagonal: Memory,
}

/// The most columns of a block: as many as leave room for several groups on a processor.
fn most_columns<T>() -> usize {
    256 / size_of::<T>()
}

impl<'a> Triangle<'a> {
    /// Of n x n elements, row by row.
    pub(super) fn new<T: Element + Neg<Output = T>>(gpu: &'a Gpu, r: &[T], n: usize) -> Self {
        let width = most_columns::<T>().min(gpu.segment()).min(n.max(1));
        let negative: Vec<T> = r.iter().map(|&value| -value).collect();
        let block = |first: usize| {
            let columns = first..n.min(first + width);
            columns.clone().flat_map(move |row| columns.clone().map(move |column| r[row * n + column]))
        };
        let diagonal: Vec<T> = (0..n).step_by(width).flat_map(block).collect();
        let whole = Memory::whole(gpu, diagonal.len(), size_of::<T>());
        gpu.upload_into(bytemuck::cast_slice(&diagonal), &whole);
        let negative = gpu.upload(bytemuck::cast_slice(&negative), size_of::<T>());
        Self { gpu, n, width, negative, diagonal: whole }
    }

    /// The most rows that can be divided at once: a block of columns lies in one segment.
    pub(super) fn most_rows(&self) -> usize {
        (self.gpu.segment() / self.width).max(1)
    }

    /// Divide rows of n elements, which lie from the beginning of `rows` on.
    pub(super) fn divide<T: Element>(&self, rows: &Memory, count: usize) {
        let (gpu, n) = (self.gpu, self.n);
        for first in (0..n).step_by(self.width) {
            let width = self.width.min(n - first);
            let block = gpu.empty(count * width, size_of::<T>());
            let between = |from: usize, into: usize| {
                [
                    Step { extent: count, from: from as isize, into: into as isize },
                    Step { extent: width, from: 1, into: 1 },
                ]
            };
            gpu.copy(&Grid::new(first, 0, between(n, width)), rows, &block);
            if first > 0 {
                let view = |offset: usize| View { offset: offset as isize, strides: [n as isize, 1].as_slice().into() };
                let product = Product {
                    shape: (count, width).into(),
                    inner: first,
                    a: view(0),
                    b: view(first),
                    at: 0,
                    add: true,
                };
                gpu.multiply(&product, T::DTYPE, [rows, &self.negative], &block);
            }
            self.substitute::<T>(&block, count, [width, first * self.width]);
            gpu.copy(&Grid::new(0, first, between(width, n)), &block, rows);
        }
    }

    /// Divide rows of `width` elements by the block that lies at `at`.
    fn substitute<T: Element>(&self, rows: &Memory, count: usize, [width, at]: [usize; 2]) {
        let Some(segment) = rows.segments().first() else { return };
        let mut head = format!("const ROWS = {ROWS}u;\nconst WIDTH = {}u;\n", most_columns::<T>());
        let _ = writeln!(head, "alias T = {};", stored(T::DTYPE));
        head += if T::DTYPE.is_complex() {
            "fn without(sum: T, x: T, r: T) -> T {\n    \
             return T(sum.x - x.x * r.x + x.y * r.y, sum.y - x.x * r.y - x.y * r.x);\n}\n\
             fn ratio(x: T, r: T) -> T { return T(x.x / r.x, x.y / r.x); }\n"
        } else {
            "fn without(sum: T, x: T, r: T) -> T { return sum - x * r; }\n\
             fn ratio(x: T, r: T) -> T { return x / r; }\n"
        };
        let arrays = [(Access::Read, &self.diagonal.segments()[0]), (Access::Write, segment)];
        let arguments = [count, width, at].map(|number| number as u32);
        let groups = count.div_ceil(ROWS);
        Launch { shader: &DIVIDE, parts: &[&head], arrays: &arrays, arguments: &arguments, groups }
            .run(self.gpu, || format!("blocks of {} columns of {}", most_columns::<T>(), T::DTYPE));
    }
}
