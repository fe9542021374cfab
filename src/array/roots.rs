//! What `eval` computes: expressions, reductions, and several of them at once.

use crate::array::{DistArray, reduce};
use crate::dtype::Element;
use crate::error::Result;
use crate::expr::{Expr, Reduction};

/// One result of an evaluation: an expression or a reduction.
pub trait Root {
    /// What it gives.
    type Output;

    #[doc(hidden)]
    fn ask(&self) -> Result<reduce::Ask>;
    #[doc(hidden)]
    fn take(value: reduce::Answer) -> Self::Output;
}

/// Several results of one evaluation: tuples and vectors of expressions and reductions.
pub trait Roots {
    /// What they give.
    type Output;

    /// Compute them.
    ///
    /// **Collective.** One pass over the elements for all arrays and full reductions that lie alike, one for the reductions over each
    /// other set of axes (two where there are variances), with one all-reduce each when elements along the axes are on several
    /// ranks. Beyond 256 operations further passes follow.
    /// Operands move first where their layouts differ: the result has the layout that moves the fewest bytes, ties to the leftmost.
    ///
    /// # Errors
    /// What does not fit in the expressions: [`ErrorKind::Shape`](crate::ErrorKind::Shape), [`Context`](crate::ErrorKind::Context), [`Axis`](crate::ErrorKind::Axis); and
    /// [`Memory`](crate::ErrorKind::Memory) beyond the context's budget.
    fn eval(self) -> Result<Self::Output>;
}

impl<T: Element> Root for Expr<T> {
    type Output = DistArray<T>;

    #[track_caller]
    fn ask(&self) -> Result<reduce::Ask> {
        reduce::Ask::array(&self.node)
    }

    fn take(answer: reduce::Answer) -> DistArray<T> {
        answer.into_array()
    }
}

impl<T: Element> Root for Reduction<T> {
    type Output = DistArray<T>;

    #[track_caller]
    fn ask(&self) -> Result<reduce::Ask> {
        reduce::Ask::reduction(&self.question)
    }

    fn take(answer: reduce::Answer) -> DistArray<T> {
        answer.into_array()
    }
}

impl<T: Element> Reduction<T> {
    /// Compute a reduction over all axes and return its one value, on every rank.
    ///
    /// **Collective.** As [`Roots::eval`], of which this is a short form: `x.sum(None).item()?`.
    ///
    /// # Errors
    /// As [`Roots::eval`]; [`ErrorKind::Shape`](crate::ErrorKind::Shape) when there is not exactly one value.
    #[track_caller]
    pub fn item(self) -> Result<T> {
        self.eval()?.item()
    }
}

impl<R: Root> Roots for R {
    type Output = R::Output;

    #[track_caller]
    fn eval(self) -> Result<R::Output> {
        let ask = self.ask()?;
        if let Some(answer) = ask.direct()? {
            return Ok(R::take(answer));
        }
        let answers = reduce::answers(vec![ask])?;
        Ok(answers.into_iter().map(R::take).next().expect("one question has one answer"))
    }
}

impl<R: Root> Roots for Vec<R> {
    type Output = Vec<R::Output>;

    #[track_caller]
    fn eval(self) -> Result<Vec<R::Output>> {
        let mut asks = Vec::with_capacity(self.len());
        for root in &self {
            asks.push(root.ask()?); // in a closure it would not know the caller's line
        }
        Ok(reduce::answers(asks)?.into_iter().map(R::take).collect())
    }
}

/// Tuples of two to six roots.
macro_rules! tuples {
    ($(($($root:ident $place:tt),*);)*) => {$(
        impl<$($root: Root),*> Roots for ($($root,)*) {
            type Output = ($($root::Output,)*);

            #[track_caller]
            fn eval(self) -> Result<Self::Output> {
                let mut answers = reduce::answers(vec![$(self.$place.ask()?),*])?.into_iter();
                Ok(($($root::take(answers.next().expect("each question has an answer")),)*))
            }
        }
    )*};
}
tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
}
