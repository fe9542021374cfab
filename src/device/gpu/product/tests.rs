//! Kernels of products against sums in their plain order, on devices with tiny segments and with large ones.

use std::fmt::Debug;

use num_complex::Complex;
use smallvec::SmallVec;

use super::*;
use crate::dtype::Element;
use crate::shape::Shape;

/// Numbers that are multiplied without error while they are small.
trait Ring: Element + Debug + PartialEq {
    fn small(value: i64) -> Self;
    fn mul_add(self, a: Self, b: Self) -> Self;
}

macro_rules! rings {
    ($($t:ty: $small:expr, $mul_add:expr;)*) => {$(
        impl Ring for $t {
            fn small(value: i64) -> Self {
                ($small)(value)
            }
            fn mul_add(self, a: Self, b: Self) -> Self {
                ($mul_add)(self, a, b)
            }
        }
    )*};
}
rings! {
    u8: |value| value as u8, |c: u8, a: u8, b| c.wrapping_add(a.wrapping_mul(b));
    i32: |value: i64| (value * 400_000_007) as i32, |c: i32, a: i32, b| c.wrapping_add(a.wrapping_mul(b));
    i64: |value: i64| value.wrapping_mul(0x1234_5678_9abc_def1), |c: i64, a: i64, b| c.wrapping_add(a.wrapping_mul(b));
    u64: |value: i64| value.wrapping_mul(0x7fed_cba9_8765_4321) as u64, |c: u64, a: u64, b| c.wrapping_add(a.wrapping_mul(b));
    f32: |value| value as f32, |c, a, b| c + a * b;
    f64: |value| value as f64, |c, a, b| c + a * b;
    Complex<f32>: |value| Complex::new(value as f32, (value * 7 % 5) as f32), |c, a, b| c + a * b;
    Complex<f64>: |value| Complex::new(value as f64, (value * 7 % 5) as f64), |c, a, b| c + a * b;
}

fn some<T: Ring>(len: usize, seed: usize) -> Vec<T> {
    (0..len).map(|k| T::small(((k * 2_654_435_761 + seed * 40_503) >> 7) as i64 % 11 - 5)).collect()
}

fn up<T: Element>(gpu: &Gpu, elements: &[T]) -> Memory {
    gpu.upload(bytemuck::cast_slice(elements), size_of::<T>())
}

fn down<T: Element>(gpu: &Gpu, memory: &Memory) -> Vec<T> {
    gpu.block::<T>(memory, &crate::memory::Pool::new()).to_vec()
}

fn view(offset: isize, strides: &[isize]) -> View {
    View { offset, strides: strides.into() }
}

/// Row-major matrices with `gap` elements after each row and matrix, from `offset` on, in turn transposed; those of extent 1 in the stack are all the same.
fn lying(offset: isize, gap: usize, extents: &[usize], stack: &[usize], transposed: bool) -> View {
    let rank = stack.len();
    let (rows, columns) = (extents[rank], extents[rank + 1]);
    let line = if transposed { rows } else { columns } + gap;
    let steps = if transposed { [1, line as isize] } else { [line as isize, 1] };
    let mut size = line * if transposed { columns } else { rows } + gap;
    let mut strides: SmallVec<[isize; 4]> = SmallVec::new();
    for axis in (0..rank).rev() {
        strides.insert(0, if extents[axis] == 1 { 0 } else { size as isize });
        size *= extents[axis];
    }
    strides.extend(steps);
    View { offset, strides }
}

fn reach(view: &View, extents: &[usize]) -> usize {
    let steps = extents.iter().zip(&view.strides).map(|(&extent, &stride)| extent.saturating_sub(1) as isize * stride);
    (view.offset + steps.sum::<isize>()) as usize + 1
}

fn at(view: &View, index: &[usize]) -> usize {
    index.iter().zip(&view.strides).fold(view.offset, |at, (&index, &stride)| at + index as isize * stride) as usize
}

/// The product of a case on the device is what plain sums give, also added to what is there.
fn check<T: Ring>(gpu: &Gpu, product: &Product) {
    let rank = product.shape.ndim() - 2;
    let of = |rows: usize, columns: usize| -> Vec<usize> {
        product.shape[..rank].iter().copied().chain([rows, columns]).collect()
    };
    let (m, n) = (product.shape[rank], product.shape[rank + 1]);
    let a: Vec<T> = some(reach(&product.a, &of(m, product.inner)), 1);
    let b: Vec<T> = some(reach(&product.b, &of(product.inner, n)), 2);
    let mut want: Vec<T> = some(product.shape.size(), 3);
    let c = up(gpu, &want);
    gpu.multiply(product, T::DTYPE, [&up(gpu, &a), &up(gpu, &b)], &c);
    for (number, want) in want.iter_mut().enumerate() {
        let mut index = product.shape.unravel(number);
        let (row, column) = (index[rank], index[rank + 1]);
        let start = if product.add { *want } else { T::small(0) };
        *want = (0..product.inner).fold(start, |sum, l| {
            (index[rank], index[rank + 1]) = (row, l);
            let x = a[at(&product.a, &index)];
            (index[rank], index[rank + 1]) = (l, column);
            sum.mul_add(x, b[at(&product.b, &index)])
        });
    }
    let got: Vec<T> = down(gpu, &c);
    let wrong = got.iter().zip(&want).position(|(got, want)| got != want);
    assert_eq!(
        wrong.map(|at| (at, got[at], want[at])),
        None,
        "{} {product:?} in segments of {}",
        T::DTYPE,
        gpu.segment()
    );
}

fn product(m: usize, k: usize, n: usize, gap: usize, transposed: (bool, bool), add: bool) -> Product {
    Product {
        shape: Shape::from([m, n]),
        inner: k,
        a: lying(3, gap, &[m, k], &[], transposed.0),
        b: lying(5, gap, &[k, n], &[], transposed.1),
        at: 0,
        add,
    }
}

/// Extents around tiles and panels.
const SIZES: [[usize; 3]; 10] = [
    [1, 1, 1],
    [7, 5, 6],
    [33, 7, 31],
    [31, 9, 65],
    [129, 8, 33],
    [64, 17, 128],
    [1, 40, 33],
    [33, 300, 1],
    [1, 700, 1],
    [2, 600, 3],
];

fn every_size<T: Ring>(gpu: &Gpu) {
    for (number, [m, k, n]) in SIZES.into_iter().enumerate() {
        let transposed = [(false, false), (true, false), (false, true), (true, true)][number % 4];
        check::<T>(gpu, &product(m, k, n, number % 3, transposed, number % 2 == 0));
    }
}

#[test]
fn products_of_every_dtype() {
    let gpu = Gpu::open(0).unwrap();
    every_size::<u8>(&gpu);
    every_size::<i32>(&gpu);
    every_size::<i64>(&gpu);
    every_size::<u64>(&gpu);
    every_size::<f32>(&gpu);
    every_size::<f64>(&gpu);
    every_size::<Complex<f32>>(&gpu);
    every_size::<Complex<f64>>(&gpu);
}
