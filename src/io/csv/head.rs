//! What the beginning of a text table says: the columns, perhaps their names, and where the data begin.

use crate::error::LocalError;
use crate::io::csv::border::{Cursor, State};
use crate::io::csv::format::{Format, HeaderRow};
use crate::io::csv::number;
use crate::io::csv::records::Records;
use crate::io::{Source, Staging};

/// More columns are taken for a mistake: a file of nothing but delimiters.
const MOST_COLUMNS: usize = 1 << 20;

/// The columns of a text table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Head {
    /// The columns' names, when the first record holds them.
    pub names: Option<Vec<String>>,
    /// The number of columns: every record has as many fields as the first.
    pub columns: usize,
    /// The offset behind the byte order mark and the header.
    pub(super) data_start: u64,
    /// The line feeds before that.
    pub(super) lines: u64,
}

impl Head {
    pub(super) fn read(source: &Source, format: Format, staging: &Staging) -> Result<Self, LocalError> {
        let start = skip_mark(source)?;
        let cursor = Cursor { state: State::Record, lines: 0 };
        let mut records = Records::begin(source, format.delimiter, start..source.len(), cursor, staging)?;
        if !records.next_record()? {
            return Err(source.error("line 1", "the file holds no record"));
        }
        let (mut columns, mut only_values, mut names) = (0, true, Vec::new());
        let mut last = false;
        while !last {
            last = records.next_field()?;
            columns += 1;
            if columns > MOST_COLUMNS {
                return Err(records.error("more than 1,048,576 fields"));
            }
            only_values &= number::is_value(records.field());
            if format.header != HeaderRow::None {
                names.push(String::from_utf8_lossy(records.field()).into_owned());
            }
        }
        let named = match format.header {
            HeaderRow::Auto => !only_values,
            HeaderRow::None => false,
            HeaderRow::Present => true,
        };
        let (data_start, lines) = if named { records.position() } else { (start, 0) };
        Ok(Self { names: named.then_some(names), columns, data_start, lines })
    }
}

/// The offset behind a byte order mark of UTF-8; that of UTF-16 is an error.
fn skip_mark(source: &Source) -> Result<u64, LocalError> {
    let mut bytes = [0; 3];
    let len = source.read_at(&mut bytes, 0)?;
    match &bytes[..len] {
        [0xef, 0xbb, 0xbf] => Ok(3),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(source.error("byte 0", "the text is UTF-16; only UTF-8 is read")),
        _ => Ok(0),
    }
}
