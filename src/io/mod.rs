//! Files: each rank reads and writes its own part of them, into and from any layout.
//!
//! **Arrays and files.** [`read_npy`], [`write_npy`], [`read_csv`], [`write_csv`], or [`read`] and [`write()`] by the name's extension.
//! They are collective and build on two things that know nothing of each other:
//!
//! ```text
//!   one rank and a file (csv, npy, Source, Staged)      all ranks and an array (array files, together)
//!     a header, a range of text, runs of elements         which part is mine, what do we agree on, who moves what
//!     plain values, LocalError                             Context, Error
//! ```
//!
//! Below, nothing talks to another rank or knows an array: a format moves *runs* of elements or *ranges* of rows of one
//! file. Above, the few values that ranks must share for that (a header, where a range of text begins, how long a text is) are
//! exchanged, and elements are brought to or from the ranks that touch them in the file by a [`Plan`](crate::layout::Plan), like every
//! other movement.
//!
//! **Failing.** Whatever goes wrong on a rank is a [`LocalError`](crate::LocalError) of one line with file, place and
//! reason. The ranks agree after each step on the first of them in the order of the ranks, which for the content of a
//! file is the first in the file: so the error is the same on every rank and at any number of ranks. Files are untrusted: sizes that a
//! file claims are checked against its length before anything is allocated, and nothing in a file is ever evaluated.
//!
//! **Writing.** The name of a file stands for a whole file at any time: [`write_together`] lets all ranks write a temporary
//! file beside it, which takes the name in one step when all have succeeded.
//!
//! **Memory.** A rank holds its part of the file and its block, and buffers no larger than the context's staging limit, which
//! come from its pool and are counted there.

pub mod csv;
mod extension;
pub mod npy;
mod source;
mod staged;
mod staging;
mod together;

pub use csv::{CsvArray, read_csv, read_csv_with_names, write_csv};
pub use extension::{dtype_of, read, read_with_names, write};
pub use npy::{npy_header, read_npy, write_npy, write_npy_fortran};
pub use source::Source;
pub use staged::{Part, Staged};
pub use staging::Staging;
pub use together::write_together;
