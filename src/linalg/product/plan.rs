//! What a product will do, as a value that prints.

use super::choice::{self, Choice};
use super::operands::Operands;
use crate::dtype::{DType, Numeric};
use crate::layout::Layout;
use crate::layout::plan::Options;
use crate::linalg::local::Whole;
use crate::shape::Shape;

/// Which of the three matrices stays where it is while a product is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Each rank computes its tile of the product, and panels of both factors come to it: `C(i, j) = Σ over t of A(i, K_t) B(K_t, j)`.
    /// On a two-dimensional mesh this is SUMMA.
    StationaryC,
    /// The first factor stays, whose columns are dealt; panels of the second come, and the products are summed over the ranks that
    /// deal those: `C(i, J_t) = Σ over ranks of A(i, l) B(l, J_t)`.
    StationaryA,
    /// The second factor stays, whose rows are dealt: `C(I_t, j) = Σ over ranks of A(I_t, l) B(l, j)`.
    StationaryB,
}

/// What a product of matrices will do: made by [`plan_matmul`](crate::linalg::plan_matmul) from layouts alone, the same choice on every rank.
///
/// For an m × k by a k × n matrix on P ranks, in elements that move on all ranks together:
///
/// | `a` | `b` | what stays | moves | product |
/// |---|---|---|---|---|
/// | replicated | replicated | C | nothing; each rank computes all of it | replicated |
/// | rows dealt | replicated | C | nothing | rows dealt as `a`'s |
/// | replicated | columns dealt | C | nothing | columns dealt as `b`'s |
/// | rows dealt | rows dealt | C, or `b` | kn(P - 1), or mk(1 - 1/P) + mn(P - 1) | rows dealt as `a`'s, or as below |
/// | rows dealt | columns dealt | C | kn(P - 1), or mk(P - 1) | rows as `a`'s, or columns as `b`'s |
/// | columns dealt | columns dealt | C, or `a` | mk(P - 1), or kn(1 - 1/P) + mn(P - 1) | columns as `b`'s, or as below |
/// | columns dealt | rows dealt | `a` | mn(P - 1) when dealt alike | rows in balanced blocks if m ≥ P, else columns if n ≥ P, else replicated |
/// | p × q tiles | p × q tiles | C; a factor when it is larger | mk(q - 1) + kn(p - 1) for C | tiles, rows as `a`'s and columns as `b`'s |
///
/// The candidates are: tiles of C after `a`; tiles of C after `b`; `a` stays; `b` stays. The one that moves the fewest elements wins, the
/// first of equals, and the layout of the product is the one it leaves. Then tiles of C in balanced blocks over every mesh of p × q = P
/// ranks are tried: mk(q - 1) + kn(p - 1), and mn more on the way to that same layout. A product that is summed and replicated moves mn P ⌈log₂ P⌉. Leading axes
/// are dealt as the leading factor's. An inner axis in blocks over four ranks or more, of which several panels are made, is dealt in turn first,
/// so that all ranks share in sending every panel; that moves its factor once more.
///
/// **Memory.** At most both factors, the product (twice where it goes to another layout, a factor twice where it is dealt in turn) and twice the staging
/// limit: panels take half of it, so that two of them and the messages of two fit. A panel has at least one index.
#[derive(Clone, Debug)]
pub struct MatmulPlan {
    a: Layout,
    b: Layout,
    choice: Choice,
    layout: Layout,
    dtype: DType,
    rank: usize,
    staging: usize,
}

impl MatmulPlan {
    pub(super) fn new<T: Numeric>(operands: &Operands<T>) -> Self {
        let (a, b) = (operands.a.layout(), operands.b.layout());
        let choice = choice::choose(a, b, &operands.shape);
        let ndim = operands.shape.ndim() as isize;
        let lost = |axis: usize| operands.dropped.iter().any(|&dropped| dropped + ndim == axis as isize);
        let layout = (0..operands.shape.ndim()).rev().filter(|&axis| lost(axis));
        let layout = layout.fold(choice.result.clone(), |layout, axis| layout.without_axis(axis));
        let cx = operands.a.context();
        let (a, b, staging) = (a.clone(), b.clone(), cx.staging_limit());
        Self { a, b, choice, layout, dtype: T::DTYPE, rank: cx.rank(), staging }
    }

    /// What stays.
    ///
    /// **Local.**
    pub fn algorithm(&self) -> Algorithm {
        self.choice.algorithm
    }

    /// The layout that the product will have.
    ///
    /// **Local.**
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How the product lies when it has been computed, with both matrix axes; it moves from there when this is another layout.
    ///
    /// **Local.**
    pub fn computed(&self) -> &Layout {
        &self.choice.computed
    }

    /// The shape of the product with both matrix axes.
    pub(super) fn shape(&self) -> &Shape {
        self.computed().shape()
    }

    /// The layout of the product with both matrix axes.
    pub(super) fn stacked_layout(&self) -> &Layout {
        &self.choice.result
    }

    pub(super) fn a(&self) -> &Layout {
        &self.a
    }

    pub(super) fn b(&self) -> &Layout {
        &self.b
    }

    pub(super) fn rank(&self) -> usize {
        self.rank
    }

    pub(super) fn dtype(&self) -> DType {
        self.dtype
    }

    pub(super) fn item_bytes(&self) -> usize {
        self.dtype.bytes()
    }

    pub(super) fn staging_limit(&self) -> usize {
        self.staging
    }

    pub(super) fn whole(&self) -> Whole {
        let ndim = self.shape().ndim();
        Whole { rows: self.shape()[ndim - 2], cols: self.shape()[ndim - 1] }
    }

    /// For plans that stage one of so many shares of the limit.
    pub(super) fn options(&self, shares: usize) -> Options {
        Options::new(self.item_bytes()).staging_limit(self.staging / shares)
    }
}
