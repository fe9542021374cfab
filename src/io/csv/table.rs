//! A text table, opened: what one rank does with its range of it.

use std::ops::Range;
use std::path::Path;

use crate::error::LocalError;
use crate::io::csv::border::{Cursor, Passage, State};
use crate::io::csv::format::{Format, Missing};
use crate::io::csv::head::Head;
use crate::io::csv::number::{self, Field};
use crate::io::csv::records::Records;
use crate::io::{Source, Staging};

/// A text table on disk. See the [module](super) for the order of the steps.
///
/// ```
/// use isotherm::io::csv::{Format, Table};
/// # let folder = std::env::temp_dir().join(format!("isotherm-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let path = folder.join("table.csv");
/// std::fs::write(&path, "height,weight\n1.5,NA\n2,70\n").unwrap();
/// let table = Table::open(&path, Format::default()).unwrap();
/// let (range, start) = (table.range(0, 1), table.start());
/// let rows = table.count(range.clone(), start).unwrap();
/// let mut values = vec![0.0_f64; rows as usize * table.head().columns];
/// table.parse(range, start, &mut values).unwrap();
/// assert_eq!((rows, values[0], values[1].is_nan()), (2, 1.5, true));
/// # std::fs::remove_dir_all(&folder).unwrap();
/// ```
#[derive(Debug)]
pub struct Table {
    source: Source,
    format: Format,
    head: Head,
    staging: Staging,
}

impl Table {
    /// Open the file at `path` and read its first record.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the file cannot be read, holds no record or text other than UTF-8, or the delimiter cannot be one.
    pub fn open(path: impl AsRef<Path>, format: Format) -> Result<Self, LocalError> {
        Self::open_within(path, format, Staging::default())
    }

    /// As [`Table::open`], with these buffers for all further steps.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// As [`Table::open`].
    pub fn open_within(path: impl AsRef<Path>, format: Format, staging: Staging) -> Result<Self, LocalError> {
        let source = Source::open(path)?;
        format.check().map_err(|reason| source.error("before it is read", reason))?;
        let head = Head::read(&source, format, &staging)?;
        Ok(Self { source, format, head, staging })
    }

    /// The columns.
    ///
    /// **Local.**
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The length of the file in bytes.
    ///
    /// **Local.**
    #[allow(clippy::len_without_is_empty, reason = "an empty file is no table")]
    pub fn len(&self) -> u64 {
        self.source.len()
    }

    /// The byte range of part `part` of `parts`: the data cut into equal lengths.
    ///
    /// **Local.**
    pub fn range(&self, part: usize, parts: usize) -> Range<u64> {
        let len = self.source.len() - self.head.data_start;
        let cut = |part| self.head.data_start + (u128::from(len) * part as u128 / parts as u128) as u64;
        cut(part)..cut(part + 1)
    }

    /// The cursor where the first range begins; [`Cursor::after`] gives the others.
    ///
    /// **Local.**
    pub fn start(&self) -> Cursor {
        Cursor { state: State::Record, lines: self.head.lines }
    }

    /// What the bytes of `range` do to a reader.
    ///
    /// **Local.**
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn scan(&self, range: Range<u64>) -> Result<Passage, LocalError> {
        let most = self.staging.bytes() as u64;
        let mut chunk = self.staging.take::<u8>(most.min(range.end - range.start) as usize);
        let mut passage = Passage::EMPTY;
        for at in range.clone().step_by(most as usize) {
            let bytes = &mut chunk[..most.min(range.end - at) as usize];
            self.source.read_exact_at(bytes, at)?;
            passage = passage.then(Passage::of(bytes, self.format.delimiter));
        }
        Ok(passage)
    }

    /// The records that begin in `range`, where `cursor` holds.
    ///
    /// **Local.** Memory: one buffer of the table's staging and 4 KiB.
    ///
    /// # Errors
    /// When a record has another number of fields than the first, a field is longer than 4,096 bytes, or the file ends
    /// within a quoted field.
    pub fn count(&self, range: Range<u64>, cursor: Cursor) -> Result<u64, LocalError> {
        self.each_row(range, cursor, |_, _| Ok(()))
    }

