//! Elements moved along their axes: reversed and rotated.

use crate::array::DistArray;
use crate::array::pieces::{self, Piece};
use crate::axis::Axes;
use crate::dtype::Element;
use crate::error::Result;

impl<T: Element> DistArray<T> {
    /// The elements in reverse order along one axis, several, or (for `None`) all.
    ///
    /// **Collective** when such an axis is dealt; local otherwise. The layout stays. Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) when there is no such axis, or one is named twice.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.from_fn((2, 2), 0, |i| (2 * i[0] + i[1]) as i64)?;
    ///     assert_eq!(x.flip(1)?.gather()?, [1, 0, 3, 2]); // every rank in its own rows
    ///     assert_eq!(x.flip(None)?.gather()?, [3, 2, 1, 0]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn flip(&self, axes: impl Into<Axes>) -> Result<Self> {
        let mut all = self.whole_axes();
        for axis in axes.into().resolve(self.ndim())? {
            let count = self.shape()[axis];
            all[axis] = vec![Piece { from: count.saturating_sub(1), step: -1, into: 0, count }];
        }
        Self::moved("flip", &[self], self.layout.clone(), pieces::moves(0, &all))
    }

    /// The elements `shift` places further along one axis or several; what leaves at the end comes back at the beginning. For
    /// `None`, along the row-major order of all elements.
    ///
    /// **Collective** when such an axis is dealt: in blocks, what crosses from one to another moves; local otherwise. The layout stays. `None`
    /// adds a reshape to one axis and back. `shift` must be the same on every rank. Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) when there is no such axis, or one is named twice.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.arange(0, 5, 1, 0)?;
    ///     assert_eq!(x.roll(2, 0)?.gather()?, [3, 4, 0, 1, 2]);
    ///     assert_eq!(x.roll(-1, 0)?.gather()?, [1, 2, 3, 4, 0]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn roll(&self, shift: isize, axes: impl Into<Axes>) -> Result<Self> {
        let axes = axes.into();
        if axes == Axes::ALL && self.ndim() != 1 {
            return self.flatten()?.roll(shift, 0)?.reshape_into(&self.layout);
        }
        let mut all = self.whole_axes();
        for axis in axes.resolve(self.ndim())? {
            let extent = self.shape()[axis];
            let shift = shift.rem_euclid(extent.max(1) as isize) as usize;
            all[axis] = vec![Piece::shifted(extent - shift, 0, shift), Piece::shifted(0, shift, extent - shift)];
        }
        Self::moved("roll", &[self], self.layout.clone(), pieces::moves(0, &all))
    }
}
