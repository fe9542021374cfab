//! Reading parts of an array.

use crate::array::index::{AxisRange, Index, IndexItem, place, range};
use crate::array::pieces::{self, Piece};
use crate::array::{DistArray, Roots};
use crate::axis::Axis;
use crate::dtype::{Element, Numeric};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Move};
use crate::local::Local;

/// Slices of so many bytes may stay where they are. Smaller ones are as cheap to copy.
const SEEN: usize = 1 << 20;

impl<T: Element> DistArray<T> {
    /// The elements that `index` picks, as an array of their own: see [`Index`].
    ///
    /// **Collective** when elements have to move; local otherwise. `index` must be the same on every rank. Class: Exact.
    ///
    /// | along an axis | the result is | what moves |
    /// |---|---|---|
    /// | that is whole | whole | nothing |
    /// | in blocks, step above 0 | in blocks, cut so that elements stay where they are | nothing |
    /// | in blocks, step below 0 | in balanced blocks, or in the same ones when the extent is the same | what is not there |
    /// | cyclic | cyclic | what is not there |
    /// | dealt, one integer | on every rank along the mesh axes that dealt it | from the owner to these ranks |
    ///
    /// Where only axes of extent 1 come or go, not even a copy is made: both arrays share the memory until one of them is written. A large
    /// slice of at least half of the elements that stay where they are is read in place by expressions, and copied when
    /// anything else asks for its elements; until then, writing to the array copies that instead.
    ///
    /// # Errors
    /// [`ErrorKind::Index`] for an integer outside the array, a step of 0 and more items than axes.
    ///
    /// ```
    /// use isotherm::prelude::*;
    /// isotherm::run_on(3, |cx| {
    ///     let x = cx.arange(0.0, 10.0, 1.0, 0)?;
    ///     assert_eq!(x.slice(range(1, -1).step(3))?.gather()?, [1.0, 4.0, 7.0]);
    ///     let means = ((x.slice(1..)? + x.slice(..-1)?) / 2.0).eval()?; // only the elements at the borders of blocks move
    ///     assert_eq!(means.gather()?[..3], [0.5, 1.5, 2.5]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn slice(&self, index: impl Into<Index>) -> Result<Self> {
        let picks = index.into().of(self.shape())?;
        let layout = picks.layout(&self.layout);
        if picks.is_everything(&self.layout) {
            return Ok(self.relabelled(layout));
        }
        let size = picks.shape().size();
        let (rank, engine) = (self.cx.rank(), self.cx.engine());
        if size * size_of::<T>() >= SEEN
            && 2 * size >= self.size()
            && let Some(view) = picks.view(&self.layout, &layout, rank)
            && let Some(local) = Local::seen(&self.local, layout.local_shape(rank), view, engine)
        {
            self.cx.charge(&layout, T::DTYPE)?;
            return Ok(Self::from_parts(local, layout, self.cx.clone()));
        }
        let read = Move { from: picks.maps(), ..Move::identity(&picks.shape()) };
        Self::moved("slice", &[self], layout, vec![read])
    }

    /// The element at `index`, on every rank; negative numbers count from the end.
    ///
    /// **Collective.** One broadcast of one value from its owner; local when every rank holds the whole array. `index` must be the same
    /// on every rank.
    ///
    /// # Errors
    /// [`ErrorKind::Index`] when there is no such element.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.arange(0, 10, 1, 0)?;
    ///     assert_eq!(x.get(&[-1])?, 9);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn get(&self, index: &[isize]) -> Result<T> {
        if index.len() != self.ndim() {
            let message = format!("an index of {} axes for an element of shape {}", index.len(), self.shape());
            return Err(Error::new(ErrorKind::Index, message));
        }
        let mut element = crate::layout::Index::new();
        for (axis, &index) in index.iter().enumerate() {
            element.push(place(index, axis, self.shape()[axis])?);
        }
        let here = self.layout.to_local(self.cx.rank(), &element);
        let here = here.map(|place| self.local.element(self.local_shape().ravel(&place)));
        match here {
            Some(value) if self.layout.is_replicated() => Ok(value),
            _ => {
                let shared = self.cx.comm().broadcast(self.layout.owner(&element), here.as_slice())?;
                Ok(shared[0])
            }
        }
    }

    /// The elements at some `indices` along `axis`, in their order; an index may come more than once, negative ones count from
    /// the end.
    ///
    /// **Collective** when elements have to move, in one exchange per round; local otherwise. `indices` must be the same on every rank. The axis
    /// keeps its deal, with balanced blocks when its extent changes. Class: Exact.
    ///
    /// Meant for few indices or few runs of them: indices at equal distances are one move, and planning takes
    /// O(ranks x moves) steps.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis, [`ErrorKind::Index`] when there is no such index.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.arange(0, 10, 1, 0)?;
    ///     assert_eq!(x.take(&[7, 7, 0, -1], 0)?.gather()?, [7, 7, 0, 9]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn take(&self, indices: &[isize], axis: impl Into<Axis>) -> Result<Self> {
        let axis = axis.into().resolve(self.ndim())?;
        let extent = self.shape()[axis];
        let mut places = Vec::with_capacity(indices.len());
        for &index in indices {
            places.push(place(index, axis, extent)?);
        }
        let mut axes = self.whole_axes();
        axes[axis] = runs(&places);
        let layout = self.layout.with_extent(axis, places.len());
        Self::moved("take", &[self], layout, pieces::moves(0, &axes))
    }

    /// Every axis in one piece.
    pub(super) fn whole_axes(&self) -> Vec<Vec<Piece>> {
        self.shape().iter().map(|&extent| vec![Piece::whole(extent)]).collect()
    }

    /// The same blocks as the blocks of another layout, in which no element has another rank or another place among those there.
    pub(super) fn relabelled(&self, layout: Layout) -> Self {
        let local = self.local.reshaped(layout.local_shape(self.cx.rank()));
        Self::from_parts(local, layout, self.cx.clone())
    }
}

