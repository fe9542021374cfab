//! A block with its margin, for loops of one's own.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use smallvec::SmallVec;

use super::boundary::Halo;
use super::exchange::{self, Margin, Messages};
use super::places::Places;
use super::segments::FARTHEST;
use crate::array::DistArray;
use crate::comm::PendingExchange;
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Distribution, Layout, Region};
use crate::local::{Elements, Local, Room, copy_box};
use crate::memory::Block;

/// This rank's block of an array with a margin of its neighbours' elements (ghosts), for loops over slices that no formula says.
///
/// What may be touched is in the type. The margin holds the neighbours' elements only after an exchange and only until
/// somebody writes; so there are three states, and each call leads to the next:
///
/// ```text
///             start()                      finish()                 edit()
///   [Own] ──────────────▶ [Exchanging] ──────────────▶ [Full] ──────────────▶ [Own]
///   own elements          own elements                 all elements
///   read and written      read                         read
/// ```
///
/// A *place* is an index relative to the block's first element: own elements lie from 0 on, the margin before them at negative
/// places. Rows along the last axis are slices.
///
/// ```
/// use isotherm::prelude::*;
/// use isotherm::stencil::{Boundary, Ghosted};
/// isotherm::run_on(3, |cx| {
///     let u = cx.arange(0, 10, 1, 0)?;
///     let u = Ghosted::new(u.halo().boundary(Boundary::Periodic), &[(1, 1)])?; // the block and one element on each side
///     let mut next = u.clone();
///     let u = u.start()?;
///     let mut smooth = |u: &dyn Fn(isize) -> i64, i: isize| next.row_mut(&[i])[0] = u(i - 1) + u(i) + u(i + 1);
///     for i in u.interior().ranges()[0].clone() {
///         smooth(&|i| u.get(&[i]), i); // while messages fly
///     }
///     let u = u.finish()?;
///     for rim in u.rim() {
///         for i in rim.ranges()[0].clone() {
///             smooth(&|i| u.get(&[i]), i);
///         }
///     }
///     assert_eq!(next.to_array()?.gather()?, [10, 3, 6, 9, 12, 15, 18, 21, 24, 17]);
///     Ok(())
/// }).unwrap();
/// ```
///
/// The margin cannot be read too early, and own elements cannot be written while they are on their way:
///
/// ```compile_fail,E0599
/// # use isotherm::prelude::*;
/// # use isotherm::stencil::{Ghosted, Own};
/// fn too_early(u: Ghosted<'_, f64, Own>) -> Result<()> {
///     let mut u = u.start()?;
///     u.row_mut(&[0])[0] = 1.0; // no method `row_mut` while it is exchanging
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Ghosted<'a, T: Element, S = Full> {
    margin: Rc<Margin<'a, T>>,
    /// A row-major block of the places `home`.
    elements: Block<T>,
    home: Places,
    own: Places,
    /// Own places and those of the margin that hold something after an exchange.
    filled: Places,
    state: S,
}

/// The margin is out of date: own elements are read and written.
#[derive(Clone, Copy, Debug)]
pub struct Own;

/// The margin is on its way: own elements are read.
pub struct Exchanging<T: Element> {
    pending: Option<PendingExchange>,
    messages: Messages<T>,
}

/// The margin is there: all elements are read.
#[derive(Clone, Copy, Debug)]
pub struct Full;

