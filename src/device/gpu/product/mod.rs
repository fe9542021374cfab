//! Products of matrices.
//!
//! ```text
//!   Product ──▶ joined: axes of the stack that are one ──▶ pieces: one segment of a, b and c each ──▶ parts of the inner axis
//!                                                                                                        │ tiled, or vector; sum
//! ```
//!
//! [`tile`] chooses tiles and parts, [`text`] writes a tile out, [`kernels`] launches the files of `shaders/linear_algebra`.

mod kernels;
mod text;
mod tile;

use smallvec::SmallVec;

use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::{Gpu, Memory};
use crate::device::product::Product;
use crate::device::space::View;
use crate::dtype::DType;
use crate::memory::strided::{Grid, Step};

use kernels::{Sum, Task};

/// An axis that several of the factors and the product walk along: its extent, and their steps.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    extent: usize,
    steps: [isize; 3],
}

/// The axes of the stack, as few as there can be, and that of the rows.
///
/// Products of many matrices with the same one are one product of more rows, where those lie at equal distances.
fn joined(stack: impl Iterator<Item = Axis>, rows: Axis) -> (SmallVec<[Axis; 4]>, Axis) {
    let mut axes: SmallVec<[Axis; 4]> = SmallVec::new();
    let goes_on =
        |outer: &Axis, inner: Axis| (0..3).all(|its| outer.steps[its] == inner.steps[its] * inner.extent as isize);
    for axis in stack.filter(|axis| axis.extent > 1) {
        match axes.last_mut() {
            Some(last) if goes_on(last, axis) => *last = Axis { extent: last.extent * axis.extent, ..axis },
            _ => axes.push(axis),
        }
    }
    match axes.last() {
        Some(&last) if last.steps[1] == 0 && (rows.extent == 1 || goes_on(&last, rows)) => {
            axes.pop();
            let steps = if rows.extent == 1 { last.steps } else { rows.steps };
            (axes, Axis { extent: last.extent * rows.extent, steps })
        }
        _ => (axes, rows),
    }
}

impl Gpu {
    /// Computes products of stacks of matrices into `c`. No two of them may be the same memory but the factors.
    pub(crate) fn multiply(&self, product: &Product, dtype: DType, [a, b]: [&Memory; 2], c: &Memory) {
        let (into, rank) =
            (View { offset: product.at as isize, ..View::row_major(&product.shape) }, product.shape.ndim() - 2);
        if product.inner == 0 && !product.add {
            let zero = self.upload(&[0; 16][..dtype.bytes()], dtype.bytes());
            let all = Step { extent: product.shape.size(), from: 0, into: 1 };
            return self.copy(&Grid::new(0, product.at, [all]), &zero, c);
        }
        let views = [&product.a, &product.b, &into];
        let axis = |at: usize| Axis { extent: product.shape[at], steps: views.map(|view| view.strides[at]) };
        let rows = Axis { steps: [product.a.strides[rank], 0, into.strides[rank]], ..axis(rank) };
        let (stack, rows) = joined((0..rank).map(axis), rows);
        let columns = [0, product.b.strides[rank + 1], 1];
        let inner = [product.a.strides[rank + 1], product.b.strides[rank], 0];
        let axes = [
            rows,
            Axis { extent: product.shape[rank + 1], steps: columns },
            Axis { extent: product.inner, steps: inner },
        ];
        let axes: SmallVec<[Axis; 8]> = stack.into_iter().chain(axes).collect();
        let extents: SmallVec<[usize; 8]> = axes.iter().map(|axis| axis.extent).collect();
        let views = [0, 1, 2].map(|its| {
            let strides = axes.iter().map(|axis| axis.steps[its]).collect();
            View { offset: views[its].offset, strides }
        });
        // Kernels count elements of a segment, not products.
        pieces::at_most(usize::MAX, &extents, &views, self.segment(), &mut |piece| {
            self.multiply_piece(&piece, dtype, product.add, [a, b, c]);
        });
    }

    /// The products of a piece, matrix by matrix of what a kernel cannot count through.
    fn multiply_piece(&self, piece: &Piece, dtype: DType, add: bool, memories: [&Memory; 3]) {
        let Piece { extents, start, views } = piece;
        let (rank, all) = (extents.len() - 3, extents.len());
        let fresh = !add && start[all - 1] == 0;
        let outer = rank.saturating_sub(2);
        let stack = |from_last: usize| rank.checked_sub(from_last).filter(|&at| at >= outer);
        for number in 0..extents[..outer].iter().product() {
            let index = crate::shape::Shape::from(&extents[..outer]).unravel(number);
            let operand = |its: usize| {
                let (segment, View { offset, strides }) = &views[its];
                let at = index.iter().zip(strides).fold(*offset, |at, (&index, step)| at + index as isize * step);
                let step = |axis: Option<usize>| axis.map_or(0, |axis| strides[axis] as u32);
                kernels::Operand {
                    buffer: &memories[its].segments()[*segment],
                    at: at as u32,
                    steps: [strides[all - 3] as u32, strides[all - 2] as u32, strides[all - 1] as u32],
                    stack: [step(stack(1)), step(stack(2))],
                }
            };
            let extent = |axis: Option<usize>| axis.map_or(1, |axis| extents[axis]);
            let task = Task {
                dtype,
                stack: [extent(stack(1)), extent(stack(2))],
                extents: [extents[all - 3], extents[all - 2], extents[all - 1]],
                operands: [0, 1, 2].map(operand),
                fresh,
            };
            task.run(self);
        }
    }

    /// The sum of `parts` blocks of equal length that lie one after another, in their order.
    pub(crate) fn sum_of_parts(&self, dtype: DType, memory: &Memory, parts: usize) -> Memory {
        let len = memory.len() / parts;
        let sum = self.empty(len, memory.width());
        let view = |steps: [isize; 2]| View { offset: 0, strides: steps.as_slice().into() };
        let views = [view([len as isize, 1]), view([0, 1])];
        pieces::each(&[parts, len], &views, self.segment(), &mut |piece| {
            let [(from, read), (into, written)] = &piece.views[..] else { unreachable!("two views") };
            Sum {
                dtype,
                wide: false,
                parts: piece.extents[0],
                from: (&memory.segments()[*from], read.offset as u32, len as u32),
                extents: [1, 1, piece.extents[1]],
                into: (&sum.segments()[*into], written.offset as u32, [0; 3]),
                inner_stack: 1,
                fresh: piece.start[0] == 0,
            }
            .run(self);
        });
        sum
    }
}

#[cfg(test)]
mod tests;
