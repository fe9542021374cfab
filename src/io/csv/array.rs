//! Arrays from text tables and into them.

use std::ops::Range;
use std::path::Path;

use crate::array::{DistArray, Placement};
use crate::context::Context;
use crate::dtype::Element;
use crate::error::{Error, ErrorKind, LocalError, Result};
use crate::io::Staging;
use crate::io::csv::{Cursor, Field, Format, Passage, Table, header_line, rows_len, write_rows};
use crate::io::together::{agreed, agreed_content, same, write_together};
use crate::layout::Layout;
use crate::local::Local;
use crate::shape::Shape;

/// A text table in memory: what [`read_csv_with_names`] returns.
#[derive(Clone, Debug)]
pub struct CsvArray<T: Element> {
    /// One row per record.
    pub array: DistArray<T>,
    /// The columns' names, when the file has a header.
    pub names: Option<Vec<String>>,
}

/// Read a text table as an array of two axes, a row per record.
///
/// **Collective.** One broadcast of 8 bytes, an all-gather of seven words, and three agreements; then the exchanges of one
/// redistribution from the rows as they were found. The arguments must be the same on every rank. Class: Exact.
///
/// Each rank reads one range of the file's bytes, an equal share cut anywhere, and owns the records that begin in it. It reads it twice, on
/// all its threads: for quotes and line ends, which tell how many records there are, and for the values. A file whose length belies its
/// number of records is refused before anything is allocated for it. Peak memory: the rows of a rank's range, its block, and for each
/// thread twice the staging limit and 4 KiB.
///
/// # Errors
/// [`ErrorKind::File`] when a rank cannot read the file or ranks find different ones; or, with line and column of the first
/// offence, when the text is no table (see the [module](crate::io::csv)) or a field no `T`. [`ErrorKind::Axis`] or
/// [`ErrorKind::Layout`] when the placement does not suit the shape; [`ErrorKind::Memory`] beyond the context's
/// budget.
///
/// # Examples
/// ```
/// # let path = std::env::temp_dir().join(format!("isotherm-doc-csv-{}.csv", std::process::id()));
/// use isotherm::io::{self, csv::Format};
/// use isotherm::prelude::*;
/// std::fs::write(&path, "height,weight\n1.5,60\n1.75,70\n1.25,50\n").unwrap();
/// isotherm::run_on(2, |cx| {
///     let x = io::read_csv::<f64>(cx, &path, 0, Format::default())?;
///     assert_eq!(x.mean(0).eval()?.to_vec()?, [1.5, 60.0]);
///     let error = io::read_csv::<i32>(cx, &path, 0, Format::default()).unwrap_err();
///     assert!(error.message().ends_with("line 2, column 1: \"1.5\" is no i32"));
///     Ok(())
/// }).unwrap();
/// # std::fs::remove_file(&path).unwrap();
/// ```
#[track_caller]
pub fn read_csv<T: Field>(
    cx: &Context,
    path: impl AsRef<Path>,
    placement: impl Into<Placement>,
    format: Format,
) -> Result<DistArray<T>> {
    read_csv_with_names(cx, path, placement, format).map(|table| table.array)
}

/// As [`read_csv`], with the columns' names.
///
/// **Collective**, as [`read_csv`].
///
/// # Errors
/// As [`read_csv`].
///
/// # Examples
/// See [`write_csv`].
#[track_caller]
pub fn read_csv_with_names<T: Field>(
    cx: &Context,
    path: impl AsRef<Path>,
    placement: impl Into<Placement>,
    format: Format,
) -> Result<CsvArray<T>> {
    let path = path.as_ref();
    let opened = Table::open_within(path, format, Staging::of(cx));
    let table = same(cx, path, opened, |table| (table.head().clone(), table.len()))?;
    let pieces = Pieces::scan(cx, &table)?;
    let rows = pieces.offsets[cx.size()];
    if !table.can_hold(rows as u64) {
        agreed_content(cx, pieces.check::<T>(cx, &table))?;
    }
    let shape = Shape::from((rows, table.head().columns)).checked(size_of::<T>())?;
    let layout = placement.into().layout(&shape, cx.size())?;
    let found = Layout::from_offsets(shape, 0, &pieces.offsets)?;
    cx.charge(&layout, T::DTYPE)?;
    cx.charge(&found, T::DTYPE)?;
    let mut block = cx.pool().take::<T>(found.local_len(cx.rank()));
    agreed_content(cx, pieces.parse(cx, &table, &mut block))?;
    let here = found.local_shape(cx.rank());
    let array = DistArray::from_parts(Local::new(block, here), found, cx.clone()).redistribute(&layout)?;
    Ok(CsvArray { array, names: table.head().names.clone() })
}

/// Bytes of a piece of text that are worth a task.
const PIECE: u64 = 1 << 20;

/// A piece of this rank's text, for one task.
struct Piece {
    range: Range<u64>,
    cursor: Cursor,
    rows: u64,
}

/// What a scan has told of the text.
struct Pieces {
    here: Vec<Piece>,
    /// The first row of each rank, and the end.
    offsets: Vec<usize>,
}

impl Pieces {
    /// One all-gather of seven words.
    #[track_caller]
    fn scan(cx: &Context, table: &Table) -> Result<Self> {
        let range = table.range(cx.rank(), cx.size());
        let passages = agreed(cx, Self::passages(cx, table, range))?;
        let own = passages.iter().fold(Passage::EMPTY, |before, (_, passage)| before.then(*passage));
        let (mut cursor, mut offsets, mut mine) = (table.start(), vec![0], table.start());
        for (rank, words) in cx.comm().all_gather_v(&own.to_words())?.iter().enumerate() {
            let passage = Passage::from_words(*words.first_chunk().expect("every rank sends seven words"));
            mine = if rank == cx.rank() { cursor } else { mine };
            offsets.push(offsets[rank] + passage.records(cursor) as usize);
            cursor = cursor.after(passage);
        }
        let piece = |(range, passage): (Range<u64>, Passage)| {
            let piece = Piece { range, cursor: mine, rows: passage.records(mine) };
            mine = mine.after(passage);
            piece
        };
        Ok(Self { here: passages.into_iter().map(piece).collect(), offsets })
    }

