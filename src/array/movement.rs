//! The execution of plans: the only place where elements of arrays travel.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::array::DistArray;
use crate::context::Context;
use crate::dtype::Element;
use crate::error::Result;
use crate::layout::plan::Options;
use crate::layout::{Layout, Move, Plan};
use crate::local::{Elements, Fresh, Lent, Local, Room};
use crate::memory::{Block, Buffer};

/// What plans need to know besides layouts. Where an engine works while messages fly, the ones of two rounds share the limit.
pub(super) fn options<T: Element>(cx: &Context) -> Options {
    let rounds = if cx.engine().computes_at_once() { 1 } else { 2 };
    Options::new(size_of::<T>()).staging_limit((cx.staging_limit() / rounds).max(1))
}

/// Bring the elements of `sources` where `plan` says, round by round. All is packed and unpacked where `room` is, and only messages pass through the
/// memory of the host: while those of a round fly, an engine that works by itself makes those of the next.
///
/// **Collective** unless no rank moves anything: one exchange per round. Beyond the blocks themselves at most twice the staging limit is alive.
#[track_caller]
pub(super) fn execute<T: Element>(
    cx: &Context,
    plan: &Plan,
    what: &'static str,
    sources: &[Elements<'_, T>],
    mut room: Room<'_, T>,
) -> Result<()> {
    let engine = cx.engine();
    plan.each_from(cx.rank(), |source, grid| room.copy(grid, sources[source], engine));
    let label = label::<T>(plan);
    let mut ahead = None;
    for number in 0..plan.rounds() {
        let round = plan.round(number);
        let sends = ahead.take().unwrap_or_else(|| messages(cx, plan, number, sources, &room));
        let expected: Vec<(usize, usize)> = round.receives.iter().map(bytes::<T>).collect();
        let pending = cx.comm().start_exchange(label, what, sends, &expected)?;
        if !engine.computes_at_once() && number + 1 < plan.rounds() {
            ahead = Some(messages(cx, plan, number + 1, sources, &room));
        }
        for ((peer, range), message) in round.receives.into_iter().zip(pending.finish()?) {
            let message: Block<T> = message.into_block().expect("an exchange brings the bytes that were announced");
            let message = Local::new(message, range.len()).on(engine);
            plan.each_unpacked(peer, range, |grid| room.copy(grid, Elements::Of(&message), engine));
        }
    }
    Ok(())
}

/// The messages of a round, packed where `room` is and brought to the memory of the host.
fn messages<T: Element>(
    cx: &Context,
    plan: &Plan,
    round: usize,
    sources: &[Elements<'_, T>],
    room: &Room<'_, T>,
) -> Vec<(usize, Buffer)> {
    let engine = cx.engine();
    // All are packed before the first one is waited for.
    let packed = plan.round(round).sends.into_iter().map(|(peer, range)| {
        let mut message = room.message(range.len(), engine);
        plan.each_packed(peer, range, |source, grid| message.room().copy(grid, sources[source], engine));
        (peer, message)
    });
    let packed: Vec<(usize, Fresh<T>)> = packed.collect();
    packed.into_iter().map(|(peer, message)| (peer, message.into_block(engine).into_buffer())).collect()
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

/// A peer, and the bytes of a part of the stream.
fn bytes<T>((peer, range): &(usize, Range<usize>)) -> (usize, usize) {
    (*peer, range.len() * size_of::<T>())
}

/// What ranks must agree on before they move anything.
fn label<T: Element>(plan: &Plan) -> u64 {
    let mut label = DefaultHasher::new();
    (plan.fingerprint(), T::DTYPE).hash(&mut label);
    label.finish()
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
