//! Rows as text, at offsets.

use crate::error::LocalError;
use crate::io::csv::format::Format;
use crate::io::csv::number::Field;
use crate::io::{Part, Staging};

/// The longest text of a value, a complex number, is 49 bytes, and one follows it; the least staging holds that.
const VALUE: usize = 64;

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
/// **Local.** The text is made and counted, not kept: making it twice costs less than memory for a text that may be three
/// times as long as the values.
pub fn rows_len<T: Field>(values: &[T]) -> u64 {
    let mut text = Vec::with_capacity(VALUE);
    let mut len = 0;
    for &value in values {
        text.clear();
        value.to_text(&mut text);
        // One byte follows each value: a delimiter, or the end of the line.
        len += text.len() as u64 + 1;
    }
    len
}

/// Write rows of `columns` values from the offset `at` on, one line each.
///
/// **Local.** Memory: one buffer of `staging`. Class: Exact: the text of each value is the shortest that reads back as the same value.
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
    staging: &Staging,
) -> Result<(), LocalError> {
    if values.is_empty() {
        return Ok(());
    }
    assert!(values.len().is_multiple_of(columns), "{} values in rows of {columns}", values.len());
    let mut piece = staging.take::<u8>(staging.bytes());
    let mut filled = 0;
    let mut text = Vec::with_capacity(VALUE);
    for row in values.chunks_exact(columns) {
        for (column, &value) in row.iter().enumerate() {
            text.clear();
            value.to_text(&mut text);
            text.push(if column + 1 < columns { format.delimiter } else { b'\n' });
            if filled + text.len() > piece.len() {
                part.write_all_at(&piece[..filled], at)?;
                at += filled as u64;
                filled = 0;
            }
            piece[filled..filled + text.len()].copy_from_slice(&text);
            filled += text.len();
        }
    }
    part.write_all_at(&piece[..filled], at)
}
