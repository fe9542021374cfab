//! Functions of single precision: in single precision itself where that keeps them within an ulp or so, else in double
//! precision with short polynomials, which is half as many elements an instruction.

mod exponential;
mod inverse_trigonometric;
mod logarithm;
pub(super) mod wide;

pub(super) use exponential::{exp, exp_moderate, exp2, expm1, is_moderate};
pub(super) use inverse_trigonometric::{acos, asin, atan, atan2};
pub(super) use logarithm::{log, log1p, log2, log10};
