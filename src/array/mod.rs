//! Distributed arrays: a block, a layout, a context.

mod align;
pub mod any;
mod assign;
mod axes;
mod create;
mod direct;
mod evaluate;
mod index;
mod join;
mod lower;
mod movement;
mod operators;
#[cfg(all(test, feature = "gpu"))]
mod overhead;
mod pad;
mod picks;
mod pieces;
mod placement;
mod plan;
mod preview;
mod random;
mod reduce;
mod reshape;
mod roots;
mod set;
mod shift;
mod slice;
mod spread;
mod text;
mod travel;
mod views;

use crate::context::Context;
use crate::dtype::{DType, Element};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{ArrayLike, Expr, Identity, Node};
use crate::layout::{Layout, Region};
use crate::local::{Local, Room};
use crate::shape::Shape;

pub(crate) use align::moved as operand_in;
pub(crate) use evaluate::view as operand_view;
pub use index::{AxisRange, Ellipsis, Index, IndexItem, NewAxis, RangeEnd, range};
pub use join::{concatenate, stack};
pub(crate) use lower::{Computed, Lowered};
pub use placement::Placement;
pub use plan::EvaluationPlan;
pub use reshape::{Extent, Extents};
pub use roots::{Root, Roots};
pub(crate) use travel::{Flight, Travel};

/// An n-dimensional array dealt out over the ranks of a context.
///
/// Each rank holds one block of it; where every element lies is the [`Layout`], the same value on every rank.
/// Cloning shares the block until one of the clones is written.
///
/// ```
/// use isotherm::prelude::*;
/// isotherm::run_on(4, |cx| {
///     let x = cx.random_normal::<f64>((1000, 8), 0, 7)?; // rows dealt over the ranks; the same numbers on any number of them
///     let centred = (&x - x.mean(0).eval()?).eval()?;
///     assert!(centred.mean(0).eval()?.to_vec()?.iter().all(|mean| mean.abs() < 1e-15));
///     Ok(())
/// }).unwrap();
/// ```
pub struct DistArray<T: Element> {
    local: Local<T>,
    layout: Layout,
    cx: Context,
    identity: Identity,
}

impl<T: Element> DistArray<T> {
    /// An array of these parts; the block has the shape that the layout gives this rank.
    pub(crate) fn from_parts(local: Local<T>, layout: Layout, cx: Context) -> Self {
        debug_assert_eq!(*local.shape(), layout.local_shape(cx.rank()), "{layout}");
        let (local, identity) = (local.on(cx.engine()), Identity::new(&cx));
        Self { local, layout, cx, identity }
    }

    /// The shape of the whole array.
    ///
    /// **Local.**
    pub fn shape(&self) -> &Shape {
        self.layout.shape()
    }

    /// The number of axes.
    ///
    /// **Local.**
    pub fn ndim(&self) -> usize {
        self.shape().ndim()
    }

    /// The number of elements of the whole array.
    ///
    /// **Local.**
    pub fn size(&self) -> usize {
        self.shape().size()
    }

    /// The type of the elements as a value.
    ///
    /// **Local.**
    pub fn dtype(&self) -> DType {
        T::DTYPE
    }

    /// Where every element lies.
    ///
    /// **Local.**
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The axis that is dealt over all ranks in blocks, if this is such a layout.
    ///
    /// **Local.**
    pub fn split(&self) -> Option<usize> {
        self.layout.split_axis()
    }

    /// The context.
    ///
    /// **Local.**
    pub fn context(&self) -> &Context {
        &self.cx
    }

    /// The global indices of this rank's block, in its storage order.
    ///
    /// **Local.**
    pub fn region(&self) -> Region {
        self.layout.region(self.cx.rank())
    }

    /// This rank's elements in row-major order.
    ///
    /// **Local.** Those on a GPU are brought to the host when they are first asked for, and stay on both sides.
    pub fn local(&self) -> &[T] {
        self.local.as_slice()
    }

