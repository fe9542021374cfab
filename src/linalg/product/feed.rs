//! An operand on its way to where it is multiplied, one panel after another.

use std::ops::Range;

use crate::array::DistArray;
use crate::comm::{Comm, PendingExchange};
use crate::device::{Engine, View};
use crate::dtype::Numeric;
use crate::error::Result;
use crate::layout::plan::{Options, Round};
use crate::layout::{Distribution, Layout, Move, Plan};
use crate::local::{Fresh, Local};
use crate::memory::{Block, Buffer};

/// An operand that lies as `from` and is needed as `into`, in panels along `axis`, which is whole in `into`.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    pub(crate) from: Layout,
    pub(crate) into: Layout,
    pub(crate) axis: usize,
}

/// An axis in this many parts or more is dealt in turn before its panels go out: else one rank after another would send
/// them to all.
const PARTS_TO_DEAL: usize = 4;

impl Feed {
    /// Whether every rank has what it needs.
    pub(crate) fn stays(&self) -> bool {
        (0..self.from.shape().ndim()).all(|axis| super::alike(&self.from, &self.into, axis))
    }

    /// The most elements that a rank needs of one index along the axis.
    pub(crate) fn unit(&self) -> usize {
        let extent = self.from.shape()[self.axis].min(1);
        self.into.with_extent(self.axis, extent).max_local_len()
    }

    /// How the operand should lie before it goes out in panels of `width`, if otherwise: with every panel spread over all
    /// ranks that deal the axis.
    pub(crate) fn spread(&self, width: usize) -> Option<Layout> {
        let Distribution::Blocks { over, .. } = self.from.distribution(self.axis) else { return None };
        let parts = super::parts(&self.from, self.axis);
        if self.stays() || parts < PARTS_TO_DEAL || width >= self.from.shape()[self.axis] {
            return None;
        }
        let turns = Distribution::cyclic(over.clone(), width.div_ceil(parts));
        Some(self.from.with_distribution(self.axis, turns).expect("a deal in turn fits every axis"))
    }

    /// What brings one panel.
    pub(super) fn plan(&self, panel: Range<usize>, rank: usize, options: Options) -> Result<Plan> {
        let into = self.into.with_extent(self.axis, panel.len());
        let start = |axis: usize| if axis == self.axis { (panel.start, 1) } else { (0, 1) };
        let starts: Vec<(usize, isize)> = (0..into.shape().ndim()).map(start).collect();
        let read = Move::slice(0, into.shape(), &starts);
        Plan::new(&[&self.from], &into, vec![read], rank, options)
    }

    /// Send for one panel of `array`, which lies as `from`.
    #[track_caller]
    pub(crate) fn start<T: Numeric>(
        &self,
        array: &DistArray<T>,
        panel: Range<usize>,
        options: Options,
    ) -> Result<Coming<T>> {
        if self.stays() {
            return Ok(Coming { panel, brought: None });
        }
        let cx = array.context();
        let plan = self.plan(panel.clone(), cx.rank(), options)?;
        let mut fresh = Fresh::new(plan.target().local_len(cx.rank()), cx.engine());
        let flight = Flight::start(cx.comm(), cx.engine(), plan, array.block(), &mut fresh)?;
        Ok(Coming { panel, brought: Some((fresh, flight)) })
    }

    /// Wait for a panel.
    #[track_caller]
    pub(crate) fn land<T: Numeric>(&self, array: &DistArray<T>, coming: Coming<T>) -> Result<Held<T>> {
        let (axis, start) = (self.axis, coming.panel.start);
        let Some((mut fresh, flight)) = coming.brought else {
            return Ok(Held { local: array.block().clone(), axis, start });
        };
        let cx = array.context();
        let shape = flight.plan.target().local_shape(cx.rank());
        flight.land(cx.comm(), cx.engine(), array.block(), &mut fresh)?;
        Ok(Held { local: fresh.done(shape, cx.engine()), axis, start: 0 })
    }
}

/// A panel that has been sent for.
pub(crate) struct Coming<T: Numeric> {
    panel: Range<usize>,
    brought: Option<(Fresh<T>, Flight)>,
}