impl<'a, T: Element> Ghosted<'a, T, Own> {
    /// The block of an array, with room for so many elements before and after it along each axis.
    ///
    /// **Collective** in what follows, local itself. `widths`, one pair per axis, and the halo must be the same on every rank. One copy of the
    /// block, to the memory of the host. The widths may exceed the neighbours' blocks; empty blocks have no margin.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] unless there is one pair per axis, and for boundaries of axes that there are not; [`ErrorKind::Layout`] when an
    /// axis is dealt cyclically: its elements have no neighbours here; [`ErrorKind::Index`] for widths beyond 2²⁰; [`ErrorKind::Memory`] beyond the context's budget.
    #[track_caller]
    pub fn new(halo: Halo<'a, T>, widths: &[(usize, usize)]) -> Result<Self> {
        let array = &halo.array;
        let (layout, cx) = (array.layout(), array.context());
        if widths.len() != array.ndim() {
            let message = format!("{} widths for the axes of {}", widths.len(), array.shape());
            return Err(Error::new(ErrorKind::Axis, message));
        }
        if widths.iter().any(|&(before, after)| before.max(after) > FARTHEST) {
            return Err(Error::new(ErrorKind::Index, format!("the widths {widths:?} exceed {FARTHEST} places")));
        }
        if !is_in_blocks(layout) {
            let message = format!("a margin of cyclic blocks: bring {layout} into blocks first");
            return Err(Error::new(ErrorKind::Layout, message));
        }
        cx.charge(layout, T::DTYPE)?;
        let margin = Margin::new(exchange::boundaries(&halo)?, layout, &corners(widths), cx, cx.engine().host());
        let own = Places::of_shape(array.local_shape());
        let home = if own.is_empty() { own.clone() } else { margin.reading.with_margin(&own) };
        let mut elements = cx.pool().zeroed::<T>(home.shape().size());
        let corner = own.corner();
        copy_box(&own.shape(), array.local(), &own.view(&corner), &mut elements, &home.view(&corner));
        let filled = margin.reading.filled(cx.rank());
        Ok(Self { margin: Rc::new(margin), elements, home, own, filled, state: Own })
    }

    /// Own elements from `place` to the end of its row along the last axis, to be written.
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When it is no place of an own element.
    pub fn row_mut(&mut self, place: &[isize]) -> &mut [T] {
        let range = self.row_range(place, &self.own);
        &mut self.elements[range]
    }

    /// Send own elements to those whose margins they are, and return at once.
    ///
    /// **Collective.** One exchange, when an axis with a margin is dealt; local otherwise. One message to every rank that has
    /// elements of this block in its margin.
    ///
    /// # Errors
    /// None of its own.
    #[track_caller]
    pub fn start(self) -> Result<Ghosted<'a, T, Exchanging<T>>> {
        let (sends, messages) = self.margin.posted(self.margin.pack(Elements::Slice(&self.elements), &self.home));
        let reading = &self.margin.reading;
        let mut pending = None;
        if reading.crosses_ranks() {
            let mut hasher = DefaultHasher::new();
            (reading, T::DTYPE).hash(&mut hasher);
            let comm = self.margin.cx.comm();
            pending = Some(comm.start_exchange(hasher.finish(), "ghosted", sends, &self.margin.receives())?);
        }
        Ok(self.with_state(Exchanging { pending, messages }).0)
    }

    /// Bring the margin and wait for it.
    ///
    /// **Collective**, as [`start`](Self::start).
    ///
    /// # Errors
    /// None of its own.
    #[track_caller]
    pub fn fill(self) -> Result<Ghosted<'a, T>> {
        self.start()?.finish()
    }
}

impl<'a, T: Element> Ghosted<'a, T, Exchanging<T>> {
    /// Wait for the margin.
    ///
    /// **Local.** Waits until every rank has [started](Ghosted::start).
    ///
    /// # Errors
    /// When the ranks made different calls.
    pub fn finish(self) -> Result<Ghosted<'a, T>> {
        let (mut full, Exchanging { pending, mut messages }) = self.with_state(Full);
        if let Some(pending) = pending {
            full.margin.arrived(pending.finish()?.into_iter(), &mut messages);
        }
        full.margin.fill(&messages, &full.home, &mut Room::Here(&mut full.elements));
        Ok(full)
    }
}

impl<'a, T: Element> Ghosted<'a, T> {
    /// Go back to writing own elements; the margin is given up.
    ///
    /// **Local.**
    #[must_use]
    pub fn edit(self) -> Ghosted<'a, T, Own> {
        self.with_state(Own).0
    }
}

/// What may be read of a [`Ghosted`] block: [`Own`], [`Exchanging`] or [`Full`].
pub trait State {
    #[doc(hidden)]
    const MARGIN: bool;
}

