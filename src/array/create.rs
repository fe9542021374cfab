//! New arrays, as methods of [`Context`].

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::array::{DistArray, Placement, Roots, movement};
use crate::axis::Axis;
use crate::context::Context;
use crate::device::Steps;
use crate::dtype::{Element, Float, Numeric, Real};
use crate::error::{Error, ErrorKind, LocalError, Result};
use crate::expr::{Expr, Logic, Node};
use crate::layout::{Layout, Plan};
use crate::local::{Fresh, Local};
use crate::memory::Block;
use crate::shape::Shape;

impl Context {
    /// An array of zeros (`false` for bool).
    ///
    /// **Local.** Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`], [`ErrorKind::Axis`] or [`ErrorKind::Layout`] when shape and placement do not fit;
    /// [`ErrorKind::Memory`] beyond the context's budget.
    #[track_caller]
    pub fn zeros<T: Element>(&self, shape: impl Into<Shape>, placement: impl Into<Placement>) -> Result<DistArray<T>> {
        self.full(shape, T::zeroed(), placement)
    }

    /// An array of ones.
    ///
    /// **Local.** Class: Exact.
    ///
    /// # Errors
    /// As [`Context::zeros`].
    #[track_caller]
    pub fn ones<T: Numeric>(&self, shape: impl Into<Shape>, placement: impl Into<Placement>) -> Result<DistArray<T>> {
        self.full(shape, T::ONE, placement)
    }

    /// An array of one value.
    ///
    /// **Local.** Class: Exact. `value` must be the same on every rank.
    ///
    /// # Errors
    /// As [`Context::zeros`].
    #[track_caller]
    pub fn full<T: Element>(
        &self,
        shape: impl Into<Shape>,
        value: T,
        placement: impl Into<Placement>,
    ) -> Result<DistArray<T>> {
        self.fresh(shape, placement, |fresh, _| fresh.fill(value, self.engine()))
    }

