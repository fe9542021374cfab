//! One pass of a formula over all elements: exchange, interior, rim.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::panic::Location;
use std::rc::Rc;

use smallvec::SmallVec;

use super::formula::{Shift, Shifts};
use super::inputs::{Field, Fields, Inputs};
use super::outputs::{Formulas, Outputs, Target, Targets};
use super::places::Places;
use crate::array::{Computed, Lowered, operand_in, operand_view};
use crate::comm::PendingExchange;
use crate::context::Context;
use crate::device::{Evaluation, Leaf, Part};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::Node;
use crate::layout::{Distribution, Layout, Progression};
use crate::local::Typed;
use crate::program;

/// Compute `formula` for every element, from elements near it, into another array: a stencil.
///
/// ```
/// use isotherm::prelude::*;
/// use isotherm::stencil::{Boundary, sweep};
/// isotherm::run_on(4, |cx| {
///     let u = cx.from_fn((6, 8), 0, |i| (i[0] * i[1]) as f64)?;
///     let mut next = u.clone();
///     let k = 0.1;
///     sweep(u.halo().boundary(Boundary::Reflect), &mut next, |u| {
///         u.at([0, 0]) + k * (u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 1]) + u.at([0, -1]) - 4.0 * u.at([0, 0]))
///     })?;
///     assert!((next.sum(None).item()? - u.sum(None).item()?).abs() < 1e-12); // what flows stays inside
///     Ok(())
/// }).unwrap();
/// ```
///
/// **Collective.** One exchange, when the formula reaches over an axis that is dealt; local otherwise. To every rank whose
/// elements are within the formula's reach goes one message per input, with the elements that are read there and no others:
///
/// | formula and layout | messages that a rank sends | elements in them |
/// |---|---|---|
/// | widths w, rows dealt over a line, inner rank | 2 | w rows each |
/// | along the axes only, tiles on a 2-d mesh | 4 | w times the edge each |
/// | with diagonals, tiles on a 2-d mesh | 8 | w times the edge, and w x w at the corners |
/// | widths beyond the neighbour's block | one more to each block that is reached | the rest of the rows |
///
/// The arguments agree when every rank gives the same arrays, boundaries and formula. Each rank computes the elements that need
/// nothing but its block while messages travel, and the rim when they are there. Class: that of the formula's operations, Exact
/// for integers and Reproducible for floats: no result depends on ranks or layout. Memory beyond the arrays: the messages, which
/// are not cut into rounds, and one slab of the rim at a time with the margin it reads, all of the order of the block's surface.
///
/// The closure is called once, on every rank, to learn the formula. Within it, ordinary arrays stand for the element at the
/// same index (coefficients, masks); they are broadcast, and moved if they lie otherwise. Every operand is read before
/// `next` is written, which the borrow checker sees to. A user's function in the formula (`x.map(..)`) is also called for values
/// of which nothing is kept.
///
/// | inputs | the closure takes | outputs | it returns |
/// |---|---|---|---|
/// | `&u`, all edges open | `u` | `&mut next` | a formula |
/// | `u.halo().boundary(..)` | `u` | `&mut next` | a formula |
/// | `(&u, v.halo()..)` | `(u, v)` | `(&mut a, &mut b)` | `(formula, formula)` |
///
/// Of several outputs an element is computed where every formula finds what it reads. All inputs and outputs have one shape and
/// one layout, any there is. Blocks may be thin or empty. On a cyclic axis nearly every element's neighbours are elsewhere:
/// such arrays are brought into blocks, and the results back, by plans, every time.
///
/// # Errors
/// [`ErrorKind::Shape`] and [`ErrorKind::Layout`] when an input or output has another shape or layout;
/// [`ErrorKind::Axis`] for an offset or a boundary of axes that there are not; what does not fit in the formula.
#[track_caller]
pub fn sweep<'i, 'o, I: Inputs<'i>, O: Outputs<'o>>(
    inputs: I,
    outputs: O,
    formula: impl for<'s> FnOnce(&'s I::Neighbours) -> O::Formulas<'s>,
) -> Result<()> {
    let at = Location::caller(); // which the fields and targets, behind pointers, would not know
    let shifts = Shifts::default();
    let neighbours = inputs.neighbours(0, &shifts);
    let Formulas(nodes) = O::roots(formula(&neighbours));
    drop(neighbours);
    let (Fields(mut fields), Targets(mut targets)) = (inputs.fields(), outputs.targets());
    let (layout, cx) = (fields[0].layout().clone(), fields[0].context().clone());
    check(&fields, &targets, &nodes)?;
    if let Some(error) = shifts.0.borrow().iter().find_map(|shift| shift.node.error.clone()) {
        return Err(error); // also of a neighbour that the formula asked for and left out
    }

    let blocks = in_blocks(&layout);
    for (number, field) in fields.iter_mut().enumerate() {
        let shifts = shifts.0.borrow();
        let offsets: Vec<_> = shifts.iter().filter(|its| its.input == number).map(|its| its.offset.clone()).collect();
        field.reach(&blocks, &offsets).map_err(|error| blamed(&error, at))?;
    }
    if blocks != layout {
        for target in &mut targets {
            target.move_to(&blocks).map_err(|error| blamed(&error, at))?;
        }
    }
    Sweep::new(cx, blocks.clone(), fields, &shifts.0.borrow(), &nodes)?.run(&mut targets)?;
    if blocks != layout {
        for target in &mut targets {
            target.move_to(&layout).map_err(|error| blamed(&error, at))?;
        }
    }
    Ok(())
}

