//! Element-wise programs whose results are stored.

use wgpu::Buffer;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::emit::{self, Words, is_bytes, stored};
use crate::device::gpu::program::group::{FOUR, Group, Share, Stored};
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::gpu::program::plan::{Found, Sort};
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
    let pass = work.pass(gpu, Sort::Map, roots, outputs.iter().map(|&memory| (view, Some(memory))));
    if let Some(plan) = pass.known() {
        return pass.again(&plan, Some(work));
    }
    let nodes = emit::reached(&work.program, roots.iter().copied());
    let leaves = work.leaves(&nodes);
    let mut views: Vec<View> = leaves.iter().map(|leaf| work.view(*leaf)).collect();
    views.push(view.clone());
    let found = Found { leaves: &leaves, nodes: &nodes, cost: work.cost(&nodes, outputs), parts: 1 };
    pass.first(Some(work), found, || {
        pieces::each(work.shape, &views, gpu.segment(), &mut |mut piece| {
            absolute(&mut piece, &leaves, gpu.segment());
            part(gpu, work, &nodes, &leaves, roots, outputs, &piece);
        });
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
    let dtypes: Vec<DType> = roots.iter().map(|&root| work.program.nodes[root].dtype).collect();
    let out = views.len() - 1;
    let (share, shared) = share(&walk, &views, &dtypes, emit::is_light(&work.program, nodes), gpu);
    let (mut words, mut values) = (Words::new(gpu), Vec::new());
    let mut bytes = work.bytes(leaves);
    bytes.push(None);
    let group = Group::new(&walk, share, &bytes, &mut words, &mut values);
    let mut body = origins(&views, "q", &mut words, &mut values);
    let element = |leaf: usize| work.element(leaves, leaf, group.packed[leaf], shared);
    let (block, scalars) = work.body(nodes, leaves, &mut words, element);
    values.extend(scalars);
    let result = |(root, &dtype): (&NodeId, &DType)| Stored { dtype, of: stored(dtype), value: format!("r{root}") };
    let results: Vec<Stored<'_>> = roots.iter().zip(&dtypes).map(result).collect();
    body += group.stored(block, out, &results);
    let (mut head, mut arrays) = bindings(work, leaves, piece);
    let output = piece.views[views.len() - 1].0;
    for (k, (&dtype, memory)) in dtypes.iter().zip(outputs).enumerate() {
        write_binding(&mut head, arrays.len() + 1, k, stored(dtype), shared);
        arrays.push((Access::Write, &memory.segments()[output]));
    }
    launch(gpu, share, [&head, &body], &arrays, walk.len(), &values, || {
        let kinds: Vec<&str> = dtypes.iter().map(|dtype| dtype.name()).collect();
        format!("{} operations to {}", nodes.len(), kinds.join(", "))
    });
}

/// How invocations share elements of these dtypes that are stored in the last of these views; and whether bytes of one word are written by several.
pub(super) fn share(walk: &Walk, views: &[View], dtypes: &[DType], is_light: bool, gpu: &Gpu) -> (Share, bool) {
    let out = views.len() - 1;
    if dtypes.iter().any(|&dtype| is_bytes(dtype)) {
        let has_words = walk.has_words(out, views[out].offset);
        return (if has_words { Share::Beside } else { Share::One }, !has_words);
    }
    (if is_light && walk.len() >= FOUR * gpu.busy() { Share::Apart } else { Share::One }, false)
}

/// Launch the kernel of this body on one invocation for each of the groups of `elements`.
pub(super) fn launch(
    gpu: &Gpu,
    share: Share,
    [head, body]: [&str; 2],
    arrays: &[(Access, &Buffer)],
    elements: usize,
    words: &[u32],
    about: impl FnOnce() -> String,
) {
    let arguments: Vec<u32> = [elements as u32, 0, 0, 0].iter().chain(words).copied().collect();
    let head = share.constants("WORKGROUP") + head;
    let (parts, groups) = ([&*head, body], elements.div_ceil(gpu.workgroup() * share.each()));
    Launch { shader: &MAP, parts: &parts, arrays, arguments: &arguments, groups }.run(gpu, about);
}

/// The declaration of output `number`, an array of words that are atomic where they are `shared`.
pub(super) fn write_binding(head: &mut Text, binding: usize, number: usize, stored: &str, shared: bool) {
    let stored = if shared && stored == "u32" { "atomic<u32>" } else { stored };
    head.line(format_args!("@group(0) @binding({binding}) var<storage, read_write> b{number}: array<{stored}>;"));
}
