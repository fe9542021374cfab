//! The arrays that a sweep writes.

use std::rc::Rc;

use super::Formula;
use crate::array::DistArray;
use crate::context::Context;
use crate::device;
use crate::dtype::Element;
use crate::error::Result;
use crate::expr::Node;
use crate::layout::Layout;

/// What a [`sweep`](super::sweep()) writes: an array (`&mut next`) or a tuple of them.
pub trait Outputs<'a> {
    /// What the closure returns: a [`Formula`], or a tuple of them.
    type Formulas<'s>;

    #[doc(hidden)]
    fn roots(formulas: Self::Formulas<'_>) -> Formulas;
    #[doc(hidden)]
    fn targets(self) -> Targets<'a>;
}

impl<'a, T: Element> Outputs<'a> for &'a mut DistArray<T> {
    type Formulas<'s> = Formula<'s, T>;

    fn roots(formula: Formula<'_, T>) -> Formulas {
        Formulas(vec![formula.expr.node])
    }

    fn targets(self) -> Targets<'a> {
        Targets(vec![Box::new(self)])
    }
}

/// Tuples of two to four.
macro_rules! tuples {
    ($(($($output:ident $place:tt),*);)*) => {$(
        impl<'a, $($output: Outputs<'a>),*> Outputs<'a> for ($($output,)*) {
            type Formulas<'s> = ($($output::Formulas<'s>,)*);

            fn roots(formulas: Self::Formulas<'_>) -> Formulas {
                let mut nodes = Vec::new();
                $(nodes.extend($output::roots(formulas.$place).0);)*
                Formulas(nodes)
            }

            fn targets(self) -> Targets<'a> {
                let mut targets = Vec::new();
                $(targets.extend(self.$place.targets().0);)*
                Targets(targets)
            }
        }
    )*};
}
tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
}

/// What is to be computed, one root for each output.
pub struct Formulas(pub(super) Vec<Rc<Node>>);

/// The arrays that a sweep writes, in their order.
pub struct Targets<'a>(pub(super) Vec<Box<dyn Target + 'a>>);

/// One array that is written, its type forgotten.
pub(super) trait Target {
    fn layout(&self) -> &Layout;
    fn context(&self) -> &Context;
    /// Brings the array into another layout.
    fn move_to(&mut self, layout: &Layout) -> Result<()>;
    /// This rank's block, to be written.
    fn elements(&mut self) -> device::Target<'_>;
}

impl<T: Element> Target for &mut DistArray<T> {
    fn layout(&self) -> &Layout {
        DistArray::layout(self)
    }

    fn context(&self) -> &Context {
        DistArray::context(self)
    }

    fn move_to(&mut self, layout: &Layout) -> Result<()> {
        **self = self.redistribute(layout)?;
        Ok(())
    }

    fn elements(&mut self) -> device::Target<'_> {
        self.room().target()
    }
}
