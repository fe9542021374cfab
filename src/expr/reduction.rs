//! Reductions that are still to be computed.

use std::marker::PhantomData;
use std::panic::Location;
use std::rc::Rc;

use crate::axis::Axes;
use crate::dtype::{Element, Floating, Numeric, Real};
use crate::expr::{ArrayLike, Logic, Node};
use crate::program::Fold;

/// What a reduction computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Statistic {
    /// One of the folds, which devices know.
    Fold(Fold),
    /// The mean squared distance from the mean.
    Variance,
    /// The square root of the variance.
    Deviation,
    /// The square root of the sum of squared magnitudes.
    Norm,
}

impl From<Fold> for Statistic {
    fn from(fold: Fold) -> Self {
        Self::Fold(fold)
    }
}

/// A statistic of a node's elements along some axes, with its options.
#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) node: Rc<Node>,
    pub(crate) statistic: Statistic,
    pub(crate) axes: Axes,
    pub(crate) keep: bool,
    pub(crate) ddof: usize,
    pub(crate) at: &'static Location<'static>,
}

impl Question {
    #[track_caller]
    pub(crate) fn new(node: Rc<Node>, statistic: Statistic, axes: Axes) -> Self {
        Self { node, statistic, axes, keep: false, ddof: 0, at: Location::caller() }
    }
}

/// A reduction along some axes, with its options: `x.std(1).ddof(1).keep().eval()?`.
///
/// A reduction ends an expression and is no part of another: `(&x - x.mean(0).eval()?).eval()?`. Several over the same
/// axes run in one pass: `(x.min(0), x.max(0), x.sum(0)).eval()?`.
#[must_use = "a reduction does nothing until it is evaluated"]
pub struct Reduction<T: Element> {
    pub(crate) question: Question,
    element: PhantomData<T>,
}

impl<T: Element> Reduction<T> {
    #[track_caller]
    pub(crate) fn new<A: ArrayLike + ?Sized>(x: &A, statistic: Statistic, axes: Axes) -> Self {
        Self { question: Question::new(x.expr().node.clone(), statistic, axes), element: PhantomData }
    }

    /// Keep the reduced axes, with extent 1, so that the result broadcasts against the operand.
    ///
    /// **Local.**
    pub fn keep(self) -> Self {
        Self { question: Question { keep: true, ..self.question }, ..self }
    }

    /// Divide a variance by n - `ddof` instead of n: 1 is the sample variance. Other reductions pay no heed.
    ///
    /// **Local.**
    pub fn ddof(self, ddof: usize) -> Self {
        Self { question: Question { ddof, ..self.question }, ..self }
    }
}

/// The reductions, as methods of whatever is like an array.
///
/// `axes` is one axis, several (`[0, 2]`), or `None` for all; -1 is the last.
pub trait Reductions: ArrayLike {
    /// The sum; integers in 64 bits, wrapping. Of no elements 0.
    ///
    /// **Local.** Class: Exact for integers, Reproducible for floats: the exact sum, rounded once.
    #[track_caller]
    fn sum(&self, axes: impl Into<Axes>) -> Reduction<<Self::Elem as Numeric>::Sum>
    where
        Self::Elem: Numeric,
    {
        Reduction::new(self, Statistic::Fold(Fold::Sum), axes.into())
    }

    /// The product; integers in 64 bits, wrapping. Of no elements 1.
    ///
    /// **Local.** Class: Exact for integers, Bounded for floats: each of the n - 1 products is rounded.
    #[track_caller]
    fn prod(&self, axes: impl Into<Axes>) -> Reduction<<Self::Elem as Numeric>::Sum>
    where
        Self::Elem: Numeric,
    {
        Reduction::new(self, Statistic::Fold(Fold::Prod), axes.into())
    }

    /// The mean: the exact sum divided by the number of elements, rounded once. Of no elements NaN.
    ///
    /// **Local.** Class: Reproducible.
    #[track_caller]
    fn mean(&self, axes: impl Into<Axes>) -> Reduction<Self::Elem>
    where
        Self::Elem: Floating,
    {
        Reduction::new(self, Statistic::Fold(Fold::Mean), axes.into())
    }

