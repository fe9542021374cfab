//! Reductions of programs.

use std::fmt::Write;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::device::gpu::kernel::{Access, WORKGROUP};
use crate::device::gpu::program::accumulator::Accumulator;
use crate::device::gpu::program::emit::{self, Words};
use crate::device::gpu::program::map::launch;
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::gpu::program::{LeafOf, Work, absolute, bindings};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::program::{Fold, Node, NodeId, Op, Program};
use crate::shape::Shape;

const SKELETON: &str = include_str!("../../../../shaders/program/fold.wgsl");

/// Invocations that keep a large device busy.
const BUSY: usize = 256 << 10;

/// Rows that are worth an invocation.
const ROWS: usize = 16;

/// The most rows that one invocation sees: some software devices end all loops after 65535 trips.
const TRIPS: usize = 32 << 10;

/// The states of one reduction: `parts` for each output, part by part.
pub(super) struct Partial {
    pub(super) rule: Accumulator,
    pub(super) memory: Memory,
    pub(super) parts: usize,
}

/// How the rows of an output are shared.
struct Shares {
    /// Invocations of a workgroup that share an output.
    lanes: usize,
    parts: usize,
}

impl Shares {
    fn new(outputs: usize, rows: usize, contiguous: bool, most_parts: usize) -> Self {
        let lanes = if contiguous { rows.next_power_of_two().min(WORKGROUP) } else { 1 };
        let wanted = BUSY / (outputs * lanes).max(1);
        let worth = rows / (lanes * ROWS);
        let needed = rows.div_ceil(lanes * TRIPS);
        let parts = wanted.min(worth).min(most_parts).max(needed).max(1);
        Self { lanes, parts }
    }
}

/// A reduction as `fold` and the node whose elements are folded.
pub(super) type Asked = (Fold, NodeId);

/// Fold these along `axes`: the states of each, in row-major order of the outputs. There are elements.
pub(super) fn fold(gpu: &Gpu, work: &Work<'_>, asked: &[Asked], axes: &[usize]) -> Vec<Partial> {
    let rule = |&(fold, node): &Asked| {
        let dtype = work.program.nodes[node].dtype;
        (Accumulator::new(fold, dtype, gpu).expect("it was asked for before"), node)
    };
    let rules: Vec<(Accumulator, NodeId)> = asked.iter().map(rule).collect();
    folded(gpu, work, &rules, axes)
}

fn folded(gpu: &Gpu, work: &Work<'_>, rules: &[(Accumulator, NodeId)], axes: &[usize]) -> Vec<Partial> {
    let nodes = emit::reached(work.program, rules.iter().map(|&(_, node)| node));
    let leaves = work.leaves(&nodes);
    let kept: SmallVec<[usize; 4]> = (0..work.shape.ndim()).filter(|axis| !axes.contains(axis)).collect();
    let order: SmallVec<[usize; 4]> = kept.iter().chain(axes).copied().collect();
    let extents: SmallVec<[usize; 4]> = order.iter().map(|&axis| work.shape[axis]).collect();
    let outputs: Shape = kept.iter().map(|&axis| work.shape[axis]).collect();
    let ordered = |view: View| View { strides: order.iter().map(|&axis| view.strides[axis]).collect(), ..view };
    let mut views: Vec<View> = leaves.iter().map(|&leaf| ordered(work.view(leaf))).collect();
    let steps = outputs.strides().iter().map(|&step| step as isize).chain(axes.iter().map(|_| 0)).collect();
    views.push(View { offset: 0, strides: steps });
    let rows: usize = axes.iter().map(|&axis| work.shape[axis]).product();
    let contiguous = Walk::new(&extents, &views, kept.len()..extents.len()).is_contiguous();
    // Parts lie in the first segment, one after the other, so that an output's place says nothing about its part's segment.
    let most_parts = (gpu.segment() / outputs.size().max(1)).max(1);
    let shares = Shares::new(outputs.size(), rows, contiguous, most_parts);
    let partial = |&(rule, _): &(Accumulator, NodeId)| {
        let memory = gpu.empty(shares.parts * outputs.size(), rule.dtype.bytes());
        Partial { rule, memory, parts: shares.parts }
    };
    let states: Vec<Partial> = rules.iter().map(partial).collect();
    let pass =
        Pass { gpu, work, rules, nodes: &nodes, leaves: &leaves, kept: kept.len(), shares, total: outputs.size() };
    pieces::each(&extents, &views, gpu.segment(), &mut |piece| pass.part(piece, &states));
    states
}

