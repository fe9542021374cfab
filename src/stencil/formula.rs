//! Elements near an element, and what is computed from them.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::panic::Location;
use std::rc::Rc;

use num_complex::Complex;
use smallvec::SmallVec;

use super::segments::FARTHEST;
use crate::array::DistArray;
use crate::context::Context;
use crate::dtype::Element;
use crate::error::{Error, ErrorKind};
use crate::expr::{Expr, Identity, Node, Operand};
use crate::layout::Layout;
use crate::local::Local;

/// How far from an element, one number of places per axis: negative towards smaller indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offset(pub(super) SmallVec<[isize; 4]>);

impl From<isize> for Offset {
    fn from(places: isize) -> Self {
        [places].into()
    }
}

impl<const N: usize> From<[isize; N]> for Offset {
    fn from(places: [isize; N]) -> Self {
        Self(SmallVec::from_slice(&places))
    }
}

impl From<&[isize]> for Offset {
    fn from(places: &[isize]) -> Self {
        Self(SmallVec::from_slice(places))
    }
}

/// One shifted view that a formula asked for.
pub(super) struct Shift {
    /// The number of the array among the inputs.
    pub(super) input: usize,
    pub(super) offset: SmallVec<[isize; 4]>,
    /// What stands for it in the expression: a leaf of its own, never read as an array.
    pub(super) node: Rc<Node>,
}

/// All shifted views that the formulas of one sweep asked for.
#[derive(Clone, Default)]
pub struct Shifts(pub(super) Rc<RefCell<Vec<Shift>>>);

/// An array as a formula sees it, from the place of one element: what [`sweep`](super::sweep()) hands to its closure.
pub struct Neighbours<T: Element> {
    local: Local<T>,
    layout: Layout,
    cx: Context,
    input: usize,
    shifts: Shifts,
}

impl<T: Element> Neighbours<T> {
    pub(super) fn new(local: Local<T>, layout: Layout, cx: Context, input: usize, shifts: Shifts) -> Self {
        Self { local, layout, cx, input, shifts }
    }

    /// The element so many places away: `u.at([0, 0])` is the element itself, `u.at([-1, 0])` the one before it along the first
    /// axis. For an array of one axis a number will do.
    ///
    /// **Local.** Offsets in any direction, of up to 2²⁰ places. What does not fit is an error of the sweep.
    #[track_caller]
    pub fn at(&self, offset: impl Into<Offset>) -> Formula<'_, T> {
        let Offset(offset) = offset.into();
        let mut shifts = self.shifts.0.borrow_mut();
        let known = shifts.iter().find(|shift| shift.input == self.input && shift.offset == offset);
        if let Some(shift) = known {
            return Formula::of(Expr::of(shift.node.clone()));
        }
        let mut node = {
            let (local, identity) = (self.local.clone().into(), Identity::new(&self.cx));
            Node::leaf(T::DTYPE, local, self.layout.clone(), identity, self.cx.clone())
        };
        let ndim = self.layout.shape().ndim();
        if offset.len() != ndim {
            let message = format!("the offset {offset:?} in an array with {ndim} axes");
            node.error = Some(Error::at(ErrorKind::Axis, message, Location::caller()));
        } else if offset.iter().any(|places| places.unsigned_abs() > FARTHEST) {
            let message = format!("the offset {offset:?} is farther than {FARTHEST} places");
            node.error = Some(Error::at(ErrorKind::Index, message, Location::caller()));
        }
        let node = Rc::new(node);
        shifts.push(Shift { input: self.input, offset, node: node.clone() });
        Formula::of(Expr::of(node))
    }
}

/// What is computed for each element from elements near it. It exists only inside the closure of a [`sweep`](super::sweep()).
///
/// The operators combine it with formulas, arrays, expressions and scalars; [`then`](Formula::then) and
/// [`with`](Formula::with) apply every other function of expressions.
///
/// It cannot be carried out of the closure, where its neighbours would be those of another time:
///
/// ```compile_fail,E0521
/// use isotherm::prelude::*;
/// use isotherm::stencil::sweep;
/// isotherm::run_on(2, |cx| {
///     let (u, mut next) = (cx.ones::<f64>(8, 0)?, cx.zeros::<f64>(8, 0)?);
///     let mut kept = None;
///     sweep(&u, &mut next, |u| {
///         kept = Some(u.at(1)); // borrowed data escapes outside of closure
///         u.at(0)
///     })
/// });
/// ```
#[must_use = "a formula does nothing unless the closure returns it"]
pub struct Formula<'s, T: Element> {
    pub(super) expr: Expr<T>,
    neighbours: PhantomData<&'s ()>,
}

impl<T: Element> Clone for Formula<'_, T> {
    fn clone(&self) -> Self {
        Self::of(self.expr.clone())
    }
}

impl<'s, T: Element> Formula<'s, T> {
    pub(super) fn of(expr: Expr<T>) -> Self {
        Self { expr, neighbours: PhantomData }
    }

    /// A function of this formula: `u.at(0).then(|x| x.exp())`.
    ///
    /// **Local.** The function describes work, as all functions of expressions; it captures nothing, so that nothing leaves
    /// the formula through it. Other operands come by [`with`](Formula::with).
    pub fn then<R: Element>(self, function: fn(Expr<T>) -> Expr<R>) -> Formula<'s, R> {
        Formula::of(function(self.expr))
    }

    /// A function of this formula and another operand: `a.with(b, |a, b| a.maximum(b))`.
    ///
    /// **Local.** As [`then`](Formula::then).
    pub fn with<U: Element, R: Element>(
        self,
        other: impl Term<'s, U>,
        function: fn(Expr<T>, Expr<U>) -> Expr<R>,
    ) -> Formula<'s, R> {
        Formula::of(function(self.expr, other.term()))
    }

    /// A function of this formula and two other operands: `is_wall.with_both(0.0, flow, select)`.
    ///
    /// **Local.** As [`then`](Formula::then).
    pub fn with_both<U: Element, V: Element, R: Element>(
        self,
        second: impl Term<'s, U>,
        third: impl Term<'s, V>,
        function: fn(Expr<T>, Expr<U>, Expr<V>) -> Expr<R>,
    ) -> Formula<'s, R> {
        Formula::of(function(self.expr, second.term(), third.term()))
    }
}

/// What may stand beside a formula: another one, an array, an expression or a scalar.
pub trait Term<'s, T: Element> {
    #[doc(hidden)]
    fn term(self) -> Expr<T>;
}

impl<'s, T: Element> Term<'s, T> for Formula<'s, T> {
    fn term(self) -> Expr<T> {
        self.expr
    }
}

impl<'s, T: Element> Term<'s, T> for &Formula<'s, T> {
    fn term(self) -> Expr<T> {
        self.expr.clone()
    }
}

/// Arrays, expressions and scalars, one by one: for all operands at once the compiler would have to fear overlaps.
macro_rules! terms {
    ($(($($generic:ident)?) $operand:ty: $element:ty;)*) => {$(
        impl$(<$generic: Element>)? Term<'_, $element> for $operand {
            fn term(self) -> Expr<$element> {
                self.operand()
            }
        }
    )*};
}
terms! {
    (T) Expr<T>: T;
    (T) &Expr<T>: T;
    (T) DistArray<T>: T;
    (T) &DistArray<T>: T;
    () bool: bool;
    () u8: u8;
    () i32: i32;
    () i64: i64;
    () u64: u64;
    () f32: f32;
    () f64: f64;
    () Complex<f32>: Complex<f32>;
    () Complex<f64>: Complex<f64>;
}
