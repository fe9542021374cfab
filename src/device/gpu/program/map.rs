//! Element-wise programs whose results are stored.

use wgpu::Buffer;

use crate::device::gpu::Memory;
use crate::device::gpu::kernel::{Access, Source, WORKGROUP};
use crate::device::gpu::program::emit::{self, Words, is_bytes, stored};
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::program::{LeafOf, Work, absolute, bindings};
use crate::device::gpu::source::filled;
use crate::device::gpu::{Gpu, library};
use crate::device::space::View;
use crate::dtype::DType;
use crate::program::NodeId;

pub(super) const SKELETON: &str = include_str!("../../../../shaders/program/map.wgsl");

/// Store the elements of `roots`, each into the memory beside it, row by row.
pub(super) fn store(gpu: &Gpu, work: &Work<'_>, roots: &[NodeId], outputs: &[&Memory]) {
    let nodes = emit::reached(work.program, roots.iter().copied());
    let leaves = work.leaves(&nodes);
    let mut views: Vec<View> = leaves.iter().map(|leaf| work.view(*leaf)).collect();
    views.push(View::row_major(work.shape));
    pieces::each(work.shape, &views, gpu.segment(), &mut |mut piece| {
        absolute(&mut piece, &leaves, gpu.segment());
        part(gpu, work, &nodes, &leaves, roots, outputs, &piece);
    });
}

/// One piece.
#[allow(clippy::too_many_arguments, reason = "the parts of one pass, passed on once")]
fn part(
    gpu: &Gpu,
    work: &Work<'_>,
    nodes: &[NodeId],
    leaves: &[LeafOf],
    roots: &[NodeId],
    outputs: &[&Memory],
    piece: &Piece,
) {
    let views: Vec<View> = piece.views.iter().map(|(_, view)| view.clone()).collect();
    let walk = Walk::new(&piece.extents, &views, 0..piece.extents.len());
    let (mut words, mut values) = (Words::default(), Vec::new());
    let mut body = origins(&views, "q", &mut words, &mut values);
    body += walk.positions("i", ["q", "p"], &mut words, &mut values);
    let (text, scalars) = work.body(nodes, leaves, &mut words, |slot| match work.blocks[slot].memory {
        Some(_) => format!("a{slot}"),
        None => "b0".to_owned(),
    });
    body += text;
    values.extend(scalars);
    let at = format!("p{}", views.len() - 1);
    for (k, &root) in roots.iter().enumerate() {
        emit::store(&mut body, work.program.nodes[root].dtype, &format!("b{k}"), &at, &format!("r{root}"));
    }
    let (mut head, mut access, mut buffers) = bindings(work, leaves, piece);
    let output = piece.views[views.len() - 1].0;
    for (k, (&root, memory)) in roots.iter().zip(outputs).enumerate() {
        let dtype = work.program.nodes[root].dtype;
        write_binding(&mut head, access.len() + 1, k, dtype);
        access.push(Access::Write);
        buffers.push(&memory.segments()[output]);
    }
    let name = || {
        let kinds: Vec<&str> = roots.iter().map(|&root| work.program.nodes[root].dtype.name()).collect();
        format!("map of {} operations to {}", nodes.len(), kinds.join(", "))
    };
    launch(gpu, &head, &[&body], SKELETON, name, &access, &buffers, &values, walk.len(), &[walk.len() as u32]);
}

fn write_binding(head: &mut Text, binding: usize, number: usize, dtype: DType) {
    let stored = if is_bytes(dtype) { "atomic<u32>" } else { stored(dtype) };
    head.line(format_args!("@group(0) @binding({binding}) var<storage, read_write> b{number}: array<{stored}>;"));
}

/// Launch the kernel of these texts on as many invocations.
#[allow(clippy::too_many_arguments, reason = "what a launch needs")]
pub(super) fn launch(
    gpu: &Gpu,
    head: &str,
    parts: &[&str],
    skeleton: &str,
    name: impl FnOnce() -> String,
    access: &[Access],
    buffers: &[&Buffer],
    values: &[u32],
    invocations: usize,
    leading: &[u32],
) {
    let key = format!("{head}{}", parts.concat());
    let kernel = gpu.card().kernel(&key, || {
        let library = library::link(&key);
        let head = format!("const WORKGROUP = {WORKGROUP}u;\n{head}{library}");
        let parts: Vec<&str> = std::iter::once(head.as_str()).chain(parts.iter().copied()).collect();
        Source { name: name(), text: filled(skeleton, &parts), bindings: access.to_vec() }
    });
    let mut arguments = leading.to_vec();
    arguments.resize(leading.len().next_multiple_of(4), 0);
    arguments.extend(values);
    gpu.work().stream.launch(&kernel, buffers, bytemuck::cast_slice(&arguments), invocations.div_ceil(WORKGROUP));
}
