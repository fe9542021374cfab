//! Shapes, axes and broadcasting: the arithmetic of extents, with no idea of ranks.

use std::fmt;
use std::ops::Deref;

use smallvec::SmallVec;

use crate::error::{Error, ErrorKind, Result};

/// The extents of an array, slowest axis first. A scalar has no axes and one element.
///
/// Made from an integer, a tuple, an array, a slice or a vector of extents; used as a slice.
///
/// ```
/// use isotherm::Shape;
/// assert_eq!(Shape::from((3, 4)).size(), 12);
/// assert_eq!(Shape::from(()).size(), 1);
/// assert_eq!(Shape::from([2, 0, 5]).to_string(), "(2, 0, 5)");
/// ```
#[derive(PartialEq, Eq, Hash, Default)]
pub struct Shape(SmallVec<[usize; 4]>);

impl Shape {
    /// The number of axes.
    ///
    /// **Local.**
    pub fn ndim(&self) -> usize {
        self.0.len()
    }

    /// The number of elements. Saturates where the product does not fit; [`Shape::checked`] refuses such shapes.
    ///
    /// **Local.**
    pub fn size(&self) -> usize {
        if self.0.contains(&0) { 0 } else { self.0.iter().fold(1, |n, &e| n.saturating_mul(e)) }
    }

    /// This shape, or an error if its elements, each of `item_bytes`, could not be addressed.
    ///
    /// **Local.** The product is taken over the extents that are not zero, so that `(0, 2^63, 2^63)` is refused as well.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] with the shape.
    #[track_caller]
    pub fn checked(self, item_bytes: usize) -> Result<Self> {
        let bytes = self.0.iter().filter(|&&e| e != 0).try_fold(item_bytes.max(1), |n, &e| n.checked_mul(e));
        match bytes {
            Some(bytes) if isize::try_from(bytes).is_ok() => Ok(self),
            _ => Err(Error::new(ErrorKind::Shape, format!("shape {self} has more bytes than can be addressed"))),
        }
    }

    /// The distance in elements between neighbours along each axis of a row-major block.
    ///
    /// **Local.**
    pub fn strides(&self) -> SmallVec<[usize; 4]> {
        let mut strides: SmallVec<[usize; 4]> = smallvec::smallvec![1; self.ndim()];
        for axis in (1..self.ndim()).rev() {
            strides[axis - 1] = strides[axis].saturating_mul(self.0[axis]);
        }
        strides
    }

    /// The shape without `axis`.
    ///
    /// **Local.**
    #[must_use]
    pub fn without(&self, axis: usize) -> Self {
        let mut extents = self.0.clone();
        extents.remove(axis);
        Self(extents)
    }

    /// The shape with `extent` in place of that of `axis`.
    ///
    /// **Local.**
    #[must_use]
    pub fn with(&self, axis: usize, extent: usize) -> Self {
        let mut extents = self.0.clone();
        extents[axis] = extent;
        Self(extents)
    }

    /// The shape with a new axis of `extent` before `axis`.
    ///
    /// **Local.**
    #[must_use]
    pub fn inserted(&self, axis: usize, extent: usize) -> Self {
        let mut extents = self.0.clone();
        extents.insert(axis, extent);
        Self(extents)
    }

    /// The shape that two arrays have together under NumPy's broadcasting: aligned at the last axis, an extent of one
    /// stretches.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] with both shapes when an axis differs and neither extent is one.
    ///
    /// ```
    /// use isotherm::Shape;
    /// let both = Shape::from((8, 1, 3)).broadcast(&Shape::from((4, 1))).unwrap();
    /// assert_eq!(both, Shape::from((8, 4, 3)));
    /// ```
    #[track_caller]
    pub fn broadcast(&self, other: &Self) -> Result<Self> {
        if self == other || other.ndim() == 0 {
            return Ok(self.clone());
        }
        let ndim = self.ndim().max(other.ndim());
        let extent = |shape: &Self, axis: usize| (axis + shape.ndim()).checked_sub(ndim).map_or(1, |a| shape[a]);
        let mut extents = SmallVec::with_capacity(ndim);
        for axis in 0..ndim {
            extents.push(match (extent(self, axis), extent(other, axis)) {
                (a, b) if a == b => a,
                (1, b) => b,
                (a, 1) => a,
                _ => return Err(Error::new(ErrorKind::Shape, format!("shapes {self} and {other} do not broadcast"))),
            });
        }
        Ok(Self(extents))
    }

    /// The row-major linear position of `index`.
    ///
    /// **Local.**
    pub fn ravel(&self, index: &[usize]) -> usize {
        debug_assert_eq!(index.len(), self.ndim());
        index.iter().zip(&self.0).fold(0, |position, (&i, &extent)| position * extent + i)
    }

    /// The index at the row-major linear `position`; the inverse of [`Shape::ravel`].
    ///
    /// **Local.**
    pub fn unravel(&self, mut position: usize) -> SmallVec<[usize; 4]> {
        let mut index: SmallVec<[usize; 4]> = smallvec::smallvec![0; self.ndim()];
        for axis in (0..self.ndim()).rev() {
            index[axis] = position % self.0[axis].max(1);
            position /= self.0[axis].max(1);
        }
        index
    }
}

impl Clone for Shape {
    /// A copy of memory: the derived clone goes element by element.
    fn clone(&self) -> Self {
        Self(SmallVec::from_slice(&self.0))
    }
}

impl Deref for Shape {
    type Target = [usize];
    fn deref(&self) -> &[usize] {
        &self.0
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [one] => write!(f, "({one},)"),
            extents => {
                let text: Vec<String> = extents.iter().map(ToString::to_string).collect();
                write!(f, "({})", text.join(", "))
            }
        }
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<()> for Shape {
    fn from((): ()) -> Self {
        Self::default()
    }
}

impl From<usize> for Shape {
    fn from(extent: usize) -> Self {
        [extent].into()
    }
}

impl From<(usize,)> for Shape {
    fn from((a,): (usize,)) -> Self {
        [a].into()
    }
}

impl From<(usize, usize)> for Shape {
    fn from((a, b): (usize, usize)) -> Self {
        [a, b].into()
    }
}

impl From<(usize, usize, usize)> for Shape {
    fn from((a, b, c): (usize, usize, usize)) -> Self {
        [a, b, c].into()
    }
}

impl From<(usize, usize, usize, usize)> for Shape {
    fn from((a, b, c, d): (usize, usize, usize, usize)) -> Self {
        [a, b, c, d].into()
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(extents: [usize; N]) -> Self {
        Self(SmallVec::from_slice(&extents))
    }
}

impl From<&[usize]> for Shape {
    fn from(extents: &[usize]) -> Self {
        Self(SmallVec::from_slice(extents))
    }
}

impl From<Vec<usize>> for Shape {
    fn from(extents: Vec<usize>) -> Self {
        Self(SmallVec::from_vec(extents))
    }
}

impl From<&Shape> for Shape {
    fn from(shape: &Shape) -> Self {
        shape.clone()
    }
}

impl FromIterator<usize> for Shape {
    fn from_iter<I: IntoIterator<Item = usize>>(extents: I) -> Self {
        Self(extents.into_iter().collect())
    }
}
