//! Products of matrices on one rank: on the CPU floats by faer, products with vectors and integers by loops of our own.
//!
//! **Bits.** The inner axis is taken in runs of [`RUN`] indices, each added to the result in turn. Measured for faer 0.24 (AVX2, AVX-512, f32,
//! f64, c32, c64): within one run the bits of an element do not depend on the rows and columns around it. So threads take
//! strips of the result, each with a product of its own: faer's own threads wait for each other at every block, which
//! halved the rate of long and narrow factors.
//!
//! Products that are vectors as a whole have kernels of their own (`vector`), which are bound by memory. A lone row or column of a
//! larger product must go the way of the others, and is doubled, since faer has such kernels as well.

mod floats;
mod integers;
mod lanes;
mod rows;
mod vector;

use floats::{floats, reals};
use integers::integers;

use crate::context::Context;
use crate::device::{Cpu, Product, View};
use crate::dtype::{AnySlice, AnySliceMut, Numeric};
use crate::local::{Fresh, Local};
use crate::shape::Shape;

pub(crate) use rows::rows_times;

/// Indices of the inner axis that one call of the kernel takes.
pub(super) const RUN: usize = 256;

/// A matrix in row-major memory whose rows begin `stride` elements apart; `data` is a slice of them, typed or not.
#[derive(Clone, Copy)]
pub(super) struct Matrix<D> {
    pub(super) data: D,
    pub(super) rows: usize,
    pub(super) cols: usize,
    pub(super) stride: usize,
}

impl<D> Matrix<D> {
    /// The same matrix over other elements.
    fn over<E>(&self, data: E) -> Matrix<E> {
        Matrix { data, rows: self.rows, cols: self.cols, stride: self.stride }
    }
}

/// The shape of a product of which this rank computes a part: kernels for vectors are for products that are vectors as a whole.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    pub(super) rows: usize,
    pub(super) cols: usize,
}

/// Computes `product` of two blocks into `c`, where the engine of `cx` computes.
pub(super) fn product<T: Numeric>(
    cx: &Context,
    c: &mut Fresh<T>,
    product: &Product,
    factors: [&Local<T>; 2],
    whole: Whole,
) {
    let Product { shape, inner, a: left, b: right, at, add } = product;
    let rank = shape.ndim() - 2;
    let (matrices, rows, cols) = (Shape::from(&shape[..rank]), shape[rank], shape[rank + 1]);
    c.multiply(product, factors, |c, [a, b]| {
        stack(cx.cpu(), *add, &mut c[*at..][..shape.size()], (rows, cols), whole, |s| {
            let index = matrices.unravel(s);
            (matrix(a, left, &index, [rows, *inner]), matrix(b, right, &index, [*inner, cols]))
        });
    });
}

/// The matrix of this index in a stack, whose rows are without gaps between their elements.
fn matrix<'a, T>(data: &'a [T], view: &View, index: &[usize], [rows, cols]: [usize; 2]) -> Matrix<&'a [T]> {
    let first = index.iter().zip(&view.strides).fold(view.offset, |at, (&index, &step)| at + index as isize * step);
    let stride = view.strides[index.len()] as usize;
    Matrix { data: data.get(first as usize..).unwrap_or(&[]), rows, cols, stride }
}

/// `c[s] = a(s) b(s)` for each matrix `s` of a stack, or `c[s] += …` to `add`; those of `c` lie one after another.
///
/// The threads share out many matrices, and each of a few ones.
pub(super) fn stack<'m, T: Numeric>(
    cpu: &Cpu,
    add: bool,
    c: &mut [T],
    shape: (usize, usize),
    whole: Whole,
    factors: impl Fn(usize) -> (Matrix<&'m [T]>, Matrix<&'m [T]>) + Sync,
) {
    let size = shape.0 * shape.1;
    if size == 0 || c.is_empty() {
        return;
    }
    if cpu.threads() > 1 && c.len() / size >= cpu.threads() {
        let items: Vec<(usize, &mut [T])> = c.chunks_mut(size).enumerate().collect();
        cpu.each(items, |(s, c)| multiply(None, add, c, factors(s), whole));
        return;
    }
    for (s, c) in c.chunks_mut(size).enumerate() {
        multiply(Some(cpu), add, c, factors(s), whole);
    }
}

