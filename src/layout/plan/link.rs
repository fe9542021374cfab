//! A move taken apart into independent axes, without ranks.

use std::ops::Range;

use smallvec::SmallVec;

use super::side::Side;
use crate::layout::linear::Linear;
use crate::layout::{AxisMap, Distribution, Layout, Move, Progression};
use crate::shape::Shape;

/// A move as a product of independent axes of iteration, in row-major order.
#[derive(Clone, Debug, Hash)]
pub(super) struct Transfer {
    pub(super) source: usize,
    pub(super) pairs: SmallVec<[Pair; 3]>,
}

/// One axis of iteration and the array axes that follow it on both sides.
#[derive(Clone, Debug, Hash)]
pub(super) struct Pair {
    pub(super) extent: usize,
    pub(super) from: Link,
    pub(super) into: Link,
}

/// Some adjacent array axes whose row-major linear index is `offset + step * t`; no axes, or one, for a move.
#[derive(Clone, Debug, Hash)]
pub(super) struct Link {
    pub(super) axes: Range<usize>,
    pub(super) step: isize,
    pub(super) offset: isize,
}

impl Transfer {
    /// The axes of a move; a fixed index becomes an axis of iteration of one step.
    pub(super) fn of_move(a_move: Move) -> Self {
        let Move { source, extent, from, into } = a_move;
        let follows = |maps: &[AxisMap], t: usize| {
            let axis = maps.iter().position(|map| map.along == Some(t));
            axis.map_or(Link::NONE, |axis| Link {
                axes: axis..axis + 1,
                step: maps[axis].step,
                offset: maps[axis].offset,
            })
        };
        let moving = extent.iter().enumerate().map(|(t, &extent)| Pair {
            extent,
            from: follows(&from, t),
            into: follows(&into, t),
        });
        let fixed = |maps: &[AxisMap]| -> Vec<Link> {
            let fixed = maps.iter().enumerate().filter(|(_, map)| map.along.is_none());
            fixed.map(|(axis, map)| Link { axes: axis..axis + 1, step: 1, offset: map.offset }).collect()
        };
        let read = fixed(&from).into_iter().map(|from| Pair { extent: 1, from, into: Link::NONE });
        let written = fixed(&into).into_iter().map(|into| Pair { extent: 1, from: Link::NONE, into });
        Self { source, pairs: moving.chain(read).chain(written).collect() }
    }

    /// Every element to the place of the same row-major linear index in another shape of the same size.
    ///
    /// Axes are grouped where the products of the extents meet, as NumPy does to see whether a reshape needs a copy: from
    /// `(6, 4, 5)` to `(3, 8, 5)`, the first two axes belong to the first two, and the last to the last. Groups are
    /// independent, and each has one linear index.
    pub(super) fn of_reshape(from: &Shape, into: &Shape) -> Self {
        let mut pairs = SmallVec::new();
        if from.size() == 0 {
            pairs.push(Pair { extent: 0, from: Link::NONE, into: Link::NONE });
            return Self { source: 0, pairs };
        }
        let (mut a, mut b) = (0..0, 0..0);
        while a.end < from.ndim() || b.end < into.ndim() {
            (a, b) = (a.end..a.end, b.end..b.end);
            let (mut left, mut right) = (1, 1);
            loop {
                if a.end < from.ndim() && (left <= right || b.end == into.ndim()) {
                    left *= from[a.end];
                    a.end += 1;
                } else if b.end < into.ndim() {
                    right *= into[b.end];
                    b.end += 1;
                }
                if left == right && (!a.is_empty() && !b.is_empty() || left == 1) {
                    break;
                }
            }
            pairs.push(Pair { extent: left, from: Link::group(a.clone()), into: Link::group(b.clone()) });
        }
        Self { source: 0, pairs }
    }
}

impl Transfer {
    /// The bytes that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        let spilled = if self.pairs.spilled() { self.pairs.capacity() * size_of::<Pair>() } else { 0 };
        size_of::<Self>() + spilled
    }
}

impl Link {
    const NONE: Self = Self { axes: 0..0, step: 1, offset: 0 };

    fn group(axes: Range<usize>) -> Self {
        Self { axes, ..Self::NONE }
    }
}

