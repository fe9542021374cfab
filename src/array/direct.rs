//! One operation on small arrays that lie alike, computed without a program.
//!
//! Lowering an expression and laying out registers costs some microseconds, which is most of the time when there are a hundred elements.
//! Such an operation is one call of its kernel; its result is what the program would have given, bit for bit.

use smallvec::SmallVec;

use crate::array::evaluate::{Value, elements};
use crate::context::Context;
use crate::device::cpu::apply;
use crate::dtype::with_dtype;
use crate::error::Result;
use crate::expr::{Kind, Leaf, Node};
use crate::local::Local;
use crate::memory::{AnySlice, Erase};
use crate::program::Op;

/// The most elements on a rank: with more, what a program costs is not seen, and one over several threads is faster.
const SMALL: usize = 8 << 10;

/// The value of `node`, if it is one operation on arrays of one layout with few elements here. Ranks may differ in that: none communicates.
#[track_caller]
pub(super) fn direct(cx: &Context, node: &Node) -> Result<Option<Value>> {
    let (Kind::Op(op), Some(operands)) = (&node.kind, operands(node)) else { return Ok(None) };
    let Leaf { layout, local: first, .. } = operands[0];
    let len = first.shape().size();
    if node.error.is_some() || matches!(op, Op::Closure(_)) || len > SMALL {
        return Ok(None);
    }
    cx.charge(layout, node.dtype)?;
    let slices = node.arguments.iter().zip(&operands).map(|(node, leaf)| elements(node, &leaf.local));
    let arguments: SmallVec<[AnySlice<'_>; 3]> = slices.collect();
    let local = with_dtype!(node.dtype, T => {
        let mut block = cx.pool().take::<T>(len);
        apply(op, &arguments, T::erase_mut(&mut block));
        Local::new(block, first.shape()).into()
    });
    Ok(Some((local, layout.clone())))
}

/// The arguments of a node, if all of them are arrays of one layout.
fn operands(node: &Node) -> Option<SmallVec<[&Leaf; 3]>> {
    let mut leaves: SmallVec<[&Leaf; 3]> = SmallVec::new();
    for argument in &node.arguments {
        let Kind::Leaf(leaf) = &argument.kind else { return None };
        if leaves.first().is_some_and(|first| first.layout != leaf.layout) {
            return None;
        }
        leaves.push(leaf);
    }
    (!leaves.is_empty()).then_some(leaves)
}
