//! Sums along the first axis: one accumulator for each column of a block of rows.

use std::marker::PhantomData;

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::{Accumulator, seen};
use super::grid::{DEPTH, Grid};
use super::kernel::{Kernel, NARROW, Narrow, Verdict, WIDE, Wide};
use super::rests;
use super::strip::{Rows, STRIP, Span};

/// Fewer rows than this are added one by one.
const FEW_ROWS: usize = 4;
/// Blocks that are counted before the units are put away: 2^51 units at most in each.
const MOST_BLOCKS: u32 = 1 << 10;

/// Adds each row to one accumulator per column.
pub(super) fn add_rows(states: &mut [Accumulator], rows: &Rows<'_, f64>) {
    match states {
        [] => {}
        [state] if rows.stride == 1 => state.add_slice(rows.values),
        _ => add_columns::<Wide, WIDE>(states, rows),
    }
}

/// As [`add_rows`], for `f32`.
pub(super) fn add_rows_f32(states: &mut [Accumulator], rows: &Rows<'_, f32>) {
    match states {
        [] => {}
        [state] if rows.stride == 1 => state.add_slice_f32(rows.values),
        _ => add_columns::<Narrow, NARROW>(states, rows),
    }
}

fn add_columns<K: Kernel<N>, const N: usize>(states: &mut [Accumulator], rows: &Rows<'_, K::Term>) {
    let (whole, rest) = rows.folded();
    if whole.width < N || whole.len() < FEW_ROWS {
        return add_each(states, rows);
    }
    let mut strips: Vec<Strip<K, N>> = Span::all(whole.width, N).map(Strip::new).collect();
    Arch::new().dispatch(AddRows { states: &mut *states, rows: whole, strips: &mut strips });
    for strip in &mut strips {
        strip.settle(states);
    }
    add_each(states, &rest);
}

fn add_each<V: Copy + Into<f64>>(states: &mut [Accumulator], rows: &Rows<'_, V>) {
    for row in rows.iter() {
        for (state, &value) in states.iter_mut().zip(row) {
            state.add(value.into());
        }
    }
}

struct AddRows<'a, K: Kernel<N>, const N: usize> {
    states: &'a mut [Accumulator],
    rows: Rows<'a, K::Term>,
    strips: &'a mut [Strip<K, N>],
}

impl<K: Kernel<N>, const N: usize> WithSimd for AddRows<'_, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for start in (0..self.rows.len()).step_by(DEPTH) {
            let block = self.rows.part(start, DEPTH);
            for strip in &mut *self.strips {
                if !strip.take(self.states, &block) {
                    strip.add_on(self.states, &block);
                }
            }
        }
    }
}

/// What the lanes of a strip have counted along a grid and not yet put away. Strips may have scales of their own, so each keeps its own grid.
struct Strip<K, const N: usize> {
    span: Span,
    grid: Grid,
    units: Vec<[[i64; N]; 2]>,
    blocks: u32,
    /// Whether every column has seen more than -0.0.
    seen_others: bool,
    kernel: PhantomData<K>,
}

impl<K: Kernel<N>, const N: usize> Strip<K, N> {
    fn new(span: Span) -> Self {
        let units = vec![[[0; N]; 2]; span.chunks];
        Self { span, grid: Grid::NONE, units, blocks: 0, seen_others: false, kernel: PhantomData }
    }

    /// Counts a block of at most [`DEPTH`] rows along the grid of the earlier ones, or its own where that one is too low or too high.
    /// Otherwise nothing has been added: its own grid leaves a rest, or there is none.
    #[inline(always)]
    fn take(&mut self, states: &mut [Accumulator], block: &Rows<'_, K::Term>) -> bool {
        if self.grid.is_none() {
            let (_, reach) = self.lanes(&block.part(0, 1));
            if let Verdict::Higher(largest) = K::verdict(&reach, &self.grid) {
                self.grid = Grid::covering(largest).unwrap_or(Grid::NONE);
            }
        }
        let lanes = loop {
            let (lanes, reach) = self.lanes(block);
            let largest = match K::verdict(&reach, &self.grid) {
                Verdict::Exact => break lanes,
                Verdict::Zeros => return false,
                Verdict::Higher(largest) | Verdict::Deeper(largest) => largest,
            };
            match Grid::covering(largest) {
                Some(own) if own != self.grid => {
                    self.settle(states);
                    self.grid = own;
                }
                _ => return false,
            }
        };
        let mut have_nan = false;
        for ([coarse, fine], lanes) in self.units.iter_mut().zip(&lanes) {
            for (lane, (coarse, fine)) in coarse.iter_mut().zip(fine).enumerate() {
                let nan = lanes.is_nan(lane);
                let [more_coarse, more_fine] = lanes.counted(lane, &self.grid);
                *coarse += if nan { 0 } else { more_coarse };
                *fine += if nan { 0 } else { more_fine };
                have_nan |= nan;
            }
        }
        if have_nan || !self.seen_others {
            self.note(states, block, &lanes);
        }
        self.blocks += 1;
        if self.blocks == MOST_BLOCKS {
            self.settle(states);
        }
        true
    }

    #[inline(always)]
    fn lanes(&self, block: &Rows<'_, K::Term>) -> ([K; STRIP], K::Reach) {
        let mut lanes = [K::begin(&self.grid); STRIP];
        let mut reach = K::NOTHING;
        self.span.for_each(
            block,
            #[inline(always)]
            |chunk, rows| {
                for values in rows {
                    lanes[chunk].add(values, &mut reach);
                }
            },
        );
        (lanes, reach)
    }

    /// The state and the lane of each column; folded columns have their states in turn.
    fn columns(&self, states: usize) -> impl Iterator<Item = (usize, usize)> + use<K, N> {
        let span = self.span.clone();
        self.span.columns.clone().map(move |column| (column % states, span.place(column)))
    }

    /// Notes which columns have seen NaN, and anything but -0.0.
    #[cold]
    fn note(&mut self, states: &mut [Accumulator], block: &Rows<'_, K::Term>, lanes: &[K; STRIP]) {
        self.seen_others = true;
        for (column, (state, place)) in self.span.columns.clone().zip(self.columns(states.len())) {
            let (state, lanes, lane) = (&mut states[state], &lanes[place / N], place % N);
            if lanes.is_nan(lane) {
                state.seen |= seen::ANY | seen::OTHER | seen::NAN;
            } else if lanes.counted(lane, &self.grid) == [0, 0] {
                rests::note(state, block.iter().map(|row| row[column].into()));
                self.seen_others &= state.seen & seen::OTHER != 0;
            } else {
                state.seen |= seen::ANY | seen::OTHER;
            }
        }
    }

    /// Puts the units away.
    #[inline(never)]
    fn settle(&mut self, states: &mut [Accumulator]) {
        if self.blocks > 0 {
            for (state, place) in self.columns(states.len()) {
                let [coarse, fine] = &self.units[place / N];
                states[state].deposit_units(coarse[place % N], self.grid.coarse);
                states[state].deposit_units(fine[place % N], self.grid.fine);
            }
            self.units.fill([[0; N]; 2]);
            self.blocks = 0;
        }
    }

    /// Adds a block that could not be taken.
    #[cold]
    fn add_on(&mut self, states: &mut [Accumulator], block: &Rows<'_, K::Term>) {
        let count = states.len();
        for start in self.span.columns.clone().step_by(WIDE) {
            let columns = start..self.span.columns.end.min(start + WIDE);
            let rows = block.iter().map(|row| &row[columns.clone()]);
            rests::add_columns(states, columns.clone().map(|column| column % count), rows);
        }
    }
}
