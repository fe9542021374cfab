//! Pieces of a row-major block that the kernels for columns take at a time.

use std::ops::Range;

/// Below this number of columns several rows are taken as one, so that the lanes fill it evenly.
const NARROW: usize = 16;
/// Rows that are read together. Row by row, wide blocks are slow: each row of a strip begins on another page, where the
/// hardware's prefetching starts anew. (Measured: `f64`, 1000 columns, 64 MiB, AVX2, a busy machine: from 41 % to some 65 % of the
/// speed of a plain sum. `f32` gained nothing in cache; why is not known.)
pub(super) const GROUP: usize = 4;
/// Most chunks of lanes in a strip: long runs of memory, and sums that stay in the first cache.
pub(super) const STRIP: usize = 32;

/// Some columns of a block: at most [`STRIP`] chunks of `N`, read row by row.
pub(super) struct Strip<'a, T, const N: usize> {
    /// From the first column on.
    pub(super) values: &'a [T],
    /// From one row to the next.
    stride: usize,
    pub(super) chunks: usize,
    /// The columns that are wanted.
    pub(super) columns: Range<usize>,
    /// Columns in front of them that another strip has as well, so that the chunks are whole.
    shared: usize,
}

impl<'a, T: Copy, const N: usize> Strip<'a, T, N> {
    /// The strip of a block with `width` columns, `N` at least, that begins at column `start`.
    #[inline(always)]
    pub(super) fn of(block: &'a [T], width: usize, start: usize) -> Self {
        let whole = ((width - start) / N).min(STRIP);
        let chunks = whole.max(1);
        let end = width.min(start + chunks * N);
        let shared = chunks * N - (end - start);
        Self { values: &block[start - shared..], stride: width, chunks, columns: start..end, shared }
    }

    /// Calls `add` with each chunk of columns in [`GROUP`] rows at a time, zeros where there are no more rows. Sums of columns are
    /// then loaded and stored once for several rows, which are as many sequential streams of memory.
    #[inline(always)]
    pub(super) fn for_each(&self, mut add: impl FnMut(usize, [&[T; N]; GROUP]))
    where
        T: Default,
    {
        let zeros = [[T::default(); N]; STRIP];
        for group in self.values.chunks(GROUP * self.stride) {
            let mut rows = group.chunks(self.stride).map(|row| row[..self.chunks * N].as_chunks().0);
            let [a, b, c, d] = std::array::from_fn(|_| rows.next().unwrap_or(&zeros[..self.chunks]));
            for (chunk, (((a, b), c), d)) in a.iter().zip(b).zip(c).zip(d).enumerate() {
                add(chunk, [a, b, c, d]);
            }
        }
    }

    /// The values of a column of the block.
    #[inline(always)]
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = T> + use<'a, T, N> {
        self.values[self.place(column)..].iter().step_by(self.stride).copied()
    }

    /// Where a column of the block is in the rows of the strip.
    #[inline(always)]
    pub(super) fn place(&self, column: usize) -> usize {
        column - self.columns.start + self.shared
    }
}

/// The number of strips that cover `width` columns: the last may be less than one chunk.
pub(super) fn strips(width: usize, lanes: usize) -> usize {
    (width / lanes).div_ceil(STRIP) + usize::from(!width.is_multiple_of(lanes))
}

/// The columns of a row that is made of several rows when there are few columns.
pub(super) fn folded_columns(columns: usize) -> usize {
    const EVEN: usize = 32;
    let common = 1 << columns.trailing_zeros().min(EVEN.trailing_zeros());
    if columns < NARROW { columns * EVEN / common } else { columns }
}
