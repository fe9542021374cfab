//! Arithmetic, rounding and bits, as methods of whatever is like an array. The operators are in `operators.rs` of the arrays.

use crate::dtype::{Float, Floating, Numeric, Real};
use crate::expr::operand::{binary, unary};
use crate::expr::{ArrayLike, Expr, Operand};
use crate::math::Integer;
use crate::program::{Binary, Unary};

/// Arithmetic beyond the operators.
pub trait Arithmetic: ArrayLike {
    /// Each element times itself.
    ///
    /// **Local.**
    #[track_caller]
    fn square(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Numeric,
    {
        unary(Unary::Square, &self.expr())
    }

    /// -1, 0 or 1; of complex numbers z / |z|; NaN of NaN.
    ///
    /// **Local.**
    #[track_caller]
    fn sign(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Numeric,
    {
        unary(Unary::Sign, &self.expr())
    }

    /// The next whole number below. Class: Exact.
    ///
    /// **Local.**
    #[track_caller]
    fn floor(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        unary(Unary::Floor, &self.expr())
    }

    /// The next whole number above. Class: Exact.
    ///
    /// **Local.**
    #[track_caller]
    fn ceil(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        unary(Unary::Ceil, &self.expr())
    }

    /// The next whole number towards zero. Class: Exact.
    ///
    /// **Local.**
    #[track_caller]
    fn trunc(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        unary(Unary::Trunc, &self.expr())
    }

    /// The nearest whole number, halves to the even one. Class: Exact.
    ///
    /// **Local.**
    #[track_caller]
    fn round(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        unary(Unary::Round, &self.expr())
    }

    /// The quotient rounded down; 0 where an integer is divided by zero.
    ///
    /// **Local.**
    #[track_caller]
    fn floor_divide(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        binary(Binary::FloorDivide, &self.expr(), &other.operand())
    }

    /// What [`floor_divide`](Arithmetic::floor_divide) leaves: it has the sign of the divisor, as in Python.
    ///
    /// **Local.**
    #[track_caller]
    fn remainder(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        binary(Binary::Remainder, &self.expr(), &other.operand())
    }

    /// Each element to a power.
    ///
    /// **Local.**
    #[track_caller]
    fn pow(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Numeric,
    {
        binary(Binary::Pow, &self.expr(), &other.operand())
    }

    /// The bits of each integer, so many places higher; 0 where that is beyond the last. Class: Exact.
    ///
    /// **Local.** A negative count gives 0, as in NumPy.
    #[track_caller]
    fn bitwise_left_shift(&self, places: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Integer,
    {
        binary(Binary::LeftShift, &self.expr(), &places.operand())
    }

    /// The bits of each integer, so many places lower; the sign fills up. Class: Exact.
    ///
    /// **Local.** Places beyond the last, and negative ones, leave only the sign.
    #[track_caller]
    fn bitwise_right_shift(&self, places: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Integer,
    {
        binary(Binary::RightShift, &self.expr(), &places.operand())
    }

    /// The greater of two; NaN if either is.
    ///
    /// **Local.**
    #[track_caller]
    fn maximum(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        binary(Binary::Maximum, &self.expr(), &other.operand())
    }

    /// The lesser of two; NaN if either is.
    ///
    /// **Local.**
    #[track_caller]
    fn minimum(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        binary(Binary::Minimum, &self.expr(), &other.operand())
    }

    /// The angle of the point (other, self), in radians.
    ///
    /// **Local.**
    #[track_caller]
    fn atan2(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Float,
    {
        binary(Binary::Atan2, &self.expr(), &other.operand())
    }

    /// The length of (self, other), without overflow on the way.
    ///
    /// **Local.**
    #[track_caller]
    fn hypot(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Float,
    {
        binary(Binary::Hypot, &self.expr(), &other.operand())
    }

    /// log(exp(self) + exp(other)), without overflow on the way.
    ///
    /// **Local.**
    #[track_caller]
    fn logaddexp(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Float,
    {
        binary(Binary::LogAddExp, &self.expr(), &other.operand())
    }

    /// The magnitude of self with the sign of other. Class: Exact.
    ///
    /// **Local.**
    #[track_caller]
    fn copysign(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Float,
    {
        binary(Binary::CopySign, &self.expr(), &other.operand())
    }

    /// The next number after self towards other. Class: Exact.
    ///
    /// **Local.**
    #[track_caller]
    fn nextafter(&self, other: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Float,
    {
        binary(Binary::NextAfter, &self.expr(), &other.operand())
    }

    /// The elements of at least `low` and at most `high`: smaller and greater ones become these.
    ///
    /// **Local.** NaN stays NaN. Class: Exact.
    #[track_caller]
    fn clip(&self, low: impl Operand<Self::Elem>, high: impl Operand<Self::Elem>) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        self.maximum(low).minimum(high)
    }

    /// The magnitude of each element; of real numbers and integers in their own type. Class: Exact.
    ///
    /// **Local.** The least integer wraps to itself. Complex numbers: see [`magnitude`](Arithmetic::magnitude).
    #[track_caller]
    fn abs(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Real,
    {
        unary(Unary::Abs, &self.expr())
    }

    /// The magnitude of each element, a real number also where the element is complex.
    ///
    /// **Local.**
    #[track_caller]
    fn magnitude(&self) -> Expr<<Self::Elem as Floating>::Part>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Abs, &self.expr())
    }
}

impl<A: ArrayLike + ?Sized> Arithmetic for A {}
