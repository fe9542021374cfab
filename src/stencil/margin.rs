//! The margin of a block: its places outside, as boxes with an origin each, and who sends them.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::places::Places;
use super::segments::{Edge, Line, Reach, Segment};
use crate::device::View;
use crate::layout::Layout;
use crate::shape::Shape;

/// How one array is reached over: its layout, its boundaries, and the offsets of a formula.
#[derive(Clone, Debug, Hash)]
pub(super) struct Reading {
    pub(super) layout: Layout,
    pub(super) edges: Vec<[Edge; 2]>,
    pub(super) reach: Vec<Reach>,
    /// In which directions a formula reaches, as signs per axis. Who reads only along the axes needs no corners.
    directions: Vec<SmallVec<[i8; 4]>>,
}

/// A box of places outside a block. The element for the place `at + k` is the one at index `first + step * k`, axis by axis.
#[derive(Clone, Debug)]
pub(super) struct Ghosts {
    pub(super) places: Places,
    pub(super) first: SmallVec<[isize; 4]>,
    pub(super) step: SmallVec<[isize; 4]>,
    /// The rank that has the elements, or the last axis along which the place lies where the boundary gives values.
    pub(super) origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Rank(usize),
    Given { axis: usize },
}

impl Reading {
    /// What a formula with these offsets reads.
    pub(super) fn new(layout: Layout, edges: Vec<[Edge; 2]>, offsets: &[SmallVec<[isize; 4]>]) -> Self {
        let mut reach = vec![Reach::default(); layout.shape().ndim()];
        let mut directions: Vec<SmallVec<[i8; 4]>> = Vec::new();
        for offset in offsets {
            for (reach, &steps) in reach.iter_mut().zip(offset) {
                let (before, after) = (steps.min(0).unsigned_abs(), steps.max(0).unsigned_abs());
                *reach = reach.and(Reach { before, after });
            }
            let signs = offset.iter().map(|steps| steps.signum() as i8).collect();
            if !directions.contains(&signs) {
                directions.push(signs);
            }
        }
        Self { layout, edges, reach, directions }
    }

