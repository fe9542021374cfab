//! Products of matrices, and distances between rows, which are folded in the same way.
//!
//! ```text
//!   Product ──▶ joined: axes of the stack that are one ──▶ pieces: one segment of a, b and c each ──▶ parts of the inner axis
//!                                                                                                        │ tiled, or vector; sum
//! ```
//!
//! [`fold`] says what becomes of two elements, [`tile`] chooses tiles and parts, [`text`] writes a tile out, [`kernels`] launches the files of
//! `shaders/linear_algebra`.

mod distances;
mod fold;
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
use crate::shape::Shape;

use fold::Fold;
use kernels::{Operand, Sum, Task};
pub(super) use tile::additions;

/// An axis of the space of all products of elements: its extent, and the steps of a, b and c along it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    extent: usize,
    steps: [isize; 3],
}

/// The axes of a product of this shape: two of the stack at least, rows, columns and the inner one.
fn axes(shape: &Shape, inner: usize, views: &[View; 3]) -> SmallVec<[Axis; 8]> {
    let (rank, strides) = (shape.ndim() - 2, views.each_ref().map(|view| &view.strides));
    let stack = (0..rank).map(|at| Axis { extent: shape[at], steps: strides.map(|strides| strides[at]) });
    let rows = Axis { extent: shape[rank], steps: [strides[0][rank], 0, strides[2][rank]] };
    let columns = Axis { extent: shape[rank + 1], steps: [0, strides[1][rank + 1], strides[2][rank + 1]] };
    let inner = Axis { extent: inner, steps: [strides[0][rank + 1], strides[1][rank], 0] };
    let (stack, rows) = joined(stack, rows);
    let alone = Axis { extent: 1, steps: [0; 3] };
    let missing = std::iter::repeat_n(alone, 2_usize.saturating_sub(stack.len()));
    missing.chain(stack).chain([rows, columns, inner]).collect()
}

/// The axes of the stack, as few as there can be, and that of the rows.
///
/// Products of many matrices with the same one are one product of more rows, where those lie at equal distances.
fn joined(stack: impl Iterator<Item = Axis>, rows: Axis) -> (SmallVec<[Axis; 4]>, Axis) {
    let mut axes: SmallVec<[Axis; 4]> = SmallVec::new();
    let goes_on =
        |outer: &Axis, inner: Axis| (0..3).all(|its| outer.steps[its] == inner.steps[its] * inner.extent as isize);
    for axis in stack.filter(|axis| axis.extent != 1) {
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
    /// Computes products of stacks of matrices into `c`, which is other memory than the factors.
    pub(crate) fn multiply(&self, product: &Product, dtype: DType, [a, b]: [&Memory; 2], c: &Memory) {
        let Product { shape, inner, at, add, .. } = product;
        if *inner == 0 && !add {
            let zero = self.upload(&[0; 16][..dtype.bytes()], dtype.bytes());
            let all = Step { extent: shape.size(), from: 0, into: 1 };
            return self.copy(&Grid::new(0, *at, [all]), &zero, c);
        }
        let views = [product.a.clone(), product.b.clone(), View { offset: *at as isize, ..View::row_major(shape) }];
        let axes = axes(shape, *inner, &views);
        let begins = views.each_ref().map(|view| view.offset);
        self.fold(Fold::Products, dtype, &axes, begins, *add, [a, b, c]);
    }

    /// Folds what a, b and c see along these axes, five at least, and from these places on.
    fn fold(&self, fold: Fold, dtype: DType, axes: &[Axis], begins: [isize; 3], add: bool, memories: [&Memory; 3]) {
        let extents: SmallVec<[usize; 8]> = axes.iter().map(|axis| axis.extent).collect();
        let views = [0, 1, 2].map(|its| {
            let strides = axes.iter().map(|axis| axis.steps[its]).collect();
            View { offset: begins[its], strides }
        });
        let inner = *extents.last().expect("five axes at least");
        // Kernels count the elements of segments, not their products.
        pieces::at_most(usize::MAX, &extents, &views, self.segment(), &mut |piece| {
            self.fold_piece(fold, dtype, &piece, add, inner, memories);
        });
    }

    /// As [`fold`](Gpu::fold) a piece, in turn along the axes of the stack that a kernel does not count through; the whole has so many indices along
    /// the inner axis.
    fn fold_piece(&self, fold: Fold, dtype: DType, piece: &Piece, add: bool, inner: usize, memories: [&Memory; 3]) {
        let Piece { extents, start, views } = piece;
        let (turns, &[outer, stack, m, n, k]) = extents.split_last_chunk().expect("five axes at least");
        let first = *start.last().expect("five axes at least");
        let (fresh, last) = (!add && first == 0, first + k == inner);
        let turns = Shape::from(turns);
        for index in (0..turns.size()).map(|turn| turns.unravel(turn)) {
            let operand = |its: usize| {
                let (segment, View { offset, strides }) = &views[its];
                let (apart, steps) = strides.split_last_chunk::<5>().expect("as many steps as axes");
                let at = index.iter().zip(apart).fold(*offset, |at, (&index, step)| at + index as isize * step);
                let [outer, stack, row, column, inner] = steps.map(|step| step as u32);
                let buffer = &memories[its].segments()[*segment];
                Operand { buffer, at: at as u32, steps: [row, column, inner], stack: [stack, outer] }
            };
            let operands = [0, 1, 2].map(operand);
            Task { fold, dtype, stack: [stack, outer], extents: [m, n, k], operands, fresh, last }.run(self);
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
                fold: Fold::Products,
                dtype,
                wide: false,
                parts: piece.extents[0],
                from: (&memory.segments()[*from], read.offset as u32, len as u32),
                extents: [1, 1, piece.extents[1]],
                into: (&sum.segments()[*into], written.offset as u32, [0; 3]),
                inner_stack: 1,
                fresh: piece.start[0] == 0,
                last: true,
            }
            .run(self);
        });
        sum
    }
}

#[cfg(test)]
mod tests;
