//! The elementary functions of the array API, as methods of whatever is like an array.
//!
//! Each describes work for `eval`; none communicates, and none can fail here. Integers wrap and x / 0 is 0; NaN propagates. Accuracy:
//! the rounding functions, square roots and arithmetic are correctly rounded, the others within 2 units in the last place
//! (see [`crate::math`]); complex functions as [`crate::math::complex`] says.

use crate::dtype::Floating;
use crate::expr::operand::unary;
use crate::expr::{ArrayLike, Expr};
use crate::program::Unary;

/// Functions of real and complex numbers.
pub trait Functions: ArrayLike {
    /// Square root; NaN below zero. Class: Exact.
    ///
    /// **Local.**
    #[track_caller]
    fn sqrt(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Sqrt, &self.expr())
    }

    /// The exponential function.
    ///
    /// **Local.**
    #[track_caller]
    fn exp(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Exp, &self.expr())
    }

    /// Two to the power of each element.
    ///
    /// **Local.**
    #[track_caller]
    fn exp2(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Exp2, &self.expr())
    }

    /// exp(x) - 1, accurate near zero.
    ///
    /// **Local.**
    #[track_caller]
    fn expm1(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Expm1, &self.expr())
    }

    /// Natural logarithm.
    ///
    /// **Local.**
    #[track_caller]
    fn log(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Log, &self.expr())
    }

    /// log(1 + x), accurate near zero.
    ///
    /// **Local.**
    #[track_caller]
    fn log1p(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Log1p, &self.expr())
    }

    /// Logarithm to base 2.
    ///
    /// **Local.**
    #[track_caller]
    fn log2(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Log2, &self.expr())
    }

    /// Logarithm to base 10.
    ///
    /// **Local.**
    #[track_caller]
    fn log10(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Log10, &self.expr())
    }

    /// Sine of an angle in radians.
    ///
    /// **Local.**
    #[track_caller]
    fn sin(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Sin, &self.expr())
    }

    /// Cosine of an angle in radians.
    ///
    /// **Local.**
    #[track_caller]
    fn cos(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Cos, &self.expr())
    }

    /// Tangent of an angle in radians.
    ///
    /// **Local.**
    #[track_caller]
    fn tan(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Tan, &self.expr())
    }

    /// Inverse sine, in radians.
    ///
    /// **Local.**
    #[track_caller]
    fn asin(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Asin, &self.expr())
    }

    /// Inverse cosine, in radians.
    ///
    /// **Local.**
    #[track_caller]
    fn acos(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Acos, &self.expr())
    }

    /// Inverse tangent, in radians.
    ///
    /// **Local.**
    #[track_caller]
    fn atan(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Atan, &self.expr())
    }

    /// Hyperbolic sine.
    ///
    /// **Local.**
    #[track_caller]
    fn sinh(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Sinh, &self.expr())
    }

    /// Hyperbolic cosine.
    ///
    /// **Local.**
    #[track_caller]
    fn cosh(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Cosh, &self.expr())
    }

    /// Hyperbolic tangent.
    ///
    /// **Local.**
    #[track_caller]
    fn tanh(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Tanh, &self.expr())
    }

    /// Inverse hyperbolic sine.
    ///
    /// **Local.**
    #[track_caller]
    fn asinh(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Asinh, &self.expr())
    }

    /// Inverse hyperbolic cosine.
    ///
    /// **Local.**
    #[track_caller]
    fn acosh(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Acosh, &self.expr())
    }

    /// Inverse hyperbolic tangent.
    ///
    /// **Local.**
    #[track_caller]
    fn atanh(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Atanh, &self.expr())
    }

    /// One over each element.
    ///
    /// **Local.**
    #[track_caller]
    fn reciprocal(&self) -> Expr<Self::Elem>
    where
        Self::Elem: Floating,
    {
        unary(Unary::Reciprocal, &self.expr())
    }
}

impl<A: ArrayLike + ?Sized> Functions for A {}
