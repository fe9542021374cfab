//! One factor stays: panels of the other come, and products are summed over the ranks that deal the inner axis.

use std::ops::Range;

use smallvec::SmallVec;

use super::choice::{Factor, matching, partial};
use super::feed::{Feed, Held};
use super::tiles::width;
use super::{Algorithm, MatmulPlan, parts};
use crate::array::{DistArray, Travel};
use crate::comm::{Comm, Exact};
use crate::context::Context;
use crate::device::{Product, View};
use crate::dtype::Numeric;
use crate::error::Result;
use crate::layout::plan::Options;
use crate::layout::{Layout, Plan};
use crate::linalg::local;
use crate::local::{Elements, Fresh, Local};
use crate::memory::strided::{Grid, Step};
use crate::shape::Shape;

/// How the other factor comes, and how the products are summed. Axes are numbered as the result's.
pub(super) struct Sums {
    factor: Factor,
    pub(super) feed: Feed,
    pub(super) panels: Vec<Range<usize>>,
    /// The ranks among which a sum is taken.
    pub(super) ranks: usize,
    /// This rank's number among them.
    pub(super) member: usize,
    /// The axis of the result that they share out, and where each one's part begins; else each of them has all.
    cut: Option<(usize, Vec<usize>)>,
    /// The leading axes of this rank's block, and its extent along the axis that stays.
    stack: Shape,
    outer: usize,
    /// The most elements of a piece: a quarter of the staging limit. There are two panels and the messages of two, the
    /// products, the sums, and the messages of two of these.
    most: usize,
    pub(super) options: Options,
}

/// A part of the products with one panel, which is summed at once: some matrices of the stack, and in each some indices of the
/// axis that stays and of the panel.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    stack: Range<usize>,
    outer: Range<usize>,
    across: Range<usize>,
}

impl Sums {
    pub(super) fn new(plan: &MatmulPlan) -> Self {
        let factor = if plan.algorithm() == Algorithm::StationaryA { Factor::A } else { Factor::B };
        let (kept, comes) = if factor == Factor::A { (plan.a(), plan.b()) } else { (plan.b(), plan.a()) };
        let (shape, ndim) = (plan.shape(), plan.shape().ndim());
        let (outer, inner) = (factor.outer(ndim), factor.inner(ndim));
        let before = partial(factor, kept, shape);
        let cut_axis =
            [outer, inner].into_iter().find(|&axis| before.distribution(axis) != plan.computed().distribution(axis));
        let ranks = parts(kept, inner);
        let offsets = |axis: usize| {
            let parts = Layout::split(shape[axis], 0, ranks).expect("there are ranks");
            (0..=ranks)
                .map(|part| if part < ranks { parts.progression(0, part).start() } else { shape[axis] })
                .collect()
        };
        let feed = Feed { from: comes.clone(), into: matching(factor, kept, comes, shape), axis: inner };
        let quarter = plan.staging_limit() / 4;
        let most = (quarter / plan.item_bytes()).max(1);
        let unit = if feed.stays() { 0 } else { feed.unit() };
        let width = width(shape[inner], unit, plan.item_bytes(), quarter).min(most);
        let panels = (0..shape[inner]).step_by(width).map(|start| start..shape[inner].min(start + width));
        let here = before.local_shape(plan.rank());
        Self {
            factor,
            feed,
            panels: panels.collect(),
            ranks,
            member: member(kept, inner, plan.rank()),
            cut: cut_axis.map(|axis| (axis, offsets(axis))),
            stack: here[..ndim - 2].into(),
            outer: here[outer],
            most,
            options: plan.options(4),
        }
    }

    /// The elements of this rank's products of all panels.
    pub(super) fn partial_len(&self) -> usize {
        let across = self.panels.last().map_or(0, |last| last.end);
        self.stack.size() * self.outer * across
    }

    /// The pieces of a panel of so many indices, the same on all ranks that sum together. What a rank receives of a piece fits the
    /// limit as well: the parts of all ranks, of which its own has one share where the piece is cut from end to end, and
    /// may have all elsewhere.
    pub(super) fn pieces(&self, panel: usize) -> Vec<Piece> {
        let (stack, outer) = (self.stack.size(), self.outer.max(1));
        let from_end_to_end = match &self.cut {
            Some((axis, _)) if *axis == self.feed.axis => self.panels.len() == 1,
            Some(_) => outer <= self.most,
            None => true,
        };
        let most = if from_end_to_end { self.most } else { (self.most / self.ranks).max(1) };
        let along_panel = self.cut.as_ref().is_none_or(|(axis, _)| *axis == self.feed.axis);
        let (length, across) = if along_panel {
            ((most / panel.max(1)).clamp(1, outer), panel)
        } else {
            let length = outer.min(most);
            (length, (most / length).clamp(1, panel.max(1)))
        };
        let deep = (most / (length * across).max(1)).max(1);
        let deep = if length == outer && across == panel { deep } else { 1 };
        let mut pieces = Vec::new();
        for stack in ranges(stack, deep) {
            for outer in ranges(self.outer, length) {
                pieces.extend(ranges(panel, across).map(|across| Piece {
                    stack: stack.clone(),
                    outer: outer.clone(),
                    across,
                }));
            }
        }
        pieces
    }

