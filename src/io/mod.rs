//! Files, as every rank sees them: its own byte ranges, its own errors.
//!
//! Nothing here talks to another rank or knows an array. A format reads and writes *runs* of elements or *ranges* of rows of one
//! file, so that each rank touches only its own part; the few values that ranks must share to do so (a header, where a
//! range of text begins, how long a text is) are plain values that the collective layer carries. Whatever can go
//! wrong is a [`LocalError`](crate::LocalError) of one or two lines with file, place and reason.
//!
//! Files are untrusted: sizes that a file claims are checked against its length before anything is allocated, memory is
//! bounded by constants, and nothing in a file is ever evaluated.

pub mod csv;
mod extension;
pub mod npy;
mod source;
mod staged;
mod staging;
mod together;

pub use csv::{CsvArray, read_csv, read_csv_with_names, write_csv};
pub use extension::{dtype_of, read, write};
pub use npy::{npy_header, read_npy, write_npy, write_npy_fortran};
pub use source::Source;
pub use staged::{Part, Staged};
pub use staging::Staging;
pub use together::write_together;
