//! A program as a list of steps over registers.
//!
//! A register is a buffer of one cache block. A step reads registers, blocks or constants and writes a register, or straight into an
//! output when nobody else reads it. Registers are used again after the last reader, so that the working set of a long
//! program stays in a cache close by.

use smallvec::SmallVec;

use crate::dtype::DType;
use crate::program::{Node, NodeId, Op, Program, Root};

/// Where a step finds an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Register(usize),
    /// A leaf, by its place in [`Tape::leaves`].
    Leaf(usize),
}

/// Where a step leaves its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Register(usize),
    Output(usize),
}

/// A leaf that is read element by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeafKind {
    Block(usize),
    Index(usize),
}

/// What becomes of a root's elements after the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// A step wrote them into the output itself.
    Written,
    /// They are copied into an output.
    Stored { source: Source, output: usize },
    /// They are folded into the states of a reduction.
    Folded { source: Source, state: usize },
}

/// One operation on a block of elements.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) op: Op,
    /// The dtype of the result.
    pub(super) into: DType,
    pub(super) arguments: SmallVec<[Source; 3]>,
    pub(super) target: Target,
}

/// The steps that compute some roots of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Tape {
    pub(super) steps: Vec<Step>,
    /// The dtype of each register.
    pub(super) registers: Vec<DType>,
    /// Registers that hold a scalar slot throughout.
    pub(super) constants: Vec<(usize, usize)>,
    /// The leaves, each with the dtype of its elements.
    pub(super) leaves: Vec<(LeafKind, DType)>,
    /// What becomes of each root's elements after the steps.
    pub(super) roots: Vec<Kept>,
}

/// The widest strip of columns that a folding pass walks at once, and the least elements of a cache block.
pub(super) const STRIP: usize = 512;

/// Bytes of registers and operands that a cache block may take: well inside a second-level cache. Measured with
/// `benches/expression.rs` on a core with 32 KiB and 512 KiB: blocks for the first level (24 KiB) took 1.2 times as long,
/// because each step costs some tens of nanoseconds before its loop begins.
const WORKING_SET: usize = 192 << 10;

/// The most elements of a cache block: exact sums are at their best from here on.
const LONGEST_BLOCK: usize = 8192;

impl Tape {
    /// The elements of a cache block: as many as keep the working set well inside a second-level cache.
    pub(super) fn block(&self) -> usize {
        let leaves = if self.steps.is_empty() { 0 } else { self.leaves.iter().map(|leaf| leaf.1.bytes()).sum() };
        let element: usize = self.registers.iter().map(|dtype| dtype.bytes()).sum::<usize>() + leaves;
        (WORKING_SET / element.max(1)).clamp(STRIP, LONGEST_BLOCK) / STRIP * STRIP
    }

    /// Whether there is nothing to compute but reductions of leaves.
    pub(super) fn is_of_reductions_alone(&self) -> bool {
        self.steps.is_empty() && self.roots.iter().all(|kept| matches!(kept, Kept::Folded { .. }))
    }

    /// The steps for these roots; the k-th array root among them goes to output k.
    pub(super) fn new(program: &Program, roots: &[&Root]) -> Self {
        let readers = readers(program, roots);
        let mut builder = Builder { tape: Self::default(), places: vec![None; program.nodes.len()], idle: Vec::new() };
        let mut left = readers.clone();
        for (id, node) in program.nodes.iter().enumerate() {
            if readers[id] == 0 {
                continue;
            }
            let target = sole_output(roots, id, readers[id], node);
            builder.step(program, id, target);
            for &argument in &node.arguments {
                left[argument] -= 1;
                if left[argument] == 0 {
                    builder.release(argument, program.nodes[argument].dtype, &program.nodes[argument].op);
                }
            }
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

/// The output that this node may be written into directly: it is an array root and has no other reader.
fn sole_output(roots: &[&Root], id: NodeId, readers: usize, node: &Node) -> Option<usize> {
    let computed = !matches!(node.op, Op::Block(_) | Op::Index(_) | Op::Scalar(_));
    let arrays = roots.iter().filter(|root| matches!(root, Root::Array(_)));
    let mut outputs = arrays.enumerate().filter(|(_, root)| root.node() == id).map(|(output, _)| output);
    (computed && readers == 1).then(|| outputs.next()).flatten()
}

#[derive(Clone, Copy)]
enum Place {
    At(Source),
    InOutput,
}

struct Builder {
    tape: Tape,
    places: Vec<Option<Place>>,
    idle: Vec<(DType, usize)>,
}

impl Builder {
    fn step(&mut self, program: &Program, id: NodeId, output: Option<usize>) {
        let node = &program.nodes[id];
        let leaf = match node.op {
            Op::Block(slot) => Some(LeafKind::Block(slot)),
            Op::Index(axis) => Some(LeafKind::Index(axis)),
            _ => None,
        };
        if let Some(kind) = leaf {
            self.tape.leaves.push((kind, node.dtype));
            self.places[id] = Some(Place::At(Source::Leaf(self.tape.leaves.len() - 1)));
            return;
        }
        if let Op::Scalar(slot) = node.op {
            let register = self.fresh(node.dtype);
            self.tape.constants.push((register, slot));
            self.places[id] = Some(Place::At(Source::Register(register)));
            return;
        }
        let target = output.map_or_else(|| Target::Register(self.register(node.dtype)), Target::Output);
        self.places[id] = Some(match target {
            Target::Register(register) => Place::At(Source::Register(register)),
            Target::Output(_) => Place::InOutput,
        });
        let source = |&argument: &NodeId| match self.places[argument] {
            Some(Place::At(source)) => source,
            _ => unreachable!("an argument is computed before its reader and kept in a register"),
        };
        let arguments = node.arguments.iter().map(source).collect();
        self.tape.steps.push(Step { op: node.op.clone(), into: node.dtype, arguments, target });
    }

    fn kept(&self, roots: &[&Root]) -> Vec<Kept> {
        let (mut outputs, mut states) = (0.., 0..);
        let mut kept = |root: &&Root| {
            let number = if matches!(root, Root::Array(_)) { outputs.next() } else { states.next() };
            let number = number.expect("the range has no end");
            match (self.places[root.node()].expect("a root is computed"), root) {
                (Place::InOutput, _) => Kept::Written,
                (Place::At(source), Root::Array(_)) => Kept::Stored { source, output: number },
                (Place::At(source), Root::Reduction { .. }) => Kept::Folded { source, state: number },
            }
        };
        roots.iter().map(&mut kept).collect()
    }

    /// An idle register of this dtype, or a new one.
    fn register(&mut self, dtype: DType) -> usize {
        let idle = self.idle.iter().position(|&(its, _)| its == dtype);
        match idle {
            Some(place) => self.idle.swap_remove(place).1,
            None => self.fresh(dtype),
        }
    }

    fn fresh(&mut self, dtype: DType) -> usize {
        self.tape.registers.push(dtype);
        self.tape.registers.len() - 1
    }

    /// The node has no reader left: its register may hold something else, unless it holds a constant.
    fn release(&mut self, id: NodeId, dtype: DType, op: &Op) {
        if let (Some(Place::At(Source::Register(register))), false) = (self.places[id], matches!(op, Op::Scalar(_))) {
            self.idle.push((dtype, register));
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
