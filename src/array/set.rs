//! Writing parts of an array.

use crate::array::index::Index;
use crate::array::{DistArray, Roots, movement};
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Expr, Identity, Kind, Operand};
use crate::layout::{Layout, Move, Plan};
use crate::local::{Elements, Local};

impl<T: Element> DistArray<T> {
    /// Write `value` (an array, an expression or a scalar, broadcast as in NumPy) to the places that `index` picks: see [`Index`].
    ///
    /// **Collective** when elements of `value` have to move to where the places are, in one exchange per round; local otherwise, for scalars
    /// always. `index` and scalars must be the same on every rank. In place: this array keeps its layout, and no array is
    /// allocated unless another array or expression shares the memory; then this one gets a copy of its own first. Class: Exact.
    ///
    /// # Errors
    /// [`ErrorKind::Index`] for an integer outside the array, a step of 0 and more items than axes; [`ErrorKind::Shape`] when the
    /// value's shape does not broadcast to that of the places; what does not fit in an expression.
    ///
    /// ```
    /// use isotherm::prelude::*;
    /// isotherm::run_on(2, |cx| {
    ///     let mut x = cx.zeros::<i64>((3, 4), 0)?;
    ///     x.set((range(None, None), -1), 7)?;
    ///     x.set(1, cx.arange(0, 4, 1, 0)? * 10)?;
    ///     assert_eq!(x.gather()?, [0, 0, 0, 7, 0, 10, 20, 30, 0, 0, 0, 7]);
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn set(&mut self, index: impl Into<Index>, value: impl Operand<T>) -> Result<()> {
        let picks = index.into().of(self.shape())?;
        let places = picks.shape();
        let expr = value.operand();
        drop(value);
        self.check(&expr, &places)?;
        let (local, from) = self.value(expr)?;
        let write = Move { into: picks.maps(), ..Move::broadcast(from.shape(), &places) };
        let plan = Plan::new(&[&from], &self.layout, vec![write], self.cx.rank(), movement::options::<T>(&self.cx))?;
        self.identity = Identity::new(&self.cx);
        let (cx, value) = (&self.cx, [Elements::Of(&local)]);
        movement::execute(cx, &plan, "set", &value, self.local.room())
    }

    #[track_caller]
    fn check(&self, value: &Expr<T>, places: &crate::Shape) -> Result<()> {
        if let Some(error) = value.error() {
            return Err(error.clone());
        }
        if value.node.cx.as_ref().is_some_and(|cx| !cx.is(&self.cx)) {
            return Err(Error::new(ErrorKind::Context, "arrays of different contexts do not combine"));
        }
        if value.shape().broadcast(places).ok().as_ref() != Some(places) {
            let message = format!("shape {} does not broadcast to the {places} places of the index", value.shape());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        Ok(())
    }

    /// The block of a value and the layout that it is a block of.
    #[track_caller]
    fn value(&self, value: Expr<T>) -> Result<(Local<T>, Layout)> {
        let array = match &value.node.kind {
            Kind::Leaf(leaf) => return Ok((leaf.local::<T>(), leaf.layout.clone())),
            _ if value.node.cx.is_some() => value.eval()?,
            _ => {
                let mut scalar = self.cx.zeros(value.shape(), None)?;
                scalar.assign(value)?;
                scalar
            }
        };
        Ok((array.local, array.layout))
    }
}