/// The same error, of the line `at`.
fn blamed(error: &Error, at: &'static Location<'static>) -> Error {
    Error::at(error.kind(), error.message(), at)
}

/// The same deal with blocks where there are cycles.
fn in_blocks(layout: &Layout) -> Layout {
    let mut blocks = layout.clone();
    for (axis, distribution) in layout.distributions().iter().enumerate() {
        if let Distribution::Cyclic { over, .. } = distribution {
            let balanced = Distribution::balanced(over.clone());
            blocks = blocks.with_distribution(axis, balanced).expect("balanced blocks fit every axis");
        }
    }
    blocks
}

#[track_caller]
fn check(fields: &[Box<dyn Field + '_>], targets: &[Box<dyn Target + '_>], nodes: &[Rc<Node>]) -> Result<()> {
    let (layout, cx) = (fields[0].layout(), fields[0].context());
    let inputs = fields.iter().map(|field| ("an input", field.layout(), field.context()));
    let outputs = targets.iter().map(|target| ("an output", target.layout(), target.context()));
    for (what, its, its_cx) in inputs.chain(outputs) {
        if !its_cx.is(cx) {
            return Err(Error::new(ErrorKind::Context, "arrays of different contexts do not meet in a sweep"));
        }
        if its != layout {
            let kind = if its.shape() == layout.shape() { ErrorKind::Layout } else { ErrorKind::Shape };
            return Err(Error::new(kind, format!("a sweep over {layout} has {what} that is {its}")));
        }
    }
    for node in nodes {
        if let Some(error) = &node.error {
            return Err(error.clone());
        }
        if node.cx.as_ref().is_some_and(|its| !its.is(cx)) {
            return Err(Error::new(ErrorKind::Context, "arrays of different contexts do not meet in a sweep"));
        }
        if node.shape.broadcast(layout.shape()).ok().as_ref() != Some(layout.shape()) {
            let message = format!("a formula of shape {} in a sweep over {}", node.shape, layout.shape());
            return Err(Error::new(ErrorKind::Shape, message));
        }
    }
    Ok(())
}

/// What stands in a block slot of the program.
enum Slot {
    /// An input, seen from so many places away.
    Shifted { input: usize, offset: SmallVec<[isize; 4]> },
    /// An ordinary operand where it is needed.
    Here { node: Rc<Node>, local: Typed },
}

struct Sweep<'a> {
    cx: Context,
    layout: Layout,
    fields: Vec<Box<dyn Field + 'a>>,
    lowered: Lowered,
    slots: Vec<Slot>,
}

impl<'a> Sweep<'a> {
    /// Ordinary operands are moved here.
    #[track_caller]
    fn new(
        cx: Context,
        layout: Layout,
        fields: Vec<Box<dyn Field + 'a>>,
        shifts: &[Shift],
        nodes: &[Rc<Node>],
    ) -> Result<Self> {
        // However long a formula is, it is one program: a value computed ahead would have no margin.
        let mut lowered = Lowered::default();
        for node in nodes {
            let root = lowered.add(node, layout.shape().ndim(), &Computed::new());
            lowered.program.roots.push(program::Root::Array(root));
        }
        let mut slots = Vec::with_capacity(lowered.blocks.len());
        for node in &lowered.blocks {
            let shifted = shifts.iter().find(|shift| Rc::ptr_eq(&shift.node, node));
            slots.push(if let Some(shift) = shifted {
                Slot::Shifted { input: shift.input, offset: shift.offset.clone() }
            } else {
                let local = Typed { dtype: node.dtype, local: operand_in(node, &layout, &cx)? };
                Slot::Here { node: node.clone(), local }
            });
        }
        Ok(Self { cx, layout, fields, lowered, slots })
    }

