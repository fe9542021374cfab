//! Element-wise programs whose results are stored.

use wgpu::Buffer;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::emit::{self, Words, is_bytes, stored};
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::program::{LeafOf, Work, absolute, bindings};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::DType;
use crate::program::NodeId;

pub(super) const MAP: Shader =
    Shader { name: "program/map", text: include_str!("../../../../shaders/program/map.wgsl") };

/// Store the elements of `roots`, each where `view` sees them in the memory beside it.
pub(super) fn store(gpu: &Gpu, work: &Work<'_>, roots: &[NodeId], outputs: &[&Memory], view: &View) {
    let nodes = emit::reached(work.program, roots.iter().copied());
    let leaves = work.leaves(&nodes);
    let mut views: Vec<View> = leaves.iter().map(|leaf| work.view(*leaf)).collect();
    views.push(view.clone());
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
    let (mut head, mut arrays) = bindings(work, leaves, piece);
    let output = piece.views[views.len() - 1].0;
    for (k, (&root, memory)) in roots.iter().zip(outputs).enumerate() {
        let dtype = work.program.nodes[root].dtype;
        write_binding(&mut head, arrays.len() + 1, k, dtype);
        arrays.push((Access::Write, &memory.segments()[output]));
    }
    launch(gpu, &head, &body, &arrays, walk.len(), &values, || {
        let kinds: Vec<&str> = roots.iter().map(|&root| work.program.nodes[root].dtype.name()).collect();
        format!("{} operations to {}", nodes.len(), kinds.join(", "))
    });
}

/// Launch the kernel of this body on one invocation for each of `elements`.
pub(super) fn launch(
    gpu: &Gpu,
    head: &str,
    body: &str,
    arrays: &[(Access, &Buffer)],
    elements: usize,
    words: &[u32],
    about: impl FnOnce() -> String,
) {
    let arguments: Vec<u32> = [elements as u32, 0, 0, 0].iter().chain(words).copied().collect();
    let (parts, groups) = ([head, body], elements.div_ceil(gpu.workgroup()));
    Launch { shader: &MAP, parts: &parts, arrays, arguments: &arguments, groups }.run(gpu, about);
}

fn write_binding(head: &mut Text, binding: usize, number: usize, dtype: DType) {
    let stored = if is_bytes(dtype) { "atomic<u32>" } else { stored(dtype) };
    head.line(format_args!("@group(0) @binding({binding}) var<storage, read_write> b{number}: array<{stored}>;"));
}
