//! One axis of a block with its margin: where each place comes from.
//!
//! Places are counted from the first own element of the block: own ones are `0..len`, the margin lies at `-before..0` and at
//! `len..len + after`. Elements come from the parts of the axis that hold them, however thin or far these are, and through the
//! boundary, which sends a place outside the array to one inside, or to a value.

use std::ops::Range;

use crate::layout::Layout;

/// What a boundary does with a place outside: [`Boundary`](super::Boundary) without its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Edge {
    Open,
    Periodic,
    Given,
    Nearest,
    Reflect,
    Mirror,
}

impl Edge {
    /// Whether places outside are elements of the array that lie near the edge.
    fn folds_back(self) -> bool {
        matches!(self, Self::Nearest | Self::Reflect | Self::Mirror)
    }
}

/// The farthest that anything may reach. Margins are looked at place by place: a wider one is a mistake, or calls for another
/// algorithm.
pub(super) const FARTHEST: usize = 1 << 20;

/// How far a formula reaches along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Reach {
    pub(super) before: usize,
    pub(super) after: usize,
}

impl Reach {
    /// The reach of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self { before: self.before.max(other.before), after: self.after.max(other.after) }
    }
}

/// One axis of an array, with its boundary and how far it is reached over.
pub(super) struct Line<'a> {
    pub(super) layout: &'a Layout,
    pub(super) axis: usize,
    pub(super) edges: [Edge; 2],
    pub(super) reach: Reach,
}

/// Successive places of one origin: the k-th is index `first + step * k`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// The first place.
    pub(super) at: isize,
    pub(super) len: usize,
    pub(super) first: isize,
    pub(super) step: isize,
    /// The part that holds these indices; nothing where the boundary gives values.
    pub(super) part: Option<usize>,
}

impl Line<'_> {
    /// The indices of `part`. The axis must be whole or in blocks.
    pub(super) fn own(&self, part: usize) -> Range<isize> {
        let part = self.layout.part_progression(self.axis, part);
        debug_assert!(part.is_interval(), "axis {} of {}", self.axis, self.layout);
        part.start() as isize..part.end() as isize
    }

    fn extent(&self) -> isize {
        self.layout.shape()[self.axis] as isize
    }

    /// The places of `part`, own ones and margin, in ascending order; none at all for an empty part.
    pub(super) fn segments(&self, part: usize) -> Vec<Segment> {
        let own = self.own(part);
        if own.is_empty() {
            return Vec::new();
        }
        let Range { start, end } = self.with_margin(&own);
        let mut segments = Vec::new();
        self.margin(start..own.start, &own, &mut segments);
        let len = (own.end - own.start) as usize;
        segments.push(Segment { at: 0, len, first: own.start, step: 1, part: Some(part) });
        self.margin(own.end..end, &own, &mut segments);
        segments
    }

    /// The indices of a part and of its margin, which ends at an open edge.
    fn with_margin(&self, own: &Range<isize>) -> Range<isize> {
        let start = own.start.saturating_sub_unsigned(self.reach.before);
        let end = own.end.saturating_add_unsigned(self.reach.after);
        let start = if self.edges[0] == Edge::Open { start.max(0) } else { start };
        start..if self.edges[1] == Edge::Open { end.min(self.extent()) } else { end }
    }

    /// The elements of a part whose formula finds all that it reads.
    pub(super) fn computed(&self, part: usize) -> Range<isize> {
        let own = self.own(part);
        let reach = |edge: Edge, reach: usize| if edge == Edge::Open { reach } else { 0 };
        let first = own.start.max(isize::try_from(reach(self.edges[0], self.reach.before)).unwrap_or(isize::MAX));
        let end = own.end.min(self.extent().saturating_sub_unsigned(reach(self.edges[1], self.reach.after)));
        let first = first.min(own.end);
        first - own.start..end.max(first) - own.start
    }

    /// Appends the places of these indices, all of them in the margin.
    fn margin(&self, indices: Range<isize>, own: &Range<isize>, segments: &mut Vec<Segment>) {
        let margin = segments.len();
        for index in indices {
            let Some((from, part)) = self.origin(index) else { continue };
            if let Some(last) = segments[margin..].last_mut().filter(|last| last.part == part) {
                let step = from - (last.first + last.step * (last.len as isize - 1));
                if last.len == 1 && step.abs() <= 1 || step == last.step {
                    (last.step, last.len) = (step, last.len + 1);
                    continue;
                }
            }
            segments.push(Segment { at: index - own.start, len: 1, first: from, step: 1, part });
        }
    }

    /// Where the element for `index` is: its index and part, or an index outside and no part where the boundary gives its value.
    /// Nothing beyond an open edge.
    ///
    /// Reflections go on beyond the other edge as if it had the same boundary.
    fn origin(&self, index: isize) -> Option<(isize, Option<usize>)> {
        let extent = self.extent();
        let edge = if index < 0 { self.edges[0] } else { self.edges[1] };
        let inside = match edge {
            _ if (0..extent).contains(&index) => index,
            Edge::Open => return None,
            Edge::Given => return Some((index, None)),
            Edge::Periodic => index.rem_euclid(extent),
            Edge::Nearest => index.clamp(0, extent - 1),
            Edge::Reflect => {
                let phase = index.rem_euclid(2 * extent);
                phase.min(2 * extent - 1 - phase)
            }
            Edge::Mirror if extent == 1 => 0,
            Edge::Mirror => {
                let phase = index.rem_euclid(2 * extent - 2);
                phase.min(2 * extent - 2 - phase)
            }
        };
        Some((inside, Some(self.layout.part_of(self.axis, inside as usize))))
    }

    /// The parts that may have elements of `part` among their places, itself included, in ascending order.
    pub(super) fn readers(&self, part: usize) -> Vec<usize> {
        let own = self.own(part);
        if own.is_empty() {
            return Vec::new();
        }
        let (before, after) = (self.reach.before as isize, self.reach.after as isize);
        let wraps = self.edges[0] == Edge::Periodic;
        let inside = |index: &isize| (0..self.extent()).contains(index);
        let mut readers: Vec<usize> = Vec::new();
        let mut add = |index: isize| readers.push(self.layout.part_of(self.axis, index as usize));
        // Whoever has an index in this window reaches one of ours: as far as they look ahead, we look back.
        let window = (own.start - after..own.start).chain(own.end..own.end + before);
        window
            .map(|index| if wraps { index.rem_euclid(self.extent()) } else { index })
            .filter(inside)
            .for_each(&mut add);
        if self.edges[0].folds_back() {
            (0..before).filter(inside).for_each(&mut add);
        }
        if self.edges[1].folds_back() {
            (self.extent() - after..self.extent()).filter(inside).for_each(&mut add);
        }
        readers.push(part);
        readers.sort_unstable();
        readers.dedup();
        readers
    }
}
