//! Sums of the columns of a block of rows, strip by strip.

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::Accumulator;
use super::grid::{DEEPEST, DEPTH, Grid, base};
use super::kernel::{Kernel, Narrow, NarrowReach, Value, Verdict, WIDE, Wide, WideReach, add_lanes};
use super::rests;
use super::slice::settled;
use super::strip::{GROUP, Rows, Span};
use super::total::{Total, zero};

/// Fewer rows than this are added one by one.
const FEW_ROWS: usize = 4;
/// Rows of `f32` that are first added as they are, without a grid.
const PLAIN_ROWS: usize = 64;
/// The most chunks of lanes in a strip: long runs of memory, and sums that stay in the first cache.
pub(super) const STRIP: usize = 64;
/// A first grid covers so many times the largest of the first rows: then most often it covers the later ones as well.
const ROOM: f64 = 4.0;

/// What becomes of a chunk of a row before it is added: terms that are values of `V`, as `T`.
pub(super) trait Map<V, T>: Fn(usize, &[V; WIDE]) -> [T; WIDE] + Copy {}

impl<V, T, F: Fn(usize, &[V; WIDE]) -> [T; WIDE] + Copy> Map<V, T> for F {}

/// Values of columns, and how their sums are rounded.
pub(super) trait Column: Value {
    /// What adds runs of them.
    type Kernel: Kernel<WIDE, Term = Self>;

    /// A sum, rounded once.
    fn round(total: &Total<'_>) -> Self;
    /// A mean, rounded once.
    fn mean(total: &Total<'_>, count: u64) -> Self;
    /// Adds rows to the lanes of their columns; where they are not exact, the verdict knows the largest magnitude of all rows.
    fn count<S: Simd, V: Value>(
        simd: S,
        lanes: &mut [Wide],
        strip: &Strip<'_, V>,
        map: impl Map<V, Self>,
        grid: &Grid,
    ) -> Verdict;
}

/// Some columns of rows.
#[derive(Clone, Copy)]
pub(super) struct Strip<'a, V> {
    pub(super) span: &'a Span,
    pub(super) rows: Rows<'a, V>,
}

impl Column for f64 {
    type Kernel = Wide;

    #[inline(always)]
    fn round(total: &Total<'_>) -> Self {
        total.round_f64()
    }

    #[inline(always)]
    fn mean(total: &Total<'_>, count: u64) -> Self {
        total.mean_f64(count)
    }

    #[inline(always)]
    fn count<S: Simd, V: Value>(
        simd: S,
        lanes: &mut [Wide],
        strip: &Strip<'_, V>,
        map: impl Map<V, Self>,
        grid: &Grid,
    ) -> Verdict {
        let mut reach = Wide::NOTHING;
        strip.widely(simd, lanes, map, &mut reach);
        Wide::verdict_of::<V>(&reach, grid)
    }
}

impl Column for f32 {
    type Kernel = Narrow;

    #[inline(always)]
    fn round(total: &Total<'_>) -> Self {
        total.round_f32()
    }

    #[inline(always)]
    fn mean(total: &Total<'_>, count: u64) -> Self {
        total.mean_f32(count)
    }

    /// A few dozen rows most often add up as `f64` without rounding, whatever the grid; their sums are then the terms of the lanes.
    #[inline(always)]
    fn count<S: Simd, V: Value>(
        simd: S,
        lanes: &mut [Wide],
        strip: &Strip<'_, V>,
        map: impl Map<V, Self>,
        grid: &Grid,
    ) -> Verdict {
        let (mut reach, mut largest) = (Wide::NOTHING, 0.0);
        let mut sums = [[0.0; WIDE]; STRIP];
        for start in (0..strip.rows.len()).step_by(PLAIN_ROWS) {
            let block = strip.part(start, PLAIN_ROWS);
            let sums = &mut sums[..lanes.len()];
            let plain = block.plainly(simd, sums, map);
            if plain.adds_exactly(PLAIN_ROWS, grid) {
                largest = plain.largest().max(largest);
                for (lanes, sums) in lanes.iter_mut().zip(&*sums) {
                    lanes.take(simd, sums);
                }
            } else {
                block.widely(simd, lanes, map, &mut reach);
            }
        }
        match Wide::verdict(&reach, grid) {
            Verdict::Higher(magnitude) => Verdict::Higher(magnitude.max(largest)),
            Verdict::Deeper(magnitude) => Verdict::Deeper(magnitude.max(largest)),
            Verdict::Exact => Verdict::Exact,
        }
    }
}

impl<V: Value> Strip<'_, V> {
    fn part(&self, start: usize, len: usize) -> Self {
        Self { rows: self.rows.part(start, len), ..*self }
    }

