//! The ordered elements that two ranks share, walked run by run from any position.

use std::ops::Range;

use smallvec::SmallVec;

use super::selection::{Cursor, Selection};
use super::side::Side;

/// The elements of one move that two ranks share, in row-major order: nested axes around a block of elements that follow
/// each other on all `S` sides that are looked at.
///
/// One side is enough to pack or to unpack; copying within a rank needs both.
#[derive(Debug)]
pub(super) struct Nest<const S: usize> {
    axes: SmallVec<[NestAxis<S>; 4]>,
    /// Local position of the first element on each side, as far as it does not depend on the axes.
    base: [usize; S],
    block: usize,
    len: usize,
}

#[derive(Debug)]
pub(super) struct NestAxis<const S: usize> {
    pub(super) selection: Selection,
    pub(super) sides: [Side; S],
}

/// Some rows at equal distances, each of `count` blocks at equal distances, each of `block` elements in a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<const S: usize> {
    /// Local position of the first block on each side.
    pub(super) at: [usize; S],
    /// Local distance between the beginnings of two rows on each side.
    pub(super) row_stride: [isize; S],
    /// Local distance between the beginnings of two blocks of a row on each side.
    pub(super) stride: [isize; S],
    pub(super) rows: usize,
    pub(super) count: usize,
    pub(super) block: usize,
}

impl<const S: usize> Nest<S> {
    /// The nest of these axes, slowest first.
    pub(super) fn new(axes: impl Iterator<Item = NestAxis<S>>) -> Self {
        let mut nest = Self { axes: SmallVec::new(), base: [0; S], block: 1, len: 1 };
        for axis in axes {
            nest.len *= axis.selection.len();
            match axis.selection.len() {
                0 => {}
                1 => nest.shift(&axis),
                _ => nest.axes.push(axis),
            }
        }
        while nest.len > 0 && nest.axes.last().is_some_and(|axis| axis.follows(nest.block)) {
            let axis = nest.axes.pop().expect("there is a last axis");
            nest.shift(&axis);
            nest.block *= axis.selection.len();
        }
        nest
    }

    /// Fixes the first step of `axis`.
    fn shift(&mut self, axis: &NestAxis<S>) {
        let first = axis.local(&axis.selection.seek(0));
        self.base = std::array::from_fn(|side| self.base[side] + first[side]);
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Visits the elements number `range`, in order.
    pub(super) fn walk(&self, range: Range<usize>, mut visit: impl FnMut(Piece<S>)) {
        if range.is_empty() {
            return;
        }
        let Some((fastest, slower)) = self.axes.split_last() else {
            return visit(Piece::within_block(self.base, range.start, range.len()));
        };
        let (mut place, mut position, mut left) = (Place::at(self, range.start / self.block), range.start, range.len());
        while left > 0 {
            let within = position % self.block;
            let at = sum(place.slower, fastest.local(&place.fastest));
            let rows = if within > 0 { 0 } else { place.whole_rows(fastest, slower, left / self.block) };
            let elements = if rows > 0 {
                let row_stride = slower[slower.len() - 1].strides();
                let piece = Piece { row_stride, rows, ..self.row(at, fastest, fastest.selection.len()) };
                visit(piece);
                place.carry(slower, self.base, rows);
                piece.len()
            } else {
                let count = fastest.selection.left_in_run(&place.fastest).min(left / self.block);
                let piece = match (within, count) {
                    (0, 1..) => self.row(at, fastest, count),
                    _ => Piece::within_block(at, within, left.min(self.block - within)),
                };
                visit(piece);
                let steps = (within + piece.len()) / self.block;
                let more = steps == 0 || fastest.selection.advance(&mut place.fastest, steps);
                if !more && piece.len() < left {
                    place.carry(slower, self.base, 1);
                }
                piece.len()
            };
            position += elements;
            left -= elements;
        }
    }

    /// The next `count` blocks along the fastest axis.
    fn row(&self, at: [usize; S], fastest: &NestAxis<S>, count: usize) -> Piece<S> {
        Piece { at, row_stride: [0; S], stride: fastest.strides(), rows: 1, count, block: self.block }
    }
}

impl<const S: usize> Piece<S> {
    /// A part of the block at `at`.
    fn within_block(at: [usize; S], within: usize, elements: usize) -> Self {
        let (at, stride) = (at.map(|at| at + within), [elements as isize; S]);
        Self { at, row_stride: [0; S], stride, rows: 1, count: 1, block: elements }
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.rows * self.row_len()
    }

