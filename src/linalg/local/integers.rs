//! Products of integers.

use pulp::Arch;

use super::{Matrix, RUN};
use crate::device::Cpu;
use crate::dtype::Numeric;

/// Rows of `c` that one thread takes at a time.
const ROWS: usize = 64;
/// Columns of `b` that stay in cache while the rows pass, [`RUN`] rows of them: 512 KiB of 64-bit integers.
const COLS: usize = 256;

/// `c = a b`, or `c += a b`, when `fold` adds a product to an element.
pub(super) fn integers<T: Copy + Numeric>(
    cpu: Option<&Cpu>,
    add: bool,
    c: &mut [T],
    a: Matrix<&[T]>,
    b: Matrix<&[T]>,
    fold: impl Fn(T, T, T) -> T + Sync + Send + Copy,
) {
    if !add {
        c.fill(T::ZERO);
    }
    let strip = |(number, c): (usize, &mut [T])| Arch::new().dispatch(|| rows_of(number * ROWS, c, a, b, fold));
    let strips = c.chunks_mut(ROWS * b.cols).enumerate();
    match cpu {
        Some(cpu) => drop(cpu.each(strips.collect(), strip)),
        None => strips.for_each(strip),
    }
}

/// `c += a b` for the rows from `first` on.
#[inline(always)]
fn rows_of<T: Copy>(first: usize, c: &mut [T], a: Matrix<&[T]>, b: Matrix<&[T]>, fold: impl Fn(T, T, T) -> T) {
    for start in (0..a.cols).step_by(RUN) {
        let run = start..a.cols.min(start + RUN);
        for left in (0..b.cols).step_by(COLS) {
            let right = b.cols.min(left + COLS);
            for (i, c) in c.chunks_mut(b.cols).enumerate() {
                let c = &mut c[left..right];
                for l in run.clone() {
                    let factor = a.data[(first + i) * a.stride + l];
                    for (c, &b) in c.iter_mut().zip(&b.data[l * b.stride + left..l * b.stride + right]) {
                        *c = fold(*c, factor, b);
                    }
                }
            }
        }
    }
}