/// `c = a b`, or `c += a b`, on the threads of `cpu` or on this one.
pub(super) fn multiply<T: Numeric>(
    cpu: Option<&Cpu>,
    add: bool,
    c: &mut [T],
    (a, b): (Matrix<&[T]>, Matrix<&[T]>),
    whole: Whole,
) {
    debug_assert_eq!((c.len(), a.cols), (a.rows * b.cols, b.rows));
    if a.cols > 0 {
        by_dtype(cpu, add, T::erase_mut(c), a.over(T::erase(a.data)), b.over(T::erase(b.data)), whole);
    } else if !add {
        c.fill(T::ZERO);
    }
}

/// [`multiply`] without its type, so that the kernels are compiled here once and not where they are used.
fn by_dtype(
    cpu: Option<&Cpu>,
    add: bool,
    c: AnySliceMut<'_>,
    a: Matrix<AnySlice<'_>>,
    b: Matrix<AnySlice<'_>>,
    whole: Whole,
) {
    match (c, a.data, b.data) {
        (AnySliceMut::F32(c), AnySlice::F32(x), AnySlice::F32(y)) => reals(cpu, add, c, a.over(x), b.over(y), whole),
        (AnySliceMut::F64(c), AnySlice::F64(x), AnySlice::F64(y)) => reals(cpu, add, c, a.over(x), b.over(y), whole),
        (AnySliceMut::C32(c), AnySlice::C32(x), AnySlice::C32(y)) => floats(cpu, add, c, a.over(x), b.over(y), whole),
        (AnySliceMut::C64(c), AnySlice::C64(x), AnySlice::C64(y)) => floats(cpu, add, c, a.over(x), b.over(y), whole),
        (AnySliceMut::U8(c), AnySlice::U8(x), AnySlice::U8(y)) => {
            integers(cpu, add, c, a.over(x), b.over(y), |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
        }
        (AnySliceMut::I32(c), AnySlice::I32(x), AnySlice::I32(y)) => {
            integers(cpu, add, c, a.over(x), b.over(y), |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
        }
        (AnySliceMut::I64(c), AnySlice::I64(x), AnySlice::I64(y)) => {
            integers(cpu, add, c, a.over(x), b.over(y), |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
        }
        (AnySliceMut::U64(c), AnySlice::U64(x), AnySlice::U64(y)) => {
            integers(cpu, add, c, a.over(x), b.over(y), |c, a, b| c.wrapping_add(a.wrapping_mul(b)));
        }
        _ => unreachable!("the three are of one numeric dtype"),
    }
}

/// `into += from`, element by element; integers wrap.
pub(super) fn add<T: Numeric>(into: &mut [T], from: &[T]) {
    add_by_dtype(T::erase_mut(into), T::erase(from));
}

fn add_by_dtype(into: AnySliceMut<'_>, from: AnySlice<'_>) {
    fn each<T: Copy>(into: &mut [T], from: &[T], sum: impl Fn(T, T) -> T) {
        for (a, &b) in into.iter_mut().zip(from) {
            *a = sum(*a, b);
        }
    }
    match (into, from) {
        (AnySliceMut::F32(a), AnySlice::F32(b)) => each(a, b, |a, b| a + b),
        (AnySliceMut::F64(a), AnySlice::F64(b)) => each(a, b, |a, b| a + b),
        (AnySliceMut::C32(a), AnySlice::C32(b)) => each(a, b, |a, b| a + b),
        (AnySliceMut::C64(a), AnySlice::C64(b)) => each(a, b, |a, b| a + b),
        (AnySliceMut::U8(a), AnySlice::U8(b)) => each(a, b, u8::wrapping_add),
        (AnySliceMut::I32(a), AnySlice::I32(b)) => each(a, b, i32::wrapping_add),
        (AnySliceMut::I64(a), AnySlice::I64(b)) => each(a, b, i64::wrapping_add),
        (AnySliceMut::U64(a), AnySlice::U64(b)) => each(a, b, u64::wrapping_add),
        _ => unreachable!("both are of one numeric dtype"),
    }
}
