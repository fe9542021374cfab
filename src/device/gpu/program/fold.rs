//! Reductions of programs.

use std::sync::Arc;

use smallvec::SmallVec;
use wgpu::Buffer;

use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::program::accumulator::Accumulator;
use crate::device::gpu::program::emit::{self, Words};
use crate::device::gpu::program::exact::EXACT;
use crate::device::gpu::program::group::{FOUR, Group, Share};
use crate::device::gpu::program::pieces::{self, Piece};
use crate::device::gpu::program::place::{Walk, origins};
use crate::device::gpu::program::plan::{Found, Sort};
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

/// Fold these along `axes`: the states of each, in row-major order of the outputs. There are elements. Sums of floats are `exact` if they have to be: each of
/// them takes a pass of its own, the others one together.
pub(super) fn fold(gpu: &Gpu, work: &Work<'_>, asked: &[Asked], axes: &[usize], exact: bool) -> Vec<Partial> {
    let rule = |&(fold, node): &Asked| {
        let rule = Accumulator::new(fold, work.program.nodes[node].dtype, gpu, exact).expect("it was asked for before");
        Folded { rule, node, numbers: None }
    };
    let (alone, together): (Vec<_>, Vec<_>) =
        asked.iter().map(rule).enumerate().partition(|(_, its)| its.rule.is_exact);
    let mut states: Vec<Option<Partial>> = asked.iter().map(|_| None).collect();
    for (place, its) in alone {
        states[place] = folded(gpu, work, &[its], axes).pop();
    }
    let (places, rules): (Vec<usize>, Vec<Folded>) = together.into_iter().unzip();
    if !rules.is_empty() {
        places.into_iter().zip(folded(gpu, work, &rules, axes)).for_each(|(place, its)| states[place] = Some(its));
    }
    states.into_iter().map(|its| its.expect("every one is folded")).collect()
}

fn folded(gpu: &Gpu, work: &Work<'_>, rules: &[Folded], axes: &[usize]) -> Vec<Partial> {
    let (written, total) = written(work.shape, axes, rules[0].rule.words());
    let partial = |parts: usize, &Folded { rule, .. }: &Folded| {
        let room = |width| gpu.empty(parts * total, width);
        let numbers = rule.places.then(|| room(DType::I32.bytes()));
        Partial { rule, memory: room(rule.dtype.bytes()), numbers, parts }
    };
    let states: Vec<Partial>;
    let pass = work.pass(gpu, Sort::Fold, &(rules, axes), std::iter::once((&written, None)));
    if let Some(plan) = pass.known() {
        states = rules.iter().map(|folded| partial(plan.parts, folded)).collect();
        pass.into(states.iter().flat_map(Partial::memories)).again(&plan, Some(work));
        return states;
    }
    let nodes =
        emit::reached(&work.program, rules.iter().flat_map(|folded| folded.numbers.into_iter().chain([folded.node])));
    let mut leaves = work.leaves(&nodes);
    if rules.iter().any(|folded| folded.rule.places && folded.numbers.is_none()) {
        leaves.push(LeafOf::Number);
    }
    let kept: SmallVec<[usize; 4]> = (0..work.shape.ndim()).filter(|axis| !axes.contains(axis)).collect();
    let order: SmallVec<[usize; 4]> = kept.iter().chain(axes).copied().collect();
    let extents: SmallVec<[usize; 4]> = order.iter().map(|&axis| work.shape[axis]).collect();
    let ordered = |view: View| View { strides: order.iter().map(|&axis| view.strides[axis]).collect(), ..view };
    let reduced: Shape = axes.iter().map(|&axis| work.shape[axis]).collect();
    let numbered = || {
        let steps = reduced.strides();
        View { offset: 0, strides: kept.iter().map(|_| 0).chain(steps.iter().map(|&step| step as isize)).collect() }
    };
    let view = |&leaf: &LeafOf| if leaf == LeafOf::Number { numbered() } else { ordered(work.view(leaf)) };
    let views: Vec<View> = leaves.iter().map(view).chain([ordered(written.clone())]).collect();
    let is_light = emit::is_light(&work.program, &nodes);
    let each = if is_light { FOUR } else { 1 };
    let side_by_side = Walk::new(&extents, &views, kept.len()..extents.len()).is_contiguous().then_some(each);
    // Parts lie in the first segment, one after the other, so that an output's place says nothing about its part's segment.
    let most_parts = (gpu.segment() / total.max(1)).max(1);
    let outputs = kept.iter().map(|&axis| work.shape[axis]).product();
    let shares = Shares::new(gpu, outputs, reduced.size(), side_by_side, most_parts);
    states = rules.iter().map(|folded| partial(shares.parts, folded)).collect();
    let memories: Vec<&Memory> = states.iter().flat_map(Partial::memories).collect();
    let found = Found { leaves: &leaves, nodes: &nodes, cost: work.cost(&nodes, &memories), parts: shares.parts };
    let of_pieces =
        Pieces { gpu, work, rules, nodes: &nodes, leaves: &leaves, kept: kept.len(), shares, total, is_light };
    pass.into(states.iter().flat_map(Partial::memories)).first(Some(work), found, || {
        pieces::each(&extents, &views, gpu.segment(), &mut |piece| of_pieces.part(piece, &states));
    });
    states
}

/// Where the states of outputs lie, row by row, each of so many words; and how many words there are.
fn written(shape: &Shape, axes: &[usize], words: usize) -> (View, usize) {
    let (mut strides, mut total) = (SmallVec::from_elem(0, shape.ndim()), words);
    for axis in (0..shape.ndim()).rev().filter(|axis| !axes.contains(axis)) {
        strides[axis] = total as isize;
        total *= shape[axis];
    }
    (View { offset: 0, strides }, total)
}

