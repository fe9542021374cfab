//! Running a program over a block: which pass computes which roots, and how a pass is cut into tasks.
//!
//! Arrays and full reductions share one *linear* pass over the elements in storage order. Reductions over the same axes share a
//! *folding* pass, which walks the space as (kept outer, reduced, strip of the kept innermost axis): the states of one
//! strip are all that is alive, and a strip's rows are read contiguously.

use std::any::Any;
use std::ops::Range;

use smallvec::SmallVec;

use crate::device::cpu::Cpu;
use crate::device::cpu::frame::{Frame, Leaves};
use crate::device::cpu::states::{self, States};
use crate::device::cpu::tape::{Kept, LeafKind, STRIP, Tape};
use crate::device::cpu::walk::Walk;
use crate::device::space::{Space, View};
use crate::layout::Progression;
use crate::memory::{AnySlice, AnySliceMut};
use crate::program::{Program, Root, Scalar};
use crate::shape::Shape;

/// Work below this many elements runs on the calling thread: handing it over would cost more.
pub(super) const INLINE: usize = 32 << 10;

/// Results of so many bytes are stored past the caches.
pub(super) const STREAMED: usize = 16 << 20;

/// A block as a leaf: its elements, and how the iteration space walks them.
#[derive(Clone)]
pub(crate) struct BlockLeaf<'a> {
    /// Nothing when they are those of the first output, before they are overwritten.
    pub(crate) elements: Option<AnySlice<'a>>,
    pub(crate) view: View,
}

/// A program with everything it reads on this rank.
pub(crate) struct Evaluation<'a> {
    pub(crate) program: &'a Program,
    /// This rank's extents of the iteration space.
    pub(crate) shape: &'a Shape,
    /// What the block slots hold.
    pub(crate) blocks: Vec<BlockLeaf<'a>>,
    /// What the scalar slots hold.
    pub(crate) scalars: &'a [Scalar],
    /// The global indices along each axis.
    pub(crate) indices: &'a [Progression],
}

/// What a reduction came to on this rank.
pub(crate) enum Folded {
    /// A `Block` of results: no other rank has a part in them.
    Finished(Box<dyn Any + Send>),
    /// States that must still be merged with those of other ranks.
    Partial(Box<dyn States>),
}

/// As many outputs as are finished together, so that few states are alive at a time.
const BATCH: usize = 4096;