    #[track_caller]
    fn run(mut self, targets: &mut [Box<dyn Target + '_>]) -> Result<()> {
        let rank = self.cx.rank();
        let block = Places::of_shape(&self.layout.local_shape(rank));
        let (mut computed, mut interior) = (block.clone(), block.clone());
        for field in &self.fields {
            computed = computed.meet(&field.reading().computed(rank));
            interior = interior.meet(&field.reading().interior(rank));
        }
        interior = interior.meet(&computed);

        let pending = self.start()?;
        if !interior.is_empty() {
            self.interior(&block, &interior, targets);
            self.cx.engine().submit();
        }
        self.finish(pending)?;
        if !computed.is_empty() {
            for slab in computed.without(&interior) {
                self.slab(&block, &slab, targets);
            }
        }
        Ok(())
    }

    /// Sends the margins of all inputs on their way, in one exchange.
    #[track_caller]
    fn start(&mut self) -> Result<Option<(PendingExchange, Vec<usize>)>> {
        let mut hasher = DefaultHasher::new();
        let (mut sends, mut receives, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        for field in &mut self.fields {
            (field.reading(), field.dtype()).hash(&mut hasher);
            sends.extend(field.post());
            let expected = field.receives();
            counts.push(expected.len());
            receives.extend(expected);
        }
        if !self.fields.iter().any(|field| field.reading().crosses_ranks()) {
            return Ok(None);
        }
        let pending = self.cx.comm().start_exchange(hasher.finish(), "sweep", sends, &receives)?;
        Ok(Some((pending, counts)))
    }

    fn finish(&mut self, pending: Option<(PendingExchange, Vec<usize>)>) -> Result<()> {
        let Some((pending, counts)) = pending else { return Ok(()) };
        let mut buffers = pending.finish()?.into_iter();
        for (field, count) in self.fields.iter_mut().zip(counts) {
            field.arrived(&mut buffers.by_ref().take(count));
        }
        Ok(())
    }

    /// Computes what needs only the block.
    fn interior(&self, block: &Places, interior: &Places, targets: &mut [Box<dyn Target + '_>]) {
        let blocks: Vec<Typed> = self.fields.iter().map(|field| field.block()).collect();
        let leaves = self.slots.iter().map(|slot| match slot {
            Slot::Shifted { input, offset } => Leaf { source: Some(&blocks[*input]), view: block.view(offset) },
            Slot::Here { node, local } => self.operand(node, local),
        });
        let ranges: SmallVec<[Range<usize>; 4]> =
            interior.0.iter().map(|range| range.start as usize..range.end as usize).collect();
        let part = Part { ranges: &ranges, target: block.view(&block.corner()), are_apart: false };
        self.evaluate(block, leaves.collect(), &part, targets);
    }

    fn operand<'s>(&self, node: &Node, local: &'s Typed) -> Leaf<'s> {
        Leaf { source: Some(local), view: operand_view(node, &local.local, self.layout.shape()) }
    }

    /// Computes one slab of the rim, from slabs of the inputs with their margins.
    fn slab(&self, block: &Places, places: &Places, targets: &mut [Box<dyn Target + '_>]) {
        let wider: Vec<Places> = self.fields.iter().map(|field| field.reading().with_margin(places)).collect();
        let slabs: Vec<Typed> = self.fields.iter().zip(&wider).map(|(field, its)| field.slab(its)).collect();
        let corner = places.corner();
        let leaves = self.slots.iter().map(|slot| match slot {
            Slot::Shifted { input, offset } => {
                let at: SmallVec<[isize; 4]> = corner.iter().zip(offset).map(|(place, steps)| place + steps).collect();
                Leaf { source: Some(&slabs[*input]), view: wider[*input].view(&at) }
            }
            Slot::Here { node, local } => {
                let mut leaf = self.operand(node, local);
                leaf.view.offset +=
                    corner.iter().zip(&leaf.view.strides).map(|(at, stride)| at * stride).sum::<isize>();
                leaf
            }
        });
        let ranges: SmallVec<[Range<usize>; 4]> = places.shape().iter().map(|&extent| 0..extent).collect();
        let part = Part { ranges: &ranges, target: block.view(&corner), are_apart: true };
        self.evaluate(places, leaves.collect(), &part, targets);
    }

    /// Runs the program over a part of `places`.
    fn evaluate(&self, places: &Places, blocks: Vec<Leaf<'_>>, part: &Part<'_>, targets: &mut [Box<dyn Target + '_>]) {
        let own = self.layout.region(self.cx.rank());
        let indices: Vec<Progression> = (own.parts().iter().zip(&places.0))
            .map(|(part, range)| {
                let index = |place: isize| part.start() + place as usize;
                Progression::interval(index(range.start)..index(range.end))
            })
            .collect();
        let Lowered { program, scalars, .. } = &self.lowered;
        let roots: Vec<&program::Root> = program.roots.iter().collect();
        let evaluation = Evaluation { program, shape: &places.shape(), blocks, scalars, indices: &indices };
        let outputs = targets.iter_mut().map(|target| target.elements()).collect();
        evaluation.within(self.cx.engine(), &roots, part, outputs);
    }
}
