//! Sums along the first axis: one accumulator for each column of a row-major block.

use pulp::{Arch, Simd, WithSimd};
use smallvec::{SmallVec, smallvec};

use super::accumulator::{Accumulator, seen};
use super::grid::{Grid, LANES, Pieces};
use super::narrow;

/// Rows that are read before the sums of their columns are put away; a power of two no larger than a grid's block.
const ROWS: usize = narrow::DEPTH;
/// Fewer rows than this are added one by one.
const FEW_ROWS: usize = 4;
/// Below this number of columns several rows are taken as one, so that strips of lanes fill it evenly.
const NARROW: usize = 64;

/// Adds each row of a row-major block to one accumulator per column.
///
/// **Local.** Class: Reproducible. The block must hold whole rows.
pub(super) fn add_rows(states: &mut [Accumulator], rows: &[f64]) {
    match states {
        [] => {}
        [state] => state.add_slice(rows),
        _ if rows.len() < FEW_ROWS * states.len() => add_each(states, rows),
        _ => Arch::new().dispatch(AddRows { states, rows }),
    }
}

/// As [`add_rows`], for `f32`.
///
/// **Local.** Class: Reproducible. The block must hold whole rows.
pub(super) fn add_rows_f32(states: &mut [Accumulator], rows: &[f32]) {
    match states {
        [] => {}
        [state] => state.add_slice_f32(rows),
        _ if rows.len() < FEW_ROWS * states.len() => add_each(states, rows),
        _ => Arch::new().dispatch(AddNarrowRows { states, rows }),
    }
}

fn add_each<T: Copy + Into<f64>>(states: &mut [Accumulator], rows: &[T]) {
    for row in rows.chunks_exact(states.len()) {
        for (state, &value) in states.iter_mut().zip(row) {
            state.add(value.into());
        }
    }
}

/// The columns of a row that is made of several rows when there are few columns.
fn folded_columns(columns: usize, lanes: usize) -> usize {
    let common = 1 << columns.trailing_zeros().min(lanes.trailing_zeros());
    if columns < NARROW { columns * lanes / common } else { columns }
}

/// A strip of `N` columns: `values` begins at the first one's top, and rows are `stride` apart.
struct Strip<'a, T, const N: usize> {
    values: &'a [T],
    stride: usize,
}

impl<'a, T, const N: usize> Strip<'a, T, N> {
    #[inline(always)]
    fn rows(&self) -> impl Iterator<Item = &'a [T; N]> + use<'a, T, N> {
        self.values.chunks(self.stride).map(|row| row.first_chunk().expect("a strip lies inside its rows"))
    }
}

impl<'a, T: Copy + Default, const N: usize> Strip<'a, T, N> {
    /// The strip from column `start` on of a block with `width` columns. If it sticks out, its columns are copied to `tile` and
    /// followed by zeros.
    #[inline(always)]
    fn of(block: &'a [T], width: usize, start: usize, tile: &'a mut Vec<[T; N]>) -> Self {
        if start + N <= width {
            return Self { values: &block[start..], stride: width };
        }
        tile.clear();
        tile.extend(block.chunks_exact(width).map(|row| {
            let mut padded = [T::default(); N];
            padded[..width - start].copy_from_slice(&row[start..]);
            padded
        }));
        Self { values: tile.as_flattened(), stride: N }
    }
}

struct AddRows<'a> {
    states: &'a mut [Accumulator],
    rows: &'a [f64],
}

impl WithSimd for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { states, rows } = self;
        let width = folded_columns(states.len(), LANES);
        let (whole, rest) = rows.split_at(rows.len() - rows.len() % width);
        // Columns may have scales of their own, so each strip keeps its own grid.
        let mut grids: SmallVec<[Grid; 16]> = smallvec![Grid::NONE; width.div_ceil(LANES)];
        let mut tile = Vec::new();
        for block in whole.chunks(ROWS * width) {
            for (start, grid) in (0..width).step_by(LANES).zip(&mut grids) {
                let strip = Strip::of(block, width, start, &mut tile);
                add_strip(states, start..width.min(start + LANES), &strip, grid);
            }
        }
        add_each(states, rest);
    }
}

