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
    /// The line feeds.
    lines: u64,
}

impl Passage {
    /// That of no text.
    pub const EMPTY: Self = Self { to: State::ALL, lines: 0 };

    /// That of `bytes`.
    pub(super) fn of(bytes: &[u8], delimiter: u8) -> Self {
        let mut passage = Self::EMPTY;
        for part in bytes.split_inclusive(|&byte| byte == b'"') {
            let (quote, before) = match part {
                [before @ .., b'"'] => (true, before),
                before => (false, before),
            };
            passage.to = passage.to.map(|state| {
                let after = match (state, before) {
                    // Without a quote nothing leaves a quoted field, and elsewhere only the last byte counts.
                    (State::Quoted, _) | (_, []) => state,
                    (_, [.., last]) => State::Plain.step(*last, delimiter),
                };
                if quote { after.step(b'"', delimiter) } else { after }
            });
        }
        passage.lines = line_feeds(bytes);
        passage
    }

    /// That of this text and then `next`.
    ///
    /// **Local.**
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self { to: self.to.map(|state| next.to[state as usize]), lines: self.lines + next.lines }
    }

    /// Two numbers that stand for it in a message.
    ///
    /// **Local.**
    pub fn to_words(self) -> [u64; 2] {
        [self.to.iter().rev().fold(0, |word, &state| word << 3 | state as u64), self.lines]
    }

    /// The inverse of [`Passage::to_words`].
    ///
    /// **Local.**
    ///
    /// # Panics
    /// When the numbers come from elsewhere.
    pub fn from_words([to, lines]: [u64; 2]) -> Self {
        Self { to: std::array::from_fn(|i| State::ALL[(to >> (3 * i) & 7) as usize]), lines }
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

/// How many lines end in `bytes`. Lines are what editors count; a file with carriage returns alone has one.
pub(super) fn line_feeds(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte == b'\n')).sum()
}
