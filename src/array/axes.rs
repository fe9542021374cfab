//! Axes in another order, more of them, fewer of them, longer ones.

use crate::array::DistArray;
use crate::array::index::{IndexItem, range};
use crate::axis::{Axes, Axis};
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Move;
use crate::shape::Shape;

impl<T: Element> DistArray<T> {
    /// The axes in another order: the new axis `k` is the old axis `axes[k]`.
    ///
    /// **Local.** Each axis stays dealt as it is, so every rank permutes its own block. Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] unless every axis is named once.
    #[track_caller]
    pub fn permute_dims(&self, axes: &[isize]) -> Result<Self> {
        let mut resolved = Vec::with_capacity(axes.len());
        for &axis in axes {
            resolved.push(Axis::from(axis).resolve(self.ndim())?);
        }
        self.permuted(&resolved)
    }

    /// The axes in reverse order: of a matrix, its transpose.
    ///
    /// **Local**, as [`permute_dims`](DistArray::permute_dims): a matrix dealt by rows becomes one dealt by columns.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] beyond the context's budget.
    ///
    /// ```
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.from_fn((2, 3), 0, |i| (3 * i[0] + i[1]) as i64)?;
    ///     let y = x.transpose()?;
    ///     assert_eq!((y.gather()?, y.split()), (vec![0, 3, 1, 4, 2, 5], Some(1)));
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn transpose(&self) -> Result<Self> {
        let axes: Vec<usize> = (0..self.ndim()).rev().collect();
        self.permuted(&axes)
    }

    /// Two axes in each other's place.
    ///
    /// **Local**, as [`permute_dims`](DistArray::permute_dims).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis.
    #[track_caller]
    pub fn swap_axes(&self, one: impl Into<Axis>, other: impl Into<Axis>) -> Result<Self> {
        let (one, other) = (one.into().resolve(self.ndim())?, other.into().resolve(self.ndim())?);
        let mut axes: Vec<usize> = (0..self.ndim()).collect();
        axes.swap(one, other);
        self.permuted(&axes)
    }

    /// The axis `from` at the place `to`, the others in their order.
    ///
    /// **Local**, as [`permute_dims`](DistArray::permute_dims).
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis or place.
    #[track_caller]
    pub fn move_axis(&self, from: impl Into<Axis>, to: impl Into<Axis>) -> Result<Self> {
        let (from, to) = (from.into().resolve(self.ndim())?, to.into().resolve(self.ndim())?);
        let mut axes: Vec<usize> = (0..self.ndim()).filter(|&axis| axis != from).collect();
        axes.insert(to, from);
        self.permuted(&axes)
    }

    #[track_caller]
    fn permuted(&self, axes: &[usize]) -> Result<Self> {
        let layout = self.layout.permuted(axes)?;
        if axes.is_sorted() {
            return Ok(self.clone());
        }
        Self::moved("permute_dims", &[self], layout, vec![Move::permute(self.shape(), axes)])
    }

    /// A new axis of extent 1, as number `axis` of the result; -1 makes it the last.
    ///
    /// **Local.** No copy: both arrays share the memory until one of them is written.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when the result has no such axis.
    #[track_caller]
    pub fn expand_dims(&self, axis: impl Into<Axis>) -> Result<Self> {
        let axis = axis.into().resolve(self.ndim() + 1)?;
        Ok(self.relabelled(self.layout.inserted_axis(axis, 1)))
    }

    /// Without some axes of extent 1; `None` means all of them.
    ///
    /// **Local** and without a copy, unless such an axis is dealt: then **Collective**, and its one index goes to every rank along the mesh
    /// axes that dealt it.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis; [`ErrorKind::Shape`] when one has another extent.
    #[track_caller]
    pub fn squeeze(&self, axes: impl Into<Axes>) -> Result<Self> {
        let axes = axes.into();
        let mut named = axes.resolve(self.ndim())?;
        if axes == Axes::ALL {
            named.retain(|axis| self.shape()[*axis] == 1);
        }
        if let Some(axis) = named.iter().find(|&&axis| self.shape()[axis] != 1) {
            return Err(Error::new(ErrorKind::Shape, format!("squeeze of axis {axis} of shape {}", self.shape())));
        }
        let item = |axis| if named.contains(&axis) { 0.into() } else { range(None, None).into() };
        self.slice((0..self.ndim()).map(item).collect::<Vec<IndexItem>>())
    }

    /// The array repeated along new axes in front and along axes of extent 1, by NumPy's rules of broadcasting, as an array of its own.
    ///
    /// **Local**, unless a dealt axis of extent 1 is stretched: then **Collective**. New and stretched axes are whole, others stay dealt as
    /// they are. Seldom needed: expressions broadcast without a copy. Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when this shape does not broadcast to `shape`; [`ErrorKind::Memory`] beyond the context's budget.
    #[track_caller]
    pub fn broadcast_to(&self, shape: impl Into<Shape>) -> Result<Self> {
        let shape = shape.into().checked(size_of::<T>())?;
        if self.shape().broadcast(&shape).ok().as_ref() != Some(&shape) {
            return Err(Error::new(ErrorKind::Shape, format!("shape {} does not broadcast to {shape}", self.shape())));
        }
        let layout = self.layout.stretched(&shape);
        Self::moved("broadcast_to", &[self], layout, vec![Move::broadcast(self.shape(), &shape)])
    }
}