impl State for Own {
    const MARGIN: bool = false;
}

impl<T: Element> State for Exchanging<T> {
    const MARGIN: bool = false;
}

impl State for Full {
    const MARGIN: bool = true;
}

impl<T: Element, S: State> Ghosted<'_, T, S> {
    /// The places that may be read now. Beyond open edges there are none.
    ///
    /// **Local.**
    pub fn readable(&self) -> &Places {
        if S::MARGIN { &self.filled } else { &self.own }
    }

    /// The places of own elements.
    ///
    /// **Local.**
    pub fn own(&self) -> &Places {
        &self.own
    }

    /// The places of own elements around which all within the widths are own elements too: what can be computed before the
    /// margin is there.
    ///
    /// **Local.**
    pub fn interior(&self) -> Places {
        self.margin.reading.interior(self.margin.cx.rank()).meet(&self.own)
    }

    /// The places of the other own elements around which there is something within all the widths: all but those near open
    /// edges.
    ///
    /// **Local.** In boxes, a few per axis.
    pub fn rim(&self) -> Vec<Places> {
        let computed = self.margin.reading.computed(self.margin.cx.rank());
        computed.without(&self.interior().meet(&computed))
    }

    /// The global indices of own elements: place 0 is the first of them along each axis.
    ///
    /// **Local.**
    pub fn region(&self) -> Region {
        self.margin.reading.layout.region(self.margin.cx.rank())
    }

    /// The element at `place`.
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When it may not be read.
    pub fn get(&self, place: &[isize]) -> T {
        self.row(place)[0]
    }

    /// The elements from `place` to the end of its row along the last axis, as far as they may be read.
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When the element at `place` may not be read.
    pub fn row(&self, place: &[isize]) -> &[T] {
        &self.elements[self.row_range(place, self.readable())]
    }

    /// Own elements as an array of the same layout.
    ///
    /// **Local.** One copy of the block.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] beyond the context's budget.
    #[track_caller]
    pub fn to_array(&self) -> Result<DistArray<T>> {
        let (layout, cx) = (&self.margin.reading.layout, &self.margin.cx);
        cx.charge(layout, T::DTYPE)?;
        let (shape, corner) = (self.own.shape(), self.own.corner());
        let mut block = cx.pool().take::<T>(shape.size());
        copy_box(&shape, &self.elements, &self.home.view(&corner), &mut block, &self.own.view(&corner));
        Ok(DistArray::from_parts(Local::new(block, shape), layout.clone(), cx.clone()))
    }

    /// Where the row from `place` to the end of `allowed` lies among the elements.
    fn row_range(&self, place: &[isize], allowed: &Places) -> std::ops::Range<usize> {
        assert!(allowed.contains(place), "place {place:?} is not in {:?}", allowed.ranges());
        let start = self.home.view(place).offset as usize;
        let len = match (allowed.ranges().last(), place.last()) {
            (Some(range), Some(first)) => (range.end - first) as usize,
            _ => 1,
        };
        start..start + len
    }
}

impl<'a, T: Element, S> Ghosted<'a, T, S> {
    fn with_state<R>(self, state: R) -> (Ghosted<'a, T, R>, S) {
        let Self { margin, elements, home, own, filled, state: before } = self;
        (Ghosted { margin, elements, home, own, filled, state }, before)
    }
}

fn is_in_blocks(layout: &Layout) -> bool {
    !layout.distributions().iter().any(|distribution| matches!(distribution, Distribution::Cyclic { .. }))
}

/// The offsets to the corners of these widths: reading them is reading everything between.
fn corners(widths: &[(usize, usize)]) -> Vec<SmallVec<[isize; 4]>> {
    let corner = |corner: usize| {
        let along = |(axis, &(before, after)): (usize, &(usize, usize))| match corner >> axis & 1 {
            0 => -(before as isize),
            _ => after as isize,
        };
        widths.iter().enumerate().map(along).collect()
    };
    (0..1 << widths.len()).map(corner).collect()
}
