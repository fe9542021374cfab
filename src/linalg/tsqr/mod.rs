//! QR factorisation of a tall matrix whose rows are dealt out, by Householder reflections along a tree.
//!
//! ```text
//!   rows 0..2 ──▶ R₀ ─┐                      the way up: two triangles become one
//!   rows 2..4 ──▶ R₁ ─┴▶ R₀₁ ─┐
//!   rows 4..6 ──▶ R₂ ─┐       ├▶ R
//!   rows 6..8 ──▶ R₃ ─┴▶ R₂₃ ─┘              the way down: the same reflections, from C on top to Q C
//! ```
//!
//! A rank reads its rows in chunks (`leaf`), each of which is eliminated into the triangle of those before it; then
//! the ranks' triangles are merged pairwise (`merge`) along the bits of the ranks' numbers. Every step is one dense
//! factorisation of stacked rows (`reflectors`) and stays orthogonal to working precision, whatever the matrix is:
//! singular, graded, of fewer rows than columns.
//!
//! A triangle on top of a triangle keeps its shape: the reflector of column j touches row j above and the rows up to j
//! below. So the blocks of Q that go down are triangles as well, exact zeros included, and no message of a QR
//! factorisation is longer than n(n + 1)/2 values (`form`).
//!
//! faer's own `qr` is not used, only its block reflectors: it drops the rest of a column that is shorter than
//! 16 m ε times the column (0.24.4), 10⁻⁹ of it for 400,000 rows, and LAPACK's ratios with it.
//!
//! # References
//! J. Demmel, L. Grigori, M. Hoemmen, J. Langou, *Communication-optimal parallel and sequential QR and LU
//! factorizations*, SIAM J. Sci. Comput. 34, 2012, DOI 10.1137/080731992. R. Schreiber, C. Van Loan, *A
//! storage-efficient WY representation for products of Householder transformations*, SIAM J. Sci. Stat. Comput. 10,
//! 1989, DOI 10.1137/0910005. E. Elmroth, F. Gustavson, *Applying recursion to serial and parallel QR factorization
//! leads to better performance*, IBM J. Res. Dev. 44, 2000, DOI 10.1147/rd.444.0605.

mod form;
mod leaf;
mod merge;
mod reflectors;
mod tree;

pub(super) use form::Form;
pub(super) use leaf::Rows;
pub(super) use reflectors::{apply, factor};
pub(crate) use tree::with_own_rows;
pub(super) use tree::{Tsqr, checked, not_finite};
