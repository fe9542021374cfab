//! An operand on its way to where it is multiplied, one panel after another.

use std::ops::Range;

use crate::array::{DistArray, Flight, Travel};
use crate::device::View;
use crate::dtype::Numeric;
use crate::error::Result;
use crate::layout::plan::Options;
use crate::layout::{Distribution, Layout, Move, Plan};
use crate::local::{Elements, Fresh, Local};

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
        let flight = travel(array, &plan, &[Elements::Of(array.block())]).start(&mut fresh.room())?;
        Ok(Coming { panel, brought: Some((fresh, plan, flight)) })
    }

    /// Wait for a panel.
    #[track_caller]
    pub(crate) fn land<T: Numeric>(&self, array: &DistArray<T>, coming: Coming<T>) -> Result<Held<T>> {
        let (axis, start) = (self.axis, coming.panel.start);
        let Some((mut fresh, plan, flight)) = coming.brought else {
            return Ok(Held { local: array.block().clone(), axis, start });
        };
        let cx = array.context();
        travel(array, &plan, &[Elements::Of(array.block())]).land(flight, &mut fresh.room())?;
        Ok(Held { local: fresh.done(plan.target().local_shape(cx.rank()), cx.engine()), axis, start: 0 })
    }
}

/// A panel that has been sent for: its messages fly while this rank computes.
pub(crate) struct Coming<T: Numeric> {
    panel: Range<usize>,
    brought: Option<(Fresh<T>, Plan, Flight)>,
}

fn travel<'a, T: Numeric>(array: &'a DistArray<T>, plan: &'a Plan, sources: &'a [Elements<'a, T>]) -> Travel<'a, T> {
    let cx = array.context();
    Travel { comm: cx.comm(), engine: cx.engine(), plan, what: "panel", sources }
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
