//! A margin of one value.

use crate::array::pieces::{self, Piece};
use crate::array::{DistArray, movement};
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Plan;
use crate::local::{Elements, Fresh};
use crate::shape::Shape;

impl<T: Element> DistArray<T> {
    /// The array with so many indices of `value` before and after it along each axis.
    ///
    /// **Local**, unless a padded axis is dealt cyclically: then **Collective**. In blocks the first rank's grows at its beginning and the last
    /// rank's at its end, so that nothing moves; [`balance`](DistArray::balance) evens out wide margins. The arguments must be
    /// the same on every rank. Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] unless there is one pair for each axis; [`ErrorKind::Shape`] or [`ErrorKind::Memory`] when the result is too large.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.ones::<i32>((2, 2), 0)?;
    ///     assert_eq!(x.pad(&[(0, 1), (1, 0)], 0)?.gather()?, [0, 1, 1, 0, 1, 1, 0, 0, 0]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn pad(&self, widths: &[(usize, usize)], value: T) -> Result<Self> {
        if widths.len() != self.ndim() {
            let message = format!("{} pairs of widths for the axes of shape {}", widths.len(), self.shape());
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let padded = |(&extent, &(before, after)): (&usize, &(usize, usize))| {
            extent.saturating_add(before).saturating_add(after)
        };
        self.shape().iter().zip(widths).map(padded).collect::<Shape>().checked(size_of::<T>())?;
        let mut layout = self.layout.clone();
        let mut axes = self.whole_axes();
        for (axis, &(before, after)) in widths.iter().enumerate() {
            layout = layout.padded(axis, before, after);
            axes[axis] = vec![Piece::shifted(0, before, self.shape()[axis])];
        }
        let (cx, moves) = (&self.cx, pieces::moves(0, &axes));
        let plan = Plan::new(&[&self.layout], &layout, moves, cx.rank(), movement::options::<T>(cx))?;
        cx.charge(&layout, T::DTYPE)?;
        let mut fresh = Fresh::new(layout.local_len(cx.rank()), cx.engine());
        fresh.fill(value, cx.engine());
        movement::execute(cx, &plan, "pad", &[Elements::Of(&self.local)], fresh.room())?;
        let local = fresh.done(layout.local_shape(cx.rank()), cx.engine());
        Ok(Self::from_parts(local, layout, cx.clone()))
    }
}
