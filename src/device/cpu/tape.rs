//! A program as a list of steps over registers.
//!
//! A register is a buffer of one cache block. A step reads registers, blocks or constants and writes a register, or straight into an
//! output when nobody else reads it. Registers are used again after the last reader, so that the working set of a long
//! program stays in a cache close by.

use smallvec::SmallVec;

use crate::device::cpu::schedule::{Work, is_leaf, schedule};
use crate::dtype::DType;
use crate::program::{Node, NodeId, Op, Program, Root};

/// Where a step finds an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Register(usize),
    /// A leaf, by its place in [`Tape::leaves`].
    Leaf(usize),
    /// A scalar, by its place in [`Tape::constants`].
    Constant(usize),
}

/// Where a step leaves its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Register(usize),
    Output(usize),
    /// A tray, by its place in [`Tape::trays`].
    Tray(usize),
}

/// A leaf that is read element by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeafKind {
    Block(usize),
    Index(usize),
}

/// A scalar slot that is read element by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Constant {
    pub(super) slot: usize,
    pub(super) dtype: DType,
    /// Whether somebody reads it as a whole block; chains need it for one strip.
    pub(super) whole: bool,
}

/// What becomes of a root's elements after the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// A step wrote them into the output itself.
    Written,
    /// They are copied into an output.
    Stored { source: Source, output: usize },
    /// They are folded into the states of a reduction, block by block.
    Folded { source: Source, state: usize },
    /// They are folded when the tray, which a step wrote into, is full.
    Collected { tray: usize, state: usize },
}

/// Work on a block of elements.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) work: Work,
    pub(super) arguments: SmallVec<[Source; 4]>,
    pub(super) target: Target,
}

/// The steps that compute some roots of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Tape {
    pub(super) steps: Vec<Step>,
    /// The dtype of each register.
    pub(super) registers: Vec<DType>,
    pub(super) constants: Vec<Constant>,
    /// The leaves, each with the dtype of its elements.
    pub(super) leaves: Vec<(LeafKind, DType)>,
    /// The dtypes of buffers for several blocks: folding likes longer runs than the steps do.
    pub(super) trays: Vec<DType>,
    /// What becomes of each root's elements after the steps.
    pub(super) roots: Vec<Kept>,
    /// Whether the outputs are too large to be found in a cache by whoever reads them next.
    pub(super) streaming: bool,
}

/// The widest strip of columns that a folding pass walks at once, and the least elements of a cache block.
pub(super) const STRIP: usize = 512;

/// Bytes of registers, and of leaves that several steps read, that a cache block may take: most of a first-level cache.
const WORKING_SET: usize = 24 << 10;

/// The elements of a tray: a whole block of the exact sums.
const TRAY: usize = 4096;

/// The most elements of a cache block, where no step needs a register. Leaves that do not lie side by side are gathered into as many.
const LONGEST_BLOCK: usize = 4096;

/// The least elements of a cache block that is folded as it is.
const FOLDED_BLOCK: usize = 2048;

impl Tape {
    /// The elements of a cache block and of a tray, whole multiples of `unit`: as many as keep the working set in a cache close by.
    pub(super) fn blocks(&self, unit: usize) -> (usize, usize) {
        let again = |leaf: &usize| {
            let readers = self.steps.iter().filter(|step| step.arguments.contains(&Source::Leaf(*leaf)));
            readers.count() > 1
        };
        let leaves: usize = (0..self.leaves.len()).filter(again).map(|leaf| self.leaves[leaf].1.bytes()).sum();
        let element: usize = self.registers.iter().map(|dtype| dtype.bytes()).sum::<usize>() + leaves;
        let folds = self.roots.iter().any(|kept| matches!(kept, Kept::Folded { .. }));
        let least = if folds { FOLDED_BLOCK } else { STRIP };
        let block = (WORKING_SET / element.max(1)).clamp(least, LONGEST_BLOCK) / STRIP * STRIP;
        let tray = if self.trays.is_empty() { block } else { TRAY };
        (block.min(tray) / unit * unit, tray / unit * unit)
    }

    /// Whether there is nothing to compute but reductions of leaves.
    pub(super) fn is_of_reductions_alone(&self) -> bool {
        self.steps.is_empty() && self.roots.iter().all(|kept| matches!(kept, Kept::Folded { .. }))
    }

