//! Copies between a block and a buffer, or two blocks: where the time of moving goes.
//!
//! Runs of memory go at the speed of `copy_from_slice`. A transpose steps along the slow direction of memory in its inner
//! loop; there, tiles use every cache line while it is still near. Transposing 4096 x 4096 doubles, that packed 1.3 to 3
//! times as fast as row by row (two runs each on a busy machine; tiles of 16 and of 32 did not differ by more than the noise).

use std::ops::Range;

use super::stream::Piece;

/// Rows and columns of a tile: 32 lines of each side fit the nearest cache.
const TILE: usize = 32;

/// From their places in `source` to the front of each other in `out`.
pub(super) fn gather<T: Copy>(source: &[T], piece: Piece<1>, out: &mut [T]) {
    let ([at], [row_stride], [stride]) = (piece.at, piece.row_stride, piece.stride);
    if piece.is_across(0) {
        return tiles(piece.rows, piece.count, |row, columns| {
            let from = place(at, row, row_stride);
            for column in columns {
                out[row * piece.count + column] = source[place(from, column, stride)];
            }
        });
    }
    for (row, out) in out.chunks_exact_mut(piece.row_len()).enumerate() {
        gather_row(source, place(at, row, row_stride), stride, piece.block, out);
    }
}

/// From the front of each other in `data` to their places in `destination`.
pub(super) fn scatter<T: Copy>(data: &[T], piece: Piece<1>, destination: &mut [T]) {
    let ([at], [row_stride], [stride]) = (piece.at, piece.row_stride, piece.stride);
    if piece.is_across(0) {
        return tiles(piece.rows, piece.count, |row, columns| {
            let into = place(at, row, row_stride);
            for column in columns {
                destination[place(into, column, stride)] = data[row * piece.count + column];
            }
        });
    }
    for (row, data) in data.chunks_exact(piece.row_len()).enumerate() {
        scatter_row(data, place(at, row, row_stride), stride, piece.block, destination);
    }
}

/// From their places in `source` to their places in `destination`.
pub(super) fn copy<T: Copy>(source: &[T], piece: Piece<2>, destination: &mut [T]) {
    let Piece { at, row_stride, stride, rows, count, block } = piece;
    let starts = |row: usize| [place(at[0], row, row_stride[0]), place(at[1], row, row_stride[1])];
    if piece.is_across(0) || piece.is_across(1) {
        return tiles(rows, count, |row, columns| {
            let [from, into] = starts(row);
            for column in columns {
                destination[place(into, column, stride[1])] = source[place(from, column, stride[0])];
            }
        });
    }
    for [from, into] in (0..rows).map(starts) {
        if stride[1] == block as isize {
            gather_row(source, from, stride[0], block, &mut destination[into..into + count * block]);
        } else if stride[0] == block as isize {
            scatter_row(&source[from..from + count * block], into, stride[1], block, destination);
        } else {
            for k in 0..count {
                let (from, into) = (place(from, k, stride[0]), place(into, k, stride[1]));
                destination[into..into + block].copy_from_slice(&source[from..from + block]);
            }
        }
    }
}

/// Visits a matrix tile by tile, a row of a tile at a time.
fn tiles(rows: usize, columns: usize, mut visit: impl FnMut(usize, Range<usize>)) {
    for top in (0..rows).step_by(TILE) {
        for left in (0..columns).step_by(TILE) {
            for row in top..rows.min(top + TILE) {
                visit(row, left..columns.min(left + TILE));
            }
        }
    }
}

fn gather_row<T: Copy>(source: &[T], at: usize, stride: isize, block: usize, out: &mut [T]) {
    match (stride, block) {
        _ if stride == block as isize => out.copy_from_slice(&source[at..at + out.len()]),
        (0, 1) => out.fill(source[at]),
        (1.., 1) => out.iter_mut().zip(source[at..].iter().step_by(stride as usize)).for_each(|(o, &s)| *o = s),
        (_, 1) => {
            let backwards = source[..=at].iter().rev().step_by(stride.unsigned_abs());
            out.iter_mut().zip(backwards).for_each(|(o, &s)| *o = s);
        }
        _ => {
            for (k, part) in out.chunks_exact_mut(block).enumerate() {
                let at = place(at, k, stride);
                part.copy_from_slice(&source[at..at + block]);
            }
        }
    }
}

fn scatter_row<T: Copy>(data: &[T], at: usize, stride: isize, block: usize, destination: &mut [T]) {
    match (stride, block) {
        _ if stride == block as isize => destination[at..at + data.len()].copy_from_slice(data),
        (1.., 1) => destination[at..].iter_mut().step_by(stride as usize).zip(data).for_each(|(d, &x)| *d = x),
        _ => {
            for (k, part) in data.chunks_exact(block).enumerate() {
                let at = place(at, k, stride);
                destination[at..at + block].copy_from_slice(part);
            }
        }
    }
}

fn place(at: usize, steps: usize, stride: isize) -> usize {
    at.wrapping_add_signed(steps as isize * stride)
}
