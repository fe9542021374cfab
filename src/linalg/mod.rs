//! Products, factorisations and norms of matrices that are dealt out.
//!
//! | function | what | moves |
//! |---|---|---|
//! | [`matmul`] | products of matrices, of stacks of them, and with vectors | panels of the factors, or sums of products: see [`MatmulPlan`] |
//! | [`dot`], [`vdot`], [`vecdot`] | inner products | one all-reduce of one sum each |
//! | [`outer`] | outer products | the smaller vector, where it is dealt |
//! | [`vector_norm`], [`matrix_norm`] | norms | one all-reduce of one sum for each that is taken |
//! | [`qr`](qr()), [`svd`](svd()) | factorisations of tall matrices, and of wide ones by these | triangles up a tree of the ranks and back |

mod field;
mod local;
mod norms;
mod product;
mod qr;
mod small;
mod svd;
mod tsqr;
mod vectors;

pub use field::Field;
pub use norms::{MatrixNorm, VectorNorm, matrix_norm, vector_norm};
pub use product::{Algorithm, MatmulPlan, Traffic, matmul, plan_matmul};
pub use qr::{Qr, qr, qr_r};
pub(crate) use small::rows_times;
pub(crate) use svd::right_svd;
pub use svd::{Svd, svd, svd_values};
pub(crate) use tsqr::with_own_rows;
pub use vectors::{dot, outer, vdot, vecdot};