    /// A chunk of each row.
    fn chunk<T: Value>(&self, chunk: usize, map: impl Map<V, T>) -> impl Iterator<Item = [T; WIDE]> {
        let start = self.span.first() + chunk * WIDE;
        self.rows.iter().map(move |row| map(chunk, row[start..].first_chunk().expect("strips are of whole chunks")))
    }

    /// Adds each value to a lane.
    #[inline(always)]
    fn widely<S: Simd, T: Value>(&self, simd: S, lanes: &mut [Wide], map: impl Map<V, T>, reach: &mut WideReach) {
        self.span.for_each(
            &self.rows,
            #[inline(always)]
            |chunk, rows| {
                let mut sums = lanes[chunk];
                for values in rows {
                    sums.add(simd, &map(chunk, values).map(Into::into), reach);
                }
                lanes[chunk] = sums;
            },
        );
    }

    /// The plain sums of a few rows, and how far the terms reach.
    #[inline(always)]
    fn plainly<S: Simd>(&self, simd: S, sums: &mut [[f64; WIDE]], map: impl Map<V, f32>) -> NarrowReach<WIDE> {
        let mut reach = NarrowReach::NOTHING;
        sums.fill([0.0; WIDE]);
        self.span.for_each(
            &self.rows,
            #[inline(always)]
            |chunk, rows| {
                let mut here = sums[chunk];
                for values in rows {
                    let values = map(chunk, values);
                    reach.see(simd, &values);
                    add_lanes(simd, &mut here, &values.map(f64::from));
                }
                sums[chunk] = here;
            },
        );
        reach
    }
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
    fn with_simd<S: Simd>(mut self, simd: S) {
        let mut sums = Sums::new();
        for span in Span::all(self.rows.width, WIDE, STRIP) {
            let strip = Strip { span: &span, rows: *self.rows };
            sums.put(
                simd,
                &strip,
                #[inline(always)]
                |_, values: &[V; WIDE]| *values,
                &mut self.put,
            );
        }
    }
}

/// The lanes of one strip after the other.
pub(super) struct Sums {
    grid: Grid,
    lanes: [Wide; STRIP],
}

impl Sums {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self { grid: Grid::NONE, lanes: [Wide::begin(&Grid::NONE); STRIP] }
    }

    /// Calls `put` with the sum of each column of a strip.
    #[inline(always)]
    pub(super) fn put<S: Simd, V: Value, T: Column>(
        &mut self,
        simd: S,
        strip: &Strip<'_, V>,
        map: impl Map<V, T>,
        put: &mut impl FnMut(usize, Total<'_>),
    ) {
        let Self { grid, lanes } = self;
        let (span, lanes) = (strip.span, &mut lanes[..strip.span.chunks]);
        if grid.is_none() {
            *grid = first(simd, strip, map);
        }
        let found = settled(
            grid,
            strip.rows.len(),
            #[inline(always)]
            |grid| {
                lanes.fill(Wide::begin(grid));
                ((), T::count(simd, lanes, strip, map, grid))
            },
            |_| (),
        );
        if found.is_none() {
            return cut_on(strip, map, put);
        }
        let bases = [base(grid.coarse), base(grid.fine)];
        for column in span.columns.clone() {
            let (chunk, lane) = (span.place(column) / WIDE, span.place(column) % WIDE);
            let mut pair = lanes[chunk].lane(lane, bases);
            if pair.is_zero() {
                pair = zero(strip.chunk(chunk, map).map(|values| values[lane]));
            }
            put(column, Total::Pair(pair));
        }
    }
}

/// A grid for the first rows, and some more.
#[inline(always)]
fn first<S: Simd, V: Value, T: Value>(simd: S, strip: &Strip<'_, V>, map: impl Map<V, T>) -> Grid {
    let mut reach = Wide::NOTHING;
    strip.span.for_each(
        &strip.rows.part(0, GROUP),
        #[inline(always)]
        |chunk, rows| {
            for values in rows {
                reach.see(simd, &map(chunk, values).map(Into::into));
            }
        },
    );
    Grid::covering(reach.largest() * ROOM, strip.rows.len()).unwrap_or(Grid::NONE)
}

/// The columns of a strip that no grid could count.
#[cold]
fn cut_on<V: Value, T: Value>(strip: &Strip<'_, V>, map: impl Map<V, T>, put: &mut impl FnMut(usize, Total<'_>)) {
    for chunk in 0..strip.span.chunks {
        let mut states: [Accumulator; WIDE] = Default::default();
        for start in (0..strip.rows.len()).step_by(DEPTH) {
            rests::add_columns(&mut states, strip.part(start, DEPTH).chunk(chunk, map));
        }
        let first = strip.span.first() + chunk * WIDE;
        for (column, state) in (first..).zip(&states).filter(|(column, _)| strip.span.columns.contains(column)) {
            put(column, Total::Long(state));
        }
    }
}
