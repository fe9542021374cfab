//! From the graph of an expression to a program with its operands.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use crate::array::align;
use crate::error::Result;
use crate::expr::{Identity, Kind, Node};
use crate::layout::Layout;
use crate::program::{self, NodeId, Op, Program, Scalar};
use crate::shape::Shape;

/// The most operations of one program. A longer expression is cut, and the value at the cut is computed first: devices have
/// limits, and no pass gains from more.
pub(super) const MOST_OPERATIONS: usize = 256;

/// Nodes whose values were computed ahead, as leaves, by the address of the node.
pub(crate) type Computed = HashMap<*const Node, Rc<Node>>;

/// The hasher of maps by address: an address is random enough once its bits are spread.
type ByAddress = BuildHasherDefault<AddressHasher>;

#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write_usize(&mut self, address: usize) {
        // The multiplication moves what differs to the higher bits, the rotation some of that to the lower ones.
        self.0 = (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only addresses are hashed")
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A program and what its slots hold.
#[derive(Default)]
pub(crate) struct Lowered {
    pub(crate) program: Program,
    /// The leaves in the order of the block slots.
    pub(crate) blocks: Vec<Rc<Node>>,
    pub(crate) scalars: Vec<Scalar>,
    /// The layouts of index leaves: they have no elements, but a say in the result's layout.
    pub(super) indices: Vec<Rc<Node>>,
    places: HashMap<*const Node, NodeId, ByAddress>,
}

impl Lowered {
    /// The place of `node` in a program whose iteration space has `ndim` axes.
    pub(crate) fn add(&mut self, root: &Rc<Node>, ndim: usize, computed: &Computed) -> NodeId {
        let nodes = nodes_below(root);
        self.places.reserve(nodes);
        self.program.nodes.reserve(nodes);
        walk(root, computed, |node, _| {
            let place = self.place(node, ndim, computed);
            self.places.insert(Rc::as_ptr(node), place);
            false
        });
        self.place_of(root, computed)
    }

    /// Where an array of `shape`, computed from these operands, shall lie.
    pub(super) fn layout(&self, shape: &Shape, ranks: usize) -> Result<Layout> {
        align::cheapest(&self.blocks.iter().chain(&self.indices), shape, ranks)
    }

    fn place_of(&self, node: &Rc<Node>, computed: &Computed) -> NodeId {
        self.places[&Rc::as_ptr(resolved(node, computed))]
    }

    fn place(&mut self, node: &Rc<Node>, ndim: usize, computed: &Computed) -> NodeId {
        if let Some(&known) = self.places.get(&Rc::as_ptr(node)) {
            return known;
        }
        let op = match &node.kind {
            Kind::Leaf(leaf) => Op::Block(slot(&mut self.blocks, node, leaf.identity)),
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

/// The slot of an array, which is the same one wherever the array occurs.
fn slot(known: &mut Vec<Rc<Node>>, node: &Rc<Node>, identity: Identity) -> usize {
    let same = |known: &Rc<Node>| matches!(&known.kind, Kind::Leaf(leaf) if leaf.identity == identity);
    known.iter().position(same).unwrap_or_else(|| {
        known.push(node.clone());
        known.len() - 1
    })
}

fn resolved<'a>(node: &'a Rc<Node>, computed: &'a Computed) -> &'a Rc<Node> {
    computed.get(&Rc::as_ptr(node)).unwrap_or(node)
}

/// About as many nodes as a program of `root` has: that much room is made at once.
fn nodes_below(root: &Node) -> usize {
    2 * root.operations.min(MOST_OPERATIONS) + 1
}

/// Visit the nodes below `root` and itself, each once, arguments first, with the number of nodes first seen on the way to it, itself
/// included. Where the visitor says that it cuts there, what lies below counts no more. No recursion: chains may be long.
fn walk(root: &Rc<Node>, computed: &Computed, mut visit: impl FnMut(&Rc<Node>, usize) -> bool) {
    let nodes = nodes_below(root);
    let mut seen: HashSet<_, ByAddress> = HashSet::with_capacity_and_hasher(nodes, ByAddress::default());
    let mut count = 0_usize;
    // A node with the count before its arguments, once these are under way.
    let mut pending = Vec::with_capacity(nodes);
    pending.push((resolved(root, computed), None));
    while let Some((node, before)) = pending.pop() {
        if let Some(before) = before {
            count += 1;
            if visit(node, count - before) {
                count = before + 1;
            }
        } else if seen.insert(Rc::as_ptr(node)) {
            pending.push((node, Some(count)));
            let arguments = node.arguments.iter().rev().map(|argument| resolved(argument, computed));
            pending.extend(arguments.map(|argument| (argument, None)));
        }
    }
}

/// Forget the values that nobody reads when `roots` are computed.
pub(super) fn sweep<'n>(roots: impl Iterator<Item = &'n Rc<Node>>, computed: &mut Computed) {
    let mut read = HashSet::new();
    for root in roots {
        walk(root, computed, |node, _| {
            read.insert(Rc::as_ptr(node));
            false
        });
    }
    computed.retain(|_, leaf| read.contains(&Rc::as_ptr(leaf)));
}

/// The nodes to compute ahead of `root`, in order, when it has more than [`MOST_OPERATIONS`]; none otherwise.
pub(super) fn cuts(root: &Rc<Node>, computed: &Computed) -> Vec<Rc<Node>> {
    // An operation has at most three arguments, and below each remain fewer nodes than this: so a part has few enough operations, but
    // for those that it shares with earlier parts.
    const ENOUGH: usize = MOST_OPERATIONS / 4;
    let (mut operations, mut cuts) = (0, Vec::new());
    walk(root, computed, |node, nodes| {
        operations += usize::from(matches!(node.kind, Kind::Op(_)));
        let here = nodes >= ENOUGH && !Rc::ptr_eq(node, root);
        if here {
            cuts.push(node.clone());
        }
        here
    });
    if operations > MOST_OPERATIONS { cuts } else { Vec::new() }
}
