//! Rows as text, at offsets.

use crate::error::LocalError;
use crate::io::Part;
use crate::io::csv::format::Format;
use crate::io::csv::number::Field;

/// Text is written in pieces of about this many bytes.
const PIECE: usize = 64 << 10;

/// The line of the columns' names, in quotes where they need them.
///
/// **Local.** Names that are all numbers are taken for data by [`HeaderRow::Auto`](super::HeaderRow).
pub fn header_line(names: &[impl AsRef<str>], format: Format) -> Vec<u8> {
    let mut line = Vec::new();
    for (i, name) in names.iter().map(AsRef::as_ref).enumerate() {
        if i > 0 {
            line.push(format.delimiter);
        }
        let special = |byte: u8| byte == format.delimiter || b"\"\r\n".contains(&byte);
        if name.is_empty() || name.trim() != name || name.bytes().any(special) {
            line.extend_from_slice(format!("\"{}\"", name.replace('"', "\"\"")).as_bytes());
        } else {
            line.extend_from_slice(name.as_bytes());
        }
    }
    line.push(b'\n');
    line
}

/// The bytes that [`write_rows`] writes for these values: an exclusive sum of them over the ranks gives each its offset.
///
/// **Local.** The rows are made and counted, not kept: writing twice costs less than memory for a text that may be three
/// times as long as the values.
///
/// # Panics
/// When `values` is no whole number of rows.
pub fn rows_len<T: Field>(values: &[T], columns: usize, format: Format) -> u64 {
    let mut len = 0;
    let counted: Result<(), std::convert::Infallible> = pieces(values, columns, format, |text| {
        len += text.len() as u64;
        Ok(())
    });
    match counted {
        Ok(()) => len,
    }
}

/// Write rows of `columns` values from the offset `at` on, one line each.
///
/// **Local.** Class: Exact: the text of each value is the shortest that reads back as the same value.
///
/// # Errors
/// When the file cannot be written.
///
/// # Panics
/// When `values` is no whole number of rows.
pub fn write_rows<T: Field>(
    part: &Part,
    mut at: u64,
    values: &[T],
    columns: usize,
    format: Format,
) -> Result<(), LocalError> {
    pieces(values, columns, format, |text| {
        part.write_all_at(text, at)?;
        at += text.len() as u64;
        Ok(())
    })
}

fn pieces<T: Field, E>(
    values: &[T],
    columns: usize,
    format: Format,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    if values.is_empty() {
        return Ok(());
    }
    assert!(values.len().is_multiple_of(columns), "{} values in rows of {columns}", values.len());
    let mut text = Vec::with_capacity(PIECE + 1024);
    for row in values.chunks_exact(columns) {
        for &value in row {
            value.to_text(&mut text);
            text.push(format.delimiter);
        }
        *text.last_mut().expect("a row has a column") = b'\n';
        if text.len() >= PIECE {
            take(&text)?;
            text.clear();
        }
    }
    take(&text)
}
