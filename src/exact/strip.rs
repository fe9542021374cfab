//! Pieces of a block of rows that the kernels for columns take at a time.

use super::kernel::Value;
use crate::memory::{AHEAD, ask_ahead};

/// Below this number of columns several rows are taken as one, so that the lanes fill it evenly.
const FEW: usize = 16;
/// Rows that are read together. Row by row, wide blocks are slow: each row of a strip begins on another page, where the
/// hardware's prefetching starts anew. (`f32` gained nothing; why is not known.)
pub(super) const GROUP: usize = 4;
/// Rows of at most so many bytes, from one to the next, are read one by one: several of them at once are no sequential streams yet. (Measured
/// on AVX2 for 256 `f32`: 0.8 times the time; for 1024 it is 1.1.)
const SHORT: usize = 2048;

/// Rows of `width` columns, each beginning `stride` elements after the one before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a, V> {
    pub(super) values: &'a [V],
    pub(super) width: usize,
    pub(super) stride: usize,
}

impl<'a, V> Rows<'a, V> {
    /// Rows of `width` columns in `values`, which begins with the first and ends with the last.
    ///
    /// # Panics
    /// When the values are no whole rows.
    pub(super) fn new(values: &'a [V], width: usize, stride: usize) -> Self {
        let fit = values.is_empty()
            || width <= values.len() && width <= stride && (values.len() - width).is_multiple_of(stride.max(1));
        assert!(fit, "{} values are no whole rows of {width} columns, {stride} apart", values.len());
        Self { values, width, stride: stride.max(1) }
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        if self.values.is_empty() { 0 } else { (self.values.len() - self.width) / self.stride + 1 }
    }

    /// One row after the other.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [V]> + use<'a, V> {
        let width = self.width;
        self.values.chunks(self.stride).map(move |row| &row[..width])
    }

    /// At most `len` of these rows, from row `start` on.
    pub(super) fn part(&self, start: usize, len: usize) -> Self {
        let end = (start + len).min(self.len());
        let values =
            if start < end { &self.values[start * self.stride..(end - 1) * self.stride + self.width] } else { &[] };
        Self { values, ..*self }
    }

    /// The same elements as fewer and longer rows when there are few columns, and the rows that are left over.
    pub(super) fn folded(&self) -> (Self, Self) {
        const EVEN: usize = 32;
        let common = 1 << self.width.trailing_zeros().min(EVEN.trailing_zeros());
        let times = if self.width < FEW && self.width == self.stride { EVEN / common } else { 1 };
        let whole = self.len() / times * times;
        let (first, rest) = (self.part(0, whole), self.part(whole, times));
        (Self { values: first.values, width: times * self.width, stride: times * self.stride }, rest)
    }
}

/// Which columns a strip covers, in chunks of lanes.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) chunks: usize,
    /// The columns that are wanted.
    pub(super) columns: std::ops::Range<usize>,
    /// Columns in front of them that another strip has as well, so that the chunks are whole.
    shared: usize,
}

impl Span {
    /// The strips of rows of `width` columns, at least as many as `lanes`, of at most `most` chunks; the last one may be less than one chunk.
    pub(super) fn all(width: usize, lanes: usize, most: usize) -> impl Iterator<Item = Self> {
        let mut start = 0;
        std::iter::from_fn(move || {
            let chunks = ((width - start) / lanes).clamp(1, most);
            let end = width.min(start + chunks * lanes);
            let span = Self { chunks, columns: start..end, shared: chunks * lanes - (end - start) };
            (start < end).then(|| {
                start = end;
                span
            })
        })
    }

    /// The first column of the first chunk.
    #[inline(always)]
    pub(super) fn first(&self) -> usize {
        self.columns.start - self.shared
    }

    /// Where a column is among the lanes of the strip.
    #[inline(always)]
    pub(super) fn place(&self, column: usize) -> usize {
        column - self.first()
    }

    /// Calls `add` with each chunk of columns in [`GROUP`] rows at a time, and then in single ones. Sums of columns are loaded and
    /// stored once for several rows, which are as many sequential streams of memory. Short rows are one stream.
    #[inline(always)]
    pub(super) fn for_each<V: Value, const N: usize>(
        &self,
        rows: &Rows<'_, V>,
        mut add: impl FnMut(usize, &[&[V; N]]),
    ) {
        let group = GROUP * rows.stride;
        let ahead = (AHEAD / size_of::<V>()).div_ceil(group) * group * size_of::<V>();
        if rows.stride * size_of::<V>() <= SHORT {
            for row in rows.values[self.first()..].chunks(rows.stride) {
                for (chunk, values) in row[..self.chunks * N].as_chunks().0.iter().enumerate() {
                    ask_ahead(values, AHEAD);
                    add(chunk, &[values]);
                }
            }
            return;
        }
        for group in rows.values[self.first()..].chunks(group) {
            let mut rows = group.chunks(rows.stride).map(|row| row[..self.chunks * N].as_chunks().0);
            let rows: [Option<&[[V; N]]>; GROUP] = std::array::from_fn(|_| rows.next());
            let [Some(a), Some(b), Some(c), Some(d)] = rows else {
                for row in rows.into_iter().flatten() {
                    for (chunk, values) in row.iter().enumerate() {
                        add(chunk, &[values]);
                    }
                }
                continue;
            };
            for (chunk, (((a, b), c), d)) in a.iter().zip(b).zip(c).zip(d).enumerate() {
                for row in [a, b, c, d] {
                    ask_ahead(row, ahead);
                }
                add(chunk, &[a, b, c, d]);
            }
        }
    }
}
