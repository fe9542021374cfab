//! A pass over a part of a block, in an order for formulas over neighbours.
//!
//! Some rows are computed at a time, together with what lies between them: in a row-major block a neighbour is a distance in memory, so
//! that every operand is read where it lies, whatever the shape. Where the outputs lie in the same way, results are written there at once, and
//! what is between the rows is put back; elsewhere the part's rows are stored where they belong.
//!
//! (Measured on AVX2 for seven points of 256 x 256 x 256 `f64`: pieces of planes that stay in the second-level cache, and results that go
//! past the caches, both took a tenth longer.)

use std::ops::Range;

use smallvec::{SmallVec, smallvec};

use crate::device::cpu::Cpu;
use crate::device::cpu::frame::{Frame, Leaves};
use crate::device::cpu::pass::{Evaluation, INLINE};
use crate::device::cpu::register::Register;
use crate::device::cpu::tape::{Kept, Tape};
use crate::device::space::{Space, View};
use crate::dtype::with_dtype;
use crate::memory::{AnySlice, AnySliceMut, Erase};
use crate::program::Root;

/// Bytes of results that are computed before they are stored: they stay in a second-level cache. (A quarter of it took a tenth longer.)
const RESULTS: usize = 64 << 10;

/// Rows of so many elements are worth a bundle of their own.
const LONG_ROW: usize = 64;

/// The part of a space that is computed.
pub(crate) struct Part<'a> {
    /// Some places along each axis.
    pub(crate) ranges: &'a [Range<usize>],
    /// Where the element at the beginning of the space would be stored, and the strides from there.
    pub(crate) target: View,
    /// Whether operands lie side by side within rows only.
    pub(crate) are_apart: bool,
}

impl Evaluation<'_> {
    /// Computes the array roots at `part`; every output begins with the element at position 0 of the target.
    pub(crate) fn within(&self, cpu: &Cpu, roots: &[&Root], part: &Part<'_>, outputs: Vec<AnySliceMut<'_>>) {
        let rows = Rows::new(self.shape, part);
        let len = rows.len();
        if len == 0 {
            return;
        }
        let tape = Tape::new(self.program, roots);
        let axes: SmallVec<[usize; 4]> = (0..self.shape.ndim()).collect();
        let space = self.space(&tape, self.shape, &axes, &[]);
        let tasks = if len <= INLINE { vec![rows] } else { rows.cut(cpu.threads()) };
        cpu.each(windows(tasks, outputs), |(rows, outputs)| self.part(cpu, &tape, &space, &rows, outputs));
    }

    /// One task, some rows at a time.
    fn part(&self, cpu: &Cpu, tape: &Tape, space: &Space, rows: &Rows, mut outputs: Vec<AnySliceMut<'_>>) {
        let blocks: Vec<Option<AnySlice<'_>>> = self.blocks.iter().map(|leaf| leaf.elements).collect();
        let leaves = Leaves { blocks: &blocks, indices: self.indices, scalars: self.scalars };
        let bytes: usize = outputs.iter().map(|output| output.dtype().bytes()).sum();
        // Operands that are apart may have to be gathered: then each takes as much.
        let most = RESULTS / if rows.are_apart { 4 } else { 1 } / bytes.max(1);
        let mut frame = Frame::new(tape, leaves, most, most, cpu.pool());
        let mut results: Vec<Register> =
            outputs.iter().map(|output| Register::new(output.dtype(), most, cpu.pool())).collect();
        rows.each(most, |bundle| {
            let len = bundle.len();
            let in_place = bundle.lies_as_stored();
            let mut into: SmallVec<[_; 4]> = if in_place {
                for (gaps, output) in results.iter_mut().zip(&mut outputs) {
                    bundle.each_gap(gaps.elements_mut(0..len), output, Move::Away);
                }
                outputs.iter_mut().map(|output| output.part(bundle.target..bundle.target + len)).collect()
            } else {
                results.iter_mut().map(|register| register.elements_mut(0..len)).collect()
            };
            frame.run(space, bundle.position, len, &mut into, [0, 0]);
            for kept in &tape.roots {
                if let Kept::Stored { source, output } = *kept {
                    frame.store(source, into[output].part(0..len));
                }
            }
            drop(into);
            for (register, output) in results.iter_mut().zip(&mut outputs) {
                if in_place {
                    bundle.each_gap(register.elements_mut(0..len), output, Move::Back);
                } else {
                    bundle.store(register.elements(len), output);
                }
            }
        });
    }
}

