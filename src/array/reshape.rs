//! The same elements in row-major order, in another shape.

use smallvec::SmallVec;

use crate::array::{DistArray, Placement};
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::shape::Shape;

/// A shape in which one extent may be -1: whatever makes the number of elements right.
///
/// Made like a [`Shape`], from an integer, a tuple, an array, a slice or a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extents(SmallVec<[Extent; 4]>);

/// One extent of a shape; -1 is to be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent(isize);

impl Extents {
    /// The shape of `size` elements that this means.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when there is none, or more than one extent is to be found out.
    ///
    /// ```
    /// use isotherm::Extents;
    /// assert_eq!(Extents::from((3, -1)).resolve(12).unwrap(), (3, 4).into());
    /// assert!(Extents::from((5, -1)).resolve(12).is_err());
    /// ```
    #[track_caller]
    pub fn resolve(&self, size: usize) -> Result<Shape> {
        let known: Shape = self.0.iter().filter_map(|extent| usize::try_from(extent.0).ok()).collect();
        let open = || self.0.iter().filter(|extent| extent.0 == -1).count();
        let rest = match known.ndim() {
            all if all == self.0.len() => (known.size() == size).then_some(1),
            rest if rest + 1 == self.0.len() && open() == 1 => size.checked_div(known.size()),
            _ => None,
        };
        let shape = rest.map(|rest| self.0.iter().map(|extent| usize::try_from(extent.0).unwrap_or(rest)).collect());
        match shape {
            Some(shape) if Shape::size(&shape) == size => shape.checked(1),
            _ => {
                let wanted: Vec<isize> = self.0.iter().map(|extent| extent.0).collect();
                Err(Error::new(ErrorKind::Shape, format!("{size} elements have no shape {wanted:?}")))
            }
        }
    }
}

impl<T: Element> DistArray<T> {
    /// The elements in row-major order in another shape; one extent may be -1.
    ///
    /// **Collective** when elements have to move, in one exchange per round; local otherwise. `shape` must be the same on every rank. Any layout
    /// reshapes and no rank gathers. Class: Exact. Peak memory: both blocks and twice the context's staging limit.
    ///
    /// | operand | result |
    /// |---|---|
    /// | replicated | replicated; no copy |
    /// | each dealt axis is also one of the new shape, with as many elements in front of it | these stay dealt as they are; no copy |
    /// | other | balanced blocks of the first axis that has an element for every rank, or else of the longest |
    ///
    /// Where no copy is made, both arrays share the memory until one of them is written.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when the shape has another number of elements.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.arange(0, 24, 1, 0)?.reshape((4, -1))?;
    ///     assert_eq!((x.shape().to_string(), x.split()), ("(4, 6)".to_owned(), Some(0)));
    ///     let y = x.reshape((4, 2, 3))?; // the rows stay where they are
    ///     assert!(y.block().shares_memory_with(x.block()));
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn reshape(&self, shape: impl Into<Extents>) -> Result<Self> {
        let shape = shape.into().resolve(self.size())?;
        match self.layout.reshaped(&shape) {
            Some(layout) => Ok(self.relabelled(layout)),
            None => self.reshape_into(&balanced(shape, self.cx.size())?),
        }
    }

    /// The elements in row-major order in another shape, placed as `placement` says; one extent may be -1.
    ///
    /// **Collective**, as [`reshape`](DistArray::reshape); local and without a copy when every rank keeps its elements in their order: then
    /// both arrays share the memory until one of them is written.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when the shape has another number of elements; [`ErrorKind::Axis`] or [`ErrorKind::Layout`] when the placement does not
    /// fit it.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.arange(0, 24, 1, 0)?.reshape((4, 6))?;
    ///     let mut y = x.reshape_to((6, 4), 0)?; // 12 elements on each rank, before and after
    ///     assert!(y.block().shares_memory_with(x.block()));
    ///     y.local_mut()[0] = 7; // copies: x sees nothing of it
    ///     assert_eq!((x.get(&[0, 0])?, y.get(&[0, 0])?), (0, 7));
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn reshape_to(&self, shape: impl Into<Extents>, placement: impl Into<Placement>) -> Result<Self> {
        let shape = shape.into().resolve(self.size())?;
        self.reshape_into(&placement.into().layout(&shape, self.cx.size())?)
    }

    /// All elements in row-major order along one axis.
    ///
    /// **Collective**, as [`reshape`](DistArray::reshape): balanced blocks, or replicated as the operand is.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] beyond the context's budget.
    #[track_caller]
    pub fn flatten(&self) -> Result<Self> {
        self.reshape(-1)
    }
}

/// Balanced blocks of the first axis that has an element for every rank, or else of the longest.
#[track_caller]
fn balanced(shape: Shape, ranks: usize) -> Result<Layout> {
    let longest = (0..shape.ndim()).rev().max_by_key(|&axis| shape[axis]);
    match (0..shape.ndim()).find(|&axis| shape[axis] >= ranks).or(longest) {
        Some(axis) => Layout::split(shape, axis, ranks),
        None => Layout::replicated(shape, ranks),
    }
}

/// An extent, and a shape of one axis, from each of the types that a literal or a count may have.
macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Extent {
            fn from(extent: $integer) -> Self {
                Self(isize::try_from(extent).unwrap_or(isize::MAX))
            }
        }
        impl From<$integer> for Extents {
            fn from(extent: $integer) -> Self {
                [extent].into()
            }
        }
    )*};
}
integers!(i32, isize, usize);

impl From<()> for Extents {
    fn from((): ()) -> Self {
        Self(SmallVec::new())
    }
}

impl From<&Shape> for Extents {
    fn from(shape: &Shape) -> Self {
        shape[..].into()
    }
}

impl<E: Into<Extent> + Copy> From<&[E]> for Extents {
    fn from(extents: &[E]) -> Self {
        Self(extents.iter().map(|&extent| extent.into()).collect())
    }
}

impl<E: Into<Extent>, const N: usize> From<[E; N]> for Extents {
    fn from(extents: [E; N]) -> Self {
        Self(extents.into_iter().map(Into::into).collect())
    }
}

impl<E: Into<Extent>> From<Vec<E>> for Extents {
    fn from(extents: Vec<E>) -> Self {
        Self(extents.into_iter().map(Into::into).collect())
    }
}

/// Tuples of one to six extents.
macro_rules! tuples {
    ($(($($extent:ident $place:tt),*);)*) => {$(
        impl<$($extent: Into<Extent>),*> From<($($extent,)*)> for Extents {
            fn from(extents: ($($extent,)*)) -> Self {
                Self(smallvec::smallvec![$(extents.$place.into()),*])
            }
        }
    )*};
}
tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
}
