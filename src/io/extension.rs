//! Files of any format, told by their names.

use std::path::Path;

use crate::array::{DistArray, Placement};
use crate::context::Context;
use crate::dtype::DType;
use crate::error::{Error, ErrorKind, Result};
use crate::io::Source;
use crate::io::csv::{CsvArray, Field, Format, read_csv_with_names, write_csv};
use crate::io::npy::{npy_header, read_npy, write_npy};
use crate::io::together::agreed;

/// Read a file: `.npy`; `.csv` with commas; `.tsv` with tabs; `.txt` with tabs, semicolons, commas or single spaces, whichever of
/// these its first line has.
///
/// **Collective.** As [`read_npy`] or [`read_csv`](super::read_csv) with its default format, and one agreement more for `.txt`. The arguments must
/// be the same on every rank. Class: Exact.
///
/// # Errors
/// As [`read_npy`] and [`read_csv`](super::read_csv); [`ErrorKind::Argument`] when the name ends in none of these.
///
/// # Examples
/// ```
/// # let path = std::env::temp_dir().join(format!("isotherm-doc-any-{}.tsv", std::process::id()));
/// use isotherm::{DType, io};
/// isotherm::run_on(2, |cx| {
///     io::write(&cx.eye::<i32>(3, 3, 1, 0)?, &path)?;
///     assert_eq!(io::dtype_of(cx, &path)?, DType::F64); // text has no dtype of its own
///     assert_eq!(io::read::<u8>(cx, &path, 1)?.gather()?, [0, 1, 0, 0, 0, 1, 0, 0, 0]);
///     Ok(())
/// }).unwrap();
/// # std::fs::remove_file(&path).unwrap();
/// ```
#[track_caller]
pub fn read<T: Field>(cx: &Context, path: impl AsRef<Path>, placement: impl Into<Placement>) -> Result<DistArray<T>> {
    read_with_names(cx, path, placement).map(|read| read.array)
}

/// As [`read`], with the columns' names where a text table has a header.
///
/// **Collective**, as [`read`].
///
/// # Errors
/// As [`read`].
#[track_caller]
pub fn read_with_names<T: Field>(
    cx: &Context,
    path: impl AsRef<Path>,
    placement: impl Into<Placement>,
) -> Result<CsvArray<T>> {
    let path = path.as_ref();
    match kind(path)? {
        Kind::Npy => Ok(CsvArray { array: read_npy(cx, path, placement)?, names: None }),
        Kind::Table(format) => read_csv_with_names(cx, path, placement, format),
        Kind::Text => {
            let format = Source::open(path).and_then(|source| Format::guess(&source));
            read_csv_with_names(cx, path, placement, agreed(cx, format)?)
        }
    }
}

/// Write a file: `.npy` in C order; `.csv` with commas, `.tsv` with tabs, `.txt` with spaces, without names.
///
/// **Collective**, as [`write_npy`] or [`write_csv`]. `path` must be the same on every rank. Class: Exact.
///
/// # Errors
/// As [`write_npy`] and [`write_csv`]; [`ErrorKind::Argument`] when the name ends in none of these.
///
/// # Examples
/// See [`read`].
#[track_caller]
pub fn write<T: Field>(x: &DistArray<T>, path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    match kind(path)? {
        Kind::Npy => write_npy(x, path),
        Kind::Table(format) => write_csv(x, path, format, &[]),
        Kind::Text => write_csv(x, path, Format::default().delimiter(b' '), &[]),
    }
}

/// The dtype of a file: an `.npy` file's own; f64 for text, which has none.
///
/// **Collective** for `.npy`, as [`npy_header`]; local for text, which is not opened.
///
/// # Errors
/// As [`npy_header`]; [`ErrorKind::Argument`] when the name ends in none of the extensions that [`read`] knows.
#[track_caller]
pub fn dtype_of(cx: &Context, path: impl AsRef<Path>) -> Result<DType> {
    match kind(path.as_ref())? {
        Kind::Npy => Ok(npy_header(cx, path)?.dtype),
        Kind::Table(_) | Kind::Text => Ok(DType::F64),
    }
}

enum Kind {
    Npy,
    Table(Format),
    /// A table whose delimiter is to be found out.
    Text,
}

#[track_caller]
fn kind(path: &Path) -> Result<Kind> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("npy") => Ok(Kind::Npy),
        Some("csv") => Ok(Kind::Table(Format::default())),
        Some("tsv") => Ok(Kind::Table(Format::default().delimiter(b'\t'))),
        Some("txt") => Ok(Kind::Text),
        _ => {
            let message = format!("{}: the name ends in none of .npy, .csv, .tsv, .txt", path.display());
            Err(Error::new(ErrorKind::Argument, message))
        }
    }
}