/// A layout with more around each block: the destination of a plan with ghost cells, or a source, which has none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deal<'a> {
    pub(super) layout: &'a Layout,
    pub(super) ghosts: &'a [(usize, usize)],
}

impl<'a> Deal<'a> {
    /// Without ghosts.
    pub(super) fn of(layout: &'a Layout) -> Self {
        Self { layout, ghosts: &[] }
    }

    /// What `rank` has along `axis`.
    pub(super) fn progression(&self, axis: usize, rank: usize) -> Progression {
        self.part_progression(axis, self.layout.part(axis, rank))
    }

    fn part_progression(&self, axis: usize, part: usize) -> Progression {
        let (low, high) = self.ghosts.get(axis).copied().unwrap_or((0, 0));
        self.layout.part_progression(axis, part).extended(low, high, self.layout.shape()[axis])
    }

    /// The shape of the block of `rank`.
    pub(super) fn local_shape(&self, rank: usize) -> Shape {
        (0..self.layout.shape().ndim()).map(|axis| self.progression(axis, rank).len()).collect()
    }

    /// The number of parts that the axes of `link` are dealt into together.
    pub(super) fn parts(&self, link: &Link) -> usize {
        link.axes.clone().map(|axis| self.layout.parts(axis)).product()
    }

    /// The part of the axes of `link` that `rank` has.
    pub(super) fn part(&self, link: &Link, rank: usize) -> usize {
        link.axes.clone().fold(0, |part, axis| part * self.layout.parts(axis) + self.layout.part(axis, rank))
    }

    /// The parts of the axes of `link` that may have one of these steps: for blocks of one axis those between the first and
    /// the last step, otherwise all.
    pub(super) fn parts_meeting(&self, link: &Link, steps: Range<usize>) -> Range<usize> {
        let parts = self.parts(link);
        let axis = link.axes.start;
        if link.axes.len() != 1
            || steps.is_empty()
            || !matches!(self.layout.distribution(axis), Distribution::Blocks { .. })
        {
            return if steps.is_empty() { 0..0 } else { 0..parts };
        }
        let index = |step: usize| (link.offset + link.step * step as isize) as usize;
        let (one, other) = (index(steps.start), index(steps.end - 1));
        let (low, high) = self.ghosts.get(axis).copied().unwrap_or((0, 0));
        let extent = self.layout.shape()[axis];
        let first = one.min(other).saturating_sub(high);
        let last = one.max(other).saturating_add(low).min(extent - 1);
        let part_of = |index| self.layout.distribution(axis).part_of(extent, parts, index);
        part_of(first)..part_of(last) + 1
    }

    /// What one part has along the axis of iteration that `link` follows.
    pub(super) fn side(&self, link: &Link, extent: usize, mut part: usize) -> Side {
        if link.axes.is_empty() {
            return Side::new(Linear::new(&[(extent, Progression::interval(0..extent))]), 1, 0, extent);
        }
        let mut held: SmallVec<[(usize, Progression); 4]> = SmallVec::new();
        for axis in link.axes.clone().rev() {
            let parts = self.layout.parts(axis);
            held.insert(0, (self.layout.shape()[axis], self.part_progression(axis, part % parts)));
            part /= parts;
        }
        Side::new(Linear::new(&held), link.step, link.offset, extent)
    }

    /// What `rank` has along the axis of iteration that `link` follows.
    pub(super) fn rank_side(&self, link: &Link, extent: usize, rank: usize) -> Side {
        self.side(link, extent, self.part(link, rank))
    }

    /// For each axis of iteration, the distance between neighbours in the block of `rank`; 0 where `link` has no axis.
    pub(super) fn strides(&self, transfer: &Transfer, link: impl Fn(&Pair) -> &Link, rank: usize) -> Vec<usize> {
        let strides = self.local_shape(rank).strides();
        transfer.pairs.iter().map(|pair| link(pair).axes.clone().last().map_or(0, |axis| strides[axis])).collect()
    }

    /// The mesh axes that deal the axes of `link`, in order.
    pub(super) fn mesh_axes(&self, link: &Link) -> SmallVec<[usize; 4]> {
        link.axes.clone().flat_map(|axis| self.layout.distribution(axis).over()).collect()
    }
}
