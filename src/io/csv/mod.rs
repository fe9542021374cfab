//! Text tables: records of fields, read by byte ranges.
//!
//! [`read_csv`] and [`write_csv`] bring whole arrays. They stand on the steps of one rank alone, which need little from the others:
//!
//! A file is cut into byte ranges, some for each rank, anywhere; a range owns the records that *begin* in it. Where that is
//! depends on all text before it (a quoted field may hold line ends), so reading takes two steps, with one small exchange between them:
//!
//! 1. [`Table::scan`]: what this range does to whoever reads through it, as a [`Passage`]. Passages compose; folded over the
//!    ranges before mine they give the [`Cursor`] with which mine begins, and how many records do: the shape and my first row.
//! 2. [`Table::parse`]: the values of my range, row after row. Numbers are read where they stand in the buffer; a record with anything
//!    else in it goes through csv-core.
//!
//! [`Table::count`] and [`Table::check`] look at records or fields without keeping them.
//!
//! Writing takes two: [`rows_len`] and, after an exclusive sum over the ranks, [`write_rows`].
//!
//! What is understood: fields as RFC 4180 has them, in UTF-8 with or without a byte order mark; lines that end in LF,
//! CRLF or CR; a last line without end. Empty lines are skipped everywhere, so in a table of one column a missing value
//! must be written as `NA`. Space around a number is skipped. There are no comments.
//!
//! # References
//! RFC 4180, *Common Format and MIME Type for Comma-Separated Values Files*.
#![allow(clippy::inline_always, reason = "what is not inlined into a dispatched call is compiled for the baseline")]

mod array;
mod border;
mod decimal;
#[cfg(target_arch = "x86_64")]
mod digits;
mod format;
mod head;
mod number;
mod plain;
mod records;
mod table;
mod write;

pub use array::{CsvArray, read_csv, read_csv_with_names, write_csv};
pub use border::{Cursor, Passage};
pub use format::{Format, HeaderRow, Missing};
pub use head::Head;
pub use number::Field;
pub use table::Table;
pub use write::{header_line, rows_len, write_rows};
