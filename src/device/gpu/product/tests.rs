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

/// A stack of matrices from `offset` on with `gap` elements after each line and each matrix, transposed or not; along axes of extent 1 of the
/// stack they are all the same.
fn lying(offset: isize, gap: usize, extents: &[usize], transposed: bool) -> View {
    let rank = extents.len() - 2;
    let (rows, columns) = (extents[rank], extents[rank + 1]);
    let (line, lines) = if transposed { (rows + gap, columns) } else { (columns + gap, rows) };
    let mut size = line * lines + gap;
    let mut strides: SmallVec<[isize; 4]> = SmallVec::new();
    for &extent in extents[..rank].iter().rev() {
        strides.insert(0, if extent == 1 { 0 } else { size as isize });
        size *= extent;
    }
    strides.extend(if transposed { [1, line as isize] } else { [line as isize, 1] });
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
    let mut want: Vec<T> = some(product.at + product.shape.size() + 3, 3);
    let c = up(gpu, &want);
    gpu.multiply(product, T::DTYPE, [&up(gpu, &a), &up(gpu, &b)], &c);
    for (number, want) in want[product.at..][..product.shape.size()].iter_mut().enumerate() {
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

/// A product of matrices that lie with gaps, or side by side from a multiple of four on.
fn product([m, k, n]: [usize; 3], gap: usize, transposed: [bool; 2], add: bool) -> Product {
    let offset = if gap == 0 { 8 } else { 3 };
    Product {
        shape: Shape::from([m, n]),
        inner: k,
        a: lying(offset, gap, &[m, k], transposed[0]),
        b: lying(offset, gap, &[k, n], transposed[1]),
        at: 0,
        add,
    }
}

/// Products of stacks that broadcast.
fn stacked(a: &[usize], b: &[usize], k: usize, [m, n]: [usize; 2], gap: usize) -> Product {
    let stack = Shape::from(a).broadcast(&Shape::from(b)).unwrap();
    let of = |own: &[usize], rows, columns| own.iter().copied().chain([rows, columns]).collect::<Vec<_>>();
    Product {
        shape: stack.iter().copied().chain([m, n]).collect(),
        inner: k,
        a: lying(0, gap, &of(a, m, k), false),
        b: lying(0, gap, &of(b, k, n), false),
        at: 0,
        add: false,
    }
}

/// A panel of a product whose inner axis is cut, and a product with a vector.
fn some_kernels<T: Ring>(gpu: &Gpu) {
    check::<T>(gpu, &product([33, 600, 31], 1, [false, false], true));
    check::<T>(gpu, &product([5, 600, 1], 0, [false, false], false));
}

#[test]
fn products_of_every_dtype() {
    let gpu = Gpu::open(0).unwrap();
    some_kernels::<u8>(&gpu);
    some_kernels::<i32>(&gpu);
    some_kernels::<i64>(&gpu);
    some_kernels::<u64>(&gpu);
    some_kernels::<f32>(&gpu);
    some_kernels::<f64>(&gpu);
    some_kernels::<Complex<f32>>(&gpu);
    some_kernels::<Complex<f64>>(&gpu);
}

#[test]
fn extents_around_tiles_and_panels() {
    let gpu = Gpu::open(0).unwrap();
    let sizes = [
        [1, 1, 1],
        [7, 5, 6],
        [33, 7, 31],
        [31, 8, 65],
        [129, 9, 33],
        [64, 17, 128],
        [1, 40, 33],
        [33, 300, 1],
        [1, 40_000, 1],
    ];
    for extents in sizes {
        check::<f32>(&gpu, &product(extents, 1, [false, false], false));
    }
}

#[test]
fn transposes_and_fours() {
    let gpu = Gpu::open(0).unwrap();
    for transposed in [[false, false], [true, false], [false, true], [true, true]] {
        for (gap, extents) in [(0, [36, 12, 20]), (3, [34, 11, 18]), (0, [1, 36, 20]), (0, [20, 36, 1])] {
            check::<f32>(&gpu, &product(extents, gap, transposed, false));
        }
    }
    for extents in [[36, 12, 20], [35, 12, 18]] {
        check::<u8>(&gpu, &product(extents, 0, [true, false], true));
    }
}

#[test]
fn tiles_of_every_size() {
    let gpu = Gpu::open(0).unwrap();
    let many = |extent: usize| stacked(&[128], &[1], 17, [extent, extent + 1], 1);
    check::<f32>(&gpu, &many(65));
    check::<f32>(&gpu, &many(35));
    check::<f64>(&gpu, &many(35));
    check::<Complex<f32>>(&gpu, &many(35));
}

#[test]
fn stacks_that_broadcast() {
    for gpu in [Gpu::open(0).unwrap(), Gpu::open_with_segments_of(0, 64).unwrap()] {
        for gap in [0, 1] {
            for extents in [[3, 4], [1, 4], [3, 1]] {
                check::<i32>(&gpu, &stacked(&[5], &[1], 6, extents, gap));
                check::<i32>(&gpu, &stacked(&[1], &[5], 6, extents, gap));
                check::<i32>(&gpu, &stacked(&[2, 1], &[1, 3], 6, extents, gap));
                check::<i32>(&gpu, &stacked(&[2, 1, 2, 1], &[1, 2, 1, 2], 5, extents, gap));
            }
        }
    }
}

#[test]
fn factors_of_many_segments() {
    for (segment, extents) in [(16, [5, 6, 7]), (64, [9, 23, 10]), (1024, [40, 33, 50])] {
        let gpu = Gpu::open_with_segments_of(0, segment).unwrap();
        for (transposed, add) in [([false, false], false), ([true, false], true), ([false, true], false)] {
            check::<i32>(&gpu, &product(extents, 1, transposed, add));
            check::<u8>(&gpu, &product(extents, 0, transposed, add));
        }
    }
}

#[test]
fn empty_extents_and_products_inside_of_blocks() {
    let gpu = Gpu::open_with_segments_of(0, 16).unwrap();
    for extents in [[0, 3, 4], [3, 4, 0], [5, 0, 4], [0, 0, 0]] {
        check::<i32>(&gpu, &product(extents, 0, [false, false], false));
        check::<i32>(&gpu, &product(extents, 0, [false, false], true));
    }
    for inner in [3, 0] {
        check::<i32>(&gpu, &Product { at: 13, ..product([4, inner, 5], 0, [false, false], false) });
    }
}

/// `|c - a b| <= γ |a| |b|` with γ = k u / (1 - k u), for integers of as many bits as a number has, and twice the same bits.
#[test]
fn rounding_is_within_the_bound_of_any_order() {
    let gpu = Gpu::open(0).unwrap();
    for [m, k, n] in [[20, 700, 19], [3, 1300, 1]] {
        let product = product([m, k, n], 0, [false, false], false);
        let len = |view: &View, extents| reach(view, extents);
        let (a, b) = (bits(len(&product.a, &[m, k]), 1), bits(len(&product.b, &[k, n]), 2));
        let run = || -> Vec<f64> {
            let floats = |x: &[i128]| up(&gpu, &x.iter().map(|&x| x as f64).collect::<Vec<_>>());
            let c = gpu.empty(m * n, 8);
            gpu.multiply(&product, DType::F64, [&floats(&a), &floats(&b)], &c);
            down(&gpu, &c)
        };
        let got = run();
        assert_eq!(got, run(), "the same bits");
        let unit = f64::EPSILON / 2.0;
        let gamma = k as f64 * unit / (1.0 - k as f64 * unit);
        for (number, got) in got.into_iter().enumerate() {
            let term = |l| a[at(&product.a, &[number / n, l])] * b[at(&product.b, &[l, number % n])];
            let exact: i128 = (0..k).map(term).sum();
            let size: i128 = (0..k).map(|l| term(l).abs()).sum();
            let error = (got as i128 - exact).abs() as f64;
            assert!(error <= gamma * size as f64, "{number}: {error} with {k} products");
        }
    }
}

/// Integers of 53 bits and of both signs.
fn bits(len: usize, seed: u64) -> Vec<i128> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i128::from(state as i64 >> 11)
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn parts_are_added_over_segments() {
    for segment in [16, 1024] {
        let gpu = Gpu::open_with_segments_of(0, segment).unwrap();
        let x: Vec<u8> = some(3 * 37, 5);
        let want: Vec<u8> = (0..37).map(|k| x[k].wrapping_add(x[37 + k]).wrapping_add(x[74 + k])).collect();
        assert_eq!(down::<u8>(&gpu, &gpu.sum_of_parts(DType::U8, &up(&gpu, &x), 3)), want);
        let empty = gpu.sum_of_parts(DType::U8, &up::<u8>(&gpu, &[]), 3);
        assert_eq!(empty.len(), 0);
    }
}
