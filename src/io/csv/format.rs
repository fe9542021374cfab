//! What a text table looks like, as the caller says it.

use crate::error::LocalError;
use crate::io::Source;

/// Whether the first record names the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum HeaderRow {
    /// It does if one of its fields is neither a number nor a missing value. A row of nothing but numbers is data.
    #[default]
    Auto,
    /// It is data.
    None,
    /// It does.
    Present,
}

/// What a missing value becomes: a field that is empty or `NA`, `N/A`, `NaN`, `null` or `None`, in any case of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Missing {
    /// NaN, for a dtype that has one; an error for the others.
    #[default]
    Nan,
    /// An error.
    Error,
}

/// How to read a text table: `Format::default()` is commas and the defaults below.
///
/// ```
/// use isotherm::io::csv::{Format, HeaderRow};
/// let format = Format::default().delimiter(b';').header(HeaderRow::Present);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    pub(super) delimiter: u8,
    pub(super) header: HeaderRow,
    pub(super) missing: Missing,
}

impl Default for Format {
    fn default() -> Self {
        Self { delimiter: b',', header: HeaderRow::default(), missing: Missing::default() }
    }
}

impl Format {
    /// The byte between fields; a comma by default. [`Table::open`](super::Table::open) refuses what cannot be one.
    ///
    /// **Local.**
    #[must_use]
    pub fn delimiter(mut self, delimiter: u8) -> Self {
        self.delimiter = delimiter;
        self
    }

    /// Whether the first record names the columns; found out by default.
    ///
    /// **Local.**
    #[must_use]
    pub fn header(mut self, header: HeaderRow) -> Self {
        self.header = header;
        self
    }

    /// What a missing value becomes; NaN by default.
    ///
    /// **Local.**
    #[must_use]
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// The default with the delimiter that the first line has: a tab, semicolon, comma or space, in this order.
    ///
    /// **Local.** At most 4 KiB are read. A line with none of them is one field in any format.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn guess(source: &Source) -> Result<Self, LocalError> {
        let mut bytes = [0; 4096];
        let len = source.read_at(&mut bytes, 0)?;
        let line = bytes[..len].split(|byte| b"\r\n".contains(byte)).find(|line| !line.is_empty()).unwrap_or_default();
        let found = b"\t;, ".iter().find(|delimiter| line.contains(delimiter));
        Ok(found.map_or(Self::default(), |&delimiter| Self::default().delimiter(delimiter)))
    }

    /// Why these bytes cannot be told apart, if so: a delimiter must be ASCII and no part of a number.
    pub(super) fn check(self) -> Result<(), String> {
        let delimiter = self.delimiter;
        let taken = delimiter.is_ascii_alphanumeric() || b"\"\r\n+-.()".contains(&delimiter);
        if delimiter.is_ascii() && !taken {
            Ok(())
        } else {
            Err(format!("the delimiter {:?} is part of numbers, quotes or lines, or no ASCII", char::from(delimiter)))
        }
    }
}
