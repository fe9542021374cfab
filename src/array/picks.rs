//! An index of an array of known shape: what is read or written, as a layout and as maps of a move.

use smallvec::SmallVec;

use crate::array::index::{Index, IndexItem, Steps, place, range};
use crate::device::View;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Distribution, Layout};
use crate::shape::Shape;

/// What an index says of one axis of the array or of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pick {
    At(usize),
    Steps(Steps),
    New,
}

/// An [`Index`] in which every axis of the array has its place and every number is inside.
#[derive(Clone, Debug)]
pub(super) struct Picks(SmallVec<[Pick; 4]>);

impl Pick {
    /// Whether `axis` is dealt, when every rank has what this picks of it, or leaves it there.
    fn is_of(self, layout: &Layout, axis: usize) -> Option<bool> {
        match (self, layout.distributions().get(axis)?) {
            (_, Distribution::Whole) => Some(false),
            (Self::Steps(Steps { step: 1.., .. }), Distribution::Blocks { .. }) => Some(true),
            _ => None,
        }
    }
}

impl Index {
    /// What this index picks of an array of `shape`.
    #[track_caller]
    pub(super) fn of(&self, shape: &Shape) -> Result<Picks> {
        let named = self.0.iter().filter(|item| matches!(item, IndexItem::At(_) | IndexItem::Range(_))).count();
        let ellipses = self.0.iter().filter(|item| matches!(item, IndexItem::Ellipsis)).count();
        let Some(left) = shape.ndim().checked_sub(named).filter(|_| ellipses < 2) else {
            let message = format!("an index of {named} axes and {ellipses} ellipses for an array of shape {shape}");
            return Err(Error::new(ErrorKind::Index, message));
        };
        // Without an ellipsis the axes that are left come last, as if it stood there.
        let last = (ellipses == 0).then_some(&IndexItem::Ellipsis);
        let spelled_out = self.0.iter().chain(last).flat_map(|&item| match item {
            IndexItem::Ellipsis => std::iter::repeat_n(IndexItem::Range(range(None, None)), left),
            other => std::iter::repeat_n(other, 1),
        });
        let mut picks = SmallVec::new();
        let mut axis = 0;
        // A loop and no iterator: errors name the caller's line, and a closure has none.
        for item in spelled_out {
            picks.push(match item {
                IndexItem::At(index) => Pick::At(place(index, axis, shape[axis])?),
                IndexItem::Range(range) => Pick::Steps(range.resolve(shape[axis])?),
                IndexItem::NewAxis => Pick::New,
                IndexItem::Ellipsis => unreachable!("it is spelled out above"),
            });
            axis += usize::from(item != IndexItem::NewAxis);
        }
        Ok(Picks(picks))
    }
}

impl Picks {
    /// The shape of what is picked.
    pub(super) fn shape(&self) -> Shape {
        let extent = |pick: &Pick| match pick {
            Pick::At(_) => None,
            Pick::Steps(steps) => Some(steps.count),
            Pick::New => Some(1),
        };
        self.0.iter().filter_map(extent).collect()
    }

    /// For each axis of the array, the index as a function of the index in what is picked.
    pub(super) fn maps(&self) -> Vec<AxisMap> {
        let mut along = 0;
        let mut maps = Vec::new();
        for pick in &self.0 {
            match *pick {
                Pick::At(index) => {
                    maps.push(AxisMap::fixed(index));
                    continue;
                }
                Pick::Steps(Steps { start, step, .. }) => maps.push(AxisMap::along(along, step, start as isize)),
                Pick::New => {}
            }
            along += 1;
        }
        maps
    }

    /// The layout of what is picked from an array of this layout.
    pub(super) fn layout(&self, layout: &Layout) -> Layout {
        let mut layout = layout.clone();
        let mut axis = 0;
        for pick in &self.0 {
            layout = match *pick {
                Pick::At(_) => layout.without_axis(axis),
                Pick::Steps(Steps { start, step, count }) => layout.sliced(axis, start, step, count),
                Pick::New => layout.inserted_axis(axis, 1),
            };
            axis += usize::from(!matches!(pick, Pick::At(_)));
        }
        layout
    }

    /// Where the elements that are picked of the block of `rank` lie in it, when every rank picks from its own: nothing otherwise. `into` is the
    /// [`layout`](Self::layout) of what is picked.
    pub(super) fn view(&self, from: &Layout, into: &Layout, rank: usize) -> Option<View> {
        let strides = from.local_shape(rank).strides();
        let (mut view, mut axis) = (View { offset: 0, strides: SmallVec::new() }, 0);
        for pick in &self.0 {
            let (index, step) = match (*pick, pick.is_of(from, axis)) {
                (Pick::New, _) => {
                    view.strides.push(0);
                    continue;
                }
                (_, None) => return None,
                (Pick::At(index), Some(_)) => (index as isize, None),
                (Pick::Steps(Steps { start, step, .. }), Some(dealt)) => {
                    let first = if dealt { into.progression(view.strides.len(), rank).start() } else { 0 };
                    let skipped = if dealt { from.progression(axis, rank).start() } else { 0 };
                    (start as isize + step * first as isize - skipped as isize, Some(step))
                }
            };
            view.offset += index * strides[axis] as isize;
            view.strides.extend(step.map(|step| step * strides[axis] as isize));
            axis += 1;
        }
        Some(view)
    }

    /// Whether it picks every element, so that the blocks of an array of this layout only change their shapes.
    pub(super) fn is_everything(&self, layout: &Layout) -> bool {
        let mut extents = layout.shape().iter().zip(layout.distributions());
        self.0.iter().all(|pick| {
            let next = if *pick == Pick::New { None } else { extents.next() };
            match (*pick, next) {
                (Pick::At(_), Some((&extent, deal))) => extent == 1 && *deal == Distribution::Whole,
                (Pick::Steps(steps), Some((&extent, _))) => steps.count == extent && steps.step == 1,
                _ => true,
            }
        })
    }
}
