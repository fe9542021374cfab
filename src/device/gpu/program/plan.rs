//! Passes that come again: their launches are kept, so that nothing is cut into pieces, written or looked for a second time.
//!
//! What launches take from their arguments alone is no part of a pass' key: the values of scalars, and where in their segments views begin, as long as the pass is
//! one piece. So a loop over slices makes one plan.

use std::hash::Hash;
use std::sync::Arc;

use smallvec::SmallVec;
use wgpu::Buffer;

use crate::device::gpu::kernel::{Access, Kernel};
use crate::device::gpu::key::Key;
use crate::device::gpu::launch::Cost;
use crate::device::gpu::memo::Memo;
use crate::device::gpu::program::group::FOUR;
use crate::device::gpu::program::known::Programs;
use crate::device::gpu::program::{LeafOf, Leaves, Operand, Values, Work, pieces};
use crate::device::gpu::stream::Recorded;
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::program::{NodeId, Op};
use crate::shape::Shape;

/// Which kernels a pass launches.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    Map,
    Fold,
    Copy,
}

/// A pass over arrays: launches that follow from its key.
pub(super) struct Pass<'a> {
    gpu: &'a Gpu,
    /// All that decides about the launches.
    key: Key,
    /// Whether they are kept.
    is_kept: bool,
    /// What it reads and writes, each memory once.
    memories: SmallVec<[&'a Memory; 4]>,
    /// Where in its segment each view begins, if the pass is one piece.
    offsets: Option<SmallVec<[u32; 4]>>,
}

/// A view of elements, and the memory that they are in: nothing for a block that is the output, and for outputs that are not made yet.
pub(super) type Seen<'v, 'a> = (&'v View, Option<&'a Memory>);

/// What is found out about a pass before its first launch.
#[derive(Clone, Copy)]
pub(super) struct Found<'f> {
    /// The leaves that it reads.
    pub(super) leaves: &'f [LeafOf],
    /// The nodes that it computes.
    pub(super) nodes: &'f [NodeId],
    pub(super) cost: Cost,
    /// Parts of each output that are computed apart.
    pub(super) parts: usize,
}

/// What is kept of a pass.
pub(super) struct Plan {
    launches: SmallVec<[Kept; 1]>,
    /// The leaves whose places the arguments end with, and the nodes with values.
    leaves: Leaves,
    nodes: SmallVec<[NodeId; 4]>,
    cost: Cost,
    pub(super) parts: usize,
}

/// A launch of a pass, over whatever memories and values.
struct Kept {
    kernel: Arc<Kernel>,
    /// What is done with each array, the memory's number, and the segment's there.
    arrays: SmallVec<[(Access, usize, usize); 4]>,
    /// All arguments but those that every launch of the pass ends with.
    arguments: Vec<u32>,
    groups: usize,
}

/// What one share of a device has done before.
#[derive(Default)]
pub(in crate::device::gpu) struct Plans {
    passes: Memo<Key, Arc<Plan>>,
    pub(super) programs: Programs,
}

impl Plans {
    /// How many passes and programs there are.
    #[cfg(test)]
    pub(super) fn lens(&self) -> (usize, usize) {
        (self.passes.len(), self.programs.len())
    }
}

/// The most launches of a pass that is kept: of one with more, planning is a small part.
const MOST_LAUNCHES: usize = 16;

