//! The untyped nodes of expressions.

use std::panic::Location;
use std::rc::Rc;

use smallvec::{SmallVec, smallvec};

use crate::context::Context;
use crate::dtype::{DType, Element};
use crate::error::{Error, ErrorKind};
use crate::layout::Layout;
use crate::local::{AnyLocal, Local};
use crate::program::{Op, Scalar};
use crate::shape::Shape;

/// Which array a leaf is, for moving and reading it once where it occurs twice.
///
/// Ranks must agree on that, for it decides what they send each other. Shared memory will not do: one rank may write its block, which
/// parts the memory of two clones on that rank only. So every array has its own, clones too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity(u64);

impl Identity {
    /// One that no other array of this context has.
    pub(crate) fn new(cx: &Context) -> Self {
        Self(cx.identity())
    }
}

/// A distributed array as an operand.
#[derive(Clone)]
pub(crate) struct Leaf {
    /// Its elements are of the node's dtype.
    pub(crate) local: AnyLocal,
    pub(crate) layout: Layout,
    pub(crate) identity: Identity,
}

impl Leaf {
    pub(crate) fn local<T: Element>(&self) -> Local<T> {
        self.local.clone().downcast().ok().expect("a leaf has the dtype of its node")
    }
}

/// What a node is.
#[derive(Clone)]
pub(crate) enum Kind {
    Leaf(Leaf),
    Scalar(Scalar),
    /// The global index along an axis of an array of this layout, as `i64`.
    Index(usize, Layout),
    /// An operation on the arguments.
    Op(Op),
}

/// A node of the graph that an expression is.
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) dtype: DType,
    pub(crate) shape: Shape,
    pub(crate) arguments: SmallVec<[Rc<Node>; 3]>,
    /// The operations here and below; one that is reached in several ways counts as often.
    pub(crate) operations: usize,
    /// The first thing that does not fit, here or below.
    pub(crate) error: Option<Error>,
    /// The context of the arrays below, if there are any.
    pub(crate) cx: Option<Context>,
}

impl Node {
    /// The array `identity`, with this block of elements of `dtype`.
    pub(crate) fn leaf(dtype: DType, local: AnyLocal, layout: Layout, identity: Identity, cx: Context) -> Self {
        let shape = layout.shape().clone();
        let kind = Kind::Leaf(Leaf { local, layout, identity });
        Self { kind, dtype, shape, arguments: smallvec![], operations: 0, error: None, cx: Some(cx) }
    }

    pub(crate) fn scalar(value: Scalar) -> Self {
        let dtype = value.dtype();
        Self {
            kind: Kind::Scalar(value),
            dtype,
            shape: Shape::default(),
            arguments: smallvec![],
            operations: 0,
            error: None,
            cx: None,
        }
    }

    pub(crate) fn index(axis: usize, layout: Layout, cx: Context) -> Self {
        let shape = layout.shape().clone();
        let kind = Kind::Index(axis, layout);
        Self { kind, dtype: DType::I64, shape, arguments: smallvec![], operations: 0, error: None, cx: Some(cx) }
    }

    /// An operation on some nodes, blamed on the line `at`.
    pub(crate) fn op(op: Op, dtype: DType, arguments: &[&Rc<Self>], at: &'static Location<'static>) -> Self {
        let mut error = arguments.iter().find_map(|argument| argument.error.clone());
        let mut shape = arguments.first().map_or_else(Shape::default, |first| first.shape.clone());
        let mut cx: Option<Context> = None;
        let mut operations = 1_usize;
        for argument in arguments {
            operations = operations.saturating_add(argument.operations);
            match shape.broadcast(&argument.shape) {
                Ok(both) => shape = both,
                Err(mismatch) => {
                    error.get_or_insert_with(|| Error::at(mismatch.kind(), mismatch.message(), at));
                }
            }
            let foreign = |(cx, its): (&Context, &Context)| !cx.is(its);
            if cx.as_ref().zip(argument.cx.as_ref()).is_some_and(foreign) {
                let message = "arrays of different contexts do not combine";
                error.get_or_insert_with(|| Error::at(ErrorKind::Context, message, at));
            }
            cx = cx.or_else(|| argument.cx.clone());
        }
        let arguments = arguments.iter().map(|&argument| argument.clone()).collect();
        Self { kind: Kind::Op(op), dtype, shape, arguments, operations, error, cx }
    }
}

/// Long chains are taken apart one node at a time: the recursion that Rust would do overflows the stack.
impl Drop for Node {
    fn drop(&mut self) {
        if self.arguments.iter().all(|argument| Rc::strong_count(argument) > 1 || argument.arguments.is_empty()) {
            return; // nothing below goes that has something below itself
        }
        let mut pending: Vec<Rc<Node>> = self.arguments.drain(..).collect();
        while let Some(node) = pending.pop() {
            if let Ok(mut node) = Rc::try_unwrap(node) {
                pending.extend(node.arguments.drain(..));
            }
        }
    }
}