    /// The number of elements of one row.
    pub(super) fn row_len(&self) -> usize {
        self.count * self.block
    }

    /// Whether its rows go across the rows of `side`: neighbours are nearer from row to row than within a row.
    pub(super) fn is_across(&self, side: usize) -> bool {
        self.block == 1 && self.rows > 1 && self.row_stride[side].unsigned_abs() < self.stride[side].unsigned_abs()
    }
}

/// The place of a walk: one cursor per axis, and what the slower axes add up to.
struct Place<const S: usize> {
    cursors: SmallVec<[(Cursor, [usize; S]); 4]>,
    slower: [usize; S],
    fastest: Cursor,
}

impl<const S: usize> Place<S> {
    /// The place of block number `block`.
    fn at(nest: &Nest<S>, mut block: usize) -> Self {
        let mut seek = |axis: &NestAxis<S>| {
            let cursor = axis.selection.seek(block % axis.selection.len());
            block /= axis.selection.len();
            cursor
        };
        let (fastest, slower) = nest.axes.split_last().expect("a nest of no axes is one block");
        let fastest = seek(fastest);
        let mut cursors: SmallVec<[_; 4]> = SmallVec::new();
        for axis in slower.iter().rev() {
            let cursor = seek(axis);
            cursors.push((cursor, axis.local(&cursor)));
        }
        cursors.reverse();
        let slower = cursors.iter().fold(nest.base, |at, &(_, local)| sum(at, local));
        Self { cursors, slower, fastest }
    }

    /// The number of whole rows that begin here, that follow each other at equal distances, and have no more than `blocks`
    /// blocks together.
    fn whole_rows(&self, fastest: &NestAxis<S>, slower: &[NestAxis<S>], blocks: usize) -> usize {
        match (slower.last(), self.cursors.last()) {
            (Some(axis), Some((cursor, _))) if fastest.selection.is_one_run() && self.fastest.is_first() => {
                axis.selection.left_in_run(cursor).min(blocks / fastest.selection.len())
            }
            _ => 0,
        }
    }

    /// Takes so many steps of the axis before the fastest, at most to the end of its run, and carries like a counter.
    fn carry(&mut self, axes: &[NestAxis<S>], base: [usize; S], mut steps: usize) {
        for (axis, (cursor, local)) in axes.iter().zip(&mut self.cursors).rev() {
            let carries_on = !axis.selection.advance(cursor, steps);
            *local = axis.local(cursor);
            if !carries_on {
                break;
            }
            steps = 1;
        }
        self.slower = self.cursors.iter().fold(base, |at, &(_, local)| sum(at, local));
    }
}

impl<const S: usize> NestAxis<S> {
    fn local(&self, cursor: &Cursor) -> [usize; S] {
        let step = self.selection.step(cursor);
        std::array::from_fn(|side| self.sides[side].local(step))
    }

    fn strides(&self) -> [isize; S] {
        std::array::from_fn(|side| self.sides[side].local_step())
    }

    /// Whether its steps are one run of blocks that follow each other.
    fn follows(&self, block: usize) -> bool {
        self.selection.is_one_run() && self.strides().iter().all(|&stride| stride == block as isize)
    }
}

fn sum<const S: usize>(one: [usize; S], other: [usize; S]) -> [usize; S] {
    std::array::from_fn(|side| one[side] + other[side])
}
