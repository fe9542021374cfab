//! Sums along the first axis: one accumulator for each column of a row-major block.

use pulp::{Arch, Simd, WithSimd};
use smallvec::{SmallVec, smallvec};

use super::accumulator::{Accumulator, seen};
use super::grid::{Bounds, Grid, LANES};
use super::narrow;
use super::strip::{STRIP, Strip, folded_columns, strips};

/// Rows that are read before the sums of their columns are put away; a power of two no larger than a grid's block.
const ROWS: usize = narrow::DEPTH;
/// Fewer rows than this are added one by one.
const FEW_ROWS: usize = 4;

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

struct AddRows<'a> {
    states: &'a mut [Accumulator],
    rows: &'a [f64],
}

impl WithSimd for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { states, rows } = self;
        let width = folded_columns(states.len());
        let (whole, rest) = rows.split_at(rows.len() - rows.len() % width);
        // Columns may have scales of their own, so each strip keeps its own grid.
        let mut grids: SmallVec<[Grid; 8]> = smallvec![Grid::NONE; strips(width, LANES)];
        for block in whole.chunks(ROWS * width) {
            let mut start = 0;
            for grid in &mut grids {
                let strip = Strip::of(block, width, start);
                add_strip(states, &strip, grid);
                start = strip.columns.end;
            }
        }
        add_each(states, rest);
    }
}

/// The pieces of a strip, column by column.
struct Columns {
    high: [[f64; LANES]; STRIP],
    low: [[f64; LANES]; STRIP],
    bounds: Bounds,
}

impl Columns {
    #[inline(always)]
    fn of(strip: &Strip<'_, f64, LANES>, grid: &Grid) -> Self {
        let mut high = [[0.0; LANES]; STRIP];
        let mut low = [[0.0; LANES]; STRIP];
        let mut bounds = Bounds::NONE;
        strip.for_each(
            #[inline(always)]
            |chunk, rows| {
                for values in rows {
                    bounds.cut(grid, values, &mut high[chunk], &mut low[chunk]);
                }
            },
        );
        Self { high, low, bounds }
    }
}

/// Adds one strip; folded columns go to the accumulators in turn.
#[inline(always)]
fn add_strip(states: &mut [Accumulator], strip: &Strip<'_, f64, LANES>, grid: &mut Grid) {
    if grid.is_none() {
        *grid = Grid::guess(&strip.values[..strip.chunks * LANES]);
    }
    let mut sums = Columns::of(strip, grid);
    let largest = sums.bounds.largest();
    if !grid.fits(largest) {
        let Some(better) = Grid::covering(largest) else { return add_unusual(states, strip) };
        *grid = better;
        sums = Columns::of(strip, grid);
    }
    let have_rest = sums.bounds.have_rest();
    let mut turn = strip.columns.start % states.len();
    for column in strip.columns.clone() {
        let state = &mut states[turn];
        let place = strip.place(column);
        let (high, low) = (sums.high.as_flattened()[place], sums.low.as_flattened()[place]);
        if have_rest && high.is_finite() {
            add_column_rests(state, strip.column(column), grid);
        }
        add_column(state, high, low, strip.column(column));
        turn = if turn + 1 == states.len() { 0 } else { turn + 1 };
    }
}

/// Adds the sum of a column's values, in two parts that need not be normalised.
#[inline(always)]
fn add_column<T: Copy + Into<f64>>(state: &mut Accumulator, high: f64, low: f64, column: impl Iterator<Item = T>) {
    if !high.is_finite() {
        state.seen |= seen::ANY | seen::OTHER | seen::NAN;
    } else if high == 0.0 && low == 0.0 {
        note_zeros(state, column);
    } else {
        state.seen |= seen::ANY | seen::OTHER;
        state.deposit(high);
        state.deposit(low);
    }
}

#[cold]
fn add_column_rests(state: &mut Accumulator, column: impl Iterator<Item = f64>, grid: &Grid) {
    let mut copy = [0.0; ROWS];
    let count = copy.iter_mut().zip(column).map(|(copy, value)| *copy = value).count();
    state.add_rests(&copy[..count], grid);
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
fn add_unusual(states: &mut [Accumulator], strip: &Strip<'_, f64, LANES>) {
    let count = states.len();
    for column in strip.columns.clone() {
        let state = &mut states[column % count];
        strip.column(column).for_each(|value| state.add(value));
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
        let width = folded_columns(states.len());
        let (whole, rest) = rows.split_at(rows.len() - rows.len() % width);
        for block in whole.chunks(ROWS * width) {
            let mut start = 0;
            while start < width {
                let strip = Strip::of(block, width, start);
                add_narrow_strip(states, &strip);
                start = strip.columns.end;
            }
        }
        add_each(states, rest);
    }
}

#[inline(always)]
fn add_narrow_strip(states: &mut [Accumulator], strip: &Strip<'_, f32, { narrow::LANES }>) {
    let mut sums = [[0.0; narrow::LANES]; STRIP];
    let mut bounds = narrow::Bounds::NONE;
    strip.for_each(
        #[inline(always)]
        |chunk, rows| {
            for values in rows {
                bounds.add(values, &mut sums[chunk]);
            }
        },
    );
    if !bounds.keep_exact() {
        return add_wide_strip(states, strip);
    }
    let mut turn = strip.columns.start % states.len();
    for column in strip.columns.clone() {
        add_column(&mut states[turn], sums.as_flattened()[strip.place(column)], 0.0, strip.column(column));
        turn = if turn + 1 == states.len() { 0 } else { turn + 1 };
    }
}

/// Adds a strip whose exponents are far apart, by the kernel for `f64`.
#[inline(never)]
fn add_wide_strip(states: &mut [Accumulator], strip: &Strip<'_, f32, { narrow::LANES }>) {
    let count = states.len();
    let mut copy = [0.0; ROWS];
    for column in strip.columns.clone() {
        let used = copy.iter_mut().zip(strip.column(column)).map(|(copy, value)| *copy = value.into()).count();
        states[column % count].add_slice(&copy[..used]);
    }
}
