//! Gram matrices of rows, and rows times a small matrix, in chunks of rows.
//!
//! ```text
//!   rows ──▶ a chunk in the precision of the sums, less a row ──▶ divided by a triangle ──▶ its Gram matrix, added to the others
//!                                                                         └──▶ kept in the precision of the rows
//! ```

mod divide;

use std::ops::{Neg, Range};
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::device::gpu::program::{Operand, Work};
use crate::device::gpu::{Gpu, Memory, product};
use crate::device::product::Product;
use crate::device::space::View;
use crate::dtype::{DType, Element};
use crate::memory::strided::{Grid, Step};
use crate::program::{Binary, Node, NodeId, Op, Program, Root, Unary};
use crate::shape::Shape;

use divide::Triangle;

/// Elements of a chunk: a few of them fit the cache of a large device.
const CHUNK: usize = 1 << 21;

/// The most rows of a chunk of so many columns.
fn chunk_rows(columns: usize) -> usize {
    (CHUNK / columns.max(1)).max(1)
}

/// The most additions that an element of the Gram matrix of so many rows goes through.
pub(crate) fn additions(rows: usize, columns: usize) -> usize {
    let chunk = chunk_rows(columns);
    rows.min(product::additions(rows.min(chunk)) + rows.div_ceil(chunk))
}

/// Whole rows, one after another from the beginning of a memory.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a, T> {
    pub(crate) memory: &'a Arc<Memory>,
    pub(crate) columns: usize,
    /// What is taken away from each of them before it is used.
    pub(crate) offset: Option<&'a [T]>,
}

/// Elements that a program reads: where they begin, and how far apart rows are.
type Leaf = (Arc<Memory>, usize, usize);

impl<T: Element> Rows<'_, T> {
    fn gpu(&self) -> &Gpu {
        self.memory.gpu()
    }

    fn count(&self) -> usize {
        self.memory.len() / self.columns
    }

    /// The offset in device memory.
    fn offset(&self) -> Option<Arc<Memory>> {
        self.offset.map(|offset| Arc::new(self.gpu().upload(bytemuck::cast_slice(offset), size_of::<T>())))
    }

    /// Ranges of at most so many rows; one without any where there are none.
    fn chunks(&self, most: usize) -> impl Iterator<Item = Range<usize>> {
        let count = self.count();
        (0..count.max(1)).step_by(most).map(move |start| start..count.min(start + most))
    }

    /// The rows of a chunk as elements of another type, less the `offset`.
    fn prepared(&self, chunk: &Range<usize>, offset: Option<&Arc<Memory>>, dtype: DType) -> Arc<Memory> {
        let gpu = self.gpu();
        let mut program = Program::default();
        let mut wide = |slot: usize| {
            let read = push(&mut program, Op::Block(slot), T::DTYPE, &[]);
            if T::DTYPE == dtype { read } else { push(&mut program, Op::Cast, dtype, &[read]) }
        };
        let mut root = wide(0);
        let mut leaves = vec![(self.memory.clone(), chunk.start * self.columns, self.columns)];
        if let Some(offset) = offset {
            let its = wide(1);
            root = push(&mut program, Op::Binary(Binary::Subtract), dtype, &[root, its]);
            leaves.push((offset.clone(), 0, 0));
        }
        let into = gpu.empty(chunk.len() * self.columns, dtype.bytes());
        map(gpu, &program, root, leaves, (chunk.len(), self.columns), (&into, 0));
        Arc::new(into)
    }
}

fn push(program: &mut Program, op: Op, dtype: DType, arguments: &[NodeId]) -> NodeId {
    program.push(Node { op, dtype, arguments: arguments.into() })
}

/// Store a function of rows in rows of as many elements, from `at` on.
fn map(
    gpu: &Gpu,
    program: &Program,
    root: NodeId,
    leaves: Vec<Leaf>,
    shape: (usize, usize),
    (into, at): (&Memory, usize),
) {
    let view = |offset: usize, row: usize| View { offset: offset as isize, strides: smallvec![row as isize, 1] };
    let operand = |(memory, at, row)| Operand { memory: Some(memory), view: view(at, row) };
    let (space, blocks) = (Shape::from(shape), leaves.into_iter().map(operand).collect());
    let work = Work { program: gpu.know(program), shape: &space, blocks, scalars: &[], indices: &[] };
    work.store(gpu, &[&Root::Array(root)], &[into], &view(at, shape.1));
}

/// A function of one array's rows, which lie one after another, stored in a memory of its own.
fn mapped(from: &Arc<Memory>, op: Op, dtypes: [DType; 2], columns: usize) -> Memory {
    let (gpu, mut program) = (from.gpu(), Program::default());
    let read = push(&mut program, Op::Block(0), dtypes[0], &[]);
    let root = push(&mut program, op, dtypes[1], &[read]);
    let into = gpu.empty(from.len(), dtypes[1].bytes());
    map(gpu, &program, root, vec![(from.clone(), 0, columns)], (from.len() / columns, columns), (&into, 0));
    into
}

