//! Reductions of programs.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Keyed, Shader};
use crate::device::gpu::program::accumulator::Accumulator;
use crate::device::gpu::program::emit::{self, Words};
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::place::{Walk, offsets, origins};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::program::{LeafOf, Operand, Work, absolute};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::DType;
use crate::program::{Fold, Node, NodeId, Op, Program};
use crate::shape::Shape;

const FOLD: Shader = Shader { name: "program/fold", text: include_str!("../../../../shaders/program/fold.wgsl") };

/// Invocations that keep a large device busy.
const BUSY: usize = 256 << 10;

/// Rows that are worth an invocation.
const ROWS: usize = 16;

/// The most invocations that share an output: so many whatever a workgroup has, so that the order in which floats are added does not depend on that.
const LANES: usize = 64;

/// The most rows that one invocation sees: some software devices end all loops after 65535 trips.
const TRIPS: usize = 32 << 10;

/// The states of one reduction: `parts` for each output, part by part.
pub(super) struct Partial {
    pub(super) rule: Accumulator,
    pub(super) memory: Memory,
    /// Which elements they are, for rules that ask: numbers of 32 bits among the rank's elements of an output, below 0 for none.
    pub(super) numbers: Option<Memory>,
    pub(super) parts: usize,
}

/// A reduction of one node.
#[derive(Hash)]
struct Folded {
    rule: Accumulator,
    node: NodeId,
    /// The node with the elements' numbers, where they are not those of the rows.
    numbers: Option<NodeId>,
}

/// How the rows of an output are shared.
struct Shares {
    /// Invocations of a workgroup that share an output.
    lanes: usize,
    parts: usize,
}

impl Shares {
    fn new(outputs: usize, rows: usize, contiguous: bool, most_parts: usize) -> Self {
        let lanes = if contiguous { rows.next_power_of_two().min(LANES) } else { 1 };
        let wanted = BUSY / (outputs * lanes).max(1);
        let worth = rows / (lanes * ROWS);
        let needed = rows.div_ceil(lanes * TRIPS);
        let parts = wanted.min(worth).min(most_parts).max(needed).max(1);
        assert!(parts <= most_parts.max(1), "{rows} rows of {outputs} outputs are more than a device sees in one pass");
        Self { lanes, parts }
    }
}

/// A reduction as `fold` and the node whose elements are folded.
pub(super) type Asked = (Fold, NodeId);

/// Fold these along `axes`: the states of each, in row-major order of the outputs. There are elements.
pub(super) fn fold(gpu: &Gpu, work: &Work<'_>, asked: &[Asked], axes: &[usize]) -> Vec<Partial> {
    let rule = |&(fold, node): &Asked| {
        let rule = Accumulator::new(fold, work.program.nodes[node].dtype, gpu).expect("it was asked for before");
        Folded { rule, node, numbers: None }
    };
    let rules: Vec<Folded> = asked.iter().map(rule).collect();
    folded(gpu, work, &rules, axes)
}