/// Adds one strip; folded columns go to the accumulators in turn.
#[inline(always)]
fn add_strip(
    states: &mut [Accumulator],
    columns: std::ops::Range<usize>,
    strip: &Strip<'_, f64, LANES>,
    grid: &mut Grid,
) {
    let mut pieces = grid.cut_block(strip.rows(), &[]);
    let largest = pieces.largest();
    if !grid.fits(largest) {
        let Some(better) = Grid::covering(largest) else { return add_unusual(states, columns, strip) };
        *grid = better;
        pieces = grid.cut_block(strip.rows(), &[]);
    }
    let count = states.len();
    for (lane, column) in columns.enumerate() {
        add_lane(&mut states[column % count], lane, &pieces, strip, grid);
    }
}

#[inline(always)]
fn add_lane(state: &mut Accumulator, lane: usize, pieces: &Pieces, strip: &Strip<'_, f64, LANES>, grid: &Grid) {
    let (high, low) = (pieces.high[lane], pieces.low[lane]);
    if !high.is_finite() {
        state.seen |= seen::ANY | seen::OTHER | seen::NAN;
        return;
    }
    if pieces.has_rest(lane) {
        let mut column = [0.0; ROWS];
        let count = column.iter_mut().zip(strip.rows()).map(|(copy, row)| *copy = row[lane]).count();
        state.add_rests(&column[..count], grid);
    }
    if high == 0.0 && low == 0.0 {
        note_zeros(state, strip.rows().map(|row| row[lane]));
    } else {
        state.seen |= seen::ANY | seen::OTHER;
        state.deposit(high);
        state.deposit(low);
    }
}

/// Notes values whose sum is zero: they may all be -0.0.
#[inline(always)]
fn note_zeros<T: Copy + Into<f64>>(state: &mut Accumulator, mut values: impl Iterator<Item = T>) {
    state.seen |= seen::ANY;
    let negative_zero = (-0.0_f64).to_bits();
    if state.seen & seen::OTHER == 0 && values.any(|value| value.into().to_bits() != negative_zero) {
        state.seen |= seen::OTHER;
    }
}

/// Adds a strip that no grid covers: zeros, infinities, values whose plain sum might overflow.
#[cold]
fn add_unusual(states: &mut [Accumulator], columns: std::ops::Range<usize>, strip: &Strip<'_, f64, LANES>) {
    let count = states.len();
    for (lane, column) in columns.enumerate() {
        let state = &mut states[column % count];
        strip.rows().for_each(|row| state.add(row[lane]));
    }
}

struct AddNarrowRows<'a> {
    states: &'a mut [Accumulator],
    rows: &'a [f32],
}

impl WithSimd for AddNarrowRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { states, rows } = self;
        let width = folded_columns(states.len(), narrow::LANES);
        let (whole, rest) = rows.split_at(rows.len() - rows.len() % width);
        let mut tile = Vec::new();
        for block in whole.chunks(ROWS * width) {
            for start in (0..width).step_by(narrow::LANES) {
                let strip = Strip::of(block, width, start, &mut tile);
                add_narrow_strip(states, start..width.min(start + narrow::LANES), &strip);
            }
        }
        add_each(states, rest);
    }
}

#[inline(always)]
fn add_narrow_strip(
    states: &mut [Accumulator],
    columns: std::ops::Range<usize>,
    strip: &Strip<'_, f32, { narrow::LANES }>,
) {
    let lanes = narrow::Lanes::of(strip.rows(), &[]);
    if !lanes.are_exact() {
        return add_wide_strip(states, columns, strip);
    }
    let count = states.len();
    for (lane, column) in columns.enumerate() {
        let state = &mut states[column % count];
        if lanes.sums[lane] == 0.0 {
            note_zeros(state, strip.rows().map(|row| row[lane]));
        } else {
            state.seen |= seen::ANY | seen::OTHER;
            state.deposit(lanes.sums[lane]);
        }
    }
}

/// Adds a strip whose exponents are far apart, by the kernel for `f64`.
#[inline(never)]
fn add_wide_strip(
    states: &mut [Accumulator],
    columns: std::ops::Range<usize>,
    strip: &Strip<'_, f32, { narrow::LANES }>,
) {
    let count = states.len();
    let mut copy = [0.0; ROWS];
    for (lane, column) in columns.enumerate() {
        let used = copy.iter_mut().zip(strip.rows()).map(|(copy, row)| *copy = row[lane].into()).count();
        states[column % count].add_slice(&copy[..used]);
    }
}