/// All of `from` into `into` from `at` on.
fn copy_all(gpu: &Gpu, from: &Memory, into: &Memory, at: usize) {
    gpu.copy(&Grid::new(0, at, [Step { extent: from.len(), from: 1, into: 1 }]), from, into);
}

fn view(offset: usize, strides: [usize; 2]) -> View {
    let strides: SmallVec<[isize; 4]> = strides.iter().map(|&stride| stride as isize).collect();
    View { offset: offset as isize, strides }
}

impl Gpu {
    /// The sum of xᴴx over the rows, row by row, in the precision of `W`; `r`, an upper triangle row by row, divides them first. Rows go to `store`, of as
    /// many elements, when they are wanted.
    pub(crate) fn gram<T: Element, W: Element + Neg<Output = W>>(
        &self,
        rows: Rows<'_, T>,
        r: Option<&[W]>,
        store: Option<&Memory>,
    ) -> Memory {
        let (n, wide) = (rows.columns, W::DTYPE);
        let (offset, triangle) = (rows.offset(), r.map(|r| Triangle::new(self, r, n)));
        let changed = offset.is_some() || triangle.is_some() || T::DTYPE != wide;
        let most = chunk_rows(n).min(triangle.as_ref().map_or(usize::MAX, Triangle::most_rows));
        let sum = self.empty(n * n, wide.bytes());
        for chunk in rows.chunks(most) {
            let (right, at) = if changed {
                (rows.prepared(&chunk, offset.as_ref(), wide), 0)
            } else {
                (rows.memory.clone(), chunk.start * n)
            };
            if let Some(triangle) = &triangle {
                triangle.divide::<W>(&right, chunk.len());
            }
            if let Some(store) = store {
                let narrow = (T::DTYPE != wide).then(|| mapped(&right, Op::Cast, [wide, T::DTYPE], n));
                copy_all(self, narrow.as_ref().unwrap_or(&right), store, chunk.start * n);
            }
            self.add_gram(wide, (&right, at), [chunk.len(), n], (&sum, chunk.start > 0));
        }
        sum
    }

    /// The sum of xᴴx over `count` rows of n elements that begin at `at`, added to what is there or not.
    fn add_gram(&self, dtype: DType, (rows, at): (&Arc<Memory>, usize), [count, n]: [usize; 2], sum: (&Memory, bool)) {
        let mut product =
            Product { shape: (n, n).into(), inner: count, a: view(at, [1, n]), b: view(at, [n, 1]), at: 0, add: sum.1 };
        if !dtype.is_complex() {
            return self.multiply(&product, dtype, [rows, rows], sum.0);
        }
        let conjugated = if at == 0 && rows.len() == count * n {
            mapped(rows, Op::Unary(Unary::Conj), [dtype; 2], n)
        } else {
            let part = self.empty(count * n, dtype.bytes());
            self.copy(&Grid::new(at, 0, [Step { extent: count * n, from: 1, into: 1 }]), rows, &part);
            mapped(&Arc::new(part), Op::Unary(Unary::Conj), [dtype; 2], n)
        };
        product.a = view(0, [1, n]);
        self.multiply(&product, dtype, [&conjugated, rows], sum.0);
    }

    /// The rows times a matrix whose rows have `k` elements, plus the row `after` if there is one, one after another in `results`, which may be the rows
    /// themselves when k is the number of columns.
    pub(crate) fn rows_times<T: Element>(
        &self,
        rows: Rows<'_, T>,
        (matrix, k): (&[T], usize),
        after: Option<&[T]>,
        results: &Memory,
    ) {
        let (n, width) = (rows.columns, size_of::<T>());
        let [matrix, after] =
            [Some(matrix), after].map(|slice| slice.map(|slice| self.upload(bytemuck::cast_slice(slice), width)));
        let (matrix, offset) = (matrix.expect("there is one"), rows.offset());
        let in_place = std::ptr::eq(&raw const **rows.memory, results);
        for chunk in rows.chunks(chunk_rows(n.max(k))) {
            let (left, at) = if offset.is_some() || in_place {
                (rows.prepared(&chunk, offset.as_ref(), T::DTYPE), 0)
            } else {
                (rows.memory.clone(), chunk.start * n)
            };
            if let Some(after) = &after {
                let steps = [(chunk.len(), 0, k), (k, 1, 1)];
                let steps = steps.map(|(extent, from, into)| Step { extent, from, into: into as isize });
                self.copy(&Grid::new(0, chunk.start * k, steps), after, results);
            }
            let product = Product {
                shape: (chunk.len(), k).into(),
                inner: n,
                a: view(at, [n, 1]),
                b: view(0, [k, 1]),
                at: chunk.start * k,
                add: after.is_some(),
            };
            self.multiply(&product, T::DTYPE, [&left, &matrix], results);
        }
    }
}

#[cfg(test)]
mod tests;
