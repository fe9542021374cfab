//! NumPy's `.npy`: a short header, then the elements in row-major (C) or column-major (Fortran) order.
//!
//! [`read_npy`] and [`write_npy`] bring whole arrays. They stand on pieces for one rank alone:
//! [`Header`] says what the file holds and where its elements begin; [`read_runs`] and [`write_runs`] move runs of them. The
//! header is read by every rank or by one, it is a plain value; the runs of a rank come from its layout, over the
//! header's shape, or over the reversed shape when the file is in Fortran order.
//!
//! # References
//! NumPy Enhancement Proposal 1, *A Simple File Format for NumPy Arrays*, and `numpy.lib.format`.

mod array;
mod descr;
mod header;
mod literal;
mod part;
mod shares;

pub use array::{npy_header, read_npy, write_npy, write_npy_fortran};
pub use descr::ByteOrder;
pub use header::Header;
pub use part::{read_run, read_runs, write_runs};