    fn line(&self, axis: usize) -> Line<'_> {
        Line { layout: &self.layout, axis, edges: self.edges[axis], reach: self.reach[axis] }
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        (0..self.layout.shape().ndim()).map(|axis| self.line(axis))
    }

    fn parts(&self, rank: usize) -> SmallVec<[usize; 4]> {
        (0..self.layout.shape().ndim()).map(|axis| self.layout.part(axis, rank)).collect()
    }

    /// Whether elements of one rank may be read by another: the same on every rank.
    pub(super) fn crosses_ranks(&self) -> bool {
        self.lines().any(|line| line.reach != Reach::default() && self.layout.parts(line.axis) > 1)
    }

    /// The places of a block's elements whose formula finds all that it reads.
    pub(super) fn computed(&self, rank: usize) -> Places {
        let parts = self.parts(rank);
        Places(self.lines().map(|line| line.computed(parts[line.axis])).collect())
    }

    /// The places of a block's elements whose formula reads nothing but the block.
    pub(super) fn interior(&self, rank: usize) -> Places {
        let block = self.layout.local_shape(rank);
        let inside = |(reach, &len): (&Reach, &usize)| {
            let (before, len) = (reach.before as isize, len as isize);
            before..len.saturating_sub_unsigned(reach.after)
        };
        Places(self.reach.iter().zip(block.iter()).map(inside).collect())
    }

    /// The places of a block's elements and of its margin, as far as there are elements for them.
    pub(super) fn filled(&self, rank: usize) -> Places {
        let parts = self.parts(rank);
        let along = |line: Line<'_>| {
            let segments = line.segments(parts[line.axis]);
            let ends = segments.first().zip(segments.last());
            ends.map_or(0..0, |(first, last)| first.at..last.at + last.len as isize)
        };
        Places(self.lines().map(along).collect())
    }

    /// A box with the margin that its places need.
    pub(super) fn with_margin(&self, places: &Places) -> Places {
        let wider = |(range, reach): (&std::ops::Range<isize>, &Reach)| {
            range.start - reach.before as isize..range.end + reach.after as isize
        };
        Places(places.0.iter().zip(&self.reach).map(wider).collect())
    }

    /// The margin of the block of `rank`, row-major by segment: that order is also the order in a message.
    pub(super) fn ghosts(&self, rank: usize) -> Vec<Ghosts> {
        let parts = self.parts(rank);
        let segments: Vec<Vec<Segment>> = self.lines().map(|line| line.segments(parts[line.axis])).collect();
        self.boxes(rank, &self.layout.local_shape(rank), &segments)
    }

    /// For each rank that reads elements of `rank` beyond its own block, itself among them, its ghosts from there, in its order.
    pub(super) fn readers(&self, rank: usize) -> BTreeMap<usize, Vec<Ghosts>> {
        let own = self.parts(rank);
        let readers: Vec<Vec<usize>> = self.lines().map(|line| line.readers(own[line.axis])).collect();
        let choices: Shape = readers.iter().map(Vec::len).collect();
        let mut all = BTreeMap::new();
        for choice in 0..choices.size() {
            let choice = choices.unravel(choice);
            let parts: SmallVec<[usize; 4]> = choice.iter().zip(&readers).map(|(&k, readers)| readers[k]).collect();
            let reader = self.layout.rank_with_parts(rank, &parts);
            let from_here = |line: Line<'_>| {
                let mut segments = line.segments(parts[line.axis]);
                segments.retain(|segment| segment.part == Some(own[line.axis]));
                segments
            };
            let segments: Vec<Vec<Segment>> = self.lines().map(from_here).collect();
            let ghosts = self.boxes(reader, &self.layout.local_shape(reader), &segments);
            if !ghosts.is_empty() {
                all.insert(reader, ghosts);
            }
        }
        all
    }

    /// The products of one segment per axis that lie outside the block of `rank` and are read.
    fn boxes(&self, rank: usize, block: &Shape, segments: &[Vec<Segment>]) -> Vec<Ghosts> {
        let choices: Shape = segments.iter().map(Vec::len).collect();
        let choose = |choice: usize| {
            let choice = choices.unravel(choice);
            let segments = || choice.iter().zip(segments).map(|(&k, segments)| &segments[k]);
            self.is_read(segments().zip(block.iter())).then(|| self.ghosts_of(rank, segments()))
        };
        (0..choices.size()).filter_map(choose).collect()
    }

    /// Whether these places lie outside the block, in a direction that a formula reaches in.
    fn is_read<'s>(&self, segments: impl Iterator<Item = (&'s Segment, &'s usize)>) -> bool {
        let side =
            |(segment, &len): (&Segment, &usize)| i8::from(segment.at >= len as isize) - i8::from(segment.at < 0);
        let sides: SmallVec<[i8; 4]> = segments.map(side).collect();
        let reaches =
            |signs: &SmallVec<[i8; 4]>| sides.iter().zip(signs).all(|(&side, &sign)| side == 0 || side == sign);
        sides.iter().any(|&side| side != 0) && self.directions.iter().any(reaches)
    }

    fn ghosts_of<'s>(&self, rank: usize, segments: impl Iterator<Item = &'s Segment> + Clone) -> Ghosts {
        let given = segments.clone().enumerate().filter(|(_, segment)| segment.part.is_none()).last();
        let origin = if let Some((axis, _)) = given {
            Origin::Given { axis }
        } else {
            let parts: SmallVec<[usize; 4]> = segments.clone().filter_map(|segment| segment.part).collect();
            Origin::Rank(self.layout.rank_with_parts(rank, &parts))
        };
        Ghosts {
            places: Places(segments.clone().map(|its| its.at..its.at + its.len as isize).collect()),
            first: segments.clone().map(|segment| segment.first).collect(),
            step: segments.map(|segment| segment.step).collect(),
            origin,
        }
    }
}

impl Ghosts {
    /// How the elements lie in the block of the rank that has them, whose first indices are `start`, for the places from `at` on.
    pub(super) fn source(&self, start: &[isize], block: &Shape, at: &[isize]) -> View {
        let mut view = View { offset: 0, strides: SmallVec::new() };
        for (axis, stride) in block.strides().iter().enumerate() {
            let stride = *stride as isize;
            let skipped = at[axis] - self.places.0[axis].start;
            view.offset += (self.first[axis] + self.step[axis] * skipped - start[axis]) * stride;
            view.strides.push(self.step[axis] * stride);
        }
        view
    }

    /// The index that the boundary maps the place `at` to.
    pub(super) fn index(&self, at: &[isize]) -> SmallVec<[isize; 4]> {
        let along = |axis: usize| self.first[axis] + self.step[axis] * (at[axis] - self.places.0[axis].start);
        (0..at.len()).map(along).collect()
    }
}
