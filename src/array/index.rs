//! Which elements are meant: integers, ranges, new axes, and tuples of them.

use std::ops::{Range, RangeFrom, RangeFull, RangeTo};

use smallvec::{SmallVec, smallvec};

use crate::error::{Error, ErrorKind, Result};

/// What is taken of an array: one [`IndexItem`] per axis, from the first on; axes that are not named are taken whole.
///
/// Made from a single item, a tuple of up to six, an array or a vector of them. As in Python, negative numbers count from the
/// end, and ranges that reach beyond an axis end with it.
///
/// | written | meaning | NumPy |
/// |---|---|---|
/// | `2`, `-1` | this index; the axis goes | `x[2]`, `x[-1]` |
/// | `1..5`, `3..`, `..-2`, `..` | these indices | `x[1:5]`, `x[3:]`, `x[:-2]`, `x[:]` |
/// | [`range(1, -1)`](range), `range(None, None).step(-2)` | the same, with ends and steps of any sign | `x[1:-1]`, `x[::-2]` |
/// | [`NewAxis`] | a new axis of extent 1 | `x[None]` |
/// | [`Ellipsis`] | as many whole axes as are left | `x[..., 0]` |
///
/// ```
/// use isotherm::prelude::*;
/// isotherm::run_on(2, |cx| {
///     let x = cx.from_fn((4, 5), 0, |i| (10 * i[0] + i[1]) as i64)?;
///     assert_eq!(x.slice((1, ..3))?.gather()?, [10, 11, 12]);
///     assert_eq!(x.slice((range(1, -1), -1))?.gather()?, [14, 24]);
///     assert_eq!(x.slice((range(None, None).step(-3), 2..4))?.gather()?, [32, 33, 2, 3]);
///     assert_eq!(x.slice((Ellipsis, NewAxis, 0))?.shape(), &Shape::from((4, 1)));
///     Ok(())
/// }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index(pub(super) SmallVec<[IndexItem; 4]>);

/// What is taken of one axis: see [`Index`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexItem {
    /// One index; the axis goes.
    At(isize),
    /// Some indices.
    Range(AxisRange),
    /// No axis of the array, but a new one of extent 1.
    NewAxis,
    /// As many whole axes as are left.
    Ellipsis,
}

/// In an [`Index`]: a new axis of extent 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewAxis;

/// In an [`Index`]: as many whole axes as are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ellipsis;

/// Indices of one axis at equal distances: Python's `start:stop:step`. Made by [`range`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AxisRange {
    start: Option<isize>,
    stop: Option<isize>,
    step: isize,
}

/// One end of a [`range`]: an integer, negative from the end of the axis, or `None` for as far as the axis goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RangeEnd(Option<isize>);

/// The indices from `start` up to `stop` and without it, as Python's `start:stop`; with [`step`](AxisRange::step), `start:stop:step`.
///
/// **Local.** Rust's own `1..4`, `1..`, `..-2` and `..` say the same without a step; `1..-1` does too, but clippy takes it for an empty
/// range.
///
/// ```
/// use isotherm::{Index, range};
/// assert_eq!(Index::from(range(2, 5)), Index::from(2..5));
/// assert_eq!(Index::from(range(None, -1)), Index::from(..-1));
/// ```
pub fn range(start: impl Into<RangeEnd>, stop: impl Into<RangeEnd>) -> AxisRange {
    AxisRange { start: start.into().0, stop: stop.into().0, step: 1 }
}

/// What an [`AxisRange`] is of an axis of known extent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) start: usize,
    pub(super) step: isize,
    pub(super) count: usize,
}

impl AxisRange {
    /// Every `step`th index only; backwards from `start` down to `stop` when it is negative.
    ///
    /// **Local.**
    #[must_use]
    pub fn step(self, step: isize) -> Self {
        Self { step, ..self }
    }

