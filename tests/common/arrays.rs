//! Arrays of golden files as distributed ones, and back.
//!
//! Taken in after `golden.rs`: `#[path = "common/arrays.rs"] mod arrays;`.
#![allow(dead_code, reason = "each test crate uses its own part of this")]

use isotherm::AnyArray;
use isotherm::layout::Run;
use isotherm::prelude::*;

use crate::golden::{GoldenArray, same};

/// Run an expression with a dtype that is a value as a type.
macro_rules! by_dtype {
    ($dtype:expr, $T:ident => $body:expr) => {
        crate::arrays::by_dtype!(@ $dtype, $T, $body;
            Bool bool, U8 u8, I32 i32, I64 i64, U64 u64, F32 f32, F64 f64,
            C32 isotherm::Complex<f32>, C64 isotherm::Complex<f64>)
    };
    (@ $dtype:expr, $T:ident, $body:expr; $($variant:ident $rust:ty),*) => {
        match $dtype { $(isotherm::DType::$variant => { type $T = $rust; $body })* }
    };
}
pub(crate) use by_dtype;

/// This golden array, dealt as `layout`.
pub(crate) fn placed(cx: &Context, golden: &GoldenArray, layout: &Layout) -> Result<AnyArray> {
    by_dtype!(golden.dtype, T => Ok(cx.from_slice(&golden.values::<T>(), golden.shape.clone(), layout)?.into()))
}

/// How this rank's part of an array differs from a golden one, if it does: dtype, shape, then the first element whose bits are others.
pub(crate) fn difference(x: &AnyArray, golden: &GoldenArray) -> Result<Option<String>> {
    if x.dtype() != golden.dtype || *x.shape() != golden.shape {
        let message = format!("{} {} and should be {} {}", x.dtype(), x.shape(), golden.dtype, golden.shape);
        return Ok(Some(message));
    }
    by_dtype!(golden.dtype, T => {
        let other = pairs::<T>(x, golden)?.into_iter().find(|&(actual, golden)| !same(actual, golden));
        Ok(other.map(|(actual, golden)| format!("an element is {actual:?} and should be {golden:?}")))
    })
}

/// This rank's elements, each with the golden one of the same index. Nothing is sent: every replica answers for itself.
pub(crate) fn pairs<T: Element>(x: &AnyArray, golden: &GoldenArray) -> Result<Vec<(T, T)>> {
    let (x, golden) = (x.typed::<T>()?, golden.values::<T>());
    let of_run = |run: Run| run.global.zip(run.local..).map(|(global, local)| (x.local()[local], golden[global]));
    let pairs: Vec<(T, T)> = x.region().runs().flat_map(of_run).collect();
    assert_eq!(pairs.len(), x.local().len(), "a region has as many elements as its block");
    Ok(pairs)
}
