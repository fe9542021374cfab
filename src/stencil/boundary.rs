//! What lies beyond the edges of an array.

use std::fmt;
use std::rc::Rc;

use crate::array::DistArray;
use crate::axis::Axis;
use crate::dtype::Element;

/// What a formula finds where it reaches beyond one edge of an array.
///
/// For the elements `a b c d` along an axis:
///
/// | boundary | before | | after | SciPy's `mode` |
/// |---|---|---|---|---|
/// | `Open` | no place | `a b c d` | no place | |
/// | `Periodic` | `b c d` | `a b c d` | `a b c` | `wrap` (`grid-wrap`) |
/// | `Fixed(k)` | `k k k` | `a b c d` | `k k k` | `constant` (`grid-constant`) |
/// | `Nearest` | `a a a` | `a b c d` | `d d d` | `nearest` |
/// | `Reflect` | `c b a` | `a b c d` | `d c b` | `reflect` |
/// | `Mirror` | `d c b` | `a b c d` | `c b a` | `mirror` |
/// | `Function(f)` | `f(-3) f(-2) f(-1)` | `a b c d` | `f(4) f(5) f(6)` | |
///
/// For cells with their values in the middle, `Reflect` is an insulated wall (no flow through the edge) and `Fixed` a wall of
/// that value half a cell further out than the edge; where values lie on the edge itself, `Mirror` is the symmetric one.
#[derive(Clone)]
pub enum Boundary<'a, T> {
    /// Nothing: elements whose formula would reach there are not computed, and keep what they hold.
    Open,
    /// The other end of the axis. On both sides or on none.
    Periodic,
    /// This value.
    Fixed(T),
    /// The element at the edge.
    Nearest,
    /// The elements in reverse order, that at the edge twice.
    Reflect,
    /// The elements in reverse order, that at the edge once.
    Mirror,
    /// A function of the index in the whole array, which lies outside along this axis: negative, or the extent and more.
    ///
    /// It must be the same on every rank, and is asked on those whose blocks are near the edge, in any order.
    Function(ValueAt<'a, T>),
}

/// A value for every index.
pub type ValueAt<'a, T> = Rc<dyn Fn(&[isize]) -> T + 'a>;

impl<'a, T> Boundary<'a, T> {
    /// A function of the index in the whole array, one entry per axis.
    ///
    /// **Local.** See [`Boundary::Function`].
    pub fn function(value: impl Fn(&[isize]) -> T + 'a) -> Self {
        Self::Function(Rc::new(value))
    }
}

impl<T: fmt::Debug> fmt::Debug for Boundary<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Periodic => f.write_str("periodic"),
            Self::Fixed(value) => write!(f, "fixed at {value:?}"),
            Self::Nearest => f.write_str("nearest"),
            Self::Reflect => f.write_str("reflect"),
            Self::Mirror => f.write_str("mirror"),
            Self::Function(_) => f.write_str("a function"),
        }
    }
}

/// One end of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

/// An array with what lies beyond its edges: what [`sweep`](super::sweep()) and [`Ghosted`](super::Ghosted) read.
///
/// Made by [`DistArray::halo`]; all edges are open until they are told otherwise, and the last word counts.
///
/// ```
/// use isotherm::prelude::*;
/// use isotherm::stencil::{Boundary, sweep};
/// isotherm::run_on(3, |cx| {
///     let u = cx.arange(0, 5, 1, 0)?;
///     let mut next = cx.zeros::<i64>(5, 0)?;
///     let walls = u.halo().before(0, Boundary::Fixed(100)).after(0, Boundary::Nearest);
///     sweep(walls, &mut next, |u| u.at(-1) + u.at(1))?;
///     assert_eq!(next.gather()?, [101, 2, 4, 6, 7]);
///     Ok(())
/// }).unwrap();
/// ```
#[derive(Clone)]
#[must_use = "a halo does nothing until something reads it"]
pub struct Halo<'a, T: Element> {
    pub(super) array: DistArray<T>,
    /// Axes as the user named them: what does not exist is an error of the call that reads this.
    pub(super) edges: Vec<(Option<Axis>, Side, Boundary<'a, T>)>,
}

impl<T: Element> DistArray<T> {
    /// This array with what lies beyond its edges, which is nothing until [`boundary`](Halo::boundary) and its like say what.
    ///
    /// **Local.** No copy.
    pub fn halo<'a>(&self) -> Halo<'a, T> {
        Halo { array: self.clone(), edges: Vec::new() }
    }
}

impl<'a, T: Element> Halo<'a, T> {
    /// The same boundary on both sides of every axis.
    ///
    /// **Local.**
    pub fn boundary(self, boundary: Boundary<'a, T>) -> Self {
        self.with(None, Side::Before, boundary.clone()).with(None, Side::After, boundary)
    }

    /// The same boundary on both sides of `axis`.
    ///
    /// **Local.**
    pub fn along(self, axis: impl Into<Axis>, boundary: Boundary<'a, T>) -> Self {
        let axis = axis.into();
        self.before(axis, boundary.clone()).after(axis, boundary)
    }

    /// The boundary before the first index of `axis`.
    ///
    /// **Local.**
    pub fn before(self, axis: impl Into<Axis>, boundary: Boundary<'a, T>) -> Self {
        self.with(Some(axis.into()), Side::Before, boundary)
    }

    /// The boundary after the last index of `axis`.
    ///
    /// **Local.**
    pub fn after(self, axis: impl Into<Axis>, boundary: Boundary<'a, T>) -> Self {
        self.with(Some(axis.into()), Side::After, boundary)
    }

    fn with(mut self, axis: Option<Axis>, side: Side, boundary: Boundary<'a, T>) -> Self {
        self.edges.push((axis, side, boundary));
        self
    }
}
