//! Sums of squared distances from the mean, of lines that ranks have for themselves: each line is read from memory once.

use crate::array::evaluate::{Value, elements};
use crate::array::reduce::{Merging, result_layout};
use crate::context::Context;
use crate::dtype::{DType, with_dtype};
use crate::error::Result;
use crate::expr::{Kind, Node};
use crate::local::Local;
use crate::memory::Block;

/// With fewer lines, threads share them better in an evaluation for the mean and one more.
const LINES: usize = 256;

/// For each line of an array along `axes` the sum of the squared distances from the mean; nothing where an evaluation for the mean must go
/// before. That depends on what ranks share; none communicates.
#[track_caller]
pub(super) fn spread(cx: &Context, node: &Node, axes: &[usize], keep: bool) -> Result<Option<Value>> {
    let Kind::Leaf(leaf) = &node.kind else { return Ok(None) };
    let (Some(first), Some(last)) = (axes.iter().min(), axes.iter().max()) else { return Ok(None) };
    let len: usize = axes.iter().map(|&axis| node.shape[axis]).product();
    let fits = cx.engine().computes_at_once()
        && matches!(node.dtype, DType::F32 | DType::F64)
        && last - first < axes.len()
        && len > 0
        && node.shape.size() / len >= LINES
        && Merging::new(cx, &leaf.layout, axes).complete().is_some();
    if !fits {
        return Ok(None);
    }
    let layout = result_layout(&leaf.layout, axes, keep);
    cx.charge(&layout, node.dtype)?;
    let sums = cx.cpu().spread(elements(node, &leaf.local), leaf.local.shape(), axes);
    let local = with_dtype!(node.dtype, T => {
        let sums = sums.downcast::<Block<T>>().expect("sums have the dtype of their terms");
        Local::new(*sums, layout.local_shape(cx.rank())).into()
    });
    Ok(Some((local, layout)))
}
