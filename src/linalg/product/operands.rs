//! Two operands as stacks of matrices with equally many axes.

use crate::array::DistArray;
use crate::dtype::Numeric;
use crate::error::{Error, ErrorKind, Result};
use crate::shape::Shape;

/// The operands of a product, each with at least two axes and as many as the other, and what the product is.
pub(super) struct Operands<T: Numeric> {
    pub(super) a: DistArray<T>,
    pub(super) b: DistArray<T>,
    /// The shape of the product: leading axes, rows, columns.
    pub(super) shape: Shape,
    /// The axes that the product must lose, because an operand had one axis only.
    pub(super) dropped: Vec<isize>,
}

impl<T: Numeric> Operands<T> {
    /// **Local**: new axes of extent 1 copy nothing.
    #[track_caller]
    pub(super) fn new(a: &DistArray<T>, b: &DistArray<T>) -> Result<Self> {
        if !a.context().is(b.context()) {
            return Err(Error::new(ErrorKind::Context, "matmul of arrays of different contexts"));
        }
        let of = || format!("matmul of shapes {} and {}", a.shape(), b.shape());
        if a.ndim() == 0 || b.ndim() == 0 {
            let message = format!("{}: a scalar is no matrix; multiply with `*`", of());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let mut dropped = Vec::new();
        let (mut left, mut right) = (a.clone(), b.clone());
        if a.ndim() == 1 {
            left = a.expand_dims(0)?;
            dropped.push(-2);
        }
        if b.ndim() == 1 {
            right = b.expand_dims(1)?;
            dropped.push(-1);
        }
        while left.ndim() < right.ndim() {
            left = left.expand_dims(0)?;
        }
        while right.ndim() < left.ndim() {
            right = right.expand_dims(0)?;
        }
        let ndim = left.ndim();
        let (inner, other) = (left.shape()[ndim - 1], right.shape()[ndim - 2]);
        if inner != other {
            let message = format!("{}: the inner extents {inner} and {other} differ", of());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let leading = |x: &DistArray<T>| Shape::from(&x.shape()[..ndim - 2]);
        let Ok(stack) = leading(&left).broadcast(&leading(&right)) else {
            return Err(Error::new(ErrorKind::Shape, format!("{}: the leading axes do not broadcast", of())));
        };
        let shape: Shape = stack.iter().copied().chain([left.shape()[ndim - 2], right.shape()[ndim - 1]]).collect();
        Ok(Self { a: left, b: right, shape: shape.checked(size_of::<T>())?, dropped })
    }
}
