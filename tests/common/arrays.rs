//! Arrays of golden files as distributed ones, and back; and the layouts in which they are tried.
//!
//! Taken in after `golden.rs`: `#[path = "common/arrays.rs"] mod arrays;`.
#![allow(dead_code, reason = "each test crate uses its own part of this")]

use isotherm::AnyArray;
use isotherm::layout::{Distribution, Layout, Mesh};
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

/// How an array differs from a golden one, if it does: dtype, shape, then the first element whose bits are others.
pub(crate) fn difference(x: &AnyArray, golden: &GoldenArray) -> Result<Option<String>> {
    if x.dtype() != golden.dtype || *x.shape() != golden.shape {
        let message = format!("{} {} and should be {} {}", x.dtype(), x.shape(), golden.dtype, golden.shape);
        return Ok(Some(message));
    }
    by_dtype!(golden.dtype, T => {
        let (actual, golden) = (x.gather::<T>()?, golden.values::<T>());
        let place = (0..actual.len()).find(|&i| !same(actual[i], golden[i]));
        Ok(place.map(|i| format!("element {i} is {:?} and should be {:?}", actual[i], golden[i])))
    })
}

/// Every kind of layout of an array of `shape` over `ranks`.
pub(crate) fn layouts(shape: &Shape, ranks: usize) -> Vec<Layout> {
    let line = Mesh::line(ranks).expect("a line of ranks");
    let whole = vec![Distribution::Whole; shape.ndim()];
    let made = |mesh: &Mesh, parts: &[(usize, Distribution)]| {
        let mut distributions = whole.clone();
        for (axis, distribution) in parts {
            distributions[*axis] = distribution.clone();
        }
        Layout::new(shape.clone(), mesh.clone(), distributions).expect("a layout of the list")
    };
    let mut layouts = vec![made(&line, &[])];
    layouts.extend((0..shape.ndim()).map(|axis| made(&line, &[(axis, Distribution::balanced(0..1))])));
    let Some(last) = shape.ndim().checked_sub(1) else { return layouts };
    layouts.push(made(&line, &[(last, Distribution::blocks(0..1, &lopsided(shape[last], ranks)))]));
    layouts.push(made(&line, &[(0, Distribution::cyclic(0..1, 2))]));
    if ranks.is_multiple_of(2) {
        // Two axes of ranks: tiles where there are two axes of elements, replicas of a cyclic axis, and one axis over both.
        let mesh = Mesh::new(&[2, ranks / 2]).expect("a mesh");
        if last > 0 {
            layouts.push(made(&mesh, &[(0, Distribution::cyclic(1..2, 1)), (last, Distribution::balanced(0..1))]));
        }
        layouts.push(made(&mesh, &[(last, Distribution::cyclic(1..2, 1))]));
        layouts.push(made(&mesh, &[(0, Distribution::balanced(0..2))]));
    }
    layouts
}

/// Cuts that leave the first two ranks empty (one of two, none of one) and give each rank after the next at most one element.
pub(crate) fn lopsided(extent: usize, ranks: usize) -> Vec<usize> {
    let empty = (ranks - 1).min(2);
    let most = extent.saturating_sub(ranks - empty - 1);
    let offset = |rank: usize| if rank <= empty { 0 } else { (most + rank - empty - 1).min(extent) };
    (0..=ranks).map(offset).collect()
}