    /// The indices of an axis of `extent`, by Python's rules: ends are clipped, never wrong.
    #[track_caller]
    pub(super) fn resolve(self, extent: usize) -> Result<Steps> {
        let n = extent as isize;
        let forwards = match self.step {
            0 => return Err(Error::new(ErrorKind::Index, format!("a range with step 0 of an axis of {extent}"))),
            step => step > 0,
        };
        let (low, high) = if forwards { (0, n) } else { (-1, n - 1) };
        let clip = |end: isize| (if end < 0 { end + n } else { end }).clamp(low, high);
        let start = self.start.map_or(if forwards { low } else { high }, clip);
        let stop = self.stop.map_or(if forwards { high } else { low }, clip);
        let distance = if forwards { stop - start } else { start - stop };
        let count = (distance.max(0) as usize).div_ceil(self.step.unsigned_abs());
        // A step that is never taken may be of any size; 1 is what the arithmetic of layouts likes.
        let step = if count > 1 { self.step } else { 1 };
        Ok(Steps { start: if count > 0 { start as usize } else { 0 }, step, count })
    }
}

/// The place of `index` along `axis` of `extent`; negative counts from the end.
#[track_caller]
pub(super) fn place(index: isize, axis: usize, extent: usize) -> Result<usize> {
    let from_front = if index < 0 { index + extent as isize } else { index };
    if (0..extent as isize).contains(&from_front) {
        return Ok(from_front as usize);
    }
    Err(Error::new(ErrorKind::Index, format!("index {index} of axis {axis}, which has {extent} elements")))
}

impl From<AxisRange> for IndexItem {
    fn from(range: AxisRange) -> Self {
        Self::Range(range)
    }
}

impl From<NewAxis> for IndexItem {
    fn from(_: NewAxis) -> Self {
        Self::NewAxis
    }
}

impl From<Ellipsis> for IndexItem {
    fn from(_: Ellipsis) -> Self {
        Self::Ellipsis
    }
}

impl<E: Into<RangeEnd>> From<Range<E>> for IndexItem {
    fn from(ends: Range<E>) -> Self {
        Self::Range(range(ends.start, ends.end))
    }
}

impl<E: Into<RangeEnd>> From<RangeFrom<E>> for IndexItem {
    fn from(ends: RangeFrom<E>) -> Self {
        Self::Range(range(ends.start, None))
    }
}

impl<E: Into<RangeEnd>> From<RangeTo<E>> for IndexItem {
    fn from(ends: RangeTo<E>) -> Self {
        Self::Range(range(None, ends.end))
    }
}

impl From<RangeFull> for IndexItem {
    fn from(_: RangeFull) -> Self {
        Self::Range(range(None, None))
    }
}

impl From<Option<isize>> for RangeEnd {
    fn from(end: Option<isize>) -> Self {
        Self(end)
    }
}

/// Integers, in each of the types that a literal or a count may have.
macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for RangeEnd {
            fn from(end: $integer) -> Self {
                Self(Some(isize::try_from(end).unwrap_or(isize::MAX)))
            }
        }
        impl From<$integer> for IndexItem {
            fn from(index: $integer) -> Self {
                Self::At(isize::try_from(index).unwrap_or(isize::MAX))
            }
        }
    )*};
}
integers!(i32, isize, usize);

impl<I: Into<IndexItem>> From<I> for Index {
    fn from(item: I) -> Self {
        Self(smallvec![item.into()])
    }
}

impl From<()> for Index {
    fn from((): ()) -> Self {
        Self(smallvec![])
    }
}

impl From<Vec<IndexItem>> for Index {
    fn from(items: Vec<IndexItem>) -> Self {
        Self(items.into())
    }
}

impl<I: Into<IndexItem>, const N: usize> From<[I; N]> for Index {
    fn from(items: [I; N]) -> Self {
        Self(items.into_iter().map(Into::into).collect())
    }
}

/// Tuples of one to six items.
macro_rules! tuples {
    ($(($($item:ident $place:tt),*);)*) => {$(
        impl<$($item: Into<IndexItem>),*> From<($($item,)*)> for Index {
            fn from(items: ($($item,)*)) -> Self {
                Self(smallvec![$(items.$place.into()),*])
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
