//! The ranks' triangles up the tree, and Q down again.

use std::hash::{DefaultHasher, Hash, Hasher};

use faer::traits::ext::ComplexFieldExt as _;

use super::Form;
use super::leaf::{Leaf, Rows, Triangle};
use super::merge::Merge;
use crate::array::DistArray;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::linalg::Field;
use crate::memory::{Block, Buffer};

/// A tall matrix that has been factored: the way up is done.
///
/// The tree is that of the folds: at level l, rank r with l zero bits at the end takes what rank r + 2ˡ has.
pub(in crate::linalg) struct Tsqr<T: Field> {
    cx: Context,
    /// A number for the calls of this factorisation, the same on every rank.
    label: u64,
    what: &'static str,
    layout: Layout,
    leaf: Leaf<T>,
    /// What this rank merged, by level.
    merges: Vec<Option<Merge<T>>>,
    /// The vectors of the leaf's reflectors; without elements when Q is not wanted.
    store: Block<T>,
}

/// A rank's part of one level.
enum Part {
    Takes(usize),
    Gives(usize),
    Rests,
}

impl<T: Field> Tsqr<T> {
    /// Factor `a`, less the row `offset` if there is one: see [`with_own_rows`]. On rank 0 comes the packed upper
    /// triangle R with it: all NaN when a value of `a` is not finite, all infinite when one of R would not be.
    ///
    /// **Collective.** One exchange for each of ⌈log₂ p⌉ levels, in which a rank sends at most one message, of at
    /// most n(n + 1)/2 values, and every rank but the first sends one in all.
    #[track_caller]
    pub(in crate::linalg) fn factor(
        a: &DistArray<T>,
        offset: Option<&[T]>,
        keep: bool,
        what: &'static str,
    ) -> Result<(Self, Option<Block<T>>)> {
        let (cx, layout) = (a.context(), a.layout());
        let columns = a.shape()[1];
        let mut store = cx.pool().take(if keep { a.local().len() } else { 0 });
        let rows = Rows { values: a.local(), columns, offset };
        let (triangle, leaf) = Leaf::factor(cx, rows, keep.then_some(&mut *store));
        let mut hasher = DefaultHasher::new();
        (layout, T::DTYPE, keep).hash(&mut hasher);
        let label = hasher.finish();
        let mut tree = Self { cx: cx.clone(), label, what, layout: layout.clone(), leaf, merges: Vec::new(), store };
        let r = tree.climb(marked(triangle), keep)?;
        Ok((tree, r))
    }

    #[track_caller]
    fn climb(&mut self, own: Block<T>, keep: bool) -> Result<Option<Block<T>>> {
        let (columns, rank) = (self.columns(), self.cx.rank());
        let mut own = Some(own);
        for level in 0..self.levels() {
            let (mut sends, mut receives) = (Vec::new(), Vec::new());
            match self.part(level) {
                Part::Gives(to) => sends.extend(own.take().map(|own| (to, own.into_buffer()))),
                Part::Takes(from) => receives.push((from, self.packed(from, level) * size_of::<T>())),
                Part::Rests => {}
            }
            let came = self.exchange(sends, receives)?;
            let merge = came.into_iter().next().filter(|lower| !lower.is_empty()).map(|lower| {
                let (upper, lower) = (own.take().expect("who takes has not given"), block(lower));
                let heights = [self.height(rank, level), self.height(rank + (1 << level), level)];
                let finite = [&*upper, &*lower].map(marks);
                let (mut r, merge) = Merge::new(self.cx.pool(), heights, columns, upper, &lower);
                mark(&mut r, finite[0].and(finite[1]));
                own = Some(r);
                merge
            });
            self.merges.push(merge.filter(|_| keep));
        }
        Ok(own)
    }

    /// This rank's rows of Q C, where C is what rank 0 brings, n x n.
    ///
    /// **Collective.** The exchanges of the way up in reverse; messages of at most n(n + 1)/2 values when C is an
    /// upper triangle, else of n².
    #[track_caller]
    pub(in crate::linalg) fn form(mut self, c: Option<Block<T>>, form: Form) -> Result<Block<T>> {
        let columns = self.columns();
        let mut own = c;
        for level in (0..self.levels()).rev() {
            let (mut sends, mut receives) = (Vec::new(), Vec::new());
            match self.part(level) {
                Part::Takes(to) => {
                    if let Some(merge) = self.merges[level].take() {
                        let c = own.take().expect("who has merged has the part above");
                        let [above, below] = merge.split(self.cx.pool(), &c, form);
                        own = Some(above);
                        sends.push((to, below.into_buffer()));
                    }
                }
                Part::Gives(from) => {
                    let bytes = form.len(self.height(self.cx.rank(), level), columns) * size_of::<T>();
                    receives.extend((bytes > 0).then_some((from, bytes)));
                }
                Part::Rests => {}
            }
            let came = self.exchange(sends, receives)?;
            own = came.into_iter().next().map(block).or(own);
        }
        let own = own.unwrap_or_else(|| self.cx.pool().take(0));
        self.leaf.form(&self.cx, own, form, &mut self.store);
        Ok(self.store)
    }