impl<T: Numeric> DistArray<T> {
    /// The difference of each element and the one before it along `axis`.
    ///
    /// **Collective** when the axis is dealt: the elements at the borders of blocks move; local otherwise. Class: Exact for integers,
    /// Reproducible for floats.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let squares = cx.from_fn(6, 0, |i| (i[0] * i[0]) as i64)?;
    ///     assert_eq!(squares.diff(0)?.gather()?, [1, 3, 5, 7, 9]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn diff(&self, axis: impl Into<Axis>) -> Result<Self> {
        let axis = axis.into().resolve(self.ndim())?;
        let along = |part: AxisRange| -> Vec<IndexItem> {
            (0..=axis).map(|k| if k == axis { part } else { range(None, None) }.into()).collect()
        };
        (self.slice(along(range(1, None)))? - self.slice(along(range(None, -1)))?).eval()
    }
}

/// Indices as pieces: as long as their distance stays the same, they are one.
fn runs(places: &[usize]) -> Vec<Piece> {
    let distance = |t: usize| places[t] as isize - places[t - 1] as isize;
    let mut runs: Vec<Piece> = Vec::new();
    for (t, &from) in places.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if run.count == 1 || run.step == distance(t) => {
                run.step = distance(t);
                run.count += 1;
            }
            _ => runs.push(Piece::shifted(from, t, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{Piece, runs};

    #[test]
    fn indices_at_equal_distances_are_one_piece() {
        let piece = |from, step, into, count| Piece { from, step, into, count };
        assert_eq!(runs(&[1, 3, 5, 5, 5, 4]), [piece(1, 2, 0, 3), piece(5, 0, 3, 2), piece(4, 1, 5, 1)]);
        assert_eq!(runs(&[4, 3, 2]), [piece(4, -1, 0, 3)]);
        assert_eq!(runs(&[]), []);
    }
}