    /// Rows and columns of a piece, its columns (or rows, when B stays) counted from the panel's first.
    fn rows_and_cols(&self, piece: &Piece) -> (Range<usize>, Range<usize>) {
        let (outer, across) = (piece.outer.clone(), piece.across.clone());
        if self.factor == Factor::A { (outer, across) } else { (across, outer) }
    }

    /// The layouts of the products of a piece, by rank, matrix, row and column, before and after the parts that belong together
    /// are on one rank; the second is nothing when all ranks get the sum.
    pub(super) fn layouts(&self, panel: &Range<usize>, piece: &Piece) -> (Layout, Option<Layout>) {
        let (rows, cols) = self.rows_and_cols(piece);
        let shape = Shape::from([self.ranks, piece.stack.len(), rows.len(), cols.len()]);
        let apart = Layout::split(shape.clone(), 0, self.ranks).expect("there are ranks");
        let together = self.cut.as_ref().map(|(axis, offsets)| {
            let range = if *axis == self.feed.axis { shifted(&piece.across, panel.start) } else { piece.outer.clone() };
            let inside: Vec<usize> = offsets.iter().map(|&at| at.clamp(range.start, range.end) - range.start).collect();
            let axis = if *axis == self.stack.ndim() { 2 } else { 3 };
            Layout::from_offsets(shape, axis, &inside).expect("offsets ascend")
        });
        (apart, together)
    }

    /// Where the part of a piece that ends on a member of the group begins in the block: row and column.
    fn place(&self, panel: &Range<usize>, piece: &Piece, member: usize) -> (usize, usize) {
        let start = |axis: usize| {
            let start = if axis == self.feed.axis { panel.start + piece.across.start } else { piece.outer.start };
            match &self.cut {
                Some((cut, offsets)) if *cut == axis => start.max(offsets[member]) - offsets[member],
                _ => start,
            }
        };
        (start(self.stack.ndim()), start(self.stack.ndim() + 1))
    }
}

/// The number of `rank` among the ranks that differ from it only in their part of `axis`.
fn member(layout: &Layout, axis: usize, rank: usize) -> usize {
    let over = layout.distribution(axis).over();
    Shape::from(&layout.mesh().extents()[over.clone()]).ravel(&layout.mesh().coordinates(rank)[over])
}

fn ranges(extent: usize, step: usize) -> impl Iterator<Item = Range<usize>> {
    (0..extent).step_by(step.max(1)).map(move |start| start..extent.min(start + step.max(1)))
}

