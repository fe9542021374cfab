//! Sums of the columns of a block of rows, strip by strip.

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::Accumulator;
use super::grid::{DEEPEST, DEPTH, Grid, base};
use super::kernel::{Kernel, NarrowReach, Value, Verdict, WIDE, Wide, WideReach, add_lanes};
use super::rests;
use super::slice::settled;
use super::strip::{GROUP, Rows, Span};
use super::total::{Total, zero};

/// Fewer rows than this are added one by one.
const FEW_ROWS: usize = 4;
/// Rows of `f32` that are first added as they are, without a grid.
const PLAIN_ROWS: usize = 64;
/// The most chunks of lanes in a strip: long runs of memory, and sums that stay in the first cache.
const STRIP: usize = 64;
/// A first grid covers so many times the largest of the first rows: then most often it covers the later ones as well.
const ROOM: f64 = 4.0;

/// Values of columns.
pub(super) trait Column: Value {
    /// Adds rows to the lanes of their columns; where they are not exact, the verdict knows the largest magnitude of all rows.
    fn count<S: Simd>(simd: S, lanes: &mut [Wide], span: &Span, rows: &Rows<'_, Self>, grid: &Grid) -> Verdict;
}

impl Column for f64 {
    #[inline(always)]
    fn count<S: Simd>(simd: S, lanes: &mut [Wide], span: &Span, rows: &Rows<'_, Self>, grid: &Grid) -> Verdict {
        let mut reach = Wide::NOTHING;
        widely(simd, lanes, span, rows, &mut reach);
        Wide::verdict(&reach, grid)
    }
}

impl Column for f32 {
    /// A few dozen rows most often add up as `f64` without rounding, whatever the grid; their sums are then the terms of the lanes.
    #[inline(always)]
    fn count<S: Simd>(simd: S, lanes: &mut [Wide], span: &Span, rows: &Rows<'_, Self>, grid: &Grid) -> Verdict {
        let mut reach = Wide::NOTHING;
        let mut largest = 0.0;
        let mut sums = [[0.0; WIDE]; STRIP];
        for start in (0..rows.len()).step_by(PLAIN_ROWS) {
            let block = rows.part(start, PLAIN_ROWS);
            let mut plain = NarrowReach::<WIDE>::NOTHING;
            let sums = &mut sums[..lanes.len()];
            sums.fill([0.0; WIDE]);
            span.for_each(
                &block,
                #[inline(always)]
                |chunk, rows| {
                    let mut here = sums[chunk];
                    for values in rows {
                        plain.see(simd, values);
                        add_lanes(simd, &mut here, &values.map(f64::from));
                    }
                    sums[chunk] = here;
                },
            );
            if plain.adds_exactly(PLAIN_ROWS, grid) {
                largest = plain.largest().max(largest);
                for (lanes, sums) in lanes.iter_mut().zip(&*sums) {
                    lanes.take(simd, sums);
                }
            } else {
                widely(simd, lanes, span, &block, &mut reach);
            }
        }
        match Wide::verdict(&reach, grid) {
            Verdict::Higher(magnitude) => Verdict::Higher(magnitude.max(largest)),
            Verdict::Deeper(magnitude) => Verdict::Deeper(magnitude.max(largest)),
            verdict => verdict,
        }
    }
}

/// Adds each value to a lane.
#[inline(always)]
fn widely<S: Simd, V: Value>(simd: S, lanes: &mut [Wide], span: &Span, rows: &Rows<'_, V>, reach: &mut WideReach) {
    span.for_each(
        rows,
        #[inline(always)]
        |chunk, rows| {
            let mut sums = lanes[chunk];
            for values in rows {
                sums.add(simd, &values.map(Into::into), reach);
            }
            lanes[chunk] = sums;
        },
    );
}

/// Adds each row to one accumulator per column.
pub(super) fn add_rows<V: Column>(states: &mut [Accumulator], rows: &Rows<'_, V>) {
    let (whole, rest) = rows.folded();
    if whole.width < WIDE || whole.len() < FEW_ROWS {
        return add_each(states, rows);
    }
    let count = states.len();
    for start in (0..whole.len()).step_by(DEEPEST) {
        sum_columns(&whole.part(start, DEEPEST), |column, total| total.add_to(&mut states[column % count]));
    }
    add_each(states, &rest);
}

fn add_each<V: Value>(states: &mut [Accumulator], rows: &Rows<'_, V>) {
    for row in rows.iter() {
        for (state, &value) in states.iter_mut().zip(row) {
            state.add(value.into());
        }
    }
}

/// Calls `put` with the sum of each column.
pub(super) fn sum_rows<V: Column>(rows: &Rows<'_, V>, mut put: impl FnMut(usize, Total<'_>)) {
    if rows.width >= WIDE && (FEW_ROWS..=DEEPEST).contains(&rows.len()) {
        return sum_columns(rows, put);
    }
    let mut states = vec![Accumulator::default(); rows.width];
    add_rows(&mut states, rows);
    for (column, state) in states.iter().enumerate() {
        put(column, Total::Long(state));
    }
}