    /// Whether a table of this length can have so many records, as far as it is told by their number alone: each takes a byte
    /// for every column. If not, one of them has too few fields, and [`Table::count`] finds it.
    ///
    /// **Local.**
    pub fn can_hold(&self, records: u64) -> bool {
        // The last line may have no end.
        let bytes = self.source.len() - self.head.data_start + 1;
        records.checked_mul(self.head.columns as u64).is_some_and(|least| least <= bytes)
    }

    /// As [`Table::count`], and every field is read, so that [`Table::parse`] finds nothing wrong later.
    ///
    /// **Local.** Memory: one buffer of the table's staging and 4 KiB. It takes as long as [`Table::parse`], [`Table::count`] a fraction of that.
    ///
    /// # Errors
    /// As [`Table::parse`].
    pub fn check<T: Field>(&self, range: Range<u64>, cursor: Cursor) -> Result<u64, LocalError> {
        self.each_row(range, cursor, |_, field| self.value::<T>(field).map(drop))
    }

    fn each_row(
        &self,
        range: Range<u64>,
        cursor: Cursor,
        mut take: impl FnMut(usize, &[u8]) -> Result<(), String>,
    ) -> Result<u64, LocalError> {
        let mut rows = 0;
        let mut records = self.records(range, cursor)?;
        while records.next_record()? {
            self.record(&mut records, &mut take)?;
            rows += 1;
        }
        Ok(rows)
    }

    /// The values of the records that begin in `range`, row after row.
    ///
    /// **Local.** Memory besides `values`: as [`Table::count`]. Class: Exact.
    ///
    /// # Errors
    /// As [`Table::count`], and when a field is no value of this dtype, with its line, column and text; or when the rows are
    /// not as many as `values` has room for, because the file has changed since they were counted.
    pub fn parse<T: Field>(&self, range: Range<u64>, cursor: Cursor, values: &mut [T]) -> Result<(), LocalError> {
        let columns = self.head.columns;
        let changed = || self.source.error("after its rows were counted", "the file has changed");
        let mut rest = values;
        let mut records = self.records(range, cursor)?;
        while records.next_record()? {
            let plain = records.plain_rows(columns, rest)?;
            rest = &mut rest[plain * columns..];
            if plain == 0 {
                let (row, others) = rest.split_at_mut_checked(columns).ok_or_else(changed)?;
                self.record(&mut records, |column, field| {
                    row[column] = self.value(field)?;
                    Ok(())
                })?;
                rest = others;
            }
        }
        if rest.is_empty() { Ok(()) } else { Err(changed()) }
    }

    fn records(&self, range: Range<u64>, cursor: Cursor) -> Result<Records<'_>, LocalError> {
        Records::begin(&self.source, self.format.delimiter, range, cursor, &self.staging)
    }

    /// Give each field of the current record to `take`, which may refuse it, and see that there are as many as columns.
    fn record(
        &self,
        records: &mut Records<'_>,
        mut take: impl FnMut(usize, &[u8]) -> Result<(), String>,
    ) -> Result<(), LocalError> {
        let mut fields = 0;
        let mut last = false;
        while !last {
            last = records.next_field()?;
            if fields < self.head.columns {
                take(fields, records.field()).map_err(|reason| {
                    self.source.error(format_args!("line {}, column {}", records.line, fields + 1), reason)
                })?;
            }
            fields += 1;
        }
        if fields == self.head.columns {
            return Ok(());
        }
        let wanted = self.head.columns;
        Err(records.error(&format!("{fields} {}, the first record has {wanted}", plural(fields, "field"))))
    }

    fn value<T: Field>(&self, field: &[u8]) -> Result<T, String> {
        let text = std::str::from_utf8(field.trim_ascii()).map_err(|_| "bytes that are no UTF-8 text".to_owned())?;
        if number::is_missing(text) {
            return match self.format.missing {
                Missing::Nan => T::MISSING.ok_or_else(|| format!("a missing value, which {} does not have", T::DTYPE)),
                Missing::Error => Err("a missing value".to_owned()),
            };
        }
        T::from_text(text).ok_or_else(|| format!("{} is no {}", shortened(text), T::DTYPE))
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// The text in quotes, at most 40 characters of it.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}
