//! Programs: element-wise work as data.
//!
//! A [`Program`] is a directed acyclic graph in post-order: every node comes after its arguments, has a dtype, and is computed
//! once. Its *leaves* are slots that are filled when it runs (blocks, scalars, the global index along an axis), so that constants
//! and data are no part of its identity and a device may keep the compiled form. Its *roots* are arrays or reductions.
//! It has no idea of ranks or memory: [`crate::expr`] builds it, the device runs it.

mod op;
mod scalar;

use std::fmt;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::dtype::{AnySlice, AnySliceMut, DType, Element};

pub use op::{Binary, Compare, Fold, Unary};
pub use scalar::Scalar;

/// The position of a node in its program.
pub type NodeId = usize;

/// What a node does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// An element of the block in this slot.
    Block(usize),
    /// The scalar in this slot.
    Scalar(usize),
    /// The global index along this axis, as `i64`.
    Index(usize),
    /// A function of one node.
    Unary(Unary),
    /// A function of two nodes.
    Binary(Binary),
    /// A comparison of two nodes.
    Compare(Compare),
    /// The second node where the first is true, the third elsewhere.
    Select,
    /// The node in this node's dtype.
    Cast,
    /// A user's function of one node.
    Closure(Closure),
}

/// A node: an operation, the nodes it works on, and the dtype of what it gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// The dtype of its elements.
    pub dtype: DType,
    /// The nodes it works on, all before it.
    pub arguments: SmallVec<[NodeId; 3]>,
}

/// What becomes of a node's elements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// They are stored.
    Array(NodeId),
    /// They are folded along these axes (ascending).
    Reduction {
        /// The node whose elements are folded.
        node: NodeId,
        /// How.
        fold: Fold,
        /// Along which axes.
        axes: SmallVec<[usize; 4]>,
    },
}

impl Root {
    /// The node that this root reads.
    ///
    /// **Local.**
    pub fn node(&self) -> NodeId {
        match *self {
            Self::Array(node) | Self::Reduction { node, .. } => node,
        }
    }
}

/// Element-wise work: nodes in post-order, and what becomes of some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Program {
    /// The nodes; each comes after its arguments.
    pub nodes: Vec<Node>,
    /// What is kept.
    pub roots: Vec<Root>,
}

impl Program {
    /// Add a node, or find the same one.
    ///
    /// **Local.** Equal work is done once.
    pub fn push(&mut self, node: Node) -> NodeId {
        if let Some(same) = self.nodes.iter().position(|known| *known == node) {
            return same;
        }
        self.nodes.push(node);
        self.nodes.len() - 1
    }
}

/// A user's function over slices, its types forgotten.
///
/// Two closures are equal when they are the same one.
#[derive(Clone)]
pub struct Closure(Arc<SliceFn>);

/// A function over slices of one dtype each.
type SliceFn = dyn Fn(AnySlice<'_>, AnySliceMut<'_>) + Send + Sync;

impl Closure {
    /// A closure from a function over slices of equal length.
    ///
    /// **Local.**
    pub fn new<A: Element, B: Element>(function: impl Fn(&[A], &mut [B]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |from, mut into| {
            let from = A::slice(from).expect("a closure is called with its own types");
            function(from, B::slice_mut(&mut into).expect("a closure is called with its own types"));
        }))
    }

    /// Call it.
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When the types are not those it was made of.
    pub fn call(&self, from: AnySlice<'_>, into: AnySliceMut<'_>) {
        (self.0)(from, into);
    }
}

impl PartialEq for Closure {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Closure {}

impl std::hash::Hash for Closure {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).cast::<()>().hash(state);
    }
}

impl fmt::Debug for Closure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closure")
    }
}
