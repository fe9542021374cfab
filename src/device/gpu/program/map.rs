//! Element-wise programs whose results are stored.

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Keyed, Shader};
use crate::device::gpu::program::emit::{self, Words, is_bytes, stored};
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::place::{Walk, offsets, origins};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::program::{LeafOf, Work, absolute};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::DType;
use crate::program::NodeId;

pub(super) const MAP: Shader =
    Shader { name: "program/map", text: include_str!("../../../../shaders/program/map.wgsl") };

/// Store the elements of `roots`, each into the memory beside it, row by row.
pub(super) fn store(gpu: &Gpu, work: &Work<'_>, roots: &[NodeId], outputs: &[&Memory]) {
    let nodes = emit::reached(work.program, roots.iter().copied());
    let leaves = work.leaves(&nodes);
    let mut views: Vec<View> = leaves.iter().map(|leaf| work.view(*leaf)).collect();
    views.push(View::row_major(work.shape));
    let pass = Pass { gpu, work, nodes: &nodes, leaves: &leaves, roots };
    pieces::each(work.shape, &views, gpu.segment(), &mut |mut piece| {
        absolute(&mut piece, &leaves, gpu.segment());
        pass.part(&piece, outputs);
    });
}

/// What all pieces of a program have in common.
struct Pass<'p> {
    gpu: &'p Gpu,
    work: &'p Work<'p>,
    nodes: &'p [NodeId],
    leaves: &'p [LeafOf],
    roots: &'p [NodeId],
}

impl Pass<'_> {
    fn part(&self, piece: &Piece, outputs: &[&Memory]) {
        let Self { gpu, work, nodes, leaves, roots } = *self;
        let views: Vec<View> = piece.views.iter().map(|(_, view)| view.clone()).collect();
        let walk = Walk::new(&piece.extents, &views, 0..piece.extents.len());
        let mut arguments = arguments(&walk, &views);
        work.values(nodes, &mut arguments);
        let mut arrays = work.segments(leaves, piece);
        let output = piece.views[views.len() - 1].0;
        arrays.extend(outputs.iter().map(|memory| (Access::Write, &memory.segments()[output])));
        let mut cost = work.cost(nodes, leaves, &walk);
        cost.bytes += outputs.iter().map(|memory| (walk.len() * memory.width()) as u64).sum::<u64>();
        let key = work.key(nodes, leaves).and(roots).and(&walk);
        let groups = groups(gpu, &walk);
        Keyed { shader: &MAP, key, arrays: &arrays, arguments: &arguments, groups, cost }.run(
            gpu,
            || self.texts(&walk, views.len()),
            || {
                let kinds: Vec<&str> = roots.iter().map(|&root| work.program.nodes[root].dtype.name()).collect();
                format!("{} operations to {}", nodes.len(), kinds.join(", "))
            },
        );
    }

    /// The declarations and the body of the kernel.
    fn texts(&self, walk: &Walk, views: usize) -> [String; 2] {
        let Self { work, nodes, leaves, roots, .. } = *self;
        let mut words = Words::default();
        let mut body = origins(views, "q", &mut words);
        body += walk.positions("i", ["q", "p"], &mut words);
        body += work.body(nodes, leaves, &mut words, |slot| match work.blocks[slot].memory {
            Some(_) => format!("a{slot}"),
            None => "b0".to_owned(),
        });
        let mut head = work.declared(leaves);
        let first = work.sources(leaves).count() + 1;
        let at = format!("p{}", views - 1);
        for (k, &root) in roots.iter().enumerate() {
            let dtype = work.program.nodes[root].dtype;
            write_binding(&mut head, first + k, k, dtype);
            emit::store(&mut body, dtype, &format!("b{k}"), &at, &format!("r{root}"));
        }
        [head.into(), body.into()]
    }
}

/// The arguments of a kernel of one invocation for each element, up to where views see them.
pub(super) fn arguments(walk: &Walk, views: &[View]) -> Vec<u32> {
    let mut arguments = Vec::with_capacity(64);
    arguments.extend([walk.len() as u32, 0, 0, 0]);
    offsets(views, &mut arguments);
    walk.values(&mut arguments);
    arguments
}

/// The workgroups of such a kernel.
pub(super) fn groups(gpu: &Gpu, walk: &Walk) -> usize {
    walk.len().div_ceil(gpu.workgroup())
}

fn write_binding(head: &mut Text, binding: usize, number: usize, dtype: DType) {
    let stored = if is_bytes(dtype) { "atomic<u32>" } else { stored(dtype) };
    head.line(format_args!("@group(0) @binding({binding}) var<storage, read_write> b{number}: array<{stored}>;"));
}
