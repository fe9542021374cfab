//! One layout for all operands of an expression, and the operands in it.

use std::rc::Rc;

use crate::array::movement;
use crate::context::Context;
use crate::dtype::with_dtype;
use crate::error::Result;
use crate::expr::{Kind, Node};
use crate::layout::{Distribution, Layout};
use crate::local::AnyLocal;
use crate::shape::Shape;

/// The layout of an array of `shape` computed from these operands: that of the operand for which the fewest bytes move, the leftmost of equals.
///
/// A pure function of the operands' layouts, so every rank finds the same. An operand that is dealt otherwise counts with all its
/// bytes, once for each replica of the result; one that every rank holds counts nothing.
pub(super) fn cheapest<'n>(
    operands: &(impl Iterator<Item = &'n Rc<Node>> + Clone),
    shape: &Shape,
    ranks: usize,
) -> Result<Layout> {
    let mut best: Option<(usize, Layout)> = None;
    for candidate in operands.clone().filter_map(|node| stretched(layout_of(node)?, shape)) {
        let moved = operands.clone().map(|node| cost(node, &candidate)).sum::<usize>();
        if best.as_ref().is_none_or(|&(least, _)| moved < least) {
            best = Some((moved, candidate));
        }
    }
    best.map_or_else(|| Layout::replicated(shape.clone(), ranks), |(_, layout)| Ok(layout))
}

fn layout_of(node: &Node) -> Option<&Layout> {
    match &node.kind {
        Kind::Leaf(leaf) => Some(&leaf.layout),
        Kind::Index(_, layout) => Some(layout),
        _ => None,
    }
}

/// Bytes that move to bring this operand to an expression dealt as `layout`.
fn cost(node: &Node, layout: &Layout) -> usize {
    let Kind::Leaf(leaf) = &node.kind else { return 0 };
    let needed = needed(layout, &node.shape);
    if leaf.layout.is_replicated() || leaf.layout == needed {
        return 0;
    }
    node.shape.size().saturating_mul(node.dtype.bytes()).saturating_mul(needed.replicas())
}

/// `layout` for an operand broadcast to `shape`: its dealt axes stay dealt, axes that stretch are whole. Nothing when a dealt axis
/// stretches and it would mean something else.
fn stretched(layout: &Layout, shape: &Shape) -> Option<Layout> {
    if layout.shape() == shape {
        return Some(layout.clone());
    }
    let missing = shape.ndim() - layout.shape().ndim();
    let distribution = |axis: usize| match axis.checked_sub(missing) {
        Some(own) if layout.shape()[own] == shape[axis] => layout.distribution(own).clone(),
        _ => Distribution::Whole,
    };
    let distributions = (0..shape.ndim()).map(distribution).collect();
    Layout::new(shape.clone(), layout.mesh().clone(), distributions).ok()
}

/// How an operand of `shape` must lie for a result that lies as `layout`.
pub(super) fn needed(layout: &Layout, shape: &Shape) -> Layout {
    if layout.shape() == shape {
        return layout.clone();
    }
    let missing = layout.shape().ndim() - shape.ndim();
    let distribution = |axis: usize| {
        let same = shape[axis] == layout.shape()[axis + missing];
        if same { layout.distribution(axis + missing).clone() } else { Distribution::Whole }
    };
    let distributions = (0..shape.ndim()).map(distribution).collect();
    Layout::new(shape.clone(), layout.mesh().clone(), distributions).expect("a part of a layout is a layout")
}

/// The block of an operand where an expression that lies as `layout` needs it.
#[track_caller]
pub(crate) fn moved(node: &Node, layout: &Layout, cx: &Context) -> Result<AnyLocal> {
    let Kind::Leaf(leaf) = &node.kind else { unreachable!("block slots hold leaves") };
    let needed = needed(layout, &node.shape);
    if leaf.layout == needed {
        return Ok(leaf.local.clone());
    }
    with_dtype!(node.dtype, T => Ok(movement::redistributed(cx, &leaf.local::<T>(), &leaf.layout, &needed)?.into()))
}
