//! What a product of matrices reads and writes.

use crate::device::space::View;
use crate::shape::Shape;

/// Products of stacks of matrices: `c = a b`, or `c += a b`.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    /// The extents of the product, which lies row by row: those of the stack, rows, columns.
    pub(crate) shape: Shape,
    /// The extent that is summed over.
    pub(crate) inner: usize,
    /// Where the factors lie in their blocks: a step for each axis of the stack, one for rows and one for columns.
    pub(crate) a: View,
    pub(crate) b: View,
    /// Where the product begins in its block.
    pub(crate) at: usize,
    /// Whether it is added to what is there.
    pub(crate) add: bool,
}