    /// The numbers from `start` on by `step`, up to `stop` and without it.
    ///
    /// **Local.** Class: Exact: element i is start + i step, rounded twice. The arguments must be the same on every rank. What a GPU cannot count, bytes and
    /// subnormal numbers, is made on the host.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when the step is zero or an argument is not finite; otherwise as [`Context::zeros`].
    ///
    /// ```
    /// isotherm::run_on(3, |cx| {
    ///     assert_eq!(cx.arange(5, -5, -3, 0)?.gather()?, [5, 2, -1, -4]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn arange<T: Arange>(
        &self,
        start: T,
        stop: T,
        step: T,
        placement: impl Into<Placement>,
    ) -> Result<DistArray<T>> {
        let Some(len) = T::steps(start, stop, step) else {
            return Err(Error::new(ErrorKind::Argument, format!("arange({start}, {stop}, {step}) has no end")));
        };
        self.steps(len, &Steps { start, step, last: None }, placement)
    }

    /// `count` evenly spaced numbers from `start` to `stop`, both included.
    ///
    /// **Local.** Class: Exact: element i is start + i (stop - start) / (count - 1), and the last is `stop`. The arguments must be the same
    /// on every rank.
    ///
    /// # Errors
    /// As [`Context::zeros`].
    #[track_caller]
    pub fn linspace<T: Float + Arange>(
        &self,
        start: T,
        stop: T,
        count: usize,
        placement: impl Into<Placement>,
    ) -> Result<DistArray<T>> {
        let step = T::part(start, stop, count);
        let last = (count > 1).then(|| (count - 1, stop));
        self.steps(count, &Steps { start, step, last }, placement)
    }

    #[track_caller]
    fn steps<T: Arange>(&self, len: usize, steps: &Steps<T>, placement: impl Into<Placement>) -> Result<DistArray<T>> {
        let value = |index| match steps.last {
            Some((end, last)) if index == end => last,
            _ => T::step(steps.start, steps.step, index),
        };
        self.fresh(len, placement, |fresh, layout| {
            fresh.steps(steps, &layout.progression(0, self.rank()), value, self.engine());
        })
    }

    /// A matrix of `rows` and `columns` with ones where the column is the row plus `offset`.
    ///
    /// **Local.** Class: Exact.
    ///
    /// # Errors
    /// As [`Context::zeros`].
    #[track_caller]
    pub fn eye<T: Numeric>(
        &self,
        rows: usize,
        columns: usize,
        offset: isize,
        placement: impl Into<Placement>,
    ) -> Result<DistArray<T>> {
        let layout = placement.into().layout(&(rows, columns).into(), self.size())?;
        self.charge(&layout, T::DTYPE)?;
        let index = |axis| Expr::<i64>::new(Node::index(axis, layout.clone(), self.clone()));
        (index(1) - index(0)).equal(offset as i64).cast::<T>().eval()
    }

    /// The array whose element at each global index is `value(index)`.
    ///
    /// **Local.** `value` must give the same on every rank. It runs on the host: to a GPU go the bytes of the block.
    ///
    /// # Errors
    /// As [`Context::zeros`].
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let table = cx.from_fn((3, 3), 1, |index| ((index[0] + 1) * (index[1] + 1)) as i64)?;
    ///     assert_eq!(table.gather()?, [1, 2, 3, 2, 4, 6, 3, 6, 9]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn from_fn<T: Element>(
        &self,
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
        value: impl Fn(&[usize]) -> T,
    ) -> Result<DistArray<T>> {
        self.made(shape, placement, |block, layout| {
            let rank = self.rank();
            let here = layout.local_shape(rank);
            let parts: Vec<_> = (0..here.ndim()).map(|axis| layout.progression(axis, rank)).collect();
            let width = here.last().map_or(1, |&extent| extent.max(1));
            for (row, elements) in block.chunks_mut(width).enumerate() {
                let own = here.unravel(row * width);
                let mut index: Vec<usize> = own.iter().zip(&parts).map(|(&local, part)| part.nth(local)).collect();
                for (column, element) in elements.iter_mut().enumerate() {
                    if let (Some(last), Some(part)) = (index.last_mut(), parts.last()) {
                        *last = part.nth(column);
                    }
                    *element = value(&index);
                }
            }
        })
    }

    /// An array from each rank's own block of a layout.
    ///
    /// **Collective.** One all-reduce, to agree that all blocks fit. `layout` must be the same on every rank.
    ///
    /// # Errors
    /// [`ErrorKind::Collective`] when ranks give different layouts or dtypes;
    /// [`ErrorKind::Rank`] when a rank's number of elements is not that of its block; [`ErrorKind::Layout`] when the layout is of
    /// another number of ranks.
    #[track_caller]
    pub fn from_block<T: Element>(&self, elements: &[T], layout: &Layout) -> Result<DistArray<T>> {
        let layout = &Placement::from(layout).layout(layout.shape(), self.size())?;
        let needed = layout.local_len(self.rank());
        let fits = (elements.len() == needed).then_some(());
        let misfit = || LocalError::new(format!("{} elements for a block of {needed} of {layout}", elements.len()));
        let mut label = DefaultHasher::new();
        (layout, T::DTYPE).hash(&mut label);
        self.comm().agree_on(label.finish(), fits.ok_or_else(misfit))?;
        self.made(layout.shape(), layout, |block, _| block.copy_from_slice(elements))
    }

    /// An array from blocks whose extents along `axis` need not be known beforehand: they follow each other in the order of the ranks.
    ///
    /// **Collective.** One all-gather of the extents.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when ranks name different axes or dtypes; [`ErrorKind::Shape`] when the blocks differ along another axis; [`ErrorKind::Axis`] when there is no such axis.
    ///
    /// ```
    /// isotherm::run_on(3, |cx| {
    ///     let own = vec![cx.rank() as i64; cx.rank()]; // no element on rank 0, one on rank 1, two on rank 2
    ///     let x = cx.from_blocks(&own, cx.rank(), 0)?;
    ///     assert_eq!(x.gather()?, [1, 2, 2]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn from_blocks<T: Element>(
        &self,
        elements: &[T],
        local_shape: impl Into<Shape>,
        axis: impl Into<Axis>,
    ) -> Result<DistArray<T>> {
        let (here, axis): (Shape, Axis) = (local_shape.into(), axis.into());
        let along = axis.resolve(here.ndim()).unwrap_or(usize::MAX);
        let asked = [T::DTYPE as u64, along as u64, elements.len() as u64];
        let own: Vec<u64> = asked.into_iter().chain(here.iter().map(|&extent| extent as u64)).collect();
        let mut all = self.comm().all_gather_v(&own)?;
        if let Some(rank) = all.iter().position(|theirs| theirs[..2] != all[0][..2]) {
            let message = format!("rank {rank} joins blocks of another dtype or along another axis than rank 0");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        for theirs in &mut all {
            theirs.drain(..2);
        }
        let axis = axis.resolve(all[0].len() - 1)?;
        for (rank, theirs) in all.iter().enumerate() {
            let shape: Shape = theirs[1..].iter().map(|&extent| extent as usize).collect();
            let same = shape.ndim() + 1 == all[0].len()
                && (0..shape.ndim()).all(|other| other == axis || theirs[other + 1] == all[0][other + 1]);
            if !same || shape.size() as u64 != theirs[0] {
                let first: Shape = all[0][1..].iter().map(|&extent| extent as usize).collect();
                let message = format!(
                    "rank {rank} brings {} elements of shape {shape} to join others of shape {first} along axis {axis}",
                    theirs[0]
                );
                return Err(Error::new(ErrorKind::Shape, message));
            }
        }
        let mut offsets = vec![0];
        for theirs in &all {
            offsets.push(offsets[offsets.len() - 1] + theirs[axis + 1] as usize);
        }
        let shape = here.with(axis, offsets[offsets.len() - 1]);
        let layout = Layout::from_offsets(shape.clone(), axis, &offsets)?;
        self.made(shape, layout, |block, _| block.copy_from_slice(elements))
    }

    /// An array from a copy of all its elements that every rank has: each keeps its part.
    ///
    /// **Local.** `elements` must be the same on every rank.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when their number is not that of the shape; otherwise as [`Context::zeros`].
    #[track_caller]
    pub fn from_slice<T: Element>(
        &self,
        elements: &[T],
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
    ) -> Result<DistArray<T>> {
        let shape = shape.into();
        if shape.size() != elements.len() {
            return Err(Error::new(ErrorKind::Shape, format!("{} elements for shape {shape}", elements.len())));
        }
        self.made(shape, placement, |block, layout| {
            for run in layout.region(self.rank()).runs() {
                block[run.local..run.local + run.global.len()].copy_from_slice(&elements[run.global]);
            }
        })
    }

    /// An array from elements that only rank `root` has; what others give is not looked at.
    ///
    /// **Collective.** One broadcast of the shape, then each rank receives its part. `root` and the placement must be the same on every rank.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when the root's elements do not fill its shape; otherwise as [`Context::zeros`].
    #[track_caller]
    pub fn from_root<T: Element>(
        &self,
        root: usize,
        elements: &[T],
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
    ) -> Result<DistArray<T>> {
        let own: Vec<u64> =
            std::iter::once(elements.len()).chain(shape.into().iter().copied()).map(|n| n as u64).collect();
        let known = self.comm().broadcast(root, &own)?;
        let shape: Shape = known[1..].iter().map(|&extent| extent as usize).collect();
        let shape = shape.checked(size_of::<T>())?;
        if shape.size() as u64 != known[0] {
            let message = format!("rank {root} brings {} elements for shape {shape}", known[0]);
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let layout = placement.into().layout(&shape, self.size())?;
        let from = movement::all_on(root, shape.size(), self.size())?;
        let plan = Plan::reshape(&from, &layout, self.rank(), movement::options::<T>(self))?;
        let own = if self.rank() == root { elements } else { &[] };
        let local = movement::filled_from(self, &plan, "from_root", own)?;
        Ok(DistArray::from_parts(local, layout, self.clone()))
    }

    /// A new array whose block `fill` writes where the ranks compute.
    #[track_caller]
    pub(crate) fn fresh<T: Element>(
        &self,
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
        fill: impl FnOnce(&mut Fresh<T>, &Layout),
    ) -> Result<DistArray<T>> {
        let shape = shape.into().checked(size_of::<T>())?;
        let layout = placement.into().layout(&shape, self.size())?;
        self.charge(&layout, T::DTYPE)?;
        let mut fresh = Fresh::new(layout.local_len(self.rank()), self.engine());
        fill(&mut fresh, &layout);
        let local = fresh.done(layout.local_shape(self.rank()), self.engine());
        Ok(DistArray::from_parts(local, layout, self.clone()))
    }

    /// A new array whose block `fill` writes on the host.
    #[track_caller]
    pub(crate) fn made<T: Element>(
        &self,
        shape: impl Into<Shape>,
        placement: impl Into<Placement>,
        fill: impl FnOnce(&mut Block<T>, &Layout),
    ) -> Result<DistArray<T>> {
        let shape = shape.into().checked(size_of::<T>())?;
        let layout = placement.into().layout(&shape, self.size())?;
        self.charge(&layout, T::DTYPE)?;
        let mut block = self.pool().take(layout.local_len(self.rank()));
        fill(&mut block, &layout);
        let local = Local::new(block, layout.local_shape(self.rank()));
        Ok(DistArray::from_parts(local, layout, self.clone()))
    }
}

/// Numbers that can be counted off.
pub trait Arange: Real {
    /// How many steps lead from `start` to before `stop`.
    #[doc(hidden)]
    fn steps(start: Self, stop: Self, step: Self) -> Option<usize>;
    /// The number after `i` steps.
    #[doc(hidden)]
    fn step(start: Self, step: Self, i: usize) -> Self;
    /// The step that leads from `start` to `stop` in `count - 1` steps.
    #[doc(hidden)]
    fn part(start: Self, stop: Self, count: usize) -> Self;
}

/// The same lines for every integer.
macro_rules! integers {
    ($($rust:ty),*) => {$(
        impl Arange for $rust {
            fn steps(start: Self, stop: Self, step: Self) -> Option<usize> {
                let (distance, step) = (i128::from(stop) - i128::from(start), i128::from(step));
                let steps = |distance: i128, step: i128| usize::try_from((distance + step - 1) / step).ok();
                match step {
                    0 => None,
                    _ if (distance > 0) != (step > 0) || distance == 0 => Some(0),
                    _ => steps(distance.abs(), step.abs()),
                }
            }
            fn step(start: Self, step: Self, i: usize) -> Self {
                start.wrapping_add(step.wrapping_mul(i as Self))
            }
            fn part(start: Self, stop: Self, count: usize) -> Self {
                stop.wrapping_sub(start) / (count.max(2) - 1) as Self
            }
        }
    )*};
}
integers!(u8, i32, i64, u64);

/// The same lines for both floats.
macro_rules! floats {
    ($($rust:ty),*) => {$(
        impl Arange for $rust {
            fn steps(start: Self, stop: Self, step: Self) -> Option<usize> {
                let steps = ((stop - start) / step).ceil();
                let countable = steps.is_finite() && steps < usize::MAX as Self;
                countable.then(|| steps.max(0.0) as usize)
            }
            fn step(start: Self, step: Self, i: usize) -> Self {
                start + i as Self * step
            }
            fn part(start: Self, stop: Self, count: usize) -> Self {
                (stop - start) / (count.max(2) - 1) as Self
            }
        }
    )*};
}
floats!(f32, f64);
