//! What happens at the border of two byte ranges: the one thing about a text that depends on all text before it.
//!
//! A reader of the text is always in one of five states. A range of bytes takes each state to some state, and that table, the
//! range's [`Passage`], is all that the following ranges need to know of it. Tables compose, and composing is
//! associative: an exclusive scan over the ranks gives each the state in which its range begins.
//!
//! Counting quotes would do for text where they only stand around fields, but in `5" disk,3` the quote is a letter.
//!
//! # References
//! Hillis and Steele, *Data Parallel Algorithms*, CACM 29 (1986), doi 10.1145/7902.7903: parsing a regular language by
//! composing transition tables.

use pulp::{Arch, NullaryFnOnce};

/// What a reader of the text has just seen. The same states as those of csv-core, which reads the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The end of a record: the next byte begins one.
    Record,
    /// A delimiter: the next byte begins a field, and a quote there opens it.
    Field,
    /// A byte of a field without quotes: a quote is a letter like others.
    Plain,
    /// A byte within quotes: delimiters and line ends are letters like others.
    Quoted,
    /// A quote within quotes: the end of them, or the first of two that stand for one.
    Closing,
}

impl State {
    const ALL: [Self; 5] = [Self::Record, Self::Field, Self::Plain, Self::Quoted, Self::Closing];

    /// The state after one more byte.
    pub(super) fn step(self, byte: u8, delimiter: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Closing,
            (Self::Quoted, _) | (Self::Record | Self::Field | Self::Closing, b'"') => Self::Quoted,
            (_, b'\n' | b'\r') => Self::Record,
            _ if byte == delimiter => Self::Field,
            _ => Self::Plain,
        }
    }
}

/// What a range of text does to whoever reads through it: a small value for ranks to exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where each state leads, in the order of [`State::ALL`].
    to: [State; 5],
    /// How many records begin in it, after each state.
    records: [u64; 5],
    /// The line feeds.
    lines: u64,
}

impl Passage {
    /// That of no text.
    pub const EMPTY: Self = Self { to: State::ALL, records: [0; 5], lines: 0 };

    /// That of `bytes`.
    pub(super) fn of(bytes: &[u8], delimiter: u8) -> Self {
        Arch::new().dispatch(Through { bytes, delimiter })
    }

    /// Go on over bytes without a quote, and one after them if there is one.
    #[inline(always)]
    fn pass(&mut self, before: &[u8], quote: bool, delimiter: u8) {
        let within = records_within(before);
        for (state, records) in self.to.iter_mut().zip(&mut self.records) {
            if let (true, [first, .., last] | [first @ last]) = (*state != State::Quoted, before) {
                *records += within + u64::from(*state == State::Record && !ends_line(*first));
                // Without a quote nothing leaves a quoted field, and elsewhere only the last byte counts.
                *state = State::Plain.step(*last, delimiter);
            }
            if quote {
                *records += u64::from(*state == State::Record);
                *state = state.step(b'"', delimiter);
            }
        }
    }

    /// That of this text and then `next`.
    ///
    /// **Local.**
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let records = std::array::from_fn(|i| self.records[i] + next.records[self.to[i] as usize]);
        Self { to: self.to.map(|state| next.to[state as usize]), records, lines: self.lines + next.lines }
    }

    /// The records that begin in this text where `cursor` holds at its start: also those that are none, with too few fields.
    ///
    /// **Local.**
    pub fn records(&self, cursor: Cursor) -> u64 {
        self.records[cursor.state as usize]
    }

    /// Seven numbers that stand for it in a message.
    ///
    /// **Local.**
    pub fn to_words(self) -> [u64; 7] {
        let to = self.to.iter().rev().fold(0, |word, &state| word << 3 | state as u64);
        let [a, b, c, d, e] = self.records;
        [to, self.lines, a, b, c, d, e]
    }

    /// The inverse of [`Passage::to_words`].
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When the numbers come from elsewhere.
    pub fn from_words([to, lines, records @ ..]: [u64; 7]) -> Self {
        Self { to: std::array::from_fn(|i| State::ALL[(to >> (3 * i) & 7) as usize]), records, lines }
    }
}

/// A struct, because a closure would be called through a shim that is not inlined.
struct Through<'a> {
    bytes: &'a [u8],
    delimiter: u8,
}

impl NullaryFnOnce for Through<'_> {
    type Output = Passage;

    #[inline(always)]
    fn call(self) -> Passage {
        let (mut passage, mut rest) = (Passage::EMPTY, self.bytes);
        while !rest.is_empty() {
            let quote = first_quote(rest);
            passage.pass(&rest[..quote.unwrap_or(rest.len())], quote.is_some(), self.delimiter);
            rest = quote.map_or(&[], |quote| &rest[quote + 1..]);
        }
        passage.lines = line_feeds(self.bytes);
        passage
    }
}

/// What is known where a range begins: the state of a reader, and the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) state: State,
    /// Line feeds before.
    pub(super) lines: u64,
}

impl Cursor {
    /// This cursor after `passage`.
    ///
    /// **Local.**
    #[must_use]
    pub fn after(self, passage: Passage) -> Self {
        Self { state: passage.to[self.state as usize], lines: self.lines + passage.lines }
    }

    /// Where the first record begins in text that begins here, and the cursor there: behind the end of the record that
    /// is being read. Nothing if it does not end in `bytes`; then the cursor is that after them.
    pub(super) fn first_record(mut self, bytes: &[u8], delimiter: u8) -> (Option<usize>, Self) {
        for (i, &byte) in bytes.iter().enumerate() {
            if self.state == State::Record {
                return (Some(i), self);
            }
            self.state = self.state.step(byte, delimiter);
            self.lines += u64::from(byte == b'\n');
        }
        ((self.state == State::Record).then_some(bytes.len()), self)
    }
}

fn ends_line(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Bytes that are looked at together: so many ones fit a byte.
const TOGETHER: usize = 128;

#[inline(always)]
fn first_quote(bytes: &[u8]) -> Option<usize> {
    let start =
        bytes.chunks(TOGETHER).position(|chunk| chunk.iter().map(|&byte| u8::from(byte == b'"')).sum::<u8>() > 0)?;
    let start = start * TOGETHER;
    bytes[start..].iter().position(|&byte| byte == b'"').map(|at| start + at)
}

/// How many lines end in `bytes`. Lines are what editors count; a file with carriage returns alone has one.
#[inline(always)]
pub(super) fn line_feeds(bytes: &[u8]) -> u64 {
    let count = |chunk: &[u8]| chunk.iter().fold(0, |sum, &byte| sum + u8::from(byte == b'\n'));
    bytes.chunks(TOGETHER).map(|chunk| u64::from(count(chunk))).sum()
}

/// How many records begin behind a line end in `bytes`, if none of them is a quote and the text is not quoted.
#[inline(always)]
fn records_within(bytes: &[u8]) -> u64 {
    let begins = |(&before, &byte): (&u8, &u8)| u8::from(ends_line(before) & !ends_line(byte));
    let count = |(before, chunk): (&[u8], &[u8])| before.iter().zip(chunk).map(begins).sum::<u8>();
    let after = bytes.get(1..).unwrap_or_default();
    bytes.chunks(TOGETHER).zip(after.chunks(TOGETHER)).map(|pair| u64::from(count(pair))).sum()
}
