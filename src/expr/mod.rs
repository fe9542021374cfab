//! Element-wise work, described first and evaluated once.
//!
//! Operators and functions on arrays build an [`Expr`]; nothing is computed until `eval`. An expression owns its operands (by reference
//! count: none is copied), has no lifetime, and is a value: clone it, store it, use it twice. Building it never fails and
//! never communicates. What does not fit (shapes, dtypes, contexts) is kept in the expression with the line of the
//! operator, and `eval` returns it.

mod arithmetic;
mod functions;
mod logic;
mod node;
mod operand;
mod reduction;

use std::marker::PhantomData;
use std::rc::Rc;

use crate::dtype::Element;
use crate::error::Error;
use crate::shape::Shape;

pub use arithmetic::Arithmetic;
pub use functions::Functions;
pub use logic::{Logic, Parts, select};
pub(crate) use node::{Identity, Kind, Leaf, Node};
pub use operand::{ArrayLike, Operand};
pub(crate) use operand::{binary, unary};
pub(crate) use reduction::Question;
pub use reduction::{Reduction, Reductions, Statistic};

/// An array that is still to be computed, element by element, from others.
///
/// Made by the operators (`&x * 2.0 + &y`) and by the methods of [`ArrayLike`] (`x.exp()`); computed by `eval()?`.
/// Shared parts are computed once.
#[must_use = "an expression does nothing until it is evaluated"]
pub struct Expr<T: Element> {
    pub(crate) node: Rc<Node>,
    element: PhantomData<T>,
}

impl<T: Element> Expr<T> {
    pub(crate) fn new(node: Node) -> Self {
        Self::of(Rc::new(node))
    }

    /// This node, whose dtype is `T`.
    pub(crate) fn of(node: Rc<Node>) -> Self {
        debug_assert_eq!(node.dtype, T::DTYPE);
        Self { node, element: PhantomData }
    }

    /// The shape of the result.
    ///
    /// **Local.** Of no meaning when [`Expr::error`] is something.
    pub fn shape(&self) -> &Shape {
        &self.node.shape
    }

    /// What does not fit in this expression, if anything: what `eval` will return.
    ///
    /// **Local.**
    pub fn error(&self) -> Option<&Error> {
        self.node.error.as_ref()
    }
}

impl<T: Element> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), element: PhantomData }
    }
}

impl<T: Element> std::fmt::Debug for Expr<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expression of shape {} and dtype {}", self.shape(), T::DTYPE)
    }
}