/// As [`sum_rows`], of no less than [`WIDE`] columns and no more than [`DEEPEST`] rows.
fn sum_columns<V: Column>(rows: &Rows<'_, V>, put: impl FnMut(usize, Total<'_>)) {
    Arch::new().dispatch(SumColumns { rows, put });
}

struct SumColumns<'a, V, P> {
    rows: &'a Rows<'a, V>,
    put: P,
}

impl<V: Column, P: FnMut(usize, Total<'_>)> WithSimd for SumColumns<'_, V, P> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { rows, mut put } = self;
        let mut grid = Grid::NONE;
        let mut lanes = [Wide::begin(&grid); STRIP];
        for span in Span::all(rows.width, WIDE, STRIP) {
            let lanes = &mut lanes[..span.chunks];
            if grid.is_none() {
                grid = first(simd, &span, rows);
            }
            let found = settled(
                &mut grid,
                rows.len(),
                #[inline(always)]
                |grid| {
                    lanes.fill(Wide::begin(grid));
                    ((), V::count(simd, lanes, &span, rows, grid))
                },
                |_| (),
            );
            if found.is_none() {
                cut_on(&span, rows, &mut put);
                continue;
            }
            let bases = [base(grid.coarse), base(grid.fine)];
            for column in span.columns.clone() {
                let place = span.place(column);
                let mut pair = lanes[place / WIDE].lane(place % WIDE, bases);
                if pair.is_zero() {
                    pair = zero(rows.iter().map(|row| row[column]));
                }
                put(column, Total::Pair(pair));
            }
        }
    }
}

/// A grid for the first rows, and some more.
#[inline(always)]
fn first<S: Simd, V: Value>(simd: S, span: &Span, rows: &Rows<'_, V>) -> Grid {
    let mut reach = Wide::NOTHING;
    span.for_each(
        &rows.part(0, GROUP),
        #[inline(always)]
        |_, rows| {
            for values in rows {
                reach.see(simd, &values.map(Into::into));
            }
        },
    );
    Grid::covering(reach.largest() * ROOM, rows.len()).unwrap_or(Grid::NONE)
}

/// The columns of a strip that no grid could count.
#[cold]
fn cut_on<V: Value>(span: &Span, rows: &Rows<'_, V>, put: &mut impl FnMut(usize, Total<'_>)) {
    for start in span.columns.clone().step_by(WIDE) {
        let columns = start..span.columns.end.min(start + WIDE);
        let mut states: [Accumulator; WIDE] = Default::default();
        for first in (0..rows.len()).step_by(DEPTH) {
            let block = rows.part(first, DEPTH);
            rests::add_columns(&mut states, 0..columns.len(), block.iter().map(|row| &row[columns.clone()]));
        }
        for (column, state) in columns.zip(&states) {
            put(column, Total::Long(state));
        }
    }
}