    /// This rank's elements, to be written. Copies the block first if another array or expression shares it.
    ///
    /// **Local.** Of replicated elements every rank has its own: write the same on each. Expressions made before keep the elements
    /// as they were; while one waits to be evaluated, ask for the elements on every rank or on none.
    ///
    /// ```
    /// use isotherm::prelude::*;
    /// isotherm::run_on(3, |cx| {
    ///     let mut x = cx.zeros::<i64>(6, 0)?;
    ///     let first = x.region().parts()[0].nth(0);
    ///     x.local_mut()[0] = first as i64;
    ///     assert_eq!(x.gather()?, [0, 0, 2, 0, 4, 0]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    pub fn local_mut(&mut self) -> &mut [T] {
        self.identity = Identity::new(&self.cx);
        self.local.as_mut_slice()
    }

    /// This rank's elements where they are, to be written.
    pub(crate) fn room(&mut self) -> Room<'_, T> {
        self.identity = Identity::new(&self.cx);
        self.local.room()
    }

    /// This rank's extents.
    ///
    /// **Local.**
    pub fn local_shape(&self) -> &Shape {
        self.local.shape()
    }

    /// This rank's block.
    ///
    /// **Local.**
    pub fn block(&self) -> &Local<T> {
        &self.local
    }

    /// The same array in a context of the same ranks on another device.
    ///
    /// **Local.** Each rank's block is copied when it is first used there. Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Context`] when `cx` is of other ranks; [`ErrorKind::DType`] when its device has no such elements; [`ErrorKind::Memory`] beyond its budget.
    ///
    /// ```
    /// use isotherm::Device;
    /// isotherm::run_on(2, |cx| {
    ///     let x = cx.arange(0.0, 10.0, 1.0, 0)?;
    ///     let there = cx.on(Device::Cpu)?; // or Device::AnyGpu
    ///     let y = x.to_device(&there)?.to_device(cx)?;
    ///     assert_eq!(y.gather()?, x.gather()?);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn to_device(&self, cx: &Context) -> Result<Self> {
        if !self.cx.comm().is(cx.comm()) {
            return Err(Error::new(ErrorKind::Context, "to_device() of an array of other ranks"));
        }
        cx.charge(&self.layout, T::DTYPE)?;
        Ok(Self::from_parts(self.local.clone(), self.layout.clone(), cx.clone()))
    }

    /// The only element of an array that every rank holds.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] when there is not exactly one element, [`ErrorKind::Layout`] when not every rank holds it.
    #[track_caller]
    pub fn item(&self) -> Result<T> {
        if self.size() != 1 {
            return Err(Error::new(ErrorKind::Shape, format!("item() of an array of shape {}", self.shape())));
        }
        Ok(self.whole("item()")?[0])
    }

    /// All elements of an array that every rank holds, in row-major order.
    ///
    /// **Local.** See [`replicate`](DistArray::replicate) for arrays that are dealt out.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] when this rank does not hold the whole array.
    #[track_caller]
    pub fn to_vec(&self) -> Result<Vec<T>> {
        Ok(self.whole("to_vec()")?.to_vec())
    }

    #[track_caller]
    fn whole(&self, what: &str) -> Result<&[T]> {
        if self.layout.is_replicated() || self.cx.size() == 1 {
            return Ok(self.local());
        }
        Err(Error::new(ErrorKind::Layout, format!("{what} of {}: replicate it first", self.layout)))
    }

    /// The global index along `axis`, as an expression of this array's shape and layout.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] when there is no such axis.
    #[track_caller]
    pub fn index(&self, axis: impl Into<crate::Axis>) -> Result<Expr<i64>> {
        let axis = axis.into().resolve(self.ndim())?;
        Ok(Expr::new(Node::index(axis, self.layout.clone(), self.cx.clone())))
    }
}

impl<T: Element> Clone for DistArray<T> {
    fn clone(&self) -> Self {
        Self::from_parts(self.local.clone(), self.layout.clone(), self.cx.clone())
    }
}

impl<T: Element> ArrayLike for DistArray<T> {
    type Elem = T;

    fn expr(&self) -> Expr<T> {
        let local = self.local.clone().into();
        Expr::new(Node::leaf(T::DTYPE, local, self.layout.clone(), self.identity, self.cx.clone()))
    }
}

impl<T: Element> std::fmt::Debug for DistArray<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} array {}, here {}", T::DTYPE, self.layout, self.local.shape())
    }
}