/// A plan under way: the messages of its first round fly while this rank computes. They pass through the memory of the host; what stays on this rank, and
/// packing and unpacking, do not.
pub(super) struct Flight {
    plan: Plan,
    first: Option<(Round, PendingExchange)>,
}

impl Flight {
    #[track_caller]
    pub(super) fn start<T: Numeric>(
        comm: &Comm,
        engine: &Engine,
        plan: Plan,
        source: &Local<T>,
        into: &mut Fresh<T>,
    ) -> Result<Self> {
        plan.each_from(comm.rank(), |_, grid| into.copy(grid, source, engine));
        let first = if plan.rounds() > 0 { Some(send(comm, engine, &plan, 0, source)?) } else { None };
        Ok(Self { plan, first })
    }

    #[track_caller]
    pub(super) fn land<T: Numeric>(
        self,
        comm: &Comm,
        engine: &Engine,
        source: &Local<T>,
        into: &mut Fresh<T>,
    ) -> Result<()> {
        let Some(mut under_way) = self.first else { return Ok(()) };
        for next in 1..=self.plan.rounds() {
            let (round, pending) = under_way;
            for ((peer, range), message) in round.receives.into_iter().zip(pending.finish()?) {
                let message: Block<T> = message.into_block().expect("an exchange brings the bytes that were announced");
                let message = Local::new(message, range.len()).on(engine);
                self.plan.each_unpacked(peer, range, |grid| into.copy(grid, &message, engine));
            }
            if next == self.plan.rounds() {
                break;
            }
            under_way = send(comm, engine, &self.plan, next, source)?;
        }
        Ok(())
    }
}

#[track_caller]
fn send<T: Numeric>(
    comm: &Comm,
    engine: &Engine,
    plan: &Plan,
    round: usize,
    source: &Local<T>,
) -> Result<(Round, PendingExchange)> {
    let round = plan.round(round);
    let packed = |(peer, range): &(usize, Range<usize>)| {
        let mut message = Fresh::new(range.len(), engine);
        plan.each_packed(*peer, range.clone(), |_, grid| message.copy(grid, source, engine));
        (*peer, message)
    };
    // All of them before the first one is waited for.
    let packed: Vec<(usize, Fresh<T>)> = round.sends.iter().map(packed).collect();
    let sends = packed.into_iter().map(|(peer, message)| (peer, message.into_block(engine).into_buffer()));
    let sends: Vec<(usize, Buffer)> = sends.collect();
    let bytes = |(peer, range): &(usize, Range<usize>)| (*peer, range.len() * size_of::<T>());
    let receives: Vec<(usize, usize)> = round.receives.iter().map(bytes).collect();
    let pending = comm.start_exchange(plan.fingerprint(), "panel", sends, &receives)?;
    Ok((round, pending))
}

/// A stack of matrices on this rank: a panel of an operand, or the whole of it, of which `start` begins the panel.
pub(crate) struct Held<T: Numeric> {
    pub(crate) local: Local<T>,
    axis: usize,
    start: usize,
}

impl<T: Numeric> Held<T> {
    /// A block as it is.
    pub(super) fn block(array: &DistArray<T>) -> Self {
        Self { local: array.block().clone(), axis: 0, start: 0 }
    }

    /// The extent of an axis of the whole stack.
    pub(super) fn extent(&self, axis: usize) -> usize {
        self.local.shape()[axis]
    }

    /// Where the matrices of the result's stack lie from this row and column on, counted from the panel's first.
    pub(super) fn view(&self, row: usize, col: usize) -> View {
        let (shape, ndim) = (self.local.shape(), self.local.shape().ndim());
        let mut view = View::row_major(shape);
        let first = |axis: usize, from: usize| from + if axis == self.axis { self.start } else { 0 };
        view.offset = (first(ndim - 2, row) * shape[ndim - 1] + first(ndim - 1, col)) as isize;
        for axis in (0..ndim - 2).filter(|&axis| shape[axis] == 1) {
            view.strides[axis] = 0;
        }
        view
    }
}