impl Evaluation<'_> {
    /// One pass for these roots: arrays (into `outputs`, in their order) and full reductions.
    pub(crate) fn linear(&self, cpu: &Cpu, roots: &[&Root], outputs: Vec<AnySliceMut<'_>>) -> Vec<Box<dyn States>> {
        let len = self.shape.size();
        let mut tape = Tape::new(self.program, roots);
        tape.streaming = self.is_streaming(roots, len);
        let axes: SmallVec<[usize; 4]> = (0..self.shape.ndim()).collect();
        let space = self.space(&tape, self.shape, &axes, &[]);
        let fresh = self.rules(roots);
        let terms = self.terms(roots);
        let parts = cpu.each(split(outputs, cut(len, 1, cpu.threads())), |(range, outputs)| {
            if let Some(terms) = terms {
                let mut states = started(&fresh, 1);
                terms.fold(&range, &mut *states[0]);
                return states;
            }
            self.range(cpu, &tape, &space, range, Deal::Columns(1), outputs, started(&fresh, 1))
        });
        merged(parts, &fresh, 1)
    }

    /// Whether the array roots are too large for the caches, and nothing of them is there because it was read before.
    fn is_streaming(&self, roots: &[&Root], len: usize) -> bool {
        let arrays = roots.iter().filter(|root| matches!(root, Root::Array(_)));
        let bytes: usize = arrays.map(|root| self.program.nodes[root.node()].dtype.bytes() * len).sum();
        bytes >= STREAMED && self.blocks.iter().all(|leaf| leaf.elements.is_some())
    }

    /// One pass for reductions over the same `axes`; of `complete` many elements each when all of them are on this rank.
    pub(crate) fn folding(&self, cpu: &Cpu, roots: &[&Root], axes: &[usize], complete: Option<u64>) -> Vec<Folded> {
        let tape = Tape::new(self.program, roots);
        let walk = Walk::new(self.shape, axes);
        let fresh = self.rules(roots);
        if let Some(results) = complete.and_then(|_| self.lines(cpu, &tape, axes, &fresh)) {
            return results;
        }
        let many = walk.groups() >= 2 * cpu.threads();
        let batches = cut(walk.groups(), walk.rows() * walk.width, if many { cpu.threads() } else { 1 });
        let batches = batches.into_iter().flat_map(|batch| chunks(batch, BATCH.div_ceil(walk.width))).collect();
        let threads = if many { 1 } else { cpu.threads() };
        let plain = many && self.is_plain(&tape);
        let longest = if plain { usize::MAX } else { STRIP };
        let apart = walk.apart(self.shape).filter(|_| plain);
        let parts = cpu.each(batches, |batch: Range<usize>| {
            let states = if walk.is_of_runs(longest) {
                self.runs(cpu, &tape, walk.rows(), batch, &fresh)
            } else if let Some(apart) = apart {
                self.strips(&tape, &walk, apart, batch, &fresh)
            } else {
                joined(batch.map(|group| self.strip(cpu, &tape, &walk, group, &fresh, threads)), &fresh)
            };
            states.into_iter().map(|states| folded(states, complete, cpu)).collect::<Vec<_>>()
        });
        assembled(parts, &fresh, cpu)
    }

    /// The states of a batch of outputs, each of which folds `len` elements side by side: many of them in each cache block.
    fn runs(
        &self,
        cpu: &Cpu,
        tape: &Tape,
        len: usize,
        batch: Range<usize>,
        fresh: &[Box<dyn States>],
    ) -> Vec<Box<dyn States>> {
        let axes: SmallVec<[usize; 4]> = (0..self.shape.ndim()).collect();
        let space = self.space(tape, self.shape, &axes, &[]);
        let (range, deal) = (batch.start * len..batch.end * len, Deal::Runs { len, first: batch.start });
        self.range(cpu, tape, &space, range, deal, Vec::new(), started(fresh, batch.len()))
    }

    /// The states of one strip of outputs.
    fn strip(
        &self,
        cpu: &Cpu,
        tape: &Tape,
        walk: &Walk,
        group: usize,
        fresh: &[Box<dyn States>],
        threads: usize,
    ) -> Vec<Box<dyn States>> {
        let (start, columns) = walk.strip(group);
        let (extents, axes) = walk.space(columns);
        let space = self.space(tape, &extents, &axes, &start);
        let parts = cpu.each(cut(walk.rows(), columns, threads), |rows| {
            let range = rows.start * columns..rows.end * columns;
            self.range(cpu, tape, &space, range, Deal::Columns(columns), Vec::new(), started(fresh, columns))
        });
        merged(parts, fresh, columns)
    }

    /// Compute the elements at `range` of `space`, block by block of whole rows or runs. `outputs` begin at the range's first element.
    #[allow(clippy::too_many_arguments, reason = "the parts of one pass, passed on once")]
    fn range(
        &self,
        cpu: &Cpu,
        tape: &Tape,
        space: &Space,
        range: Range<usize>,
        deal: Deal,
        mut outputs: Vec<AnySliceMut<'_>>,
        mut states: Vec<Box<dyn States>>,
    ) -> Vec<Box<dyn States>> {
        if self.direct(tape, space, &range, deal, &mut states) {
            return states;
        }
        let blocks: Vec<Option<AnySlice<'_>>> = self.blocks.iter().map(|leaf| leaf.elements).collect();
        let leaves = Leaves { blocks: &blocks, indices: self.indices, scalars: self.scalars };
        let (block, tray) = tape.blocks(deal.unit());
        let mut frame = Frame::new(tape, leaves, block.min(range.len()), tray.min(range.len()), cpu.pool());
        for whole in pieces(&range, tray) {
            for start in whole.clone().step_by(block) {
                let (len, done) = (block.min(whole.end - start), start - range.start);
                frame.run(space, start, len, &mut outputs, [done, start - whole.start]);
                for kept in &tape.roots {
                    match *kept {
                        Kept::Stored { source, output } => frame.store(source, outputs[output].part(done..done + len)),
                        Kept::Folded { source, state } => {
                            deal.fold(&mut *states[state], frame.values(source, len), start);
                        }
                        Kept::Written | Kept::Collected { .. } => {}
                    }
                }
            }
            for kept in &tape.roots {
                if let Kept::Collected { tray, state } = *kept {
                    deal.fold(&mut *states[state], frame.collected(tray, whole.len()), whole.start);
                }
            }
        }
        states
    }

    /// The views of the tape's leaves along these `axes`, from the element at `start` (by axis; empty is the first) on.
    pub(super) fn space(&self, tape: &Tape, extents: &[usize], axes: &[usize], start: &[usize]) -> Space {
        let views = tape.leaves.iter().map(|&(kind, _)| {
            let (offset, stride): (isize, &dyn Fn(usize) -> isize) = match kind {
                LeafKind::Block(slot) => {
                    let view = &self.blocks[slot].view;
                    (view.offset, &|axis| view.strides[axis])
                }
                LeafKind::Index(its) => (0, &move |axis| isize::from(axis == its)),
            };
            let skipped: isize = start.iter().enumerate().map(|(axis, &index)| index as isize * stride(axis)).sum();
            View { offset: offset + skipped, strides: axes.iter().map(|&axis| stride(axis)).collect() }
        });
        Space::new(extents, views.collect())
    }

    /// For each reduction among the roots, its rule with no states yet.
    fn rules(&self, roots: &[&Root]) -> Vec<Box<dyn States>> {
        let rule = |root: &&Root| match **root {
            Root::Array(_) => None,
            Root::Reduction { node, fold, .. } => Some(states::states(fold, self.program.nodes[node].dtype)),
        };
        roots.iter().filter_map(rule).collect()
    }
}

