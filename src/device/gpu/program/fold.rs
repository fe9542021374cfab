//! Reductions of programs.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::accumulator::Accumulator;
use crate::device::gpu::program::emit::{self, Words};
use crate::device::gpu::program::group::{FOUR, Group, Share};
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::gpu::program::text::Text;
use crate::device::gpu::program::{LeafOf, Operand, Work, absolute, bindings};
use crate::device::gpu::{Gpu, Memory};
use crate::device::space::View;
use crate::dtype::DType;
use crate::program::{Fold, Node, NodeId, Op, Program};
use crate::shape::Shape;

const FOLD: Shader = Shader { name: "program/fold", text: include_str!("../../../../shaders/program/fold.wgsl") };

/// Rows that are worth an invocation.
const ROWS: usize = 16;

/// The most invocations that share an output, however many a workgroup has: so the order in which floats are added does not depend on that.
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
    /// Of `rows` whose neighbours are taken by neighbours if they lie side by side, some at once.
    fn new(gpu: &Gpu, outputs: usize, rows: usize, side_by_side: Option<usize>, most_parts: usize) -> Self {
        let lanes = side_by_side.map_or(1, |each| rows.div_ceil(each).next_power_of_two().min(LANES));
        let wanted = gpu.busy() / (outputs * lanes).max(1);
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
    let is_light = emit::is_light(work.program, &nodes);
    let each = if is_light { FOUR } else { 1 };
    let side_by_side = Walk::new(&extents, &views, kept.len()..extents.len()).is_contiguous().then_some(each);
    // Parts lie in the first segment, one after the other, so that an output's place says nothing about its part's segment.
    let most_parts = (gpu.segment() / outputs.size().max(1)).max(1);
    let shares = Shares::new(gpu, outputs.size(), rows, side_by_side, most_parts);
    let partial = |&Folded { rule, .. }: &Folded| {
        let room = |width| gpu.empty(shares.parts * outputs.size(), width);
        let numbers = rule.places.then(|| room(DType::I32.bytes()));
        Partial { rule, memory: room(rule.dtype.bytes()), numbers, parts: shares.parts }
    };
    let states: Vec<Partial> = rules.iter().map(partial).collect();
    let pass = Pass {
        gpu,
        work,
        rules,
        nodes: &nodes,
        leaves: &leaves,
        kept: kept.len(),
        shares,
        total: outputs.size(),
        is_light,
    };
    let mut kept = work.pass("fold", &nodes, states.iter().flat_map(Partial::memories));
    kept.key = kept.key.and(rules).and(axes);
    kept.run(gpu, || pieces::each(&extents, &views, gpu.segment(), &mut |piece| pass.part(piece, &states)));
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
    is_light: bool,
}

impl Pass<'_> {
    fn part<'s>(&'s self, mut piece: Piece, states: &'s [Partial]) {
        absolute(&mut piece, self.leaves, self.gpu.segment());
        let Shares { lanes, parts } = self.shares;
        let views: Vec<View> = piece.views.iter().map(|(_, view)| view.clone()).collect();
        let (segment, all) = (piece.views[views.len() - 1].0, piece.extents.len());
        let outputs = Walk::new(&piece.extents, &views, 0..self.kept);
        let rows = Walk::new(&piece.extents, &views[..views.len() - 1], self.kept..all);
        let (mut words, mut values) = (Words::default(), Vec::new());
        let mut begin = origins(&views, "o", &mut words, &mut values);
        begin += outputs.positions("o", ["o", "q"], &mut words, &mut values);
        let bytes = self.work.bytes(self.leaves);
        let share = self.share(&rows, &bytes);
        let group = Group::new(&rows, share, &bytes, &mut words, &mut values);
        let element = |leaf: usize| self.work.element(self.leaves, leaf, group.packed[leaf], false);
        let (values_of_row, scalars) = self.work.body(self.nodes, self.leaves, &mut words, element);
        values.extend(scalars);
        let (mut head, mut arrays) = bindings(self.work, self.leaves, &piece);
        head.line(format_args!("const LANES = {lanes}u;"));
        head.line(share.constants("LANES"));
        let mut texts = Texts { begin, ..Texts::default() };
        let at = format!("[at + q{}]", views.len() - 1);
        let number = self.leaves.iter().position(|&leaf| leaf == LeafOf::Number).map(|leaf| format!("i32(p{leaf})"));
        for (k, (folded, state)) in self.rules.iter().zip(states).enumerate() {
            let mut declare = |name: &str, of: &str, memory: &'s Memory| {
                arrays.push((Access::Write, &memory.segments()[segment]));
                let binding = arrays.len();
                head.line(format_args!("@group(0) @binding({binding}) var<storage, read_write> b{name}: array<{of}>;"));
                head.line(format_args!("var<workgroup> shared{name}: array<{of}, WORKGROUP>;"));
            };
            declare(&k.to_string(), folded.rule.stored(), &state.memory);
            match &state.numbers {
                None => texts.fold(k, folded, &at),
                Some(numbers) => {
                    declare(&format!("{k}n"), "i32", numbers);
                    let given = folded.numbers.map(|node| format!("r{node}"));
                    let number = given.or_else(|| number.clone()).expect("numbers are given or counted");
                    texts.find(k, folded, &at, &number);
                }
            }
        }
        let fresh = piece.start[self.kept..].iter().all(|&start| start == 0);
        let rows_of_part = rows.len().div_ceil(parts).next_multiple_of(share.each());
        let counts = [outputs.len(), rows.len(), parts, rows_of_part, self.total, usize::from(fresh), 0, 0];
        let arguments: Vec<u32> = counts.iter().map(|&count| count as u32).chain(values).collect();
        let Texts { begin, step, share, tree, end } = &texts;
        let rows_of_group = group.visited(&values_of_row, step);
        let parts_of_text: [&str; 6] = [&head, begin, &rows_of_group, share, tree, end];
        let groups = (outputs.len() * parts).div_ceil(self.gpu.workgroup() / lanes);
        Launch { shader: &FOLD, parts: &parts_of_text, arrays: &arrays, arguments: &arguments, groups }
            .run(self.gpu, || format!("{} folds of {} operations", self.rules.len(), self.nodes.len()));
    }

    /// How lanes share rows: bytes that lie side by side are loaded as words.
    fn share(&self, rows: &Walk, bytes: &[Option<String>]) -> Share {
        let in_words = |(view, array): (usize, &Option<String>)| array.is_some() && rows.inner_step(view) == 1;
        let enough = rows.len() >= FOUR * self.shares.lanes;
        match self.is_light && enough {
            true if rows.has_rows_of_fours() && bytes.iter().enumerate().any(in_words) => Share::Beside,
            true => Share::Apart,
            false => Share::One,
        }
    }
}

/// What stands in the places of the skeleton.
#[derive(Default)]
struct Texts {
    begin: Text,
    step: Text,
    share: Text,
    tree: Text,
    end: Text,
}

impl Texts {
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
    fn memories(&self) -> impl Iterator<Item = &Memory> {
        std::iter::once(&self.memory).chain(&self.numbers)
    }

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