/// Rows of a part, by axes of which there are three at least.
#[derive(Clone)]
struct Rows {
    ranges: SmallVec<[Range<usize>; 4]>,
    strides: SmallVec<[usize; 4]>,
    targets: SmallVec<[isize; 4]>,
    /// Where the first element of the space is stored, counted from the beginning of the outputs.
    target: isize,
    are_apart: bool,
}

/// Out of the way of results, and back again.
#[derive(Clone, Copy)]
enum Move {
    Away,
    Back,
}

/// Some rows, one after another.
struct Bundle {
    /// Where in the space they begin.
    position: usize,
    /// Where in the outputs.
    target: usize,
    rows: usize,
    columns: usize,
    /// From row to row in the space, and in the outputs.
    apart: [usize; 2],
}

impl Bundle {
    /// The elements from the first to the last.
    fn len(&self) -> usize {
        (self.rows - 1) * self.apart[0] + self.columns
    }

    /// Whether its elements are as far from each other in the outputs.
    fn lies_as_stored(&self) -> bool {
        self.rows == 1 || self.apart[0] == self.apart[1]
    }

    /// Moves what an output holds between the rows.
    fn each_gap(&self, mut gaps: AnySliceMut<'_>, output: &mut AnySliceMut<'_>, way: Move) {
        let len = self.apart[1].saturating_sub(self.columns);
        with_dtype!(gaps.dtype(), T => {
            let gaps = T::slice_mut(&mut gaps).expect("the dtype was asked for");
            let output = T::slice_mut(output).expect("an output has its root's dtype");
            for row in 1..self.rows {
                let kept = &mut gaps[(row - 1) * len..row * len];
                let gap = &mut output[self.target + row * self.apart[1] - len..][..len];
                match way {
                    Move::Away => kept.copy_from_slice(gap),
                    Move::Back => gap.copy_from_slice(kept),
                }
            }
        });
    }

    fn store(&self, results: AnySlice<'_>, output: &mut AnySliceMut<'_>) {
        with_dtype!(results.dtype(), T => {
            let results = T::slice(results).expect("the dtype was asked for");
            let output = T::slice_mut(output).expect("an output has its root's dtype");
            for row in 0..self.rows {
                let from = &results[row * self.apart[0]..][..self.columns];
                let into = &mut output[self.target + row * self.apart[1]..][..self.columns];
                into.copy_from_slice(from);
            }
        });
    }
}

impl Rows {
    fn new(shape: &[usize], part: &Part<'_>) -> Self {
        let missing = 3_usize.saturating_sub(shape.len());
        let mut rows = Self {
            ranges: smallvec![0..1; missing],
            strides: smallvec![0; missing],
            targets: smallvec![0; missing],
            target: part.target.offset,
            are_apart: part.are_apart,
        };
        rows.ranges.extend(part.ranges.iter().cloned());
        rows.targets.extend(part.target.strides.iter().copied());
        rows.strides.extend((0..shape.len()).map(|axis| shape[axis + 1..].iter().product::<usize>()));
        rows
    }

    /// The axis that is so many from the last.
    fn axis(&self, from_last: usize) -> usize {
        self.ranges.len() - 1 - from_last
    }

    /// The number of elements.
    fn len(&self) -> usize {
        self.ranges.iter().map(Range::len).product()
    }