pub(super) fn started(fresh: &[Box<dyn States>], outputs: usize) -> Vec<Box<dyn States>> {
    fresh.iter().map(|rule| rule.fresh(outputs)).collect()
}

/// The states of all tasks, each of which saw a part of the elements of the same outputs.
fn merged(parts: Vec<Vec<Box<dyn States>>>, fresh: &[Box<dyn States>], outputs: usize) -> Vec<Box<dyn States>> {
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_else(|| started(fresh, outputs));
    for part in parts {
        for (state, later) in all.iter_mut().zip(&part) {
            state.merge(&**later);
        }
    }
    all
}

/// The states of all strips, each of which has its own outputs.
fn joined(strips: impl Iterator<Item = Vec<Box<dyn States>>>, fresh: &[Box<dyn States>]) -> Vec<Box<dyn States>> {
    let mut all = started(fresh, 0);
    for strip in strips {
        for (states, further) in all.iter_mut().zip(strip) {
            states.append(further);
        }
    }
    all
}

fn folded(states: Box<dyn States>, complete: Option<u64>, cpu: &Cpu) -> Folded {
    match complete {
        Some(count) => Folded::Finished(states.finish(count, cpu.pool())),
        None => Folded::Partial(states),
    }
}

/// The results of all batches in order, reduction by reduction.
fn assembled(batches: Vec<Vec<Folded>>, fresh: &[Box<dyn States>], cpu: &Cpu) -> Vec<Folded> {
    let mut finished: Vec<Vec<Box<dyn Any + Send>>> = fresh.iter().map(|_| Vec::new()).collect();
    let mut partial = started(fresh, 0);
    let mut complete = false;
    for batch in batches {
        for (reduction, folded) in batch.into_iter().enumerate() {
            match folded {
                Folded::Finished(block) => {
                    complete = true;
                    finished[reduction].push(block);
                }
                Folded::Partial(states) => partial[reduction].append(states),
            }
        }
    }
    if complete {
        let blocks = fresh.iter().zip(finished);
        return blocks.map(|(rule, blocks)| Folded::Finished(rule.concatenate(blocks, cpu.pool()))).collect();
    }
    partial.into_iter().map(Folded::Partial).collect()
}

/// Which state each element of a range belongs to.
#[derive(Clone, Copy)]
pub(super) enum Deal {
    /// To the state of its column, of so many.
    Columns(usize),
    /// To the state of its run of `len` elements; the first state is that of run `first`.
    Runs { len: usize, first: usize },
}

impl Deal {
    /// The elements that cannot be parted.
    fn unit(self) -> usize {
        match self {
            Self::Columns(len) | Self::Runs { len, .. } => len,
        }
    }

    /// The elements that must lie side by side to be folded where they are.
    pub(super) fn row(self) -> usize {
        match self {
            Self::Columns(columns) => columns,
            Self::Runs { .. } => 1,
        }
    }

    fn fold(self, states: &mut dyn States, values: AnySlice<'_>, position: usize) {
        match self {
            Self::Columns(columns) => states.fold(values, (position / columns) as u64),
            Self::Runs { len, first } => states.fold_runs(values, len, position / len - first),
        }
    }
}

/// `items` cut into tasks for `threads`, each task of at least [`INLINE`] elements; an item is `weight` elements.
pub(super) fn cut(items: usize, weight: usize, threads: usize) -> Vec<Range<usize>> {
    if threads == 1 || items.saturating_mul(weight) <= INLINE {
        return std::iter::once(0..items).collect();
    }
    let least = INLINE.div_ceil(weight.max(1));
    let size = items.div_ceil(4 * threads).max(least).next_multiple_of(if weight == 1 { STRIP } else { 1 });
    chunks(0..items, size)
}

/// The parts of `range` between whole multiples of `size`: so that outputs are stored in whole lines, wherever the range begins.
fn pieces(range: &Range<usize>, size: usize) -> impl Iterator<Item = Range<usize>> {
    let Range { start, end } = *range;
    (start / size..end.div_ceil(size)).map(move |piece| (piece * size).max(start)..((piece + 1) * size).min(end))
}

fn chunks(range: Range<usize>, size: usize) -> Vec<Range<usize>> {
    range.clone().step_by(size.max(1)).map(|start| start..(start + size).min(range.end)).collect()
}

/// Each task with its own part of every output.
fn split(outputs: Vec<AnySliceMut<'_>>, tasks: Vec<Range<usize>>) -> Vec<(Range<usize>, Vec<AnySliceMut<'_>>)> {
    let mut rest = outputs;
    let part = |range: Range<usize>| {
        let (first, later) = std::mem::take(&mut rest).into_iter().map(|output| output.split_at(range.len())).unzip();
        rest = later;
        (range, first)
    };
    tasks.into_iter().map(part).collect()
}