/// What all pieces of a reduction have in common.
struct Pass<'p> {
    gpu: &'p Gpu,
    work: &'p Work<'p>,
    rules: &'p [(Accumulator, NodeId)],
    nodes: &'p [NodeId],
    leaves: &'p [LeafOf],
    /// The dimensions of the outputs; those of the rows follow.
    kept: usize,
    shares: Shares,
    total: usize,
}

impl Pass<'_> {
    fn part(&self, mut piece: Piece, states: &[Partial]) {
        absolute(&mut piece, self.leaves, self.gpu.segment());
        let Shares { lanes, parts } = self.shares;
        let views: Vec<View> = piece.views.iter().map(|(_, view)| view.clone()).collect();
        let (segment, all) = (piece.views[views.len() - 1].0, piece.extents.len());
        let outputs = Walk::new(&piece.extents, &views, 0..self.kept);
        let rows = Walk::new(&piece.extents, &views[..views.len() - 1], self.kept..all);
        let (mut words, mut values) = (Words::default(), Vec::new());
        let mut begin = origins(&views, "o", &mut words, &mut values);
        begin += &outputs.positions("o", ["o", "q"], &mut words, &mut values);
        let mut step = rows.positions("r", ["q", "p"], &mut words, &mut values);
        let (text, scalars) = self.work.body(self.nodes, self.leaves, &mut words, |slot| format!("a{slot}"));
        values.extend(scalars);
        step += &text;
        let (mut head, mut access, mut buffers) = bindings(self.work, self.leaves, &piece);
        writeln!(head, "const LANES = {lanes}u;").expect("a string takes all that is written");
        let (mut share, mut tree, mut end) = (String::new(), String::new(), String::new());
        for (k, ((rule, node), state)) in self.rules.iter().zip(states).enumerate() {
            let (s, b, shared) = (format!("s{k}"), format!("b{k}[at + q{}]", views.len() - 1), format!("shared{k}"));
            let binding = access.len() + 1;
            head += &format!(
                "@group(0) @binding({binding}) var<storage, read_write> b{k}: array<{0}>;\nvar<workgroup> {shared}: array<{0}, WORKGROUP>;\n",
                rule.stored()
            );
            begin += &format!("    var {s} = {};\n", rule.start());
            step += &format!("    {s} = {};\n", rule.both(&s, &rule.of(&format!("r{node}"))));
            share += &format!("    {shared}[invocation] = {s};\n");
            tree += &format!(
                "    {s} = {};\n    {shared}[invocation] = {s};\n",
                rule.both(&s, &format!("{shared}[other]"))
            );
            end += &format!("    if arguments.fresh == 0u {{ {s} = {}; }}\n    {b} = {s};\n", rule.both(&b, &s));
            access.push(Access::Write);
            buffers.push(&state.memory.segments()[segment]);
        }
        let fresh = piece.start[self.kept..].iter().all(|&start| start == 0);
        let rows_of_part = rows.len().div_ceil(parts);
        let leading =
            [outputs.len(), rows.len(), parts, rows_of_part, self.total, usize::from(fresh)].map(|n| n as u32);
        let groups = outputs.len().div_ceil(WORKGROUP / lanes) * parts;
        let name = || format!("{} folds of {} operations", self.rules.len(), self.nodes.len());
        let texts = [begin.as_str(), &step, &share, &tree, &end];
        launch(self.gpu, &head, &texts, SKELETON, name, &access, &buffers, &values, groups * WORKGROUP, &leading);
    }
}

impl Partial {
    /// The states with one part for each output.
    pub(super) fn joined(self, gpu: &Gpu) -> Self {
        if self.parts == 1 {
            return self;
        }
        let shape = Shape::from([self.parts, self.memory.len() / self.parts]);
        let node = Node { op: Op::Block(0), dtype: self.rule.dtype, arguments: SmallVec::new() };
        let program = Program { nodes: vec![node], roots: Vec::new() };
        let operand = super::Operand { memory: Some(Arc::new(self.memory)), view: View::row_major(&shape) };
        let work = Work { program: &program, shape: &shape, blocks: vec![operand], scalars: &[], indices: &[] };
        let mut states = folded(gpu, &work, &[(self.rule.of_states(), 0)], &[0]);
        states.remove(0).joined(gpu)
    }
}
