//! The operators of formulas, as two tables.

use std::ops::{Add, Div, Mul, Neg, Sub};

use num_complex::Complex;

use super::{Formula, Term};
use crate::array::DistArray;
use crate::dtype::{Floating, Numeric};
use crate::expr::Expr;

/// `formula op anything`.
macro_rules! formula_first {
    ($($trait:ident $method:ident $bound:ident;)*) => {$(
        formula_first!(@ Formula<'s, T>, $trait $method $bound);
        formula_first!(@ &Formula<'s, T>, $trait $method $bound);
    )*};
    (@ $left:ty, $trait:ident $method:ident $bound:ident) => {
        impl<'s, T: $bound, R: Term<'s, T>> $trait<R> for $left {
            type Output = Formula<'s, T>;

            #[track_caller]
            fn $method(self, right: R) -> Formula<'s, T> {
                Formula::of($trait::$method(self.term(), right.term()))
            }
        }
    };
}
formula_first! {
    Add add Numeric;
    Sub sub Numeric;
    Mul mul Numeric;
    Div div Floating;
}

/// `anything op formula`, type by type: for any type at once, the compiler would have to fear other implementations.
macro_rules! formula_second {
    ($($rust:ty: $($trait:ident $method:ident),*;)*) => {$($(
        formula_second!(@ $rust, $rust, $trait $method);
        formula_second!(@ Expr<$rust>, $rust, $trait $method);
        formula_second!(@ &Expr<$rust>, $rust, $trait $method);
        formula_second!(@ DistArray<$rust>, $rust, $trait $method);
        formula_second!(@ &DistArray<$rust>, $rust, $trait $method);
    )*)*};
    (@ $left:ty, $rust:ty, $trait:ident $method:ident) => {
        formula_second!(@ $left, $rust, Formula<'s, $rust>, $trait $method);
        formula_second!(@ $left, $rust, &Formula<'s, $rust>, $trait $method);
    };
    (@ $left:ty, $rust:ty, $right:ty, $trait:ident $method:ident) => {
        impl<'s> $trait<$right> for $left {
            type Output = Formula<'s, $rust>;

            #[track_caller]
            fn $method(self, right: $right) -> Formula<'s, $rust> {
                Formula::of($trait::$method(self, right.term()))
            }
        }
    };
}
formula_second! {
    u8: Add add, Sub sub, Mul mul;
    i32: Add add, Sub sub, Mul mul;
    i64: Add add, Sub sub, Mul mul;
    u64: Add add, Sub sub, Mul mul;
    f32: Add add, Sub sub, Mul mul, Div div;
    f64: Add add, Sub sub, Mul mul, Div div;
    Complex<f32>: Add add, Sub sub, Mul mul, Div div;
    Complex<f64>: Add add, Sub sub, Mul mul, Div div;
}

impl<T: Numeric> Neg for Formula<'_, T> {
    type Output = Self;

    #[track_caller]
    fn neg(self) -> Self {
        Self::of(-self.expr)
    }
}

impl<'s, T: Numeric> Neg for &Formula<'s, T> {
    type Output = Formula<'s, T>;

    #[track_caller]
    fn neg(self) -> Formula<'s, T> {
        Formula::of(-&self.expr)
    }
}