    /// Whether a chain reads this leaf.
    pub(super) fn is_chained(&self, leaf: usize) -> bool {
        let is_reader =
            |step: &Step| matches!(step.work, Work::Chain(_)) && step.arguments.contains(&Source::Leaf(leaf));
        self.steps.iter().any(is_reader)
    }

    /// The steps for these roots; the k-th array root among them goes to output k.
    pub(super) fn new(program: &Program, roots: &[&Root]) -> Self {
        let readers = readers(program, roots);
        let plan = schedule(program, &readers);
        let mut builder = Builder::new(program, &readers);
        for &argument in plan.iter().flat_map(|step| &step.arguments) {
            builder.left[argument] += 1;
        }
        for root in roots {
            builder.left[root.node()] += 1;
        }
        for step in plan {
            let target = builder.target(step.node, sole_root(roots, step.node, readers[step.node]));
            let whole = matches!(step.work, Work::Op(_));
            let arguments = step.arguments.iter().map(|&argument| builder.source(argument, whole)).collect();
            builder.tape.steps.push(Step { work: step.work, arguments, target });
            step.arguments.into_iter().for_each(|argument| builder.read(argument));
        }
        builder.tape.roots = builder.kept(roots);
        builder.tape
    }
}

/// How many arguments and roots read each node; nodes that no root needs have none.
fn readers(program: &Program, roots: &[&Root]) -> Vec<usize> {
    let mut readers = vec![0; program.nodes.len()];
    for root in roots {
        readers[root.node()] += 1;
    }
    for id in (0..program.nodes.len()).rev() {
        if readers[id] > 0 {
            for &argument in &program.nodes[id].arguments {
                readers[argument] += 1;
            }
        }
    }
    readers
}

/// The root that is all that reads this computed node.
fn sole_root<'a>(roots: &[&'a Root], id: NodeId, readers: usize) -> Option<(usize, &'a Root)> {
    let same = |root: &Root| matches!(root, Root::Array(_));
    let place = roots.iter().position(|root| root.node() == id).filter(|_| readers == 1)?;
    let number = roots[..place].iter().filter(|root| same(root) == same(roots[place])).count();
    Some((number, roots[place]))
}

struct Builder<'a> {
    nodes: &'a [Node],
    tape: Tape,
    /// Where each node is, once it is; nowhere when it was written into an output or a tray.
    places: Vec<Option<Source>>,
    trays: Vec<Option<usize>>,
    /// For each node the steps and roots that will read it.
    left: Vec<usize>,
    idle: Vec<(DType, usize)>,
}

impl<'a> Builder<'a> {
    fn new(program: &'a Program, readers: &[usize]) -> Self {
        let nodes = &program.nodes;
        let mut builder = Self {
            nodes,
            tape: Tape::default(),
            places: vec![None; nodes.len()],
            trays: vec![None; nodes.len()],
            left: vec![0; nodes.len()],
            idle: Vec::new(),
        };
        for (id, node) in nodes.iter().enumerate().filter(|&(id, node)| readers[id] > 0 && is_leaf(&node.op)) {
            builder.places[id] = Some(builder.leaf(node));
        }
        builder
    }

    fn leaf(&mut self, node: &Node) -> Source {
        let kind = match node.op {
            Op::Block(slot) => LeafKind::Block(slot),
            Op::Index(axis) => LeafKind::Index(axis),
            Op::Scalar(slot) => {
                self.tape.constants.push(Constant { slot, dtype: node.dtype, whole: false });
                return Source::Constant(self.tape.constants.len() - 1);
            }
            _ => unreachable!("only leaves are asked for"),
        };
        self.tape.leaves.push((kind, node.dtype));
        Source::Leaf(self.tape.leaves.len() - 1)
    }

    /// Where `id` is written: into what becomes of its only reader, a root with its number among its kind, or into a register.
    fn target(&mut self, id: NodeId, root: Option<(usize, &Root)>) -> Target {
        let dtype = self.nodes[id].dtype;
        match root {
            Some((output, Root::Array(_))) => Target::Output(output),
            Some((_, Root::Reduction { .. })) => {
                self.tape.trays.push(dtype);
                self.trays[id] = Some(self.tape.trays.len() - 1);
                Target::Tray(self.tape.trays.len() - 1)
            }
            None => {
                let register = self.register(dtype);
                self.places[id] = Some(Source::Register(register));
                Target::Register(register)
            }
        }
    }