    /// The variance, from the mean and the squared distances from it, in two passes; see [`Reduction::ddof`].
    ///
    /// **Local.** Class: Reproducible.
    #[track_caller]
    fn var(&self, axes: impl Into<Axes>) -> Reduction<<Self::Elem as Floating>::Part>
    where
        Self::Elem: Floating,
    {
        Reduction::new(self, Statistic::Variance, axes.into())
    }

    /// The standard deviation: the square root of the variance; see [`Reduction::ddof`].
    ///
    /// **Local.** Class: Reproducible.
    #[track_caller]
    fn std(&self, axes: impl Into<Axes>) -> Reduction<<Self::Elem as Floating>::Part>
    where
        Self::Elem: Floating,
    {
        Reduction::new(self, Statistic::Deviation, axes.into())
    }

    /// The Euclidean norm: the square root of the sum of squared magnitudes (Frobenius over two axes).
    ///
    /// **Local.** Class: Reproducible.
    #[track_caller]
    fn norm(&self, axes: impl Into<Axes>) -> Reduction<<Self::Elem as Floating>::Part>
    where
        Self::Elem: Floating,
    {
        Reduction::new(self, Statistic::Norm, axes.into())
    }

    /// The least element; NaN if there is one. Of no elements an error.
    ///
    /// **Local.** Class: Exact.
    #[track_caller]
    fn min(&self, axes: impl Into<Axes>) -> Reduction<Self::Elem>
    where
        Self::Elem: Real,
    {
        Reduction::new(self, Statistic::Fold(Fold::Min), axes.into())
    }

    /// The greatest element; NaN if there is one. Of no elements an error.
    ///
    /// **Local.** Class: Exact.
    #[track_caller]
    fn max(&self, axes: impl Into<Axes>) -> Reduction<Self::Elem>
    where
        Self::Elem: Real,
    {
        Reduction::new(self, Statistic::Fold(Fold::Max), axes.into())
    }

    /// The index of the least element along `axis` (or, for `None`, in row-major order): of the first NaN, else of the first of equals.
    ///
    /// **Local.** Class: Exact. Of no elements an error.
    #[track_caller]
    fn argmin(&self, axis: impl Into<Axes>) -> Reduction<i64>
    where
        Self::Elem: Real,
    {
        Reduction::new(self, Statistic::Fold(Fold::ArgMin), axis.into())
    }

    /// The index of the greatest element along `axis` (or, for `None`, in row-major order): of the first NaN, else of the first of equals.
    ///
    /// **Local.** Class: Exact. Of no elements an error.
    #[track_caller]
    fn argmax(&self, axis: impl Into<Axes>) -> Reduction<i64>
    where
        Self::Elem: Real,
    {
        Reduction::new(self, Statistic::Fold(Fold::ArgMax), axis.into())
    }

    /// How many elements are not zero: of a mask, how many are true.
    ///
    /// **Local.** Class: Exact. NaN is not zero.
    #[track_caller]
    fn count_nonzero(&self, axes: impl Into<Axes>) -> Reduction<i64> {
        Reduction::new(&self.cast::<bool>().cast::<i64>(), Statistic::Fold(Fold::Sum), axes.into())
    }

    /// Whether any element is not zero. Of none, no.
    ///
    /// **Local.** Class: Exact. NaN is not zero.
    #[track_caller]
    fn any(&self, axes: impl Into<Axes>) -> Reduction<bool> {
        Reduction::new(&self.cast::<bool>(), Statistic::Fold(Fold::Any), axes.into())
    }

    /// Whether all elements are not zero. Of none, yes.
    ///
    /// **Local.** Class: Exact. NaN is not zero.
    #[track_caller]
    fn all(&self, axes: impl Into<Axes>) -> Reduction<bool> {
        Reduction::new(&self.cast::<bool>(), Statistic::Fold(Fold::All), axes.into())
    }
}

impl<A: ArrayLike + ?Sized> Reductions for A {}
