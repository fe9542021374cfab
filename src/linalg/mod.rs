//! Products, factorisations and norms of matrices that are dealt out.
//!
//! | function | what | moves |
//! |---|---|---|
//! | [`matmul`] | products of matrices, of stacks of them, and with vectors | panels of the factors, or sums of products: see [`MatmulPlan`] |
//! | [`dot`], [`vdot`], [`vecdot`] | inner products | one all-reduce of one sum each |
//! | [`outer`] | outer products | the smaller vector, where it is dealt |
//! | [`vector_norm`], [`matrix_norm`] | norms | one all-reduce of one sum for each that is taken |

mod local;
mod norms;
mod product;
mod vectors;

pub use norms::{MatrixNorm, VectorNorm, matrix_norm, vector_norm};
pub use product::{Algorithm, MatmulPlan, Traffic, matmul, plan_matmul};
pub use vectors::{dot, outer, vdot, vecdot};
