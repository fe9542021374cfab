//! From the graph of an expression to a program with its operands.

use std::collections::HashMap;
use std::rc::Rc;

use crate::expr::{Kind, Node};
use crate::program::{self, NodeId, Op, Program, Scalar};

/// The most operations of one program. A longer expression is cut, and the value at the cut is computed first: devices have
/// limits, and no pass gains from more.
pub(super) const MOST_OPERATIONS: usize = 256;

/// Nodes whose values were computed ahead, as leaves, by the address of the node.
pub(super) type Computed = HashMap<*const Node, Rc<Node>>;

/// A program and what its slots hold.
#[derive(Default)]
pub(super) struct Lowered {
    pub(super) program: Program,
    /// The leaves in the order of the block slots.
    pub(super) blocks: Vec<Rc<Node>>,
    pub(super) scalars: Vec<Scalar>,
    /// The layouts of index leaves: they have no elements, but a say in the result's layout.
    pub(super) indices: Vec<Rc<Node>>,
    places: HashMap<*const Node, NodeId>,
}

impl Lowered {
    /// The place of `node` in a program whose iteration space has `ndim` axes.
    pub(super) fn add(&mut self, root: &Rc<Node>, ndim: usize, computed: &Computed) -> NodeId {
        for node in in_order(root, computed) {
            let place = self.place(&node, ndim, computed);
            self.places.insert(Rc::as_ptr(&node), place);
        }
        self.place_of(root, computed)
    }

    fn place_of(&self, node: &Rc<Node>, computed: &Computed) -> NodeId {
        self.places[&Rc::as_ptr(resolved(node, computed))]
    }

    fn place(&mut self, node: &Rc<Node>, ndim: usize, computed: &Computed) -> NodeId {
        if let Some(&known) = self.places.get(&Rc::as_ptr(node)) {
            return known;
        }
        let op = match &node.kind {
            Kind::Leaf(leaf) => Op::Block(slot(&mut self.blocks, node, |known| known.is_the_block_of(leaf, node))),
            Kind::Scalar(value) => {
                self.scalars.push(*value);
                Op::Scalar(self.scalars.len() - 1)
            }
            Kind::Index(axis, _) if node.shape[*axis] == 1 => {
                self.scalars.push(Scalar::I64(0));
                Op::Scalar(self.scalars.len() - 1)
            }
            Kind::Index(axis, _) => {
                self.indices.push(node.clone());
                Op::Index(axis + ndim - node.shape.ndim())
            }
            Kind::Op(op) => op.clone(),
        };
        let arguments = node.arguments.iter().map(|argument| self.place_of(argument, computed)).collect();
        self.program.push(program::Node { op, dtype: node.dtype, arguments })
    }
}

impl Node {
    /// Whether this leaf is the same array as `other`, whose leaf is `leaf`.
    fn is_the_block_of(&self, leaf: &crate::expr::Leaf, other: &Self) -> bool {
        let Kind::Leaf(own) = &self.kind else { return false };
        self.dtype == other.dtype
            && own.layout == leaf.layout
            && crate::dtype::with_dtype!(self.dtype, T => own.local::<T>().shares_memory_with(leaf.local::<T>()))
    }
}

fn slot(known: &mut Vec<Rc<Node>>, node: &Rc<Node>, same: impl Fn(&Node) -> bool) -> usize {
    known.iter().position(|known| same(known)).unwrap_or_else(|| {
        known.push(node.clone());
        known.len() - 1
    })
}

fn resolved<'a>(node: &'a Rc<Node>, computed: &'a Computed) -> &'a Rc<Node> {
    computed.get(&Rc::as_ptr(node)).unwrap_or(node)
}

/// The nodes below `root` and itself, each once, arguments first. No recursion: chains may be long.
fn in_order(root: &Rc<Node>, computed: &Computed) -> Vec<Rc<Node>> {
    let mut seen = std::collections::HashSet::new();
    let mut order = Vec::new();
    let mut pending = vec![(resolved(root, computed).clone(), false)];
    while let Some((node, arguments_done)) = pending.pop() {
        if arguments_done {
            order.push(node);
        } else if seen.insert(Rc::as_ptr(&node)) {
            pending.push((node.clone(), true));
            let arguments = node.arguments.iter().rev().map(|argument| resolved(argument, computed).clone());
            pending.extend(arguments.map(|argument| (argument, false)));
        }
    }
    order
}

/// The node to compute ahead because more than [`MOST_OPERATIONS`] remain, if so.
pub(super) fn cut(roots: &[&Rc<Node>], computed: &Computed) -> Option<Rc<Node>> {
    roots.iter().find_map(|root| {
        let order = in_order(root, computed);
        let operations = || order.iter().filter(|node| matches!(node.kind, Kind::Op(_)));
        (operations().count() > MOST_OPERATIONS).then(|| operations().nth(MOST_OPERATIONS / 2).cloned()).flatten()
    })
}
