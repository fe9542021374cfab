//! One operation on small arrays that lie alike, and on scalars, computed without a program.
//!
//! Lowering an expression and laying out registers costs some microseconds, which is most of the time when there are a hundred elements.
//! Such an operation is one call of its kernel; its result is what the program would have given, bit for bit.

use smallvec::SmallVec;

use crate::array::evaluate::{Value, elements};
use crate::context::Context;
use crate::device::cpu::{Argument, apply};
use crate::dtype::with_dtype;
use crate::error::Result;
use crate::expr::{Kind, Leaf, Node};
use crate::local::Local;
use crate::memory::Erase;
use crate::program::Op;

/// The most elements on a rank: with more, what a program costs is not seen, and one over several threads is faster.
const SMALL: usize = 8 << 10;

/// The value of `node`, if it is one operation on arrays of one layout with few elements here, or on such and scalars. Ranks may differ in that: none communicates.
#[track_caller]
pub(super) fn direct(cx: &Context, node: &Node) -> Result<Option<Value>> {
    let (Kind::Op(op), Some(Leaf { layout, local: first, .. })) = (&node.kind, operand(node)) else { return Ok(None) };
    let len = first.shape().size();
    if node.error.is_some() || matches!(op, Op::Closure(_)) || len > SMALL || !cx.engine().computes_at_once() {
        return Ok(None);
    }
    cx.charge(layout, node.dtype)?;
    let arguments: SmallVec<[Argument<'_>; 3]> = node.arguments.iter().filter_map(|node| argument(node)).collect();
    let local = with_dtype!(node.dtype, T => {
        let mut block = cx.pool().take::<T>(len);
        apply(op, &arguments, T::erase_mut(&mut block), cx.pool());
        Local::new(block, first.shape()).into()
    });
    Ok(Some((local, layout.clone())))
}

/// An array among the arguments of a node, if all of them are arrays of its layout or scalars.
fn operand(node: &Node) -> Option<&Leaf> {
    let mut operand: Option<&Leaf> = None;
    for argument in &node.arguments {
        match &argument.kind {
            Kind::Scalar(_) => {}
            Kind::Leaf(leaf) if operand.is_none_or(|operand| operand.layout == leaf.layout) => operand = Some(leaf),
            _ => return None,
        }
    }
    operand
}

fn argument(node: &Node) -> Option<Argument<'_>> {
    match &node.kind {
        Kind::Leaf(leaf) => Some(Argument::Elements(elements(node, &leaf.local))),
        Kind::Scalar(scalar) => Some(Argument::Scalar(*scalar)),
        _ => None,
    }
}
