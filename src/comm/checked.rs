//! What a rank calls, compared between ranks, and the table that tells them when they differ.

use std::fmt::{self, Write};
use std::panic::Location;

use crate::comm::Kind;
use crate::dtype::{DType, Element};

/// The description of one call: what the ranks compare before they trade data, and what a report shows.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The class of the call, under which it is counted.
    pub kind: Kind,
    /// The name of the operation, as reports show it.
    pub name: &'static str,
    /// The type of the elements.
    pub dtype: Option<DType>,
    /// How many elements this rank gives.
    pub count: Option<usize>,
    /// The rank that gives to, or takes from, all others.
    pub root: Option<usize>,
    /// The rank that a message comes from (point to point).
    pub from: Option<usize>,
    /// The rank that a message goes to (point to point).
    pub to: Option<usize>,
    /// What else must agree: the fingerprint of a plan.
    pub label: u64,
    /// The line of the program that made the call.
    pub at: &'static Location<'static>,
}

impl Call {
    /// A call by the caller's line.
    ///
    /// **Local.**
    #[track_caller]
    pub fn new(kind: Kind, name: &'static str) -> Self {
        let at = Location::caller();
        Self { kind, name, dtype: None, count: None, root: None, from: None, to: None, label: 0, at }
    }

    /// The same with `count` elements of type `T`.
    ///
    /// **Local.**
    #[must_use]
    pub fn of<T: Element>(self, count: usize) -> Self {
        Self { dtype: Some(T::DTYPE), count: Some(count), ..self }
    }

    /// The same with a root.
    ///
    /// **Local.**
    #[must_use]
    pub fn root(self, root: usize) -> Self {
        Self { root: Some(root), ..self }
    }

    /// Whether two ranks that make these calls do the same thing, in the same line of their program.
    ///
    /// **Local.** The line counts: two folds in the two arms of an `if` on the rank would mix their values. Counts
    /// must be equal in folds and are free elsewhere.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let same_count = self.count == other.count || !self.kind.counts_agree();
        same_count
            && (self.kind, self.name, self.dtype, self.root) == (other.kind, other.name, other.dtype, other.root)
            && self.label == other.label
            && (std::ptr::eq(self.at, other.at) || self.at == other.at)
    }

    /// Equal for calls that agree, and different for others but for a chance of 2^-64; the same in every process of
    /// one program.
    #[cfg(feature = "mpi")]
    pub(super) fn fingerprint(&self) -> u64 {
        let count = self.count.filter(|_| self.kind.counts_agree());
        let number = |number: Option<usize>| number.map_or(u64::MAX, |number| number as u64);
        let place = [u64::from(self.at.line()), u64::from(self.at.column()), self.label];
        let what = [self.kind as u64, number(self.dtype.map(|dtype| dtype as usize)), number(self.root), number(count)];
        // FNV-1a over 64-bit words, finished by a multiplication that carries every bit to the lower ones.
        let step = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29);
        let texts = self.name.bytes().chain(self.at.file().bytes()).map(u64::from);
        let hash = what.into_iter().chain(place).chain(texts).fold(0xcbf2_9ce4_8422_2325, step);
        (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

impl fmt::Display for Call {
    /// For example `all_reduce of 3 f64 at src/main.rs:12:9`; the column tells two calls in one line apart.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        match (self.count, self.dtype) {
            (Some(count), Some(dtype)) => write!(f, " of {count} {dtype}")?,
            (None, Some(dtype)) => write!(f, " of {dtype}")?,
            (_, None) => (),
        }
        if let Some(root) = self.root {
            write!(f, ", root {root}")?;
        }
        if let Some(to) = self.to {
            write!(f, " to rank {to}")?;
        }
        if let Some(from) = self.from {
            write!(f, " from rank {from}")?;
        }
        if self.label != 0 {
            write!(f, ", plan {:016x}", self.label)?;
        }
        write!(f, " at {}", self.at)
    }
}

/// A report: the headline, then one row for the ranks that do the same.
///
/// ```text
/// the ranks made different calls
///   ranks 0-2, 5  barrier at src/main.rs:12:9
///   rank 3        all_reduce of 1 f64 at src/main.rs:14:9
///   rank 4        left
/// ```
pub(super) fn table(headline: &str, rows: &[(usize, String)]) -> String {
    let mut groups: Vec<(Vec<usize>, &str)> = Vec::new();
    for (rank, row) in rows {
        match groups.iter_mut().find(|(_, text)| text == row) {
            Some((ranks, _)) => ranks.push(*rank),
            None => groups.push((vec![*rank], row)),
        }
    }
    let names: Vec<String> = groups.iter().map(|(ranks, _)| name_of(ranks)).collect();
    let width = names.iter().map(String::len).max().unwrap_or(0);
    let mut text = headline.to_owned();
    for (name, (_, row)) in names.iter().zip(&groups) {
        let _ = write!(text, "\n  {name:width$}  {row}"); // writing to a string cannot fail
    }
    text
}

/// `rank 3`, or `ranks 0-2, 5`.
fn name_of(ranks: &[usize]) -> String {
    if let [rank] = ranks {
        return format!("rank {rank}");
    }
    let runs = ranks.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [rank] => rank.to_string(),
        run => format!("{}-{}", run[0], run[run.len() - 1]),
    });
    format!("ranks {}", runs.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_groups_the_ranks_that_do_the_same() {
        let rows: Vec<_> = [(0, "a"), (1, "a"), (2, "a"), (3, "b"), (4, "left"), (5, "a")]
            .map(|(rank, row)| (rank, row.to_owned()))
            .into();
        assert_eq!(table("oh", &rows), "oh\n  ranks 0-2, 5  a\n  rank 3        b\n  rank 4        left");
    }

    #[test]
    fn counts_must_agree_in_folds_only() {
        let both = |kind| [1, 2].map(|count| Call::new(kind, "x").of::<f64>(count));
        let [a, b] = both(Kind::AllReduce);
        assert!(!a.agrees_with(&b) && a.agrees_with(&a));
        let [a, b] = both(Kind::AllGather);
        assert!(a.agrees_with(&b));
    }

    #[test]
    fn the_source_line_must_agree() {
        let a = Call::new(Kind::Barrier, "barrier");
        let b = Call::new(Kind::Barrier, "barrier");
        assert!(!a.agrees_with(&b));
    }
}
