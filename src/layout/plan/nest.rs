//! The ordered elements that two ranks share, and where any of them lie on two sides: in a block, or in the stream itself.

use std::ops::Range;

use smallvec::SmallVec;

use super::selection::{Selection, Span};
use super::side::Side;
use crate::memory::strided::{Grid, Step};

/// The elements of one move that two ranks share, in row-major order of their places.
#[derive(Debug)]
pub(super) struct Nest {
    axes: SmallVec<[NestAxis; 4]>,
    len: usize,
}

/// One axis: the steps that both ranks have.
#[derive(Debug)]
struct NestAxis {
    selection: Selection,
    sides: Sides,
    /// How far the stream goes with each selected step.
    width: usize,
}

/// Where the steps of an axis come from, and where they go: nothing stands for the stream.
pub(super) type Sides = [Option<Side>; 2];

impl Nest {
    /// The nest of these axes, slowest first.
    pub(super) fn new(axes: impl DoubleEndedIterator<Item = (Selection, Sides)>) -> Self {
        let mut nest = Self { axes: SmallVec::new(), len: 1 };
        for (selection, sides) in axes.rev() {
            let width = nest.len;
            nest.len *= selection.len();
            nest.axes.push(NestAxis { selection, sides, width });
        }
        nest.axes.reverse();
        nest
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Visits the elements number `range` in grids; where a side is the stream, it begins with the first of them.
    ///
    /// Blocks make one grid for each box of the range, of which there are fewer than two for each axis. Cyclic deals make as many as the
    /// runs of a period, whatever the number of periods.
    pub(super) fn walk(&self, range: Range<usize>, mut visit: impl FnMut(&Grid)) {
        let start = range.start;
        let extents: SmallVec<[usize; 4]> = self.axes.iter().map(|axis| axis.selection.len()).collect();
        boxes(&extents, range, &mut SmallVec::new(), &mut |ranges| {
            // Offsets wrap on their way; what is added up in the end is a place.
            let begin = |side: usize| {
                let is_stream = self.axes.first().is_some_and(|axis| axis.sides[side].is_none());
                if is_stream { 0_usize.wrapping_sub(start) } else { 0 }
            };
            self.grids(ranges, [begin(0), begin(1)], &mut SmallVec::new(), &mut visit);
        });
    }

    /// Visits the grids of a box, of which the slower axes have added up to `at` and `steps`.
    fn grids(
        &self,
        ranges: &[Range<usize>],
        at: [usize; 2],
        steps: &mut SmallVec<[Step; 8]>,
        visit: &mut impl FnMut(&Grid),
    ) {
        let number = self.axes.len() - ranges.len();
        let Some((range, faster)) = ranges.split_first() else {
            return visit(&Grid::new(at[0], at[1], steps.iter().copied()));
        };
        let axis = &self.axes[number];
        let before = steps.len();
        axis.selection.spans(range.clone(), |span| {
            let [from, into] = [0, 1].map(|side| axis.progress(side, &span));
            steps.push(Step { extent: span.cycles, from: from.cycle, into: into.cycle });
            steps.push(Step { extent: span.len, from: from.step, into: into.step });
            let at = [at[0].wrapping_add(from.start), at[1].wrapping_add(into.start)];
            self.grids(faster, at, steps, visit);
            steps.truncate(before);
        });
    }
}

/// Where a span begins on one side, and how far that side goes with each cycle and with each step.
struct Progress {
    start: usize,
    cycle: isize,
    step: isize,
}

impl NestAxis {
    fn progress(&self, side: usize, span: &Span) -> Progress {
        let Some(side) = &self.sides[side] else {
            let cycle = (self.selection.in_period() * self.width) as isize;
            return Progress { start: span.position * self.width, cycle, step: self.width as isize };
        };
        let start = side.local(span.first);
        // Inside its span a side repeats itself, so that the distance of two cycles is that of any two neighbours.
        let next = if span.cycles > 1 { side.local(span.first + self.selection.period()) } else { start };
        Progress { start, cycle: next as isize - start as isize, step: side.local_step() }
    }
}

/// Visits the boxes that the row-major positions `range` are made of, in order; `slower` are the ranges of the axes before these.
fn boxes(
    extents: &[usize],
    mut range: Range<usize>,
    slower: &mut SmallVec<[Range<usize>; 4]>,
    visit: &mut impl FnMut(&[Range<usize>]),
) {
    let Some((_, faster)) = extents.split_first() else { return visit(slower) };
    let row: usize = faster.iter().product();
    let depth = slower.len();
    while !range.is_empty() {
        let (index, whole) = (range.start / row, range.len() / row);
        let start = index * row;
        if range.start == start && whole > 0 {
            slower.push(index..index + whole);
            slower.extend(faster.iter().map(|&extent| 0..extent));
            visit(slower);
            range.start += whole * row;
        } else {
            let end = range.end.min(start + row);
            slower.push(index..index + 1);
            boxes(faster, range.start - start..end - start, slower, visit);
            range.start = end;
        }
        slower.truncate(depth);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_the_range_in_order() {
        let extents = [3, 4, 5];
        for (start, end) in (0..=60).flat_map(|start| (start..=60).map(move |end| (start, end))) {
            let (mut positions, mut count) = (Vec::new(), 0);
            boxes(&extents, start..end, &mut SmallVec::new(), &mut |ranges| {
                count += 1;
                for i in ranges[0].clone() {
                    for j in ranges[1].clone() {
                        positions.extend(ranges[2].clone().map(|k| (i * 4 + j) * 5 + k));
                    }
                }
            });
            assert_eq!(positions, (start..end).collect::<Vec<_>>());
            assert!(count <= 5, "{count} boxes for {start}..{end}");
        }
    }
}
