//! Comparisons, predicates, choices and conversions, as methods of whatever is like an array.

use std::panic::Location;

use num_complex::Complex;

use crate::dtype::{Element, Float, Numeric, Real};
use crate::expr::operand::{compare, unary};
use crate::expr::{ArrayLike, Expr, Node, Operand};
use crate::program::{Closure, Compare, Op, Unary};

/// Comparisons, predicates and conversions.
pub trait Logic: ArrayLike {
    /// Whether two elements are equal; NaN equals nothing.
    ///
    /// **Local.**
    #[track_caller]
    fn equal(&self, other: impl Operand<Self::Elem>) -> Expr<bool> {
        compare(Compare::Equal, &self.expr(), &other.operand())
    }

    /// Whether two elements differ; NaN differs from everything.
    ///
    /// **Local.**
    #[track_caller]
    fn not_equal(&self, other: impl Operand<Self::Elem>) -> Expr<bool> {
        compare(Compare::NotEqual, &self.expr(), &other.operand())
    }

    /// Whether self is less than other.
    ///
    /// **Local.**
    #[track_caller]
    fn less(&self, other: impl Operand<Self::Elem>) -> Expr<bool>
    where
        Self::Elem: Real,
    {
        compare(Compare::Less, &self.expr(), &other.operand())
    }

    /// Whether self is less than other or equal.
    ///
    /// **Local.**
    #[track_caller]
    fn less_equal(&self, other: impl Operand<Self::Elem>) -> Expr<bool>
    where
        Self::Elem: Real,
    {
        compare(Compare::LessEqual, &self.expr(), &other.operand())
    }

    /// Whether self is greater than other.
    ///
    /// **Local.**
    #[track_caller]
    fn greater(&self, other: impl Operand<Self::Elem>) -> Expr<bool>
    where
        Self::Elem: Real,
    {
        compare(Compare::Greater, &self.expr(), &other.operand())
    }

    /// Whether self is greater than other or equal.
    ///
    /// **Local.**
    #[track_caller]
    fn greater_equal(&self, other: impl Operand<Self::Elem>) -> Expr<bool>
    where
        Self::Elem: Real,
    {
        compare(Compare::GreaterEqual, &self.expr(), &other.operand())
    }

    /// Whether each element is a NaN.
    ///
    /// **Local.**
    #[track_caller]
    fn is_nan(&self) -> Expr<bool>
    where
        Self::Elem: Numeric,
    {
        unary(Unary::IsNan, &self.expr())
    }

    /// Whether each element is an infinity.
    ///
    /// **Local.**
    #[track_caller]
    fn is_inf(&self) -> Expr<bool>
    where
        Self::Elem: Numeric,
    {
        unary(Unary::IsInf, &self.expr())
    }

    /// Whether each element is neither NaN nor an infinity.
    ///
    /// **Local.**
    #[track_caller]
    fn is_finite(&self) -> Expr<bool>
    where
        Self::Elem: Numeric,
    {
        unary(Unary::IsFinite, &self.expr())
    }

    /// Whether the sign bit is set: also of -0 and of some NaNs.
    ///
    /// **Local.**
    #[track_caller]
    fn signbit(&self) -> Expr<bool>
    where
        Self::Elem: Float,
    {
        unary(Unary::Signbit, &self.expr())
    }

    /// The elements as another type, by NumPy's rules of `astype`: see [`cast`](crate::math::cast()).
    ///
    /// **Local.** Class: Exact.
    #[track_caller]
    fn cast<U: Element>(&self) -> Expr<U> {
        let x = self.expr();
        if U::DTYPE == Self::Elem::DTYPE {
            return Expr::of(x.node);
        }
        Expr::new(Node::op(Op::Cast, U::DTYPE, &[&x.node], Location::caller()))
    }

    /// `function` of each element.
    ///
    /// **Local.** The function runs on the CPU, perhaps on another thread; it must give the same on every rank.
    ///
    /// ```
    /// use isotherm::prelude::*;
    /// isotherm::run_on(3, |cx| {
    ///     let x = cx.arange(0.0_f64, 10.0, 1.0, 0)?;
    ///     let y = x.map(|v| if v < 5.0 { v } else { 10.0 - v }).eval()?;
    ///     assert_eq!(y.sum(None).eval()?.item()?, 25.0);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    fn map<U: Element>(&self, function: impl Fn(Self::Elem) -> U + Send + Sync + 'static) -> Expr<U> {
        self.map_slices(move |from, into| {
            for (into, &from) in into.iter_mut().zip(from) {
                *into = function(from);
            }
        })
    }

    /// `function` of runs of elements, of any length: for loops that vectorise.
    ///
    /// **Local.** As [`map`](Logic::map); the slices have equal lengths, and the second holds unspecified elements to be
    /// overwritten.
    #[track_caller]
    fn map_slices<U: Element>(&self, function: impl Fn(&[Self::Elem], &mut [U]) + Send + Sync + 'static) -> Expr<U> {
        let x = self.expr();
        let closure = Closure::new::<Self::Elem, U>(function);
        Expr::new(Node::op(Op::Closure(closure), U::DTYPE, &[&x.node], Location::caller()))
    }
}

impl<A: ArrayLike + ?Sized> Logic for A {}

/// The parts of complex numbers.
pub trait Parts<P: Float>: ArrayLike<Elem = Complex<P>>
where
    Complex<P>: Element,
{
    /// The real parts.
    ///
    /// **Local.** Class: Exact.
    #[track_caller]
    fn real(&self) -> Expr<P> {
        unary(Unary::Real, &self.expr())
    }

    /// The imaginary parts.
    ///
    /// **Local.** Class: Exact.
    #[track_caller]
    fn imag(&self) -> Expr<P> {
        unary(Unary::Imag, &self.expr())
    }

    /// The complex conjugates.
    ///
    /// **Local.** Class: Exact.
    #[track_caller]
    fn conj(&self) -> Expr<Complex<P>> {
        unary(Unary::Conj, &self.expr())
    }
}

impl<P: Float, A: ArrayLike<Elem = Complex<P>> + ?Sized> Parts<P> for A where Complex<P>: Element {}

/// `a` where the condition holds, `b` elsewhere (NumPy's `where`).
///
/// **Local.** Class: Exact.
///
/// ```
/// use isotherm::prelude::*;
/// isotherm::run_on(2, |cx| {
///     let x = cx.arange(-2.0_f64, 3.0, 1.0, 0)?;
///     let positive = select(x.greater(0.0), &x, 0.0).eval()?;
///     assert_eq!(positive.sum(None).eval()?.item()?, 3.0);
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn select<T: Element>(condition: impl Operand<bool>, a: impl Operand<T>, b: impl Operand<T>) -> Expr<T> {
    let (condition, a, b) = (condition.operand(), a.operand(), b.operand());
    Expr::new(Node::op(Op::Select, T::DTYPE, &[&condition.node, &a.node, &b.node], Location::caller()))
}