fn folded(gpu: &Gpu, work: &Work<'_>, rules: &[Folded], axes: &[usize]) -> Vec<Partial> {
    let nodes =
        emit::reached(work.program, rules.iter().flat_map(|folded| folded.numbers.into_iter().chain([folded.node])));
    let mut leaves = work.leaves(&nodes);
    if rules.iter().any(|folded| folded.rule.places && folded.numbers.is_none()) {
        leaves.push(LeafOf::Number);
    }
    let kept: SmallVec<[usize; 4]> = (0..work.shape.ndim()).filter(|axis| !axes.contains(axis)).collect();
    let order: SmallVec<[usize; 4]> = kept.iter().chain(axes).copied().collect();
    let extents: SmallVec<[usize; 4]> = order.iter().map(|&axis| work.shape[axis]).collect();
    let outputs: Shape = kept.iter().map(|&axis| work.shape[axis]).collect();
    let ordered = |view: View| View { strides: order.iter().map(|&axis| view.strides[axis]).collect(), ..view };
    let reduced: Shape = axes.iter().map(|&axis| work.shape[axis]).collect();
    let numbered = || {
        let steps = reduced.strides();
        View { offset: 0, strides: kept.iter().map(|_| 0).chain(steps.iter().map(|&step| step as isize)).collect() }
    };
    let view = |&leaf: &LeafOf| if leaf == LeafOf::Number { numbered() } else { ordered(work.view(leaf)) };
    let mut views: Vec<View> = leaves.iter().map(view).collect();
    let steps = outputs.strides().iter().map(|&step| step as isize).chain(axes.iter().map(|_| 0)).collect();
    views.push(View { offset: 0, strides: steps });
    let rows = reduced.size();
    let contiguous = Walk::new(&extents, &views, kept.len()..extents.len()).is_contiguous();
    // Parts lie in the first segment, one after the other, so that an output's place says nothing about its part's segment.
    let most_parts = (gpu.segment() / outputs.size().max(1)).max(1);
    let shares = Shares::new(outputs.size(), rows, contiguous, most_parts);
    let partial = |&Folded { rule, .. }: &Folded| {
        let room = |width| gpu.empty(shares.parts * outputs.size(), width);
        let numbers = rule.places.then(|| room(DType::I32.bytes()));
        Partial { rule, memory: room(rule.dtype.bytes()), numbers, parts: shares.parts }
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
    rules: &'p [Folded],
    nodes: &'p [NodeId],
    leaves: &'p [LeafOf],
    /// The dimensions of the outputs; those of the rows follow.
    kept: usize,
    shares: Shares,
    total: usize,
}

impl Pass<'_> {
    fn part(&self, mut piece: Piece, states: &[Partial]) {
        let Self { gpu, work, nodes, leaves, .. } = *self;
        absolute(&mut piece, leaves, gpu.segment());
        let Shares { lanes, parts } = self.shares;
        let views: Vec<View> = piece.views.iter().map(|(_, view)| view.clone()).collect();
        let (segment, all) = (piece.views[views.len() - 1].0, piece.extents.len());
        let outputs = Walk::new(&piece.extents, &views, 0..self.kept);
        let rows = Walk::new(&piece.extents, &views[..views.len() - 1], self.kept..all);
        let fresh = piece.start[self.kept..].iter().all(|&start| start == 0);
        let rows_of_part = rows.len().div_ceil(parts);
        let counts = [outputs.len(), rows.len(), parts, rows_of_part, self.total, usize::from(fresh), 0, 0];
        let mut arguments: Vec<u32> = counts.iter().map(|&count| count as u32).collect();
        offsets(&views, &mut arguments);
        outputs.values(&mut arguments);
        rows.values(&mut arguments);
        work.values(nodes, &mut arguments);
        let mut arrays = work.segments(leaves, &piece);
        for Partial { memory, numbers, .. } in states {
            let written = std::iter::once(memory).chain(numbers);
            arrays.extend(written.map(|memory| (Access::Write, &memory.segments()[segment])));
        }
        let whole = Walk::new(&piece.extents, &views, 0..all);
        let mut cost = work.cost(nodes, leaves, &whole);
        cost.operations += (whole.len() * self.rules.len()) as u64;
        let key = work.key(nodes, leaves).and(self.rules).and(&lanes).and(&outputs).and(&rows);
        let groups = (outputs.len() * parts).div_ceil(gpu.workgroup() / lanes);
        Keyed { shader: &FOLD, key, arrays: &arrays, arguments: &arguments, groups, cost }.run(
            gpu,
            || self.texts(&outputs, &rows),
            || format!("{} folds of {} operations", self.rules.len(), nodes.len()),
        );
    }

    /// What stands in the places of the skeleton.
    fn texts(&self, outputs: &Walk, rows: &Walk) -> [String; 6] {
        let Self { work, nodes, leaves, .. } = *self;
        let (mut words, output) = (Words::default(), leaves.len());
        let mut texts = Texts { head: work.declared(leaves), ..Texts::default() };
        texts.head.line(format_args!("const LANES = {}u;", self.shares.lanes));
        texts.begin = origins(output + 1, "o", &mut words);
        texts.begin += outputs.positions("o", ["o", "q"], &mut words);
        texts.step = rows.positions("r", ["q", "p"], &mut words);
        texts.step += work.body(nodes, leaves, &mut words, |slot| format!("a{slot}"));
        let at = format!("[at + q{output}]");
        let number = leaves.iter().position(|&leaf| leaf == LeafOf::Number).map(|leaf| format!("i32(p{leaf})"));
        let mut binding = work.sources(leaves).count();
        for (k, folded) in self.rules.iter().enumerate() {
            binding += 1;
            texts.declare(binding, &k.to_string(), folded.rule.stored());
            if folded.rule.places {
                binding += 1;
                texts.declare(binding, &format!("{k}n"), "i32");
                let given = folded.numbers.map(|node| format!("r{node}"));
                let number = given.or_else(|| number.clone()).expect("numbers are given or counted");
                texts.find(k, folded, &at, &number);
            } else {
                texts.fold(k, folded, &at);
            }
        }
        let Texts { head, begin, step, share, tree, end } = texts;
        [head, begin, step, share, tree, end].map(String::from)
    }
}