    /// Where the element at `index` stands in the space and in the outputs.
    fn at(&self, index: &[usize]) -> [usize; 2] {
        let position = index.iter().zip(&self.strides).map(|(k, stride)| k * stride).sum();
        let target: isize = index.iter().zip(&self.targets).map(|(&k, stride)| k as isize * stride).sum();
        [position, (self.target + target) as usize]
    }

    /// About as many parts as keep so many `threads` busy, in ascending order.
    fn cut(self, threads: usize) -> Vec<Self> {
        if threads == 1 {
            return vec![self];
        }
        let enough = |&axis: &usize| self.ranges[axis].len() >= 2 * threads;
        let axis = (0..self.ranges.len()).find(enough).unwrap_or(self.axis(0));
        let outer: Vec<Vec<usize>> = indices(&self.ranges[..axis]);
        let range = self.ranges[axis].clone();
        let each = range.len().div_ceil(2 * threads);
        let piece = |index: &[usize], start: usize| {
            let mut piece = self.clone();
            for (range, &k) in piece.ranges.iter_mut().zip(index) {
                *range = k..k + 1;
            }
            piece.ranges[axis] = start..(start + each).min(range.end);
            piece
        };
        let pieces = |index: Vec<usize>| range.clone().step_by(each).map(move |start| (index.clone(), start));
        outer.into_iter().flat_map(pieces).map(|(index, start)| piece(&index, start)).collect()
    }

    /// Calls `work` for bundles of at most `most` elements.
    fn each(&self, most: usize, mut work: impl FnMut(Bundle)) {
        let [planes, rows, columns] = [2, 1, 0].map(|from_last| self.ranges[self.axis(from_last)].clone());
        let apart = [self.strides[self.axis(1)], self.targets[self.axis(1)] as usize];
        let alone = if self.are_apart {
            columns.len() >= LONG_ROW
        } else {
            2 * columns.len() < apart[0] && apart[0] > LONG_ROW
        };
        let bundle = if alone { 1 } else { most.saturating_sub(columns.len()) / apart[0].max(1) + 1 };
        for outer in indices(&self.ranges[..self.axis(2)]) {
            for plane in planes.clone() {
                for row in rows.clone().step_by(bundle) {
                    for column in columns.clone().step_by(most) {
                        let index: SmallVec<[usize; 4]> = outer.iter().copied().chain([plane, row, column]).collect();
                        let [position, target] = self.at(&index);
                        let (rows, columns) = (bundle.min(rows.end - row), most.min(columns.end - column));
                        work(Bundle { position, target, rows, columns, apart });
                    }
                }
            }
        }
    }
}

/// All indices in these ranges, in row-major order.
fn indices(ranges: &[Range<usize>]) -> Vec<Vec<usize>> {
    ranges.iter().fold(vec![Vec::new()], |shorter, range| {
        let longer = |index: Vec<usize>| range.clone().map(move |k| [index.as_slice(), &[k]].concat());
        shorter.into_iter().flat_map(longer).collect()
    })
}

/// Each task with its own part of every output, from its first element to its last.
fn windows(tasks: Vec<Rows>, outputs: Vec<AnySliceMut<'_>>) -> Vec<(Rows, Vec<AnySliceMut<'_>>)> {
    let (mut rest, mut before) = (outputs, 0);
    let window = |mut rows: Rows| {
        let first: SmallVec<[usize; 4]> = rows.ranges.iter().map(|range| range.start).collect();
        let last: SmallVec<[usize; 4]> = rows.ranges.iter().map(|range| range.end - 1).collect();
        let ([_, start], [_, last]) = (rows.at(&first), rows.at(&last));
        let (here, later) = std::mem::take(&mut rest)
            .into_iter()
            .map(|output| {
                let (here, later) = output.split_at(last + 1 - before);
                (here.split_at(start - before).1, later)
            })
            .unzip();
        (rest, before) = (later, last + 1);
        rows.target -= start as isize;
        (rows, here)
    };
    tasks.into_iter().map(window).collect()
}
