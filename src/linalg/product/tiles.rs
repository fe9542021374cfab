//! The product stays: each rank computes its tile of it, and panels of both factors come.

use std::ops::Range;

use super::MatmulPlan;
use super::choice::{Factor, needed};
use super::feed::{Coming, Feed, Held};
use crate::array::DistArray;
use crate::context::Context;
use crate::device::Product;
use crate::dtype::Numeric;
use crate::error::Result;
use crate::layout::plan::Options;
use crate::linalg::local;
use crate::local::Fresh;
use crate::shape::Shape;

/// The panels of both factors along the inner axis.
pub(super) struct Tiles {
    pub(super) a: Feed,
    pub(super) b: Feed,
    pub(super) panels: Vec<Range<usize>>,
    /// Half the staging limit: there are at most two panels at a time, and the messages of two.
    pub(super) options: Options,
}

impl Tiles {
    pub(super) fn new(plan: &MatmulPlan) -> Self {
        let ndim = plan.shape().ndim();
        let feed = |factor: Factor, from: &crate::Layout| Feed {
            from: from.clone(),
            into: needed(factor, from, plan.computed()),
            axis: factor.inner(ndim),
        };
        let (mut a, mut b) = (feed(Factor::A, plan.a()), feed(Factor::B, plan.b()));
        let inner = plan.a().shape()[ndim - 1];
        let unit: usize = [&a, &b].into_iter().filter(|feed| !feed.stays()).map(Feed::unit).sum();
        let width = width(inner, unit, plan.item_bytes(), plan.staging_limit() / 2);
        for feed in [&mut a, &mut b] {
            feed.from = feed.spread(width).unwrap_or_else(|| feed.from.clone());
        }
        let panels = (0..inner).step_by(width).map(|start| start..inner.min(start + width)).collect();
        Self { a, b, panels, options: plan.options(2) }
    }
}

/// As many panels as make a product overlap with the messages of the next.
const PANELS: usize = 4;
/// Smaller panels are not worth a message of their own.
const PANEL_BYTES: usize = 1 << 20;

/// How many indices of an axis of `extent` a panel has when each takes `unit` elements: what leaves several panels of a sensible
/// size, as far as it fits `room`. A multiple of the kernel's run where it can be, for the sake of equal bits.
pub(crate) fn width(extent: usize, unit: usize, item_bytes: usize, room: usize) -> usize {
    let bytes = unit * item_bytes;
    if bytes == 0 {
        return extent.max(1);
    }
    let sensible = extent.div_ceil(PANELS).max(PANEL_BYTES / bytes).max(local::RUN);
    let width = sensible.min(room / bytes).clamp(1, extent.max(1));
    if width > local::RUN && width < extent { width / local::RUN * local::RUN } else { width }
}

/// `C(i, j) = Σ over panels t of A(i, K_t) B(K_t, j)`
#[track_caller]
pub(super) fn run<T: Numeric>(plan: &MatmulPlan, a: &DistArray<T>, b: &DistArray<T>) -> Result<DistArray<T>> {
    let (cx, tiles) = (a.context(), Tiles::new(plan));
    cx.charge(plan.computed(), T::DTYPE)?;
    let (a, b) = (a.redistribute(&tiles.a.from)?, b.redistribute(&tiles.b.from)?);

    let shape = plan.computed().local_shape(cx.rank());
    let mut c = Fresh::new(shape.size(), cx.engine());
    if tiles.panels.is_empty() {
        add(cx, false, (&mut c, &shape), (&Held::block(&a), &Held::block(&b)), 0, plan.whole());
    }
    let mut coming = None;
    for (t, panel) in tiles.panels.iter().enumerate() {
        let arriving = match coming.take() {
            Some(both) => both,
            None => tiles.start(&a, &b, panel)?,
        };
        let (a_t, b_t) = (tiles.a.land(&a, arriving.0)?, tiles.b.land(&b, arriving.1)?);
        if let Some(next) = tiles.panels.get(t + 1) {
            coming = Some(tiles.start(&a, &b, next)?);
        }
        // C(i, j) += A(i, K_t) B(K_t, j)
        add(cx, t > 0, (&mut c, &shape), (&a_t, &b_t), panel.len(), plan.whole());
    }
    Ok(DistArray::from_parts(c.done(shape, cx.engine()), plan.computed().clone(), cx.clone()))
}

impl Tiles {
    /// Send for one panel of each factor.
    #[track_caller]
    fn start<T: Numeric>(
        &self,
        a: &DistArray<T>,
        b: &DistArray<T>,
        panel: &Range<usize>,
    ) -> Result<(Coming<T>, Coming<T>)> {
        let a = self.a.start(a, panel.clone(), self.options.clone())?;
        Ok((a, self.b.start(b, panel.clone(), self.options.clone())?))
    }
}

/// The product of two panels, in place of `c` or added to it.
fn add<T: Numeric>(
    cx: &Context,
    add: bool,
    (c, shape): (&mut Fresh<T>, &Shape),
    (a, b): (&Held<T>, &Held<T>),
    inner: usize,
    whole: local::Whole,
) {
    let product = Product { shape: shape.clone(), inner, a: a.view(0, 0), b: b.view(0, 0), at: 0, add };
    local::product(cx, c, &product, [&a.local, &b.local], whole);
}
