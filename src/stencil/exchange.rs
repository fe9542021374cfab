//! Bringing the margins of blocks: packing for those who read, unpacking what came, and asking the boundaries.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::boundary::{Boundary, Halo, Side};
use super::margin::{Ghosts, Origin, Reading};
use super::places::Places;
use super::segments::Edge;
use crate::context::Context;
use crate::device::{Engine, View};
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::local::{Elements, Fresh, Local, Room};
use crate::memory::{Block, Buffer};

/// The margin of this rank's block of one array, with the values that its boundaries give.
#[derive(Clone)]
pub(super) struct Margin<'a, T: Element> {
    pub(super) reading: Reading,
    boundaries: Vec<[Boundary<'a, T>; 2]>,
    pub(super) cx: Context,
    /// Where the block and its margin are.
    engine: Engine,
    /// Each with its place in the message that brings it.
    ghosts: Vec<(Ghosts, usize)>,
}

/// The elements that came from each rank, this one among them.
pub(super) type Messages<T> = BTreeMap<usize, Local<T>>;

/// The elements that go to each rank, this one among them.
pub(super) type Packed<T> = BTreeMap<usize, Fresh<T>>;

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
    /// What formulas with these offsets read beyond the blocks of `layout`, all of whose axes are whole or in blocks; `engine` computes with it.
    pub(super) fn new(
        boundaries: Vec<[Boundary<'a, T>; 2]>,
        layout: &Layout,
        offsets: &[SmallVec<[isize; 4]>],
        cx: &Context,
        engine: Engine,
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
        Self { reading, boundaries, cx: cx.clone(), engine, ghosts }
    }

    /// What goes to the ranks that read elements of this one, which lie in a row-major block of the places `home`.
    pub(super) fn pack(&self, elements: Elements<'_, T>, home: &Places) -> Packed<T> {
        let start = self.start_of(home);
        let message = |(reader, ghosts): (usize, Vec<Ghosts>)| {
            let len = ghosts.iter().map(|its| its.places.shape().size()).sum();
            let (mut message, mut at) = (Fresh::new(len, &self.engine), 0);
            for ghosts in ghosts {
                let corner = ghosts.places.corner();
                let (source, mut target) = (ghosts.source(&start, &home.shape(), &corner), ghosts.places.view(&corner));
                target.offset += at;
                message.room().copy_box(&ghosts.places.shape(), elements, &source, &target);
                at += ghosts.places.shape().size() as isize;
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
    pub(super) fn posted(&self, mut messages: Packed<T>) -> (Vec<(usize, Buffer)>, Messages<T>) {
        let own = messages.remove_entry(&self.cx.rank());
        let own = own.map(|(rank, message)| (rank, message.done_in_line(&self.engine)));
        let sent = |(rank, message): (usize, Fresh<T>)| (rank, message.into_block(&self.engine).into_buffer());
        (messages.into_iter().map(sent).collect(), own.into_iter().collect())
    }

    /// Adds what came, in the order of [`receives`](Self::receives).
    pub(super) fn arrived(&self, buffers: impl Iterator<Item = Buffer>, messages: &mut Messages<T>) {
        for ((rank, _), buffer) in self.receives().into_iter().zip(buffers) {
            let message: Block<T> = buffer.into_block().expect("an exchange brings the bytes that were announced");
            let len = message.len();
            messages.insert(rank, Local::new(message, len).on(&self.engine));
        }
    }

    /// Fills what of the margin lies in `places`, of which `room` is a row-major block.
    pub(super) fn fill(&self, messages: &Messages<T>, places: &Places, room: &mut Room<'_, T>) {
        for (ghosts, at) in &self.ghosts {
            let common = ghosts.places.meet(places);
            if common.is_empty() {
                continue;
            }
            let (corner, shape) = (common.corner(), common.shape());
            let target = places.view(&corner);
            match ghosts.origin {
                Origin::Rank(rank) => {
                    let mut source = ghosts.places.view(&corner);
                    source.offset += *at as isize;
                    room.copy_box(&shape, Elements::Of(&messages[&rank]), &source, &target);
                }
                Origin::Given { axis } => {
                    let values = self.given(ghosts, axis, &common);
                    room.copy_box(&shape, Elements::Slice(&values), &View::row_major(&shape), &target);
                }
            }
        }
    }

    /// The values that the boundary of `axis` gives at `common`.
    fn given(&self, ghosts: &Ghosts, axis: usize, common: &Places) -> Block<T> {
        let shape = common.shape();
        let mut values = self.cx.pool().take(shape.size());
        for (position, value) in values.iter_mut().enumerate() {
            let steps = shape.unravel(position);
            let at: SmallVec<[isize; 4]> =
                steps.iter().zip(&common.0).map(|(&step, range)| range.start + step as isize).collect();
            let index = ghosts.index(&at);
            let side = if index[axis] < 0 { Side::Before } else { Side::After };
            *value = match &self.boundaries[axis][side as usize] {
                Boundary::Fixed(value) => *value,
                Boundary::Function(value) => value(&index),
                other => unreachable!("{other:?} gives no values"),
            };
        }
        values
    }
}
