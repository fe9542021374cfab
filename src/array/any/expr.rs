//! Expressions and reductions whose dtype is a value.

use std::panic::Location;
use std::rc::Rc;

use num_complex::Complex;

use crate::array::any::{AnyArray, promote, with_array};
use crate::array::{Root, reduce};
use crate::axis::Axes;
use crate::dtype::{DType, Element};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{ArrayLike, Expr, Kind, Node, Question, Statistic};
use crate::program::{Binary, Compare, Op, Scalar, Unary};
use crate::shape::Shape;

/// An array of any dtype that is still to be computed; [`Expr`] without its type.
///
/// Building it never fails: a dtype or shape that does not fit is kept and returned by `eval`, with the line of the operation.
#[derive(Clone)]
#[must_use = "an expression does nothing until it is evaluated"]
pub struct AnyExpr {
    node: Rc<Node>,
}

/// Arrays, expressions and scalars whose dtype is a value: what can be computed with them.
///
/// Operations are values of the enums in [`crate::program`], named as in the array API; the [module](crate::any) says how dtypes promote.
pub trait AnyLike {
    /// This as an expression.
    ///
    /// **Local.** No copy.
    fn any_expr(&self) -> AnyExpr;

    /// A function of each element. Integers and bools become `f64` for functions of floats.
    ///
    /// **Local.**
    #[track_caller]
    fn unary(&self, op: Unary) -> AnyExpr {
        let x = self.any_expr();
        // Of real numbers these two are what they were.
        if matches!(op, Unary::Real | Unary::Conj) && (x.dtype().is_real() || x.dtype().is_integer()) {
            return x;
        }
        let working = promote::of_unary(op, x.dtype());
        let dtypes = working.and_then(|working| Some((working, op.result(working)?)));
        AnyExpr::op(Op::Unary(op), dtypes, &[&x], || format!("{op:?} of {} is not defined", x.dtype()))
    }

    /// A function of two elements, in the dtype that both have together.
    ///
    /// **Local.**
    #[track_caller]
    fn binary(&self, op: Binary, other: impl Into<AnyExpr>) -> AnyExpr {
        let (x, y) = (self.any_expr(), other.into());
        let working = promote::of_binary(op, promote::common(&x.node, &y.node));
        let dtypes = working.and_then(|working| Some((working, op.result(working)?)));
        let refused = || format!("{op:?} of {} and {} is not defined", x.dtype(), y.dtype());
        AnyExpr::op(Op::Binary(op), dtypes, &[&x, &y], refused)
    }

    /// A comparison of two elements, in the dtype that both have together.
    ///
    /// **Local.** An `i64` and a `u64` are compared as `f64`, as the table has it.
    #[track_caller]
    fn compare(&self, op: Compare, other: impl Into<AnyExpr>) -> AnyExpr {
        let (x, y) = (self.any_expr(), other.into());
        let working = promote::common(&x.node, &y.node);
        let dtypes = op.is_defined(working).then_some((working, DType::Bool));
        let refused =
            || format!("{op:?} of {} and {} is not defined: complex numbers have no order", x.dtype(), y.dtype());
        AnyExpr::op(Op::Compare(op), dtypes, &[&x, &y], refused)
    }

    /// `a` where this, an array of bools, is true, `b` elsewhere; in the dtype that both have together.
    ///
    /// **Local.**
    #[track_caller]
    fn select(&self, a: impl Into<AnyExpr>, b: impl Into<AnyExpr>) -> AnyExpr {
        let (condition, a, b, at) = (self.any_expr(), a.into(), b.into(), Location::caller());
        if condition.node.error.is_none() && condition.dtype() != DType::Bool {
            return AnyExpr::refused(ErrorKind::DType, &format!("a selection by {}, not bool", condition.dtype()), at);
        }
        if let Some(failed) = AnyExpr::failed(&[&condition, &a, &b]) {
            return failed;
        }
        let dtype = promote::common(&a.node, &b.node);
        let (a, b) = (a.converted(dtype, at), b.converted(dtype, at));
        AnyExpr { node: Rc::new(Node::op(Op::Select, dtype, &[&condition.node, &a, &b], at)) }
    }

