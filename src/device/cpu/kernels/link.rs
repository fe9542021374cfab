//! The links of chains, and their operands.

/// What a link does with `a`, the value that the chain has come to, and its operands `p` and `q`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::device::cpu) enum Link {
    /// `-a`
    Negative,
    /// `|a|`
    Abs,
    /// `a a`
    Square,
    /// `1 / a`
    Reciprocal,
    /// The square root of `a`.
    Sqrt,
    /// `e^a` where that is a normal number; elsewhere the chain is computed again with the next one.
    Exp,
    /// `e^a`
    ExpAnywhere,
    /// `a` is kept as `k`, and the chain goes on from `p`.
    Branch,
    /// `a + p`
    Add,
    /// `(a + p) + q`
    AddBoth,
    /// `a - p`
    Subtract,
    /// `p - a`
    SubtractFrom,
    /// `a p`
    Multiply,
    /// `a / p`
    Divide,
    /// `p / a`
    DivideInto,
    /// The larger of `a` and `p`.
    Maximum,
    /// The larger of `p` and `a`.
    MaximumOf,
    /// The smaller of `a` and `p`.
    Minimum,
    /// The smaller of `p` and `a`.
    MinimumOf,
    /// `a + (p q)`, rounded twice as everywhere.
    AddProduct,
    /// `a - (p q)`
    SubtractProduct,
    /// `(p q) - a`
    SubtractFromProduct,
    /// `a + k`
    AddKept,
    /// `a - k`
    SubtractKept,
    /// `k - a`
    SubtractFromKept,
    /// `a k`
    MultiplyKept,
    /// `a + (k p)`
    AddKeptProduct,
    /// `a - (k p)`
    SubtractKeptProduct,
    /// `(k p) - a`
    SubtractFromKeptProduct,
}

impl Link {
    /// Whether it needs registers besides those of a long strip.
    pub(super) fn is_for_short_strips(self) -> bool {
        use Link::{AddKept, AddKeptProduct, Branch, Exp, ExpAnywhere, MultiplyKept};
        use Link::{SubtractFromKept, SubtractFromKeptProduct, SubtractKept, SubtractKeptProduct};
        matches!(self, Exp | ExpAnywhere | Branch | AddKept | SubtractKept | SubtractFromKept | MultiplyKept)
            || matches!(self, AddKeptProduct | SubtractKeptProduct | SubtractFromKeptProduct)
    }

    /// Whether it takes several times as long as others.
    pub(in crate::device::cpu) fn is_slow(self) -> bool {
        matches!(self, Self::Sqrt | Self::Reciprocal | Self::Divide | Self::DivideInto | Self::Exp | Self::ExpAnywhere)
    }
}

/// A link and the places of its operands among those of the chain.
pub(in crate::device::cpu) type Placed = (Link, [usize; 2]);

/// The elements of an operand.
#[derive(Clone, Copy)]
pub(in crate::device::cpu) struct Operand<'a, T> {
    pub(super) elements: &'a [T],
    /// All bits, or none when the first elements stand for all.
    pub(super) mask: usize,
    /// Whether they come from memory, and so do those after them.
    pub(super) is_remote: bool,
}

impl<'a, T> Operand<'a, T> {
    /// One element for each.
    pub(in crate::device::cpu) fn elements(elements: &'a [T]) -> Self {
        Self { elements, mask: usize::MAX, is_remote: false }
    }

    /// One element for each, some of more that lie in memory behind them.
    pub(in crate::device::cpu) fn remote(elements: &'a [T]) -> Self {
        Self { is_remote: true, ..Self::elements(elements) }
    }

    /// An element for all, as many times as a strip may ask for.
    pub(in crate::device::cpu) fn constant(elements: &'a [T]) -> Self {
        Self { elements, mask: 0, is_remote: false }
    }
}
