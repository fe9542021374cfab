//! The operators, as one table: every spelling of array, expression and scalar on either side.

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

use num_complex::Complex;

use crate::array::DistArray;
use crate::dtype::{Element, Floating, Numeric};
use crate::expr::{ArrayLike, Expr, Operand, binary, unary};
use crate::program::{Binary, Unary};

/// `array op anything` for the four spellings of an array or expression.
macro_rules! array_first {
    ($($trait:ident $method:ident $op:ident $bound:ident;)*) => {$(
        array_first!(@ Expr<T>, $trait $method $op $bound);
        array_first!(@ &Expr<T>, $trait $method $op $bound);
        array_first!(@ DistArray<T>, $trait $method $op $bound);
        array_first!(@ &DistArray<T>, $trait $method $op $bound);
    )*};
    (@ $left:ty, $trait:ident $method:ident $op:ident $bound:ident) => {
        impl<T: $bound, R: Operand<T>> $trait<R> for $left {
            type Output = Expr<T>;

            #[track_caller]
            fn $method(self, right: R) -> Expr<T> {
                binary(Binary::$op, &self.expr(), &right.operand())
            }
        }
    };
}
array_first! {
    Add add Add Numeric;
    Sub sub Subtract Numeric;
    Mul mul Multiply Numeric;
    Div div Divide Floating;
    BitAnd bitand BitwiseAnd Bits;
    BitOr bitor BitwiseOr Bits;
    BitXor bitxor BitwiseXor Bits;
}

/// Types with bitwise operators: integers, and `bool`, whose `&`, `|`, `^` and `!` are the logical ones.
pub trait Bits: Element {}
impl Bits for bool {}
impl Bits for u8 {}
impl Bits for i32 {}
impl Bits for i64 {}
impl Bits for u64 {}

/// `scalar op array`.
macro_rules! scalar_first {
    ($($rust:ty: $($trait:ident $method:ident $op:ident),*;)*) => {$($(
        scalar_first!(@ $rust, Expr<$rust>, $trait $method $op);
        scalar_first!(@ $rust, &Expr<$rust>, $trait $method $op);
        scalar_first!(@ $rust, DistArray<$rust>, $trait $method $op);
        scalar_first!(@ $rust, &DistArray<$rust>, $trait $method $op);
    )*)*};
    (@ $rust:ty, $right:ty, $trait:ident $method:ident $op:ident) => {
        impl $trait<$right> for $rust {
            type Output = Expr<$rust>;

            #[track_caller]
            fn $method(self, right: $right) -> Expr<$rust> {
                binary(Binary::$op, &self.operand(), &right.expr())
            }
        }
    };
}
scalar_first! {
    u8: Add add Add, Sub sub Subtract, Mul mul Multiply;
    i32: Add add Add, Sub sub Subtract, Mul mul Multiply;
    i64: Add add Add, Sub sub Subtract, Mul mul Multiply;
    u64: Add add Add, Sub sub Subtract, Mul mul Multiply;
    f32: Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide;
    f64: Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide;
    Complex<f32>: Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide;
    Complex<f64>: Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide;
}

/// `op array`.
macro_rules! prefix {
    ($($trait:ident $method:ident $op:ident $bound:ident: $($operand:ty),*;)*) => {$($(
        impl<T: $bound> $trait for $operand {
            type Output = Expr<T>;

            #[track_caller]
            fn $method(self) -> Expr<T> {
                unary(Unary::$op, &self.expr())
            }
        }
    )*)*};
}
prefix! {
    Neg neg Negative Numeric: Expr<T>, &Expr<T>, DistArray<T>, &DistArray<T>;
    Not not BitwiseInvert Bits: Expr<T>, &Expr<T>, DistArray<T>, &DistArray<T>;
}
