//! Products, factorisations and norms of matrices that are dealt out.
//!
//! | function | what | moves |
//! |---|---|---|
//! | [`matmul`] | products of matrices, of stacks of them, and with vectors | panels of the factors, or sums of products: see [`MatmulPlan`] |
//! | [`dot`], [`vdot`], [`vecdot`] | inner products | one all-reduce of one sum each |
//! | [`outer`] | outer products | the smaller vector, where it is dealt |
//! | [`vector_norm`], [`matrix_norm`] | norms | one all-reduce of one sum for each that is taken |
//! | [`qr`], [`qr_r`] | QR of tall matrices | triangles, up a tree and back |
//! | [`svd`], [`svd_values`] | singular values and vectors of tall matrices | the same |
//!
//! ```text
//!   qr ──┬──▶ gram: products of the rows, where the condition allows it
//!   svd ─┴──▶ tsqr: reflections of the rows along a tree, and back, otherwise
//! ```

mod field;
mod gram;
mod local;
mod norms;
mod product;
mod qr;
mod svd;
mod tsqr;
mod vectors;

pub use field::Field;
pub(crate) use local::rows_times;
pub use norms::{MatrixNorm, VectorNorm, matrix_norm, vector_norm};
pub use product::{Algorithm, MatmulPlan, Traffic, matmul, plan_matmul};
pub(crate) use product::{Feed, panel_width};
pub use qr::{Qr, qr, qr_r};
pub(crate) use svd::right_svd;
pub use svd::{Svd, svd, svd_values};
pub(crate) use tsqr::with_own_rows;
pub use vectors::{dot, outer, vdot, vecdot};