/// What stands in the places of the skeleton.
#[derive(Default)]
struct Texts {
    head: Text,
    begin: Text,
    step: Text,
    share: Text,
    tree: Text,
    end: Text,
}

impl Texts {
    /// The array of states of this name, and what a workgroup shares of them.
    fn declare(&mut self, binding: usize, name: &str, of: &str) {
        self.head.line(format_args!("@group(0) @binding({binding}) var<storage, read_write> b{name}: array<{of}>;"));
        self.head.line(format_args!("var<workgroup> shared{name}: array<{of}, WORKGROUP>;"));
    }

    /// State number `k`, which is combined with others.
    fn fold(&mut self, k: usize, Folded { rule, node, .. }: &Folded, at: &str) {
        let (s, shared, b) = (format!("s{k}"), format!("shared{k}"), format!("b{k}{at}"));
        self.begin.line(format_args!("var {s} = {};", rule.start()));
        self.step.line(format_args!("{s} = {};", rule.both(&s, &rule.of(&format!("r{node}")))));
        self.share.line(format_args!("{shared}[invocation] = {s};"));
        self.tree.line(format_args!("{s} = {};", rule.both(&s, &format!("{shared}[other]"))));
        self.tree.line(format_args!("{shared}[invocation] = {s};"));
        self.end.line(format_args!("if arguments.fresh == 0u {{ {s} = {}; }}", rule.both(&b, &s)));
        self.end.line(format_args!("{b} = {s};"));
    }

    /// State number `k`, an element and its number, which give way to what comes before them.
    fn find(&mut self, k: usize, Folded { rule, node, .. }: &Folded, at: &str, number: &str) {
        let (s, n, shared, b) = (format!("s{k}"), format!("n{k}"), format!("shared{k}"), format!("b{k}"));
        let take = |condition: &str, value: &str, its: &str| {
            let first = rule.is_first([value, its], [&s, &n]);
            format!("if {condition}{first} {{ {s} = {value}; {n} = {its}; }}")
        };
        let share = format!("{shared}[invocation] = {s}; {shared}n[invocation] = {n};");
        self.begin.line(format_args!("var {s} = {}; var {n} = -1i;", rule.start()));
        self.step.line(take("", &rule.of(&format!("r{node}")), number));
        self.share.line(&share);
        self.tree.line(take("", &format!("{shared}[other]"), &format!("{shared}n[other]")));
        self.tree.line(&share);
        self.end.line(take("arguments.fresh == 0u && ", &format!("{b}{at}"), &format!("{b}n{at}")));
        self.end.line(format_args!("{b}{at} = {s}; {b}n{at} = {n};"));
    }
}

impl Partial {
    /// The states with one part for each output.
    pub(super) fn joined(self, gpu: &Gpu) -> Self {
        if self.parts == 1 {
            return self;
        }
        let shape = Shape::from([self.parts, self.memory.len() / self.parts]);
        let node = |slot, dtype| Node { op: Op::Block(slot), dtype, arguments: SmallVec::new() };
        let nodes = vec![node(0, self.rule.dtype), node(1, DType::I32)];
        let program = Program { nodes, roots: Vec::new() };
        let numbers = self.numbers.as_ref().map(|_| 1);
        let memories = std::iter::once(self.memory).chain(self.numbers).map(Arc::new);
        let blocks = memories.map(|memory| Operand { memory: Some(memory), view: View::row_major(&shape) }).collect();
        let work = Work { program: &program, shape: &shape, blocks, scalars: &[], indices: &[] };
        let rule = Folded { rule: self.rule.of_states(), node: 0, numbers };
        folded(gpu, &work, &[rule], &[0]).remove(0).joined(gpu)
    }
}
