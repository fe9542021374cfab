//! Products, factorisations and norms of matrices that are dealt out.
//!
//! ```text
//!   qr ──┐
//!        ├──▶ tsqr: the ranks' rows, from the top of a tree and back
//!   svd ─┘
//! ```

mod field;
mod qr;
mod small;
mod svd;
mod tsqr;

pub use field::Field;
pub use qr::{Qr, qr, qr_r};
pub(crate) use small::rows_times;
pub(crate) use svd::right_svd;
pub use svd::{Svd, svd, svd_values};
pub(crate) use tsqr::with_own_rows;
