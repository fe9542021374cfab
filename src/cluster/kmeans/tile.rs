//! Rows as columns of vectors, moved, scaled and rounded to single precision.

use pulp::Simd;

use super::Coordinate;
use crate::math::cast;

/// Vectors of rows in a tile.
pub(super) const VECTORS: usize = 2;
/// Columns that are transposed together.
const QUAD: usize = 4;

/// How rows become small numbers around zero: xⱼ to s(xⱼ - oⱼ), rounded once in `T` and once to single precision.
pub(super) struct Shift<T> {
    scale: T,
    /// -s oⱼ, filled up with zeros.
    offsets: Vec<[T; QUAD]>,
}

impl<T: Coordinate> Shift<T> {
    /// `scale` is a power of two, so that its products are exact unless they leave the range.
    pub(super) fn new(scale: T, origin: &[T]) -> Self {
        let padded = |values: &[T]| {
            let mut quad = [T::ZERO; QUAD];
            quad.iter_mut().zip(values).for_each(|(offset, &value)| *offset = -value * scale);
            quad
        };
        Self { scale, offsets: origin.chunks(QUAD).map(padded).collect() }
    }

    #[inline(always)]
    fn apply(&self, values: &[T; QUAD], offsets: &[T; QUAD]) -> [f32; QUAD] {
        let mut moved = [0.0; QUAD];
        for j in 0..QUAD {
            moved[j] = cast(values[j].mul_add(self.scale, offsets[j]));
        }
        moved
    }
}

/// A tile, and what filling it takes.
///
/// Rows are cut into pieces of four columns, which lie one under the other in `pieces`; there each four vectors are four
/// columns of as many rows as a vector has lanes, and shuffles transpose them. Writing each number to its place in the
/// tile instead took twice as long as all else with 16 columns and 8 centres.
pub(super) struct Lanes<S: Simd> {
    width: usize,
    pieces: Vec<S::f32s>,
    tile: Vec<[S::f32s; VECTORS]>,
    rows: Vec<usize>,
}

impl<S: Simd> Lanes<S> {
    #[inline(always)]
    pub(super) fn new(simd: S, width: usize) -> Self {
        let count = VECTORS * S::F32_LANES;
        let mut lanes = Self::empty(simd, QUAD);
        // The order in which shuffles leave the rows differs between instruction sets: their numbers show it.
        let numbers: Vec<f32> = (0..count).flat_map(|row| [row as f32; QUAD]).collect();
        lanes.fill(simd, &numbers, &Shift::new(1.0, &[0.0; QUAD]));
        let rows = bytemuck::cast_slice(&lanes.tile[0]).iter().map(|&row: &f32| row as usize).collect();
        Self { width, rows, ..Self::empty(simd, width) }
    }

    #[inline(always)]
    fn empty(simd: S, width: usize) -> Self {
        let padded = width.next_multiple_of(QUAD);
        let zero = simd.splat_f32s(0.0);
        Self { width, pieces: vec![zero; padded * VECTORS], tile: vec![[zero; VECTORS]; padded], rows: Vec::new() }
    }

    /// How many rows a tile has.
    pub(super) fn count() -> usize {
        VECTORS * S::F32_LANES
    }

    /// Which row each lane holds.
    pub(super) fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The tile, column by column.
    pub(super) fn columns(&self) -> &[[S::f32s; VECTORS]] {
        &self.tile[..self.width]
    }

    /// Take these rows, at most as many as there are lanes; the other lanes keep what they had.
    #[inline(always)]
    pub(super) fn fill<T: Coordinate>(&mut self, simd: S, rows: &[T], shift: &Shift<T>) {
        let (width, count) = (self.width, VECTORS * S::F32_LANES);
        let pieces: &mut [[f32; QUAD]] = bytemuck::cast_slice_mut(&mut self.pieces);
        let mut fours = rows.chunks_exact(4 * width);
        let mut first = 0;
        for four in &mut fours {
            let (front, back) = four.split_at(2 * width);
            let ((a, b), (c, d)) = (front.split_at(width), back.split_at(width));
            let [a, b, c, d] = [a, b, c, d].map(|row| row.as_chunks().0);
            let quads = pieces.chunks_exact_mut(count).zip(a).zip(b).zip(c).zip(d).zip(&shift.offsets);
            for (((((pieces, a), b), c), d), offsets) in quads {
                if let Some(pieces) = pieces[first..].first_chunk_mut() {
                    *pieces = [
                        shift.apply(a, offsets),
                        shift.apply(b, offsets),
                        shift.apply(c, offsets),
                        shift.apply(d, offsets),
                    ];
                }
            }
            first += 4;
        }
        for row in fours.remainder().chunks_exact(width) {
            let quads = pieces.chunks_exact_mut(count).zip(row.as_chunks().0).zip(&shift.offsets);
            quads.for_each(|((pieces, values), offsets)| pieces[first] = shift.apply(values, offsets));
            first += 1;
        }
        if !width.is_multiple_of(QUAD) {
            let whole = width / QUAD;
            for (row, piece) in rows.chunks_exact(width).zip(&mut pieces[whole * count..]) {
                let mut values = [T::ZERO; QUAD];
                values.iter_mut().zip(&row[whole * QUAD..]).for_each(|(slot, &value)| *slot = value);
                *piece = shift.apply(&values, &shift.offsets[whole]);
            }
        }
        self.transpose(simd);
    }

    #[inline(always)]
    fn transpose(&mut self, simd: S) {
        let (columns, _) = self.tile.as_chunks_mut::<QUAD>();
        let (pieces, _) = self.pieces.as_chunks::<QUAD>();
        let (pieces, _) = pieces.as_chunks::<VECTORS>();
        for (columns, pieces) in columns.iter_mut().zip(pieces) {
            for v in 0..VECTORS {
                let transposed = simd.deinterleave_shfl_f32s(pieces[v]);
                for j in 0..QUAD {
                    columns[j][v] = transposed[j];
                }
            }
        }
    }
}
