//! What the evaluation of an expression would do, without doing it.

use std::fmt;

use crate::array::align;
use crate::array::evaluate::context;
use crate::array::lower::{Computed, Lowered};
use crate::dtype::{DType, Element};
use crate::error::Result;
use crate::expr::{Expr, Kind};
use crate::layout::plan::Options;
use crate::layout::{Layout, Plan};

/// Where the result of an expression will lie, and what moves for it; made by [`Expr::plan`]. It prints as text.
#[derive(Clone, Debug)]
pub struct EvaluationPlan {
    dtype: DType,
    layout: Layout,
    moves: Vec<Plan>,
}

impl EvaluationPlan {
    /// The layout that the result will have.
    ///
    /// **Local.**
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// This rank's part in the movement of the operands that lie otherwise, each array once, from left to right.
    ///
    /// **Local.**
    pub fn moves(&self) -> &[Plan] {
        &self.moves
    }
}

/// The result on the first line, and a line for each operand that moves.
impl fmt::Display for EvaluationPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} array {}", self.dtype, self.layout)?;
        if self.moves.is_empty() {
            return f.write_str("; no operand moves");
        }
        for plan in &self.moves {
            write!(f, "\n  from {} into {}: {plan}", plan.sources()[0], plan.target())?;
        }
        Ok(())
    }
}

impl<T: Element> Expr<T> {
    /// What `eval` would do: the layout of the result, and which operands move. An expression that is cut for its length is described
    /// as if it were not.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// What does not fit in the expression, as from `eval`.
    ///
    /// ```
    /// use isotherm::prelude::*;
    /// isotherm::run_on(2, |cx| {
    ///     let (x, y) = (cx.ones::<f64>((6, 4), 0)?, cx.ones::<f64>((6, 4), 1)?);
    ///     let plan = (&x + &x * &y).plan()?;
    ///     assert_eq!(plan.layout(), x.layout());
    ///     assert_eq!(plan.moves()[0].send_bytes(), 48); // half of this rank's half of y
    ///     assert!(plan.to_string().starts_with("f64 array (6, 4) split 0 over 2"));
    ///     Ok(())
    /// }).unwrap();
    /// ```
    #[track_caller]
    pub fn plan(&self) -> Result<EvaluationPlan> {
        if let Some(error) = self.error() {
            return Err(error.clone());
        }
        let cx = context(&self.node)?;
        let mut lowered = Lowered::default();
        lowered.add(&self.node, self.shape().ndim(), &Computed::new());
        let layout = lowered.layout(self.shape(), cx.size())?;
        let mut moves = Vec::new();
        for node in &lowered.blocks {
            let Kind::Leaf(leaf) = &node.kind else { unreachable!("block slots hold leaves") };
            let needed = align::needed(&layout, &node.shape);
            if leaf.layout != needed {
                let options = Options::new(node.dtype.bytes()).staging_limit(cx.staging_limit());
                moves.push(Plan::redistribute(&leaf.layout, &needed, cx.rank(), options)?);
            }
        }
        Ok(EvaluationPlan { dtype: T::DTYPE, layout, moves })
    }
}
