//! The records of a byte range, field by field, over csv-core.

use std::ops::Range;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use crate::error::LocalError;
use crate::io::csv::border::{Cursor, Passage, State, line_feeds};
use crate::io::csv::{Field, plain};
use crate::io::{Source, Staging};
use crate::memory::Block;

/// No number is as long; a field that is was opened by a stray quote.
const LONGEST_FIELD: usize = 4096;

/// A reader that stands between two records, or in one, of those that begin in a range.
pub(super) struct Records<'a> {
    source: &'a Source,
    delimiter: u8,
    reader: Reader,
    window: Window<'a>,
    /// Where the range ends; the last record may end behind it.
    end: u64,
    field: Block<u8>,
    field_start: u64,
    field_len: usize,
    /// The line on which the current record begins, from 1.
    pub(super) line: u64,
}

impl<'a> Records<'a> {
    /// The records that begin in `range`, where `cursor` holds.
    pub(super) fn begin(
        source: &'a Source,
        delimiter: u8,
        range: Range<u64>,
        mut cursor: Cursor,
        staging: &Staging,
    ) -> Result<Self, LocalError> {
        let mut window = Window::new(source, range.start, staging);
        while window.at < range.end && window.fill()? {
            let (found, after) = cursor.first_record(window.bytes(), delimiter);
            cursor = after;
            window.skip(found.unwrap_or(window.bytes().len()));
            if found.is_some() {
                break;
            }
        }
        let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
        // csv-core takes a byte order mark off whatever it reads first; an empty line makes it see that this is not the first.
        reader.read_field(b"\n", &mut [0]);
        reader.set_line(cursor.lines + 1);
        let (field, line) = (staging.take(LONGEST_FIELD), reader.line());
        Ok(Self { source, delimiter, reader, window, end: range.end, field, field_start: 0, field_len: 0, line })
    }

    /// Go to the next record, over empty lines; whether one begins before the end of the range.
    pub(super) fn next_record(&mut self) -> Result<bool, LocalError> {
        while self.window.at < self.end && self.window.fill()? {
            let bytes = self.window.bytes();
            let empty = bytes.iter().take_while(|&&byte| matches!(byte, b'\n' | b'\r')).count();
            let lines = line_feeds(&bytes[..empty]);
            let found = empty < bytes.len();
            self.reader.set_line(self.reader.line() + lines);
            self.window.skip(empty);
            if found {
                self.line = self.reader.line();
                return Ok(self.window.at < self.end);
            }
        }
        Ok(false)
    }

    /// Read the next field of the record into [`Records::field`]; whether it is the last.
    pub(super) fn next_field(&mut self) -> Result<bool, LocalError> {
        (self.field_start, self.field_len) = (self.window.at, 0);
        loop {
            let more = self.window.fill()?;
            let (result, read, wrote) = self.reader.read_field(self.window.bytes(), &mut self.field[self.field_len..]);
            self.window.skip(read);
            self.field_len += wrote;
            match result {
                ReadFieldResult::Field { record_end } if more => return Ok(record_end),
                ReadFieldResult::InputEmpty if more => {}
                ReadFieldResult::OutputFull => {
                    return Err(self.error("a field of more than 4,096 bytes; is a quote left open?"));
                }
                _ => return self.check_closed().map(|()| true),
            }
        }
    }

    /// Read records into rows of `columns` values as long as they are plain: no quotes, as many plain numbers as a row takes, all
    /// in the buffer. How many; nothing has happened to the next one, though perhaps to its row.
    pub(super) fn plain_rows<T: Field>(&mut self, columns: usize, values: &mut [T]) -> Result<usize, LocalError> {
        let mut read = self.plain(columns, values);
        if read.rows == 0 && self.window.top_up()? {
            read = self.plain(columns, values);
        }
        self.reader.set_line(self.reader.line() + read.lines);
        self.window.skip(read.bytes);
        Ok(read.rows)
    }

    fn plain<T: Field>(&self, columns: usize, values: &mut [T]) -> plain::Read {
        let stop = usize::try_from(self.end - self.window.at).unwrap_or(usize::MAX);
        plain::read(self.window.bytes(), stop, self.delimiter, columns, values)
    }

    /// csv-core ends a quoted field with the file, where a quote is missing.
    fn check_closed(&self) -> Result<(), LocalError> {
        // A field is at most twice as long in the file, where each of its quotes is two.
        let mut bytes = [0; 2 * LONGEST_FIELD + 2];
        let len = self.source.read_at(&mut bytes, self.field_start)?;
        let at_field = Cursor { state: State::Field, lines: 0 };
        if at_field.after(Passage::of(&bytes[..len], self.delimiter)).state == State::Quoted {
            return Err(self.error("the file ends within a quoted field"));
        }
        Ok(())
    }

    /// The field last read, without its quotes.
    pub(super) fn field(&self) -> &[u8] {
        &self.field[..self.field_len]
    }

    /// The offset behind the field last read, and the line feeds before it.
    pub(super) fn position(&self) -> (u64, u64) {
        (self.window.at, self.reader.line() - 1)
    }

    /// An error about the current record.
    pub(super) fn error(&self, reason: &str) -> LocalError {
        self.source.error(format_args!("line {}", self.line), reason)
    }
}

/// The part of a file that is in memory, from `at` on.
struct Window<'a> {
    source: &'a Source,
    buffer: Block<u8>,
    /// The bytes of the buffer not yet skipped.
    left: Range<usize>,
    /// The offset of the first of them.
    at: u64,
}

impl<'a> Window<'a> {
    fn new(source: &'a Source, at: u64, staging: &Staging) -> Self {
        let len = (staging.bytes() as u64).min(source.len().saturating_sub(at));
        Self { source, buffer: staging.take(len as usize), left: 0..0, at }
    }

    /// Read on when everything was skipped; whether there are bytes.
    fn fill(&mut self) -> Result<bool, LocalError> {
        if self.left.is_empty() {
            self.left = 0..self.source.read_at(&mut self.buffer, self.at)?;
        }
        Ok(!self.left.is_empty())
    }

    /// Read on when less than half of what there is room for is left; whether there are more bytes.
    fn top_up(&mut self) -> Result<bool, LocalError> {
        let len = self.left.len();
        if len > self.buffer.len() / 2 || self.at + len as u64 >= self.source.len() {
            return Ok(false);
        }
        self.buffer.copy_within(self.left.clone(), 0);
        let more = self.source.read_at(&mut self.buffer[len..], self.at + len as u64)?;
        self.left = 0..len + more;
        Ok(more > 0)
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[self.left.clone()]
    }

    fn skip(&mut self, count: usize) {
        self.left.start += count;
        self.at += count as u64;
    }
}
