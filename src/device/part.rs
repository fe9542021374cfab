//! Passes over a part of a space, on a GPU.

use smallvec::SmallVec;

use crate::device::cpu::Part;
use crate::device::engine::{Engine, Evaluation, Leaf, Made, Target};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::with_dtype;
use crate::layout::Progression;
use crate::memory::Block;
use crate::memory::strided::{Grid, Step};
use crate::program::Root;
use crate::shape::Shape;

impl Evaluation<'_> {
    /// Compute the roots at a part of the space, whatever has no kernels by way of the host.
    pub(super) fn within_on(
        &self,
        gpu: &Gpu,
        engine: &Engine,
        roots: &[&Root],
        part: &Part<'_>,
        outputs: &[Target<'_>],
    ) {
        let extents: Shape = part.ranges.iter().map(ExactSizeIterator::len).collect();
        if extents.size() == 0 {
            return;
        }
        let along = |strides: &[isize]| -> isize {
            part.ranges.iter().zip(strides).map(|(range, &stride)| range.start as isize * stride).sum()
        };
        let moved = |view: &View| View { offset: view.offset + along(&view.strides), strides: view.strides.clone() };
        let interval = |(its, range): (&Progression, &std::ops::Range<usize>)| {
            Progression::interval(its.start() + range.start..its.start() + range.end)
        };
        let indices: SmallVec<[Progression; 4]> = self.indices.iter().zip(part.ranges).map(interval).collect();
        let blocks = self.blocks.iter().map(|leaf| Leaf { source: leaf.source, view: moved(&leaf.view) }).collect();
        let Self { program, scalars, .. } = *self;
        let there = Evaluation { program, shape: &extents, blocks, scalars, indices: &indices };
        let (target, memories) = (moved(&part.target), memories(outputs));
        if let Some((gpu, work)) = there.on_gpu(engine, roots) {
            return work.store(gpu, roots, &memories, &target);
        }
        let steps = extents.iter().zip(extents.strides()).zip(&target.strides);
        let steps = steps.map(|((&extent, from), &into)| Step { extent, from: from as isize, into });
        let grid = Grid::new(0, target.offset as usize, steps);
        for ((made, root), memory) in there.linear(engine, roots).0.into_iter().zip(roots).zip(memories) {
            let made = match made {
                Made::Host(block) => with_dtype!(program.nodes[root.node()].dtype, T => {
                    let block = block.downcast::<Block<T>>().expect("a result has its root's dtype");
                    gpu.upload(bytemuck::cast_slice(&block), size_of::<T>())
                }),
                Made::Card(memory) => memory,
            };
            gpu.copy(&grid, &made, memory);
        }
    }
}

fn memories<'m>(outputs: &[Target<'m>]) -> Vec<&'m Memory> {
    let memory = |output: &Target<'m>| match output {
        Target::Card(memory) => *memory,
        Target::Host(_) => unreachable!("arrays are where the engine computes"),
    };
    outputs.iter().map(memory).collect()
}