impl<'a> Pass<'a> {
    /// The pass of this key over a space of `extents`, which reads and writes what these views see.
    pub(super) fn new<'v>(
        gpu: &'a Gpu,
        mut key: Key,
        extents: &[usize],
        seen: impl Iterator<Item = Seen<'v, 'a>> + Clone,
    ) -> Self {
        let mut memories: SmallVec<[&Memory; 4]> = SmallVec::new();
        let (mut offsets, mut is_one_piece) = (SmallVec::new(), true);
        key.extend([extents.len()].into_iter().chain(extents.iter().copied()));
        for (view, memory) in seen.clone() {
            key.extend(view.strides.iter().map(|&step| step as usize));
            // The same memory may stand in several places.
            let known = |memory: &Memory| memories.iter().position(|other| std::ptr::eq(*other, memory));
            let number = memory.map_or(usize::MAX, |memory| known(memory).unwrap_or(memories.len()));
            memories.extend(memory.filter(|_| number == memories.len()));
            let place = pieces::place(extents, view, gpu.segment());
            is_one_piece &= place.is_some();
            let (segment, offset) = place.unwrap_or_default();
            // Whether bytes are written as words depends on where they begin.
            let in_word = if memory.is_some_and(|memory| memory.width() == 1) { offset % FOUR } else { 0 };
            key.extend([number, segment, in_word]);
            offsets.push(offset as u32);
        }
        key.extend([usize::from(is_one_piece)]);
        if !is_one_piece {
            key.extend(seen.map(|(view, _)| view.offset as usize));
        }
        Self { gpu, key, is_kept: true, memories, offsets: is_one_piece.then_some(offsets) }
    }

    /// The words with which the arguments of all its kernels end: where the views of leaves begin, and that of the output, then the values of nodes.
    fn values(&self, leaves: &[LeafOf], nodes: &[NodeId], work: Option<&Work<'_>>) -> Values {
        let mut values = Values::new();
        if let Some(offsets) = &self.offsets {
            let offset = |leaf: &LeafOf| if let LeafOf::Block(slot) = *leaf { offsets[slot] } else { 0 };
            values.extend(leaves.iter().map(offset).chain(offsets.last().copied()));
        }
        if let Some(work) = work {
            values.extend(work.values(nodes));
        }
        values
    }

    /// What was found out about this pass when it came first.
    pub(super) fn known(&self) -> Option<Arc<Plan>> {
        if self.is_kept { self.gpu.0.plans.passes.get(&self.key) } else { None }
    }

    /// The same pass, which writes to these memories as well: they are new, and what it writes begins at their first elements.
    pub(super) fn into(mut self, outputs: impl Iterator<Item = &'a Memory>) -> Self {
        self.memories.extend(outputs);
        self
    }

    /// Launch the kernels of this pass once more.
    pub(super) fn again(self, plan: &Plan, work: Option<&Work<'_>>) {
        let values = self.values(&plan.leaves, &plan.nodes, work);
        let stream = &mut self.gpu.work().stream;
        stream.charge(plan.cost);
        for kept in &plan.launches {
            let segment = |&(access, memory, segment): &(Access, usize, usize)| {
                (access, &self.memories[memory].segments()[segment])
            };
            let arrays: SmallVec<[(Access, &Buffer); 8]> = kept.arrays.iter().map(segment).collect();
            stream.launch(&kept.kernel, &arrays, &[&kept.arguments, &values], kept.groups);
        }
    }

    /// Launch the kernels of this pass by `launch`, and keep them with what was found out.
    pub(super) fn first(self, work: Option<&Work<'_>>, found: Found<'_>, launch: impl FnOnce()) {
        let Found { leaves, nodes, cost, parts } = found;
        self.gpu.work().stream.record(cost);
        launch();
        let recorded = self.gpu.work().stream.recorded();
        if !self.is_kept || recorded.len() > MOST_LAUNCHES {
            return;
        }
        let values = self.values(leaves, nodes, work);
        let launches = recorded.into_iter().map(|launch| self.kept(launch, &values)).collect();
        let valued = |&&node: &&NodeId| {
            work.is_some_and(|work| matches!(work.program.nodes[node].op, Op::Scalar(_) | Op::Index(_)))
        };
        let nodes = nodes.iter().filter(valued).copied().collect();
        self.gpu.0.plans.passes.keep(self.key, Arc::new(Plan { launches, leaves: leaves.into(), nodes, cost, parts }));
    }

    /// A launch with these values as one over any memories with any values.
    fn kept(&self, recorded: Recorded, values: &[u32]) -> Kept {
        let Recorded { kernel, arrays, mut arguments, groups } = recorded;
        let place = |(access, array): (Access, Buffer)| {
            let segment = |memory: &&Memory| memory.segments().iter().position(|segment| *segment == array);
            let mut places = self.memories.iter().map(segment).enumerate();
            let place = places.find_map(|(memory, segment)| Some((access, memory, segment?)));
            place.expect("a pass launches kernels over its memories")
        };
        let own = arguments.len() - values.len();
        assert!(arguments[own..] == *values, "arguments end with the places of views and the values of scalars");
        arguments.truncate(own);
        Kept { kernel, arrays: arrays.into_iter().map(place).collect(), arguments, groups }
    }
}

impl Work<'_> {
    /// A pass of this sort for what is `asked` of the program: over its blocks, and over what is `written`.
    pub(super) fn pass<'v, 'a: 'v>(
        &'a self,
        gpu: &'a Gpu,
        sort: Sort,
        asked: &(impl Hash + ?Sized),
        written: impl Iterator<Item = Seen<'v, 'a>> + Clone,
    ) -> Pass<'a> {
        let blocks = self.blocks.iter().map(|block| (&block.view, block.memory.as_deref()));
        let seen = blocks.chain(written);
        let mut key = Key::default();
        key.add(&sort).add(&self.program.number.unwrap_or(usize::MAX)).add(asked);
        let mut pass = Pass::new(gpu, key, self.shape, seen);
        pass.is_kept = self.program.number.is_some();
        pass
    }

    /// What a pass over these nodes into `outputs` must do at least.
    pub(super) fn cost(&self, nodes: &[NodeId], outputs: &[&Memory]) -> Cost {
        let read = |block: &Operand| {
            let memory = block.memory.as_ref()?;
            Some(seen_once(&block.view, self.shape) * memory.width() as u64)
        };
        let written = outputs.iter().map(|memory| (memory.len() * memory.width()) as u64);
        let bytes = self.blocks.iter().filter_map(read).chain(written).sum();
        let calls = nodes.iter().filter(|&&node| !self.program.nodes[node].arguments.is_empty()).count();
        Cost { bytes, operations: calls as u64 * self.shape.size() as u64 }
    }
}

/// The elements that a view sees of a space, each once.
fn seen_once(view: &View, shape: &Shape) -> u64 {
    let moved = shape.iter().zip(&view.strides).filter(|&(_, &step)| step != 0);
    moved.map(|(&extent, _)| extent as u64).product()
}