    /// The elements as another dtype, by NumPy's rules of `astype`: see [`cast`](crate::math::cast()).
    ///
    /// **Local.** Class: Exact.
    #[track_caller]
    fn cast(&self, dtype: DType) -> AnyExpr {
        let x = self.any_expr();
        AnyExpr { node: Rc::new(Node::op(Op::Cast, dtype, &[&x.node], Location::caller())) }
    }

    /// A [`Fold`](crate::program::Fold) or another [`Statistic`] along some axes.
    ///
    /// **Local.** Sums and products of bools and integers have 64 bits; means, variances, deviations and norms of them are `f64`. The least and
    /// greatest of bools are bools. Complex numbers have none.
    #[track_caller]
    fn reduce(&self, statistic: impl Into<Statistic>, axes: impl Into<Axes>) -> AnyReduction {
        let (x, statistic, at) = (self.any_expr(), statistic.into(), Location::caller());
        let node = match promote::of_statistic(statistic, x.dtype()) {
            _ if x.node.error.is_some() => x.node,
            Some(working) => x.converted(working, at),
            None => {
                AnyExpr::refused(ErrorKind::DType, &format!("{statistic:?} of {} is not defined", x.dtype()), at).node
            }
        };
        AnyReduction { question: Question::new(node, statistic, axes.into()) }
    }
}

impl AnyExpr {
    /// The dtype of the result.
    ///
    /// **Local.** Of no meaning when [`AnyExpr::error`] is something.
    pub fn dtype(&self) -> DType {
        self.node.dtype
    }

    /// The shape of the result.
    ///
    /// **Local.** Of no meaning when [`AnyExpr::error`] is something.
    pub fn shape(&self) -> &Shape {
        &self.node.shape
    }

    /// What does not fit in this expression, if anything: what `eval` will return.
    ///
    /// **Local.**
    pub fn error(&self) -> Option<&Error> {
        self.node.error.as_ref()
    }

    /// This with elements of type `T`, if its dtype promotes to that.
    #[track_caller]
    pub(super) fn into_operand<T: Element>(self) -> Result<Expr<T>> {
        if self.error().is_none() && promote::into(T::DTYPE, &self.node) != T::DTYPE {
            let message = format!("{} values do not become {} unasked", self.dtype(), T::DTYPE);
            return Err(Error::new(ErrorKind::DType, message));
        }
        let node = self.converted(T::DTYPE, Location::caller());
        node.error.clone().map_or_else(|| Ok(Expr::of(node)), Err)
    }

    /// The value, when this is a scalar.
    fn scalar(&self) -> Option<Scalar> {
        if let Kind::Scalar(value) = self.node.kind { Some(value) } else { None }
    }

    /// `op` of arguments brought to the first of `dtypes`; it gives the second.
    #[track_caller]
    fn op(op: Op, dtypes: Option<(DType, DType)>, arguments: &[&Self], refused: impl Fn() -> String) -> Self {
        let at = Location::caller();
        if let Some(failed) = Self::failed(arguments) {
            return failed;
        }
        let Some((working, result)) = dtypes else { return Self::refused(ErrorKind::DType, &refused(), at) };
        let arguments: Vec<Rc<Node>> = arguments.iter().map(|argument| argument.converted(working, at)).collect();
        let arguments: Vec<&Rc<Node>> = arguments.iter().collect();
        Self { node: Rc::new(Node::op(op, result, &arguments, at)) }
    }

    /// This in `dtype`: arrays are cast, scalars must fit where they are integers for integers.
    fn converted(&self, dtype: DType, at: &'static Location<'static>) -> Rc<Node> {
        if self.dtype() == dtype {
            return self.node.clone();
        }
        let Some(value) = self.scalar() else {
            return Rc::new(Node::op(Op::Cast, dtype, &[&self.node], at));
        };
        let fitted = if dtype.is_integer() { value.exact(dtype) } else { Some(value.cast(dtype)) };
        match fitted {
            Some(value) => Rc::new(Node::scalar(value)),
            None => Self::refused(ErrorKind::Argument, &format!("{value} is no {dtype}"), at).node,
        }
    }

