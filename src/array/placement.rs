//! Where a new array shall lie.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::shape::Shape;

/// Where a new array shall lie: split along an axis (an integer), on every rank (`None`), or by a [`Layout`].
#[derive(Clone, Debug)]
pub enum Placement {
    /// The whole array on every rank.
    Replicated,
    /// One axis in balanced blocks over all ranks; -1 is the last.
    Split(crate::Axis),
    /// As this layout says.
    As(Layout),
}

impl Placement {
    /// The layout of an array of `shape` over `ranks`.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] for an axis that the shape does not have; [`ErrorKind::Layout`] for a layout of another shape or number of ranks.
    #[track_caller]
    pub fn layout(&self, shape: &Shape, ranks: usize) -> Result<Layout> {
        match self {
            Self::Replicated => Layout::replicated(shape.clone(), ranks),
            Self::Split(axis) => Layout::split(shape.clone(), axis.resolve(shape.ndim())?, ranks),
            Self::As(layout) if layout.shape() == shape && layout.ranks() == ranks => Ok(layout.clone()),
            Self::As(layout) => Err(Error::new(
                ErrorKind::Layout,
                format!("an array of shape {shape} on {ranks} ranks cannot lie as {layout}"),
            )),
        }
    }
}

impl From<usize> for Placement {
    fn from(axis: usize) -> Self {
        Self::Split(axis.into())
    }
}

impl From<i32> for Placement {
    fn from(axis: i32) -> Self {
        Self::Split(axis.into())
    }
}

impl From<Option<usize>> for Placement {
    fn from(axis: Option<usize>) -> Self {
        axis.map_or(Self::Replicated, Self::from)
    }
}

impl From<Layout> for Placement {
    fn from(layout: Layout) -> Self {
        Self::As(layout)
    }
}

impl From<&Layout> for Placement {
    fn from(layout: &Layout) -> Self {
        Self::As(layout.clone())
    }
}
