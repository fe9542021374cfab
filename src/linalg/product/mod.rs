//! Products of matrices in any layouts.
//!
//! ```text
//!   stationary C                      stationary A                        stationary B
//!   C(i, j) = Σ A(i, K_t) B(K_t, j)   C(i, J_t) = Σ A(i, l) B(l, J_t)     C(I_t, j) = Σ A(I_t, l) B(l, j)
//!              t                                  ranks                               ranks
//!   panels of A and B come            panels of B come, products are      panels of A come, products are
//!                                     summed over the ranks that deal l   summed over the ranks that deal l
//! ```
//!
//! Each works for every pair of layouts, since a plan brings the panels from wherever they lie. Which one runs, and where the
//! product lies, is chosen by what moves (`choice`), before anything does.

mod choice;
mod feed;
mod operands;
mod plan;
mod sums;
mod tiles;
mod traffic;

use operands::Operands;

use crate::array::DistArray;
use crate::dtype::Numeric;
use crate::error::Result;
use crate::layout::Layout;

pub(crate) use feed::Feed;
pub use plan::{Algorithm, MatmulPlan};
pub(crate) use tiles::width as panel_width;
pub use traffic::Traffic;

/// The product of two matrices, of stacks of them, or of a matrix and a vector, by NumPy's rules.
///
/// | `a` | `b` | product |
/// |---|---|---|
/// | (m, k) | (k, n) | (m, n) |
/// | (…, m, k) | (…, k, n) | (…, m, n), the leading axes broadcast |
/// | (k,) | (…, k, n) | (…, n) |
/// | (…, m, k) | (k,) | (…, m) |
/// | (k,) | (k,) | a scalar |
///
/// **Collective** unless every rank holds what it needs; for costs see [`MatmulPlan`], which [`plan_matmul`] makes beforehand. What
/// comes, comes in panels within the staging limit, however large the factors; the next ones fly while the last are multiplied. On a GPU factors,
/// panels and product stay in its memory; what passes through that of the host are messages, the bytes that [`Traffic`] counts.
///
/// **Class**: Exact for integers, which wrap. Bounded for floats: `|C - AB| ≤ γ |A| |B|` for each element, with `γ = k u / (1 - k u)`, u the unit
/// roundoff, and k + 2 in place of k and √2 more for complex numbers. The bits do not depend on the number of threads. Where the
/// product stays ([`Algorithm::StationaryC`]) they do not depend on ranks and layouts either, as long as panels are not forced
/// below 256 indices by the staging limit; sums over ranks differ in the last bits. On a GPU the order of each sum follows from the extents of what is
/// multiplied there, so that runs give the same bits, but other layouts and ranks may not; the bound is the same for real numbers, and
/// √2 more than that of 2 k terms for complex ones, whose real products are added one by one. `bool` has no product here: cast to an
/// integer to count, and compare with 0 for the matrix of *or*s of *and*s.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) when an operand is a scalar, the inner extents differ, or the leading axes do not broadcast;
/// [`ErrorKind::Context`](crate::ErrorKind::Context) for arrays of two contexts; [`ErrorKind::Memory`](crate::ErrorKind::Memory) beyond the context's budget.
///
/// # Examples
/// ```
/// use isotherm::linalg::matmul;
/// isotherm::run_on(4, |cx| {
///     let a = cx.from_fn((6, 3), 0, |i| (i[0] + i[1]) as f64)?; // rows dealt over the ranks
///     let b = cx.from_fn((3, 2), None, |i| (i[0] * 2 + i[1]) as f64)?;
///     let c = matmul(&a, &b)?; // nothing moves
///     assert_eq!((c.split(), c.gather()?[..2].to_vec()), (Some(0), vec![10.0, 13.0]));
///     Ok(())
/// }).unwrap();
/// ```
///
/// # References
/// * M. D. Schatz, R. A. van de Geijn, J. Poulson, "Parallel matrix multiplication: a systematic journey", SIAM J. Sci. Comput. 38(6), 2016,
///   doi:10.1137/140993478.
/// * R. A. van de Geijn, J. Watts, "SUMMA: scalable universal matrix multiplication algorithm", Concurrency 9(4), 1997,
///   doi:`10.1002/(SICI)1096-9128(199704)9:4<255::AID-CPE250>3.0.CO;2-2`.
/// * N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., section 3.5.
#[track_caller]
pub fn matmul<T: Numeric>(a: &DistArray<T>, b: &DistArray<T>) -> Result<DistArray<T>> {
    let operands = Operands::new(a, b)?;
    let plan = MatmulPlan::new(&operands);
    let computed = match plan.algorithm() {
        Algorithm::StationaryC => tiles::run(&plan, &operands.a, &operands.b)?,
        Algorithm::StationaryA | Algorithm::StationaryB => sums::run(&plan, &operands.a, &operands.b)?,
    };
    let product = computed.redistribute(plan.stacked_layout())?;
    if operands.dropped.is_empty() { Ok(product) } else { product.squeeze(&operands.dropped[..]) }
}

/// What [`matmul`] would do with these operands, without doing it.
///
/// **Local.**
///
/// # Errors
/// As [`matmul`].
///
/// # Examples
/// ```
/// use isotherm::linalg::{Algorithm, plan_matmul};
/// isotherm::run_on(4, |cx| {
///     let (a, b) = (cx.ones::<f64>((64, 8), 0)?, cx.ones::<f64>((8, 8), 0)?);
///     let plan = plan_matmul(&a, &b)?;
///     assert_eq!(plan.algorithm(), Algorithm::StationaryC); // the rows of a stay, b comes to all
///     assert_eq!(plan.traffic()?.receive_bytes, 6 * 8 * 8); // what this rank does not hold of b
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn plan_matmul<T: Numeric>(a: &DistArray<T>, b: &DistArray<T>) -> Result<MatmulPlan> {
    Ok(MatmulPlan::new(&Operands::new(a, b)?))
}

impl<T: Numeric> DistArray<T> {
    /// The product of two matrices, of stacks of them, or of a matrix and a vector: [`linalg::matmul`](crate::linalg::matmul).
    ///
    /// **Collective**, as that.
    ///
    /// # Errors
    /// As there.
    #[track_caller]
    pub fn matmul(&self, other: &Self) -> Result<Self> {
        matmul(self, other)
    }
}

/// Whether two layouts deal `axis` to the same ranks in the same way.
fn alike(from: &Layout, into: &Layout, axis: usize) -> bool {
    let whole = parts(from, axis) == 1 && parts(into, axis) == 1;
    whole || from.mesh() == into.mesh() && from.distribution(axis) == into.distribution(axis)
}

/// The number of parts that `axis` is dealt into.
fn parts(layout: &Layout, axis: usize) -> usize {
    layout.mesh().extents()[layout.distribution(axis).over()].iter().product()
}
