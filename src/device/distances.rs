//! What distances between rows read and write.

/// How far apart two rows are.
///
/// With dⱼ = xⱼ - yⱼ for the features j in ascending order; differences are formed first, so that nothing cancels where rows lie far from the
/// origin and close together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// √(Σⱼ dⱼ²): SciPy's `euclidean`.
    Euclidean,
    /// Σⱼ dⱼ²: SciPy's `sqeuclidean`.
    SquaredEuclidean,
    /// Σⱼ |dⱼ|: SciPy's `cityblock`.
    Manhattan,
    /// maxⱼ |dⱼ|: SciPy's `chebyshev`.
    Chebyshev,
}

/// Distances of each row of a table `x` from each row of a table `y`; the rows of both lie one after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pairwise {
    pub(crate) metric: Metric,
    /// Rows of x, rows of y, and the features of a row.
    pub(crate) extents: [usize; 3],
    /// Where the first distance lies in its block.
    pub(crate) at: usize,
    /// The step there from one row of x to the next; those of the rows of y lie side by side.
    pub(crate) pitch: usize,
}