    #[track_caller]
    fn exchange(&self, sends: Vec<(usize, Buffer)>, mut receives: Vec<(usize, usize)>) -> Result<Vec<Buffer>> {
        let sends = sends.into_iter().filter(|(_, message)| !message.is_empty()).collect();
        receives.retain(|&(_, bytes)| bytes > 0);
        self.cx.comm().exchange(self.label, self.what, sends, &receives)
    }

    fn columns(&self) -> usize {
        self.layout.shape()[1]
    }

    fn levels(&self) -> usize {
        self.cx.size().next_power_of_two().trailing_zeros() as usize
    }

    fn part(&self, level: usize) -> Part {
        let (rank, span) = (self.cx.rank(), 1 << level);
        match () {
            () if !rank.is_multiple_of(span) => Part::Rests,
            () if rank & span != 0 => Part::Gives(rank - span),
            () if rank + span < self.cx.size() => Part::Takes(rank + span),
            () => Part::Rests,
        }
    }

    /// The rows of the trapezoid of the 2^level ranks from `rank` on.
    fn height(&self, rank: usize, level: usize) -> usize {
        let ranks = rank..(rank + (1 << level)).min(self.cx.size());
        let rows = ranks.map(|rank| self.layout.progression(0, rank).len());
        rows.sum::<usize>().min(self.columns())
    }

    fn packed(&self, rank: usize, level: usize) -> usize {
        Form::Upper.len(self.height(rank, level), self.columns())
    }
}

fn block<T: Field>(message: Buffer) -> Block<T> {
    message.into_block().expect("an exchange brings the bytes that were announced")
}

/// What a triangle says of the values that it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marks {
    Finite,
    /// Values of R are out of range.
    TooLarge,
    /// There was a NaN or an infinity.
    NotFinite,
}

impl Marks {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotFinite, _) | (_, Self::NotFinite) => Self::NotFinite,
            (Self::TooLarge, _) | (_, Self::TooLarge) => Self::TooLarge,
            _ => Self::Finite,
        }
    }
}

/// The marks go up inside the triangles, and to all ranks inside the result: they cost no message.
fn marks<T: Field>(values: &[T]) -> Marks {
    let mark = |value: &T| match () {
        () if value.is_finite() => Marks::Finite,
        () if value.is_nan() => Marks::NotFinite,
        () => Marks::TooLarge,
    };
    values.iter().map(mark).fold(Marks::Finite, Marks::and)
}

/// Mark a triangle that was computed from values with these marks.
fn mark<T: Field>(values: &mut [T], of: Marks) {
    match of {
        Marks::NotFinite => values.fill(T::nan()),
        Marks::Finite if values.iter().all(T::is_finite) => {}
        _ => values.fill(T::infinity()),
    }
}

fn marked<T: Field>(triangle: Triangle<T>) -> Block<T> {
    let Triangle { mut values, finite } = triangle;
    mark(&mut values, if finite { Marks::Finite } else { Marks::NotFinite });
    values
}

/// The error of a matrix whose values are not all finite.
#[track_caller]
pub(in crate::linalg) fn not_finite(what: &str) -> Error {
    Error::new(ErrorKind::Argument, format!("{what} of a matrix with NaN or infinity"))
}

/// The error that marked values stand for. They are the same on every rank.
#[track_caller]
pub(in crate::linalg) fn checked<T: Field>(what: &str, values: &[T]) -> Result<()> {
    match marks(values) {
        Marks::Finite => Ok(()),
        Marks::NotFinite => Err(not_finite(what)),
        Marks::TooLarge => {
            let message = format!("{what} of a matrix whose norm is beyond the range of {}: scale it", T::DTYPE);
            Err(Error::new(ErrorKind::Argument, message))
        }
    }
}

/// `a` itself when each of its rows lies whole on one rank, and on one only; else in balanced blocks of rows.
///
/// **Collective** in the second case, as [`DistArray::redistribute`].
#[track_caller]
pub(crate) fn with_own_rows<T: Field>(a: &DistArray<T>) -> Result<DistArray<T>> {
    let parts =
        |axis: usize| -> usize { a.layout().mesh().extents()[a.layout().distribution(axis).over()].iter().product() };
    if parts(0) == a.context().size() { Ok(a.clone()) } else { a.resplit(0) }
}
