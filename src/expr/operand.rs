//! What may stand in an expression: arrays, expressions and scalars.

use std::panic::Location;

use num_complex::Complex;

use crate::dtype::Element;
use crate::expr::{Expr, Node};
use crate::program::{Binary, Compare, Op, Unary};

/// An array, or an expression that will be one: the element-wise functions are methods of this trait.
pub trait ArrayLike {
    /// The type of its elements.
    type Elem: Element;

    /// This as an expression.
    ///
    /// **Local.** No copy.
    fn expr(&self) -> Expr<Self::Elem>;
}

impl<T: Element> ArrayLike for Expr<T> {
    type Elem = T;

    fn expr(&self) -> Expr<T> {
        self.clone()
    }
}

impl<A: ArrayLike + ?Sized> ArrayLike for &A {
    type Elem = A::Elem;

    fn expr(&self) -> Expr<A::Elem> {
        (**self).expr()
    }
}

/// The second operand of a function or operator: an array, an expression, or a scalar of the same type.
pub trait Operand<T: Element> {
    /// This as an expression.
    ///
    /// **Local.** No copy.
    fn operand(&self) -> Expr<T>;
}

impl<A: ArrayLike> Operand<A::Elem> for A {
    fn operand(&self) -> Expr<A::Elem> {
        self.expr()
    }
}

/// Every element type is an operand of its own kind.
macro_rules! scalar_operands {
    ($($rust:ty),*) => {$(
        impl Operand<$rust> for $rust {
            fn operand(&self) -> Expr<$rust> {
                Expr::new(Node::scalar((*self).into()))
            }
        }
    )*};
}
scalar_operands!(bool, u8, i32, i64, u64, f32, f64, Complex<f32>, Complex<f64>);

/// `op(x)`, of the dtype that the table of the operation says.
#[track_caller]
pub(crate) fn unary<T: Element, R: Element>(op: Unary, x: &Expr<T>) -> Expr<R> {
    debug_assert_eq!(op.result(T::DTYPE), Some(R::DTYPE), "{op:?}");
    Expr::new(Node::op(Op::Unary(op), R::DTYPE, &[&x.node], Location::caller()))
}

/// `op(x, y)`.
#[track_caller]
pub(crate) fn binary<T: Element>(op: Binary, x: &Expr<T>, y: &Expr<T>) -> Expr<T> {
    debug_assert_eq!(op.result(T::DTYPE), Some(T::DTYPE), "{op:?}");
    Expr::new(Node::op(Op::Binary(op), T::DTYPE, &[&x.node, &y.node], Location::caller()))
}

/// `op(x, y)` as bools.
#[track_caller]
pub(crate) fn compare<T: Element>(op: Compare, x: &Expr<T>, y: &Expr<T>) -> Expr<bool> {
    debug_assert!(op.is_defined(T::DTYPE), "{op:?}");
    Expr::new(Node::op(Op::Compare(op), bool::DTYPE, &[&x.node, &y.node], Location::caller()))
}
