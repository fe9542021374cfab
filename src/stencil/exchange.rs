//! Bringing the margins of blocks: packing for those who read, unpacking what came, and asking the boundaries.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::boundary::{Boundary, Halo, Side};
use super::margin::{Ghosts, Origin, Reading};
use super::places::{Places, copy};
use super::segments::Edge;
use crate::context::Context;
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::memory::{Block, Buffer};

/// The margin of this rank's block of one array, with the values that its boundaries give.
#[derive(Clone)]
pub(super) struct Margin<'a, T: Element> {
    pub(super) reading: Reading,
    boundaries: Vec<[Boundary<'a, T>; 2]>,
    pub(super) cx: Context,
    /// Each with its place in the message that brings it.
    ghosts: Vec<(Ghosts, usize)>,
}

/// The elements that came from each rank, this one among them.
pub(super) type Messages<T> = BTreeMap<usize, Block<T>>;

/// The boundaries of each axis, as the halo says.
#[track_caller]
pub(super) fn boundaries<'a, T: Element>(halo: &Halo<'a, T>) -> Result<Vec<[Boundary<'a, T>; 2]>> {
    let ndim = halo.array.ndim();
    let mut boundaries = vec![[Boundary::Open, Boundary::Open]; ndim];
    for (axis, side, boundary) in &halo.edges {
        let axes = match axis {
            Some(axis) => {
                let axis = axis.resolve(ndim)?;
                axis..axis + 1
            }
            None => 0..ndim,
        };
        for axis in axes {
            boundaries[axis][*side as usize] = boundary.clone();
        }
    }
    for (axis, [before, after]) in boundaries.iter().enumerate() {
        if (edge(before) == Edge::Periodic) != (edge(after) == Edge::Periodic) {
            let message =
                format!("axis {axis} is {before:?} before and {after:?} after: periodic are both sides or none");
            return Err(Error::new(ErrorKind::Axis, message));
        }
    }
    Ok(boundaries)
}

fn edge<T>(boundary: &Boundary<'_, T>) -> Edge {
    match boundary {
        Boundary::Open => Edge::Open,
        Boundary::Periodic => Edge::Periodic,
        Boundary::Fixed(_) | Boundary::Function(_) => Edge::Given,
        Boundary::Nearest => Edge::Nearest,
        Boundary::Reflect => Edge::Reflect,
        Boundary::Mirror => Edge::Mirror,
    }
}

impl<'a, T: Element> Margin<'a, T> {
    /// What formulas with these offsets read beyond the blocks of `layout`, all of whose axes are whole or in blocks.
    pub(super) fn new(
        boundaries: Vec<[Boundary<'a, T>; 2]>,
        layout: &Layout,
        offsets: &[SmallVec<[isize; 4]>],
        cx: &Context,
    ) -> Self {
        let edges = boundaries.iter().map(|[before, after]| [edge(before), edge(after)]).collect();
        let reading = Reading::new(layout.clone(), edges, offsets);
        let mut lengths = BTreeMap::new();
        let place = |ghosts: Ghosts| {
            let Origin::Rank(rank) = ghosts.origin else { return (ghosts, 0) };
            let length = lengths.entry(rank).or_insert(0);
            let place = *length;
            *length += ghosts.places.shape().size();
            (ghosts, place)
        };
        let ghosts = reading.ghosts(cx.rank()).into_iter().map(place).collect();
        Self { reading, boundaries, cx: cx.clone(), ghosts }
    }

    /// What goes to the ranks that read elements of this one, which lie in a row-major block of the places `home`.
    pub(super) fn pack(&self, elements: &[T], home: &Places) -> Messages<T> {
        let start = self.start_of(home);
        let message = |(reader, ghosts): (usize, Vec<Ghosts>)| {
            let mut message = self.cx.pool().take::<T>(ghosts.iter().map(|its| its.places.shape().size()).sum());
            let mut rest = &mut *message;
            for ghosts in ghosts {
                let (part, later) = rest.split_at_mut(ghosts.places.shape().size());
                let corner = ghosts.places.corner();
                let source = ghosts.source(&start, &home.shape(), &corner);
                copy(&ghosts.places.shape(), elements, &source, part, &ghosts.places.view(&corner));
                rest = later;
            }
            (reader, message)
        };
        self.reading.readers(self.cx.rank()).into_iter().map(message).collect()
    }

    /// The index that the first place of `home` would have.
    fn start_of(&self, home: &Places) -> SmallVec<[isize; 4]> {
        let own = self.reading.layout.region(self.cx.rank());
        own.parts().iter().zip(&home.0).map(|(part, range)| part.start() as isize + range.start).collect()
    }

    /// The ranks whose elements this one reads, in ascending order, with the bytes that come from each.
    pub(super) fn receives(&self) -> Vec<(usize, usize)> {
        let mut bytes = BTreeMap::new();
        for (ghosts, _) in &self.ghosts {
            if let Origin::Rank(rank) = ghosts.origin {
                *bytes.entry(rank).or_insert(0) += ghosts.places.shape().size() * size_of::<T>();
            }
        }
        bytes.remove(&self.cx.rank());
        bytes.into_iter().collect()
    }

    /// The messages to other ranks, and the one to this rank itself.
    pub(super) fn posted(&self, mut messages: Messages<T>) -> (Vec<(usize, Buffer)>, Messages<T>) {
        let own = messages.remove_entry(&self.cx.rank());
        let others = messages.into_iter().map(|(rank, message)| (rank, message.into_buffer())).collect();
        (others, own.into_iter().collect())
    }

    /// Adds what came, in the order of [`receives`](Self::receives).
    pub(super) fn arrived(&self, buffers: impl Iterator<Item = Buffer>, messages: &mut Messages<T>) {
        for ((rank, _), buffer) in self.receives().into_iter().zip(buffers) {
            let message = buffer.into_block().expect("an exchange brings the bytes that were announced");
            messages.insert(rank, message);
        }
    }

    /// Fills what of the margin lies in `places`, of which `into` is a row-major block.
    pub(super) fn fill(&self, messages: &Messages<T>, places: &Places, into: &mut [T]) {
        for (ghosts, at) in &self.ghosts {
            let common = ghosts.places.meet(places);
            if common.is_empty() {
                continue;
            }
            let corner = common.corner();
            match ghosts.origin {
                Origin::Rank(rank) => {
                    let source = ghosts.places.view(&corner);
                    copy(&common.shape(), &messages[&rank][*at..], &source, into, &places.view(&corner));
                }
                Origin::Given { axis } => self.give(ghosts, axis, &common, places, into),
            }
        }
    }

    /// Asks the boundary of `axis` for the values at `common`.
    fn give(&self, ghosts: &Ghosts, axis: usize, common: &Places, places: &Places, into: &mut [T]) {
        let shape = common.shape();
        for position in 0..shape.size() {
            let steps = shape.unravel(position);
            let at: SmallVec<[isize; 4]> =
                steps.iter().zip(&common.0).map(|(&step, range)| range.start + step as isize).collect();
            let index = ghosts.index(&at);
            let side = if index[axis] < 0 { Side::Before } else { Side::After };
            into[places.view(&at).offset as usize] = match &self.boundaries[axis][side as usize] {
                Boundary::Fixed(value) => *value,
                Boundary::Function(value) => value(&index),
                other => unreachable!("{other:?} gives no values"),
            };
        }
    }
}