    /// What each piece of `range` does to a reader: pieces for every thread, so that none waits for the slowest for long.
    fn passages(
        cx: &Context,
        table: &Table,
        range: Range<u64>,
    ) -> std::result::Result<Vec<(Range<u64>, Passage)>, LocalError> {
        let len = range.end - range.start;
        let most = if cx.cpu().threads() > 1 { 8 * cx.cpu().threads() as u64 } else { 1 };
        let count = (len / PIECE).clamp(1, most);
        let cut = |piece: u64| range.start + len / count * piece + (len % count).min(piece);
        let ranges = (0..count).map(|piece| cut(piece)..cut(piece + 1)).collect();
        let scan = |range: Range<u64>| table.scan(range.clone()).map(|passage| (range, passage));
        cx.cpu().each(ranges, scan).into_iter().collect()
    }

    /// Read every field and keep none.
    fn check<T: Field>(&self, cx: &Context, table: &Table) -> std::result::Result<(), LocalError> {
        let check = |piece: &Piece| table.check::<T>(piece.range.clone(), piece.cursor).map(drop);
        cx.cpu().each(self.here.iter().collect(), check).into_iter().collect()
    }

    /// The values of all pieces; the first error is that of the first piece.
    fn parse<T: Field>(
        &self,
        cx: &Context,
        table: &Table,
        mut values: &mut [T],
    ) -> std::result::Result<(), LocalError> {
        let mut tasks = Vec::new();
        for piece in &self.here {
            let (head, rest) = values.split_at_mut(piece.rows as usize * table.head().columns);
            tasks.push((piece, head));
            values = rest;
        }
        let parse = |(piece, values): (&Piece, &mut [T])| table.parse(piece.range.clone(), piece.cursor, values);
        cx.cpu().each(tasks, parse).into_iter().collect()
    }
}

/// Write an array of one axis (a column) or two as a text table, under a line of `names` if there are any.
///
/// **Collective.** As [`write_together`], one all-gather of a word more, and the exchanges of one redistribution unless each rank holds
/// rows, in the order of the ranks. Every rank writes its own rows; the bytes are the same for any ranks and layout. Peak memory beyond the array:
/// a rank's rows and twice the staging limit. The arguments must be the same on every rank. Class: Exact: the
/// same values are read back, bit for bit but for the sign and payload of NaN.
///
/// An array without rows needs names to be read back: an empty file is no table.
///
/// # Errors
/// [`ErrorKind::Shape`] when there are not one or two axes, no columns, or another number of names; [`ErrorKind::Argument`] when the
/// delimiter cannot be one; [`ErrorKind::File`] when the file cannot be written. What stood there before still
/// does, and nothing else is left behind.
///
/// # Examples
/// ```
/// # let path = std::env::temp_dir().join(format!("isotherm-doc-names-{}.csv", std::process::id()));
/// use isotherm::io::{self, csv::Format};
/// isotherm::run_on(3, |cx| {
///     let x = cx.eye::<f64>(2, 2, 0, 1)?;
///     io::write_csv(&x, &path, Format::default(), &["x", "the \"y\" axis"])?;
///     let table = io::read_csv_with_names::<f64>(cx, &path, None, Format::default())?;
///     assert_eq!(table.array.to_vec()?, [1.0, 0.0, 0.0, 1.0]);
///     assert_eq!(table.names.unwrap()[1], "the \"y\" axis");
///     Ok(())
/// }).unwrap();
/// assert_eq!(std::fs::read_to_string(&path).unwrap(), "x,\"the \"\"y\"\" axis\"\n1.0,0.0\n0.0,1.0\n");
/// # std::fs::remove_file(&path).unwrap();
/// ```
#[track_caller]
pub fn write_csv<T: Field>(x: &DistArray<T>, path: impl AsRef<Path>, format: Format, names: &[&str]) -> Result<()> {
    let columns = columns_of(x.shape(), names)?;
    format.check().map_err(|reason| Error::new(ErrorKind::Argument, reason))?;
    let cx = x.context();
    let in_rows = x.split() == Some(0) || cx.size() == 1;
    let rows = if in_rows { x.clone() } else { x.resplit(0)? };
    let header = if names.is_empty() { Vec::new() } else { header_line(names, format) };
    let lens = cx.comm().all_gather_v(&[rows_len(rows.local())])?;
    let end = |rank: usize| header.len() as u64 + lens[..rank].iter().map(|len| len[0]).sum::<u64>();
    write_together(cx, path, end(cx.size()), |part| {
        if cx.rank() == 0 {
            part.write_all_at(&header, 0)?;
        }
        write_rows(part, end(cx.rank()), rows.local(), columns, format, &Staging::of(cx))
    })
}

#[track_caller]
fn columns_of(shape: &Shape, names: &[&str]) -> Result<usize> {
    let columns = match shape[..] {
        [_] => 1,
        [_, columns] if columns > 0 => columns,
        _ => return Err(Error::new(ErrorKind::Shape, format!("an array of shape {shape} is no table"))),
    };
    if names.is_empty() || names.len() == columns {
        return Ok(columns);
    }
    let message = format!("{} names for the columns of shape {shape}", names.len());
    Err(Error::new(ErrorKind::Shape, message))
}
