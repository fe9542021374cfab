//! The execution of plans on whole arrays.

use crate::array::DistArray;
use crate::array::travel::{Travel, bytes, label};
use crate::context::Context;
use crate::dtype::Element;
use crate::error::Result;
use crate::layout::plan::Options;
use crate::layout::{Layout, Move, Plan};
use crate::local::{Elements, Fresh, Lent, Local, Room};

/// What plans need to know besides layouts. Where an engine works while messages fly, the ones of two rounds share the limit.
pub(super) fn options<T: Element>(cx: &Context) -> Options {
    let rounds = if cx.engine().computes_at_once() { 1 } else { 2 };
    Options::new(size_of::<T>()).staging_limit((cx.staging_limit() / rounds).max(1))
}

/// Bring the elements of `sources` where `plan` says.
///
/// **Collective** as [`Travel::run`].
#[track_caller]
pub(super) fn execute<T: Element>(
    cx: &Context,
    plan: &Plan,
    what: &'static str,
    sources: &[Elements<'_, T>],
    mut room: Room<'_, T>,
) -> Result<()> {
    Travel { comm: cx.comm(), engine: cx.engine(), plan, what, sources }.run(&mut room)
}

/// As [`execute`], for blocks that the other ranks may look into. Where they can, each takes what it needs from where it lies: nothing is
/// staged, and every element is read once and written once.
#[track_caller]
fn execute_shared<T: Element>(
    cx: &Context,
    plan: &Plan,
    what: &'static str,
    sources: &[&Local<T>],
    mut room: Room<'_, T>,
) -> Result<()> {
    let engine = cx.engine();
    if plan.rounds() > 0 && engine.is_shared() {
        let own: Vec<Lent<T>> = sources.iter().map(|source| room.lend(source)).collect();
        if let Some(loan) = cx.comm().lend(label::<T>(plan), what, own)? {
            plan.each_from(cx.rank(), |source, grid| room.copy(grid, Elements::Of(sources[source]), engine));
            for (peer, _) in plan.receives() {
                let lent = loan.of(peer);
                plan.each_from(peer, |source, grid| room.copy(grid, Elements::Lent(&lent[source]), engine));
            }
            for round in 0..plan.rounds() {
                let sends = plan.round(round).sends;
                loan.count(sends.len(), sends.iter().map(bytes::<T>).map(|(_, bytes)| bytes).sum());
            }
            room.submit();
            return loan.finish();
        }
    }
    let sources: Vec<Elements<'_, T>> = sources.iter().map(|source| Elements::Of(source)).collect();
    execute(cx, plan, what, &sources, room)
}

/// `len` elements in a line, all of them on rank `root`.
pub(super) fn all_on(root: usize, len: usize, ranks: usize) -> Result<Layout> {
    let offsets: Vec<usize> = (0..=ranks).map(|rank| if rank > root { len } else { 0 }).collect();
    Layout::from_offsets(len, 0, &offsets)
}

/// The block of another layout of the same array.
#[track_caller]
pub(super) fn redistributed<T: Element>(
    cx: &Context,
    local: &Local<T>,
    from: &Layout,
    into: &Layout,
) -> Result<Local<T>> {
    if from == into {
        return Ok(local.clone());
    }
    let plan = Plan::redistribute(from, into, cx.rank(), options::<T>(cx))?;
    filled(cx, &plan, "redistribute", &[local])
}

/// A new block, every element of which the plan brings.
#[track_caller]
pub(super) fn filled<T: Element>(
    cx: &Context,
    plan: &Plan,
    what: &'static str,
    sources: &[&Local<T>],
) -> Result<Local<T>> {
    let layout = plan.target();
    cx.charge(layout, T::DTYPE)?;
    let mut fresh = Fresh::new(layout.local_len(cx.rank()), cx.engine());
    execute_shared(cx, plan, what, sources, fresh.room())?;
    Ok(fresh.done(layout.local_shape(cx.rank()), cx.engine()))
}

/// As [`filled`], from elements that are no block.
#[track_caller]
pub(super) fn filled_from<T: Element>(cx: &Context, plan: &Plan, what: &'static str, source: &[T]) -> Result<Local<T>> {
    let layout = plan.target();
    cx.charge(layout, T::DTYPE)?;
    let mut fresh = Fresh::new(layout.local_len(cx.rank()), cx.engine());
    execute(cx, plan, what, &[Elements::Slice(source)], fresh.room())?;
    Ok(fresh.done(layout.local_shape(cx.rank()), cx.engine()))
}

/// As [`filled`], into a vector.
#[track_caller]
fn filled_vec<T: Element>(cx: &Context, plan: &Plan, what: &'static str, source: &Local<T>) -> Result<Vec<T>> {
    let layout = plan.target();
    cx.charge(layout, T::DTYPE)?;
    let mut elements = vec![T::zeroed(); layout.local_len(cx.rank())];
    execute_shared(cx, plan, what, &[source], Room::Here(&mut elements))?;
    Ok(elements)
}

impl<T: Element> DistArray<T> {
    /// A new array of `layout`, every element of which some move brings from `sources`.
    #[track_caller]
    pub(crate) fn moved(what: &'static str, sources: &[&Self], layout: Layout, moves: Vec<Move>) -> Result<Self> {
        let cx = &sources[0].cx;
        let layouts: Vec<&Layout> = sources.iter().map(|source| &source.layout).collect();
        let plan = Plan::new(&layouts, &layout, moves, cx.rank(), options::<T>(cx))?;
        let blocks: Vec<&Local<T>> = sources.iter().map(|source| &source.local).collect();
        let local = filled(cx, &plan, what, &blocks)?;
        Ok(Self::from_parts(local, layout, cx.clone()))
    }

    /// The same array in another layout.
    ///
    /// **Collective** when the layouts differ: as many exchanges as the plan has rounds, of the bytes that ranks need and do not hold;
    /// local otherwise. `layout` must be the same on every rank. Class: Exact. Peak memory: both blocks and twice the
    /// context's staging limit. The plan can be seen beforehand: [`plan_to`](DistArray::plan_to).
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Layout`](crate::ErrorKind::Layout) when the layout is of
    /// another shape or number of ranks.
    #[track_caller]
    pub fn redistribute(&self, layout: &Layout) -> Result<Self> {
        let local = redistributed(&self.cx, &self.local, &self.layout, layout)?;
        Ok(Self::from_parts(local, layout.clone(), self.cx.clone()))
    }

    /// What [`redistribute`](DistArray::redistribute) would move on this rank.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`redistribute`](DistArray::redistribute).
    #[track_caller]
    pub fn plan_to(&self, layout: &Layout) -> Result<Plan> {
        Plan::redistribute(&self.layout, layout, self.cx.rank(), options::<T>(&self.cx))
    }

    /// The same array, dealt along another axis in balanced blocks, or, for `None`, on every rank.
    ///
    /// **Collective**, as [`redistribute`](DistArray::redistribute).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) when there is no such axis.
    #[track_caller]
    pub fn resplit(&self, placement: impl Into<crate::Placement>) -> Result<Self> {
        let layout = placement.into().layout(self.shape(), self.cx.size())?;
        self.redistribute(&layout)
    }

    /// The same array with every dealt axis in balanced blocks.
    ///
    /// **Collective**, as [`redistribute`](DistArray::redistribute).
    ///
    /// # Errors
    /// None of its own.
    #[track_caller]
    pub fn balance(&self) -> Result<Self> {
        self.redistribute(&self.layout.balanced())
    }

    /// The whole array on every rank.
    ///
    /// **Collective**, as [`redistribute`](DistArray::redistribute).
    ///
    /// # Errors
    /// [`ErrorKind::Memory`](crate::ErrorKind::Memory) beyond the context's budget.
    #[track_caller]
    pub fn replicate(&self) -> Result<Self> {
        let layout = Layout::replicated(self.shape().clone(), self.cx.size())?;
        self.redistribute(&layout)
    }

    /// All elements in row-major order, on every rank.
    ///
    /// **Collective**, as [`replicate`](DistArray::replicate).
    ///
    /// # Errors
    /// As [`replicate`](DistArray::replicate).
    #[track_caller]
    pub fn gather(&self) -> Result<Vec<T>> {
        if self.layout.is_replicated() {
            return self.to_vec();
        }
        let whole = Layout::replicated(self.shape().clone(), self.cx.size())?;
        filled_vec(&self.cx, &self.plan_to(&whole)?, "gather", &self.local)
    }

    /// All elements in row-major order on rank `root`; nothing on the others.
    ///
    /// **Collective**, as [`redistribute`](DistArray::redistribute); `root` must be the same on every rank.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) when there is no such rank.
    #[track_caller]
    pub fn gather_on(&self, root: usize) -> Result<Option<Vec<T>>> {
        if root >= self.cx.size() {
            let message = format!("gather_on({root}) with {} ranks", self.cx.size());
            return Err(crate::Error::new(crate::ErrorKind::Layout, message));
        }
        let layout = all_on(root, self.size(), self.cx.size())?;
        let plan = Plan::reshape(&self.layout, &layout, self.cx.rank(), options::<T>(&self.cx))?;
        let elements = filled_vec(&self.cx, &plan, "gather_on", &self.local)?;
        Ok((self.cx.rank() == root).then_some(elements))
    }
}

impl<T: Element> DistArray<T> {
    /// The elements in row-major order in another shape and layout.
    #[track_caller]
    pub(crate) fn reshape_into(&self, layout: &Layout) -> Result<Self> {
        if self.layout.holds_the_same_as(layout) {
            return Ok(self.relabelled(layout.clone()));
        }
        let plan = Plan::reshape(&self.layout, layout, self.cx.rank(), options::<T>(&self.cx))?;
        let local = filled(&self.cx, &plan, "reshape", &[&self.local])?;
        Ok(Self::from_parts(local, layout.clone(), self.cx.clone()))
    }
}
