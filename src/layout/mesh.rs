//! The ranks as a grid.

use std::ops::Range;

use smallvec::SmallVec;

use crate::error::{Error, ErrorKind, Result};
use crate::shape::Shape;

/// The ranks arranged in 1 to 4 axes, numbered in row-major order: the last axis runs fastest.
///
/// ```
/// use isotherm::layout::Mesh;
/// let mesh = Mesh::new(&[2, 3])?;
/// assert_eq!(mesh.coordinates(4).as_slice(), [1, 1]);
/// assert_eq!(mesh.rank_at(&[1, 1]), 4);
/// # Ok::<(), isotherm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mesh(Shape);

impl Mesh {
    /// The most axes that a mesh can have.
    pub const MAX_AXES: usize = 4;

    /// A mesh with these extents.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] unless there are 1 to 4 axes of at least one rank each, and a countable number of ranks.
    #[track_caller]
    pub fn new(extents: &[usize]) -> Result<Self> {
        let shape = Shape::from(extents);
        if !(1..=Self::MAX_AXES).contains(&extents.len()) || extents.contains(&0) {
            let message = format!("a mesh has 1 to {} axes of at least one rank each, not {shape}", Self::MAX_AXES);
            return Err(Error::new(ErrorKind::Layout, message));
        }
        match extents.iter().try_fold(1_usize, |n, &e| n.checked_mul(e)) {
            Some(_) => Ok(Self(shape)),
            None => Err(Error::new(ErrorKind::Layout, format!("a mesh {shape} has more ranks than can be counted"))),
        }
    }

    /// All ranks in one line.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] for no ranks.
    #[track_caller]
    pub fn line(ranks: usize) -> Result<Self> {
        Self::new(&[ranks])
    }

    /// The number of ranks.
    ///
    /// **Local.**
    pub fn ranks(&self) -> usize {
        self.0.size()
    }

    /// The number of axes.
    ///
    /// **Local.**
    pub fn ndim(&self) -> usize {
        self.0.ndim()
    }

    /// The number of ranks along each axis.
    ///
    /// **Local.**
    pub fn extents(&self) -> &[usize] {
        &self.0
    }

    /// Where `rank` stands.
    ///
    /// **Local.**
    pub fn coordinates(&self, rank: usize) -> SmallVec<[usize; 4]> {
        self.0.unravel(rank)
    }

    /// The rank that stands at `coordinates`; the inverse of [`Mesh::coordinates`].
    ///
    /// **Local.**
    pub fn rank_at(&self, coordinates: &[usize]) -> usize {
        self.0.ravel(coordinates)
    }

    /// Puts the row-major number `part` among the mesh axes `over` into `coordinates`.
    pub(super) fn set_part(&self, coordinates: &mut [usize], over: Range<usize>, mut part: usize) {
        for axis in over.rev() {
            coordinates[axis] = part % self.0[axis];
            part /= self.0[axis];
        }
    }
}
