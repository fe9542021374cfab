//! Several arrays as one.

use crate::array::DistArray;
use crate::array::pieces::{self, Piece};
use crate::axis::Axis;
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Layout, Move};
use crate::shape::Shape;

/// The arrays one after another along an axis that they have.
///
/// **Collective** when elements have to move, in one exchange per round; local otherwise. The order of the arrays must be the same on every
/// rank. Class: Exact.
///
/// The result is dealt as the first array that is dealt at all, and replicated when none is. Along a whole axis nothing moves
/// but operands that are dealt otherwise; along a dealt one the blocks of the result are balanced.
///
/// # Errors
/// [`ErrorKind::Argument`] for no arrays; [`ErrorKind::Axis`] when there is no such axis; [`ErrorKind::Shape`] when the arrays differ along another;
/// [`ErrorKind::Context`] for arrays of different contexts.
///
/// ```
/// isotherm::run_on(2, |cx| {
///     let (a, b) = (cx.zeros::<i32>((2, 2), 0)?, cx.ones::<i32>((2, 1), 0)?);
///     let c = isotherm::concatenate(&[&a, &b], 1)?;
///     assert_eq!(c.gather()?, [0, 0, 1, 0, 0, 1]);
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn concatenate<T: Element>(arrays: &[&DistArray<T>], axis: impl Into<Axis>) -> Result<DistArray<T>> {
    let first = first(arrays)?.shape();
    let axis = axis.into().resolve(first.ndim())?;
    let misfit = |other: &Shape| other.ndim() != first.ndim() || other.with(axis, first[axis]) != *first;
    if let Some(other) = arrays.iter().find(|array| misfit(array.shape())) {
        let message = format!("concatenate: shapes {first} and {} differ along more than axis {axis}", other.shape());
        return Err(Error::new(ErrorKind::Shape, message));
    }
    let mut moves = Vec::new();
    let mut extent: usize = 0;
    for (source, array) in arrays.iter().enumerate() {
        let own = array.shape()[axis];
        let mut axes = array.whole_axes();
        axes[axis] = vec![Piece::shifted(0, extent, own)];
        moves.extend(pieces::moves(source, &axes));
        extent = extent.saturating_add(own); // too large a sum is refused below
    }
    let shape = first.with(axis, extent).checked(size_of::<T>())?;
    DistArray::moved("concatenate", arrays, deal(arrays).with_extent(axis, shape[axis]), moves)
}

/// The arrays, all of one shape, side by side along a new axis: number `axis` of the result.
///
/// **Collective** when arrays are dealt differently; local otherwise. The order of the arrays must be the same on every rank. The new axis
/// is whole, the others are dealt as those of the first array that is dealt at all. Class: Exact.
///
/// # Errors
/// [`ErrorKind::Argument`] for no arrays; [`ErrorKind::Axis`] when the result has no such axis; [`ErrorKind::Shape`] when the shapes differ;
/// [`ErrorKind::Context`] for arrays of different contexts.
///
/// ```
/// isotherm::run_on(2, |cx| {
///     let (a, b) = (cx.zeros::<i32>(2, 0)?, cx.ones::<i32>(2, 0)?);
///     let c = isotherm::stack(&[&a, &b], -1)?;
///     assert_eq!((c.gather()?, c.split()), (vec![0, 1, 0, 1], Some(0)));
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn stack<T: Element>(arrays: &[&DistArray<T>], axis: impl Into<Axis>) -> Result<DistArray<T>> {
    let first = first(arrays)?.shape();
    let axis = axis.into().resolve(first.ndim() + 1)?;
    if let Some(other) = arrays.iter().find(|array| array.shape() != first) {
        let message = format!("stack: shapes {first} and {} differ", other.shape());
        return Err(Error::new(ErrorKind::Shape, message));
    }
    let place = |source: usize| {
        let mut all = Move::identity(first).reading(source);
        all.into.insert(axis, AxisMap::fixed(source));
        all
    };
    first.inserted(axis, arrays.len()).checked(size_of::<T>())?;
    let layout = deal(arrays).inserted_axis(axis, arrays.len());
    DistArray::moved("stack", arrays, layout, (0..arrays.len()).map(place).collect())
}

impl<T: Element> DistArray<T> {
    /// The array `count` times, one after another along `axis`.
    ///
    /// **Collective** when the axis is dealt; local otherwise. As [`concatenate`] of itself. `count` must be the same on every rank.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis; [`ErrorKind::Memory`] beyond the context's budget.
    #[track_caller]
    pub fn tile(&self, count: usize, axis: impl Into<Axis>) -> Result<Self> {
        let axis = axis.into().resolve(self.ndim())?;
        if count == 0 {
            return self.take(&[], axis);
        }
        concatenate(&vec![self; count], axis)
    }

    /// The array with every index of `axis` `count` times in a row.
    ///
    /// **Local.** Blocks and cyclic deals grow with their elements, so that nothing moves. `count` must be the same on every rank.
    /// Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis; [`ErrorKind::Shape`] or [`ErrorKind::Memory`] when the result is too large.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     assert_eq!(cx.arange(0, 3, 1, 0)?.repeat(2, 0)?.gather()?, [0, 0, 1, 1, 2, 2]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn repeat(&self, count: usize, axis: impl Into<Axis>) -> Result<Self> {
        let axis = axis.into().resolve(self.ndim())?;
        // Beside each index a new axis of its copies, whole on every rank; then both axes are one.
        self.shape().inserted(axis + 1, count).checked(size_of::<T>())?;
        let apart = self.layout.inserted_axis(axis + 1, count);
        let mut copies = Move::identity(apart.shape());
        copies.from.remove(axis + 1);
        let apart = Self::moved("repeat", &[self], apart, vec![copies])?;
        Ok(apart.relabelled(self.layout.repeated(axis, count)))
    }
}

/// The first array, if all have its context.
#[track_caller]
fn first<'a, T: Element>(arrays: &[&'a DistArray<T>]) -> Result<&'a DistArray<T>> {
    let Some(&first) = arrays.first() else {
        return Err(Error::new(ErrorKind::Argument, "no arrays to join"));
    };
    if arrays.iter().any(|array| !array.context().is(first.context())) {
        return Err(Error::new(ErrorKind::Context, "arrays of different contexts do not combine"));
    }
    Ok(first)
}

/// The layout that the joined array follows: that of the first which is dealt, or simply the first.
fn deal<'a, T: Element>(arrays: &[&'a DistArray<T>]) -> &'a Layout {
    arrays.iter().map(|array| array.layout()).find(|layout| !layout.is_replicated()).unwrap_or(arrays[0].layout())
}