/// What all pieces of a reduction have in common.
struct Pieces<'p> {
    gpu: &'p Gpu,
    work: &'p Work<'p>,
    rules: &'p [Folded],
    nodes: &'p [NodeId],
    leaves: &'p [LeafOf],
    /// The dimensions of the outputs; those of the rows follow.
    kept: usize,
    shares: Shares,
    /// Elements of the states of a part.
    total: usize,
    is_light: bool,
}

impl Pieces<'_> {
    fn part<'s>(&'s self, mut piece: Piece, states: &'s [Partial]) {
        absolute(&mut piece, self.leaves, self.gpu.segment());
        let Shares { lanes, parts } = self.shares;
        let views: Vec<View> = piece.views.iter().map(|(_, view)| view.clone()).collect();
        let (segment, all) = (piece.views[views.len() - 1].0, piece.extents.len());
        let outputs = Walk::new(&piece.extents, &views, 0..self.kept);
        let rows = Walk::new(&piece.extents, &views[..views.len() - 1], self.kept..all);
        let (mut words, mut values) = (Words::new(self.gpu), Vec::new());
        let positions = outputs.positions("o", ["o", "q"], &mut words, &mut values);
        let bytes = self.work.bytes(self.leaves);
        let share = self.share(&rows, &bytes);
        let group = Group::new(&rows, share, &bytes, &mut words, &mut values);
        let mut begin = origins(&views, "o", &mut words, &mut values);
        begin += positions;
        let element = |leaf: usize| self.work.element(self.leaves, leaf, group.packed[leaf], false);
        let (values_of_row, scalars) = self.work.body(self.nodes, self.leaves, &mut words, element);
        values.extend(scalars);
        let (mut head, mut arrays) = bindings(self.work, self.leaves, &piece);
        head.line(format_args!("const LANES = {lanes}u;"));
        head.line(share.constants("LANES"));
        let mut texts = Texts { begin, ..Texts::default() };
        self.keep(states, segment, &format!("q{}", views.len() - 1), &mut texts, &mut head, &mut arrays);
        let fresh = piece.start[self.kept..].iter().all(|&start| start == 0);
        let rows_of_part = rows.len().div_ceil(parts).next_multiple_of(share.each());
        let counts = [outputs.len(), rows.len(), parts, rows_of_part, self.total, usize::from(fresh), 0, 0];
        let arguments: Vec<u32> = counts.iter().map(|&count| count as u32).chain(values).collect();
        let Texts { shared, begin, step, share, tree, end } = texts;
        head += shared;
        let rows_of_group = group.visited(&values_of_row, &step);
        let of_fold: [&str; 6] = [&head, &begin, &rows_of_group, &share, &tree, &end];
        let of_digits: [&str; 4] = [&head, &begin, &rows_of_group, &end];
        let is_exact = self.rules[0].rule.is_exact;
        let (shader, parts_of_text): (_, &[&str]) = if is_exact { (&EXACT, &of_digits) } else { (&FOLD, &of_fold) };
        let groups = (outputs.len() * parts).div_ceil(self.gpu.workgroup() / lanes);
        Launch { shader, parts: parts_of_text, arrays: &arrays, arguments: &arguments, groups }
            .run(self.gpu, || format!("{} folds of {} operations", self.rules.len(), self.nodes.len()));
    }

    /// Add what concerns the states, whose first element is at `place` of this segment.
    fn keep<'s>(
        &self,
        states: &'s [Partial],
        segment: usize,
        place: &str,
        texts: &mut Texts,
        head: &mut Text,
        arrays: &mut Vec<(Access, &'s Buffer)>,
    ) {
        let mut bind = |name: &str, of: &str, memory: &'s Memory| {
            arrays.push((Access::Write, &memory.segments()[segment]));
            let binding = arrays.len();
            head.line(format_args!("@group(0) @binding({binding}) var<storage, read_write> b{name}: array<{of}>;"));
        };
        let number = self.leaves.iter().position(|&leaf| leaf == LeafOf::Number).map(|leaf| format!("i32(p{leaf})"));
        for (k, (folded, state)) in self.rules.iter().zip(states).enumerate() {
            let of = folded.rule.stored();
            bind(&k.to_string(), of, &state.memory);
            if folded.rule.is_exact {
                texts.step.line(format_args!("add(bitcast<u32>(r{}), invocation);", folded.node));
                texts.end.line(format_args!("let at = part * arguments.total + {place};"));
            } else if let Some(numbers) = &state.numbers {
                bind(&format!("{k}n"), "i32", numbers);
                let given = folded.numbers.map(|node| format!("r{node}"));
                let number = given.or_else(|| number.clone()).expect("numbers are given or counted");
                texts.find(k, folded, &format!("[at + {place}]"), &number);
            } else {
                texts.fold(k, folded, &format!("[at + {place}]"));
            }
        }
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
    /// Declarations.
    shared: Text,
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
        self.shared.line(format_args!("var<workgroup> {shared}: array<{}, WORKGROUP>;", rule.stored()));
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
        self.shared.line(format_args!("var<workgroup> {shared}: array<{}, WORKGROUP>;", rule.stored()));
        self.shared.line(format_args!("var<workgroup> {shared}n: array<i32, WORKGROUP>;"));
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
        let work = Work { program: gpu.know(&program), shape: &shape, blocks, scalars: &[], indices: &[] };
        let rule = Folded { rule: self.rule.of_states(gpu), node: 0, numbers };
        folded(gpu, &work, &[rule], &[0]).remove(0).joined(gpu)
    }
}