    /// Where `id` is read, as a `whole` block or strip by strip.
    fn source(&mut self, id: NodeId, whole: bool) -> Source {
        let source = self.places[id].expect("a node is computed before its reader and kept in a register");
        if let Source::Constant(constant) = source {
            self.tape.constants[constant].whole |= whole;
        }
        source
    }

    fn kept(&mut self, roots: &[&Root]) -> Vec<Kept> {
        let (mut outputs, mut states) = (0.., 0..);
        let mut kept = |root: &&Root| {
            let is_array = matches!(root, Root::Array(_));
            let number = if is_array { outputs.next() } else { states.next() }.expect("the range has no end");
            if let Some(tray) = self.trays[root.node()] {
                return Kept::Collected { tray, state: number };
            }
            if self.places[root.node()].is_none() {
                return Kept::Written;
            }
            let source = self.source(root.node(), true);
            if is_array { Kept::Stored { source, output: number } } else { Kept::Folded { source, state: number } }
        };
        roots.iter().map(&mut kept).collect()
    }

    /// An idle register of this dtype, or a new one.
    fn register(&mut self, dtype: DType) -> usize {
        if let Some(place) = self.idle.iter().position(|&(its, _)| its == dtype) {
            return self.idle.swap_remove(place).1;
        }
        self.tape.registers.push(dtype);
        self.tape.registers.len() - 1
    }

    /// One reader less; after the last a register may hold something else.
    fn read(&mut self, id: NodeId) {
        self.left[id] -= 1;
        if let (Some(Source::Register(register)), 0) = (self.places[id], self.left[id]) {
            self.idle.push((self.nodes[id].dtype, register));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Binary, Unary};
    use smallvec::{SmallVec, smallvec};

    fn node(op: Op, arguments: SmallVec<[NodeId; 3]>) -> Node {
        Node { op, dtype: DType::F64, arguments }
    }

    #[test]
    fn a_chain_needs_one_register_and_writes_its_end_into_the_output() {
        let mut program = Program::default();
        let mut last = program.push(node(Op::Block(0), smallvec![]));
        for op in [Unary::Exp, Unary::Log, Unary::Sqrt, Unary::Sin] {
            last = program.push(node(Op::Unary(op), smallvec![last]));
        }
        program.roots.push(Root::Array(last));
        let tape = Tape::new(&program, &program.roots.iter().collect::<Vec<_>>());
        assert_eq!(tape.steps.len(), 4);
        assert!(tape.registers.len() <= 2, "{:?}", tape.registers);
        assert_eq!(tape.steps[3].target, Target::Output(0));
        assert_eq!(tape.roots, [Kept::Written]);
    }

    #[test]
    fn a_step_never_writes_the_register_it_reads() {
        let mut program = Program::default();
        let x = program.push(node(Op::Block(0), smallvec![]));
        let a = program.push(node(Op::Unary(Unary::Exp), smallvec![x]));
        let b = program.push(node(Op::Binary(Binary::Add), smallvec![a, a]));
        let c = program.push(node(Op::Binary(Binary::Add), smallvec![b, a]));
        program.roots = vec![Root::Array(c), Root::Array(b)];
        let tape = Tape::new(&program, &program.roots.iter().collect::<Vec<_>>());
        for step in &tape.steps {
            if let Target::Register(register) = step.target {
                assert!(!step.arguments.contains(&Source::Register(register)), "{step:?}");
            }
        }
        assert!(matches!(tape.roots[1], Kept::Stored { output: 1, .. }), "a root that others read stays in a register");
    }

    #[test]
    fn work_that_no_root_needs_is_left_out() {
        let mut program = Program::default();
        let x = program.push(node(Op::Block(0), smallvec![]));
        program.push(node(Op::Unary(Unary::Exp), smallvec![x]));
        let kept = program.push(node(Op::Unary(Unary::Sin), smallvec![x]));
        program.roots.push(Root::Array(kept));
        assert_eq!(Tape::new(&program, &program.roots.iter().collect::<Vec<_>>()).steps.len(), 1);
    }
}