fn shifted(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// `C(i, J_t) = Σ over ranks of A(i, l) B(l, J_t)`, or `C(I_t, j) = Σ over ranks of A(I_t, l) B(l, j)`
#[track_caller]
pub(super) fn run<T: Numeric>(plan: &MatmulPlan, a: &DistArray<T>, b: &DistArray<T>) -> Result<DistArray<T>> {
    let (cx, sums) = (a.context(), Sums::new(plan));
    cx.charge(plan.computed(), T::DTYPE)?;
    let (kept, comes) = if sums.factor == Factor::A { (a, b) } else { (b, a) };
    let over: Vec<usize> = kept.layout().distribution(sums.factor.inner(kept.ndim())).over().collect();
    let group = cx.along(kept.layout().mesh(), &over)?;
    debug_assert_eq!((group.rank(), group.size()), (sums.member, sums.ranks));

    let shape = plan.computed().local_shape(cx.rank());
    let mut c = Fresh::new(shape.size(), cx.engine());
    let held = Held::block(kept);
    let mut coming = None;
    for (t, panel) in sums.panels.iter().enumerate() {
        let arriving = match coming.take() {
            Some(arriving) => arriving,
            None => sums.feed.start(comes, panel.clone(), sums.options.clone())?,
        };
        let arrived = sums.feed.land(comes, arriving)?;
        if let Some(next) = sums.panels.get(t + 1) {
            coming = Some(sums.feed.start(comes, next.clone(), sums.options.clone())?);
        }
        for piece in sums.pieces(panel.len()) {
            // A(i, l) B(l, J_t) on this rank, then the sum of all
            let product = sums.product(cx, (&held, &arrived), &piece, plan.whole());
            let (sum, extents) = sums.sum(cx, &group, product, panel, &piece)?;
            let place = sums.place(panel, &piece, sums.member);
            c.copy(&placed(extents, &shape, piece.stack.start, place), &sum, cx.engine());
        }
    }
    Ok(DistArray::from_parts(c.done(shape, cx.engine()), plan.computed().clone(), cx.clone()))
}

impl Sums {
    /// This rank's products of a piece.
    fn product<T: Numeric>(
        &self,
        cx: &Context,
        (kept, arrived): (&Held<T>, &Held<T>),
        piece: &Piece,
        whole: local::Whole,
    ) -> Fresh<T> {
        let (rows, cols) = self.rows_and_cols(piece);
        let extents = [rows.len(), cols.len()];
        let inner = kept.extent(self.factor.inner(self.stack.ndim() + 2));
        let mut products = Fresh::new(piece.stack.len() * extents[0] * extents[1], cx.engine());
        let (a, b) = if self.factor == Factor::A { (kept, arrived) } else { (arrived, kept) };
        let (left, right) = (a.view(rows.start, 0), b.view(0, cols.start));
        for run in runs(&self.stack, &piece.stack) {
            let product = Product {
                shape: run.extents.iter().copied().chain(extents).collect(),
                inner,
                a: run.seen(&left),
                b: run.seen(&right),
                at: run.at * extents[0] * extents[1],
                add: false,
            };
            local::product(cx, &mut products, &product, [&a.local, &b.local], whole);
        }
        products
    }

    /// The sum over the ranks of `group`, in their order, of what this rank has of it, at the beginning of a block, with its matrices, rows and columns.
    #[track_caller]
    fn sum<T: Numeric>(
        &self,
        cx: &Context,
        group: &Comm,
        product: Fresh<T>,
        panel: &Range<usize>,
        piece: &Piece,
    ) -> Result<(Local<T>, [usize; 3])> {
        let ((apart, together), engine) = (self.layouts(panel, piece), cx.engine());
        let Some(together) = together else {
            let extents = apart.shape();
            let sum = all_reduce(group, &product.into_block(engine))?;
            let sum = Local::new(cx.pool().copy_of(&sum), sum.len()).on(engine);
            return Ok((sum, [extents[1], extents[2], extents[3]]));
        };
        let plan = Plan::redistribute(&apart, &together, self.member, self.options.clone())?;
        let here = together.local_shape(self.member);
        let product = product.done(apart.local_shape(self.member), engine);
        let mut addends = Fresh::new(here.size(), engine);
        let sources = &[Elements::Of(&product)];
        let travel = Travel { comm: group, engine, plan: &plan, what: "addends", sources };
        travel.land(travel.start(&mut addends.room())?, &mut addends.room())?;
        Ok((addends.sum_of_parts(self.ranks, engine, local::add), [here[1], here[2], here[3]]))
    }
}

/// Matrices of a stack that lie at equal distances along each axis, as some among those of a range from number `at` on.
struct Run {
    at: usize,
    first: SmallVec<[usize; 4]>,
    extents: SmallVec<[usize; 4]>,
}

impl Run {
    /// Where the run lies of a stack that lies like this.
    fn seen(&self, stack: &View) -> View {
        let begin = |at: isize, (&index, &step): (&usize, &isize)| at + index as isize * step;
        let offset = self.first.iter().zip(&stack.strides).fold(stack.offset, begin);
        let axes = self.first.len() - self.extents.len();
        View { offset, strides: stack.strides[axes..].into() }
    }
}

/// The runs of a range of a stack's matrices: one if it is all of them, else one in each line along the last axis.
fn runs(stack: &Shape, range: &Range<usize>) -> Vec<Run> {
    if range.len() == stack.size() {
        return vec![Run { at: 0, first: stack.iter().map(|_| 0).collect(), extents: stack[..].into() }];
    }
    let line = stack[stack.ndim() - 1];
    let lines = range.start / line..range.end.div_ceil(line);
    let run = |number: usize| {
        let (start, end) = (range.start.max(number * line), range.end.min((number + 1) * line));
        Run { at: start - range.start, first: stack.unravel(start), extents: [end - start].as_slice().into() }
    };
    lines.map(run).collect()
}

/// The sum over all ranks, on each of them.
#[track_caller]
fn all_reduce<T: Numeric>(group: &Comm, own: &[T]) -> Result<Vec<T>> {
    if Exact::Sum.takes(T::DTYPE) {
        return group.all_reduce_exact(own, Exact::Sum);
    }
    group.all_reduce(own, |a, b| {
        let mut sum = [a];
        local::add(&mut sum, &[b]);
        sum[0]
    })
}

/// From matrices of `extents` at the beginning of a block into those of a block of `shape` from matrix `first` on, to this row and column.
fn placed([count, rows, cols]: [usize; 3], shape: &Shape, first: usize, (row, col): (usize, usize)) -> Grid {
    let (height, width) = (shape[shape.ndim() - 2], shape[shape.ndim() - 1]);
    let step = |extent: usize, from: usize, into: usize| Step { extent, from: from as isize, into: into as isize };
    let steps = [step(count, rows * cols, height * width), step(rows, cols, width), step(cols, 1, 1)];
    Grid::new(0, (first * height + row) * width + col, steps)
}