    /// The first of these that cannot be computed.
    fn failed(arguments: &[&Self]) -> Option<Self> {
        arguments.iter().find(|argument| argument.node.error.is_some()).map(|&argument| argument.clone())
    }

    fn refused(kind: ErrorKind, message: &str, at: &'static Location<'static>) -> Self {
        let mut node = Node::scalar(false.into());
        node.error = Some(Error::at(kind, message, at));
        Self { node: Rc::new(node) }
    }
}

impl AnyLike for AnyExpr {
    fn any_expr(&self) -> AnyExpr {
        self.clone()
    }
}

impl AnyLike for AnyArray {
    fn any_expr(&self) -> AnyExpr {
        with_array!(self, x => x.expr().into())
    }
}

/// A scalar as an element of type `T`, if its dtype promotes to that and it fits.
#[track_caller]
pub(super) fn element<T: Element + TryFrom<Scalar>>(value: Scalar) -> Result<T> {
    let typed = AnyExpr { node: AnyExpr::from(value).into_operand::<T>()?.node };
    let value = typed.scalar().and_then(|value| value.try_into().ok());
    Ok(value.expect("a scalar that was brought to a dtype is a scalar of it"))
}

impl AnyLike for Scalar {
    fn any_expr(&self) -> AnyExpr {
        AnyExpr { node: Rc::new(Node::scalar(*self)) }
    }
}

impl<A: AnyLike + ?Sized> AnyLike for &A {
    fn any_expr(&self) -> AnyExpr {
        (**self).any_expr()
    }
}

impl<T: Element> From<Expr<T>> for AnyExpr {
    fn from(expr: Expr<T>) -> Self {
        Self { node: expr.node }
    }
}

/// What else may be an operand.
macro_rules! operands {
    ($($operand:ty),*) => {$(
        impl From<$operand> for AnyExpr {
            fn from(operand: $operand) -> Self {
                operand.any_expr()
            }
        }
    )*};
}
operands!(&AnyExpr, AnyArray, &AnyArray, Scalar);

/// Numbers are operands of their kind.
macro_rules! scalars {
    ($($rust:ty),*) => {$(
        impl From<$rust> for AnyExpr {
            fn from(value: $rust) -> Self {
                Scalar::from(value).into()
            }
        }
    )*};
}
scalars!(bool, u8, i32, i64, u64, f32, f64, Complex<f32>, Complex<f64>);

impl std::fmt::Debug for AnyExpr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expression of shape {} and dtype {}", self.shape(), self.dtype())
    }
}

/// A reduction of any dtype, with its options: `x.reduce(Fold::Sum, 0).keep().eval()?`.
#[must_use = "a reduction does nothing until it is evaluated"]
pub struct AnyReduction {
    question: Question,
}

impl AnyReduction {
    /// Keep the reduced axes, with extent 1.
    ///
    /// **Local.**
    pub fn keep(mut self) -> Self {
        self.question.keep = true;
        self
    }

    /// Divide a variance by n - `ddof` instead of n. Other reductions pay no heed.
    ///
    /// **Local.**
    pub fn ddof(mut self, ddof: usize) -> Self {
        self.question.ddof = ddof;
        self
    }
}

impl Root for AnyExpr {
    type Output = AnyArray;

    #[track_caller]
    fn ask(&self) -> Result<reduce::Ask> {
        self.node.error.clone().map_or_else(|| reduce::Ask::array(&self.node), Err)
    }

    fn take(answer: reduce::Answer) -> AnyArray {
        let ((local, layout), cx) = answer.into_parts();
        AnyArray::from_value(local, layout, cx)
    }
}

impl Root for AnyReduction {
    type Output = AnyArray;

    #[track_caller]
    fn ask(&self) -> Result<reduce::Ask> {
        reduce::Ask::reduction(&self.question)
    }

    fn take(answer: reduce::Answer) -> AnyArray {
        AnyExpr::take(answer)
    }
}
