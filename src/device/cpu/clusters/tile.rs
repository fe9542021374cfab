//! Rows as columns of vectors, moved, scaled and rounded to single precision.

use pulp::Simd;

use crate::device::tally::Coordinate;
use crate::math::cast;

/// Vectors of rows in a tile.
pub(super) const VECTORS: usize = 2;
/// Columns that are transposed together.
const QUAD: usize = 4;
/// Every tile's number of rows divides this one.
pub(super) const ROWS: usize = 32;

/// How rows become small numbers around zero: xⱼ to s(xⱼ - oⱼ), rounded once in `T` and once to single precision.
pub(super) struct Shift<T> {
    columns: usize,
    scale: T,
    /// -s oⱼ, filled up with zeros.
    offsets: Vec<[T; QUAD]>,
}

impl<T: Coordinate> Shift<T> {
    /// `scale` is a power of two, so that its products are exact unless they leave the range.
    pub(super) fn new(scale: T, origin: &[T]) -> Self {
        let offsets = origin.chunks(QUAD).map(|quad| padded(quad).map(|value| -value * scale));
        Self { columns: origin.len(), scale, offsets: offsets.collect() }
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    #[inline(always)]
    fn apply(scale: T, values: &[T; QUAD], offsets: &[T; QUAD]) -> [f32; QUAD] {
        let mut moved = [0.0; QUAD];
        for j in 0..QUAD {
            moved[j] = cast(values[j].mul_add(scale, offsets[j]));
        }
        moved
    }
}

#[inline(always)]
fn padded<T: Coordinate>(values: &[T]) -> [T; QUAD] {
    let mut quad = [T::ZERO; QUAD];
    quad.iter_mut().zip(values).for_each(|(slot, &value)| *slot = value);
    quad
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
    /// To which lane the shuffles bring each row of the pieces.
    order: Vec<usize>,
}

impl<S: Simd> Lanes<S> {
    /// How many rows a tile has.
    pub(super) const COUNT: usize = {
        assert!(ROWS.is_multiple_of(VECTORS * S::F32_LANES));
        VECTORS * S::F32_LANES
    };

    #[inline(always)]
    pub(super) fn new(simd: S, width: usize) -> Self {
        let mut lanes = Self::empty(simd, QUAD, (0..Self::COUNT).collect());
        // The order in which shuffles leave the rows differs between instruction sets: their numbers show it.
        let values: Vec<f32> = (0..Self::COUNT).flat_map(|row| [row as f32; QUAD]).collect();
        let numbers: Vec<u32> = (0..Self::COUNT as u32).collect();
        lanes.fill(simd, &values, &numbers, &Shift::new(1.0, &[0.0; QUAD]));
        let mut order = vec![0; Self::COUNT];
        for (lane, &row) in bytemuck::cast_slice::<_, f32>(&lanes.tile[0]).iter().enumerate() {
            order[row as usize] = lane;
        }
        Self::empty(simd, width, order)
    }

    #[inline(always)]
    fn empty(simd: S, width: usize, order: Vec<usize>) -> Self {
        let padded = width.next_multiple_of(QUAD);
        let zero = simd.splat_f32s(0.0);
        Self { width, pieces: vec![zero; padded * VECTORS], tile: vec![[zero; VECTORS]; padded], order }
    }

    /// The tile, column by column.
    pub(super) fn columns(&self) -> &[[S::f32s; VECTORS]] {
        &self.tile[..self.width]
    }

    /// Take the rows with these numbers, one for each lane.
    #[inline(always)]
    pub(super) fn fill<T: Coordinate>(&mut self, simd: S, rows: &[T], numbers: &[u32], shift: &Shift<T>) {
        let Self { width, pieces, tile, order } = self;
        let (width, scale) = (*width, shift.scale);
        let pieces: &mut [[f32; QUAD]] = bytemuck::cast_slice_mut(pieces);
        let (orders, _) = order.as_chunks::<4>();
        for (four, lanes) in orders.iter().enumerate() {
            let row = |k: usize| &rows[numbers[lanes[k]] as usize * width..][..width];
            let [a, b, c, d] = [row(0).as_chunks(), row(1).as_chunks(), row(2).as_chunks(), row(3).as_chunks()];
            let quads = pieces.chunks_exact_mut(Self::COUNT).zip(a.0).zip(b.0).zip(c.0).zip(d.0).zip(&shift.offsets);
            for (((((pieces, a), b), c), d), offsets) in quads {
                pieces.as_chunks_mut().0[four] = [
                    Shift::apply(scale, a, offsets),
                    Shift::apply(scale, b, offsets),
                    Shift::apply(scale, c, offsets),
                    Shift::apply(scale, d, offsets),
                ];
            }
            if !width.is_multiple_of(QUAD) {
                let whole = width / QUAD;
                for (k, rest) in [a.1, b.1, c.1, d.1].into_iter().enumerate() {
                    pieces[whole * Self::COUNT + four * 4 + k] =
                        Shift::apply(scale, &padded(rest), &shift.offsets[whole]);
                }
            }
        }
        let (columns, _) = tile.as_chunks_mut::<QUAD>();
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
