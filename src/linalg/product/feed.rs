//! An operand on its way to where it is multiplied, one panel after another.

use std::ops::Range;

use crate::array::DistArray;
use crate::comm::{Comm, PendingExchange};
use crate::dtype::Numeric;
use crate::error::Result;
use crate::layout::plan::{Options, Round};
use crate::layout::{Distribution, Layout, Move, Plan};
use crate::linalg::local::Matrix;
use crate::memory::{Block, Buffer, Pool};
use crate::shape::Shape;

/// An operand that lies as `from` and is needed as `into`, in panels along `axis`, which is whole in `into`.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    pub(super) from: Layout,
    pub(super) into: Layout,
    pub(super) axis: usize,
}

/// An axis in this many parts or more is dealt in turn before its panels go out: else one rank after another would send
/// them to all.
const PARTS_TO_DEAL: usize = 4;

impl Feed {
    /// Whether every rank has what it needs.
    pub(super) fn stays(&self) -> bool {
        (0..self.from.shape().ndim()).all(|axis| super::alike(&self.from, &self.into, axis))
    }

    /// The most elements that a rank needs of one index along the axis.
    pub(super) fn unit(&self) -> usize {
        let extent = self.from.shape()[self.axis].min(1);
        self.into.with_extent(self.axis, extent).max_local_len()
    }

    /// How the operand should lie before it goes out in panels of `width`, if otherwise: with every panel spread over all
    /// ranks that deal the axis.
    pub(super) fn spread(&self, width: usize) -> Option<Layout> {
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
    pub(super) fn start<T: Numeric>(
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
        let mut block = cx.pool().take::<T>(plan.target().local_len(cx.rank()));
        let flight = Flight::start(cx.comm(), cx.pool(), plan, array.local(), &mut block)?;
        Ok(Coming { panel, brought: Some((block, flight)) })
    }

    /// Wait for a panel.
    #[track_caller]
    pub(super) fn land<'a, T: Numeric>(&self, array: &'a DistArray<T>, coming: Coming<T>) -> Result<Held<'a, T>> {
        let (axis, start) = (self.axis, coming.panel.start);
        let Some((mut block, flight)) = coming.brought else {
            let shape = array.local_shape().clone();
            return Ok(Held { data: Data::Own(array.local()), shape, axis, start });
        };
        let cx = array.context();
        let shape = flight.plan.target().local_shape(cx.rank());
        flight.land(cx.comm(), cx.pool(), array.local(), &mut block)?;
        Ok(Held { data: Data::Brought(block), shape, axis, start: 0 })
    }
}

/// A panel that has been sent for.
pub(super) struct Coming<T: Numeric> {
    panel: Range<usize>,
    brought: Option<(Block<T>, Flight)>,
}

/// A plan under way: the messages of its first round fly while this rank computes.
pub(super) struct Flight {
    plan: Plan,
    first: Option<(Round, PendingExchange)>,
}

impl Flight {
    #[track_caller]
    pub(super) fn start<T: Numeric>(
        comm: &Comm,
        pool: &Pool,
        plan: Plan,
        source: &[T],
        into: &mut [T],
    ) -> Result<Self> {
        plan.copy_own(&[source], into);
        let first = if plan.rounds() > 0 { Some(send(comm, pool, &plan, 0, source)?) } else { None };
        Ok(Self { plan, first })
    }

    #[track_caller]
    pub(super) fn land<T: Numeric>(self, comm: &Comm, pool: &Pool, source: &[T], into: &mut [T]) -> Result<()> {
        let Some(mut under_way) = self.first else { return Ok(()) };
        for next in 1..=self.plan.rounds() {
            let (round, pending) = under_way;
            for ((peer, range), message) in round.receives.into_iter().zip(pending.finish()?) {
                let message: Block<T> = message.into_block().expect("an exchange brings the bytes that were announced");
                self.plan.unpack(peer, range, &message, into);
            }
            if next == self.plan.rounds() {
                break;
            }
            under_way = send(comm, pool, &self.plan, next, source)?;
        }
        Ok(())
    }
}

#[track_caller]
fn send<T: Numeric>(
    comm: &Comm,
    pool: &Pool,
    plan: &Plan,
    round: usize,
    source: &[T],
) -> Result<(Round, PendingExchange)> {
    let round = plan.round(round);
    let packed = |(peer, range): &(usize, Range<usize>)| {
        let mut message = pool.take::<T>(range.len());
        plan.pack(&[source], *peer, range.clone(), &mut message);
        (*peer, message.into_buffer())
    };
    let sends: Vec<(usize, Buffer)> = round.sends.iter().map(packed).collect();
    let bytes = |(peer, range): &(usize, Range<usize>)| (*peer, range.len() * size_of::<T>());
    let receives: Vec<(usize, usize)> = round.receives.iter().map(bytes).collect();
    let pending = comm.start_exchange(plan.fingerprint(), "matmul", sends, &receives)?;
    Ok((round, pending))
}

enum Data<'a, T: Numeric> {
    Own(&'a [T]),
    Brought(Block<T>),
}

/// A stack of matrices in this rank's memory: a panel of an operand, or the whole of it, of which `start` begins the panel.
pub(super) struct Held<'a, T: Numeric> {
    data: Data<'a, T>,
    shape: Shape,
    axis: usize,
    start: usize,
}

impl<'a, T: Numeric> Held<'a, T> {
    /// A block as it is.
    pub(super) fn block(array: &'a DistArray<T>) -> Self {
        Self { data: Data::Own(array.local()), shape: array.local_shape().clone(), axis: 0, start: 0 }
    }

    /// The extent of an axis of the whole stack.
    pub(super) fn extent(&self, axis: usize) -> usize {
        self.shape[axis]
    }

    /// Some rows and columns, counted from the panel's first, of the matrix that belongs to matrix `s` of the result's stack.
    pub(super) fn matrix(&self, stack: &Shape, s: usize, rows: Range<usize>, cols: Range<usize>) -> Matrix<&[T]> {
        let ndim = self.shape.ndim();
        let start = |axis: usize| if axis == self.axis { self.start } else { 0 };
        let stride = self.shape[ndim - 1];
        let own: Shape = self.shape[..ndim - 2].into();
        let index = stack.unravel(s);
        let place = own.iter().zip(&index).fold(0, |at, (&extent, &i)| at * extent + if extent == 1 { 0 } else { i });
        let first =
            (place * self.shape[ndim - 2] + rows.start + start(ndim - 2)) * stride + cols.start + start(ndim - 1);
        let data = match &self.data {
            Data::Own(data) => data,
            Data::Brought(block) => &block[..],
        };
        Matrix { data: data.get(first..).unwrap_or(&[]), rows: rows.len(), cols: cols.len(), stride }
    }
}
