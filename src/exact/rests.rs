//! Blocks that two cuts do not exhaust: they are cut on, two at a time, until nothing is left. Here is every case that the
//! loops leave: values that are far apart, zeros of either sign, NaN, infinities, and what might overflow.

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::{Accumulator, seen};
use super::grid::{DEPTH, Grid, base, counted};
use super::kernel::{Kernel, Value, WIDE, Wide};
use super::terms::{Terms, tail};

/// As many values as lanes may take.
type Lanes = [[f64; WIDE]; DEPTH];

/// Adds a block of terms.
#[cold]
pub(super) fn add_block<T: Terms>(sum: &mut Accumulator, block: &T) {
    for start in (0..block.len()).step_by(WIDE * DEPTH) {
        Arch::new().dispatch(AddPart { sum: &mut *sum, part: block.part(start, WIDE * DEPTH) });
    }
}

struct AddPart<'a, T> {
    sum: &'a mut Accumulator,
    part: T,
}

impl<T: Terms> WithSimd for AddPart<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { sum, part } = self;
        let mut lanes: Lanes = [[0.0; WIDE]; DEPTH];
        for (values, terms) in lanes.iter_mut().zip(part.chunks::<WIDE>()) {
            *values = terms.map(Into::into);
        }
        if let Some(terms) = tail::<T, WIDE>(&part) {
            lanes[part.len() / WIDE] = terms.map(Into::into);
        }
        note(sum, lanes.as_flattened()[..part.len()].iter().copied());
        let lanes = &mut lanes[..part.len().div_ceil(WIDE)];
        if !are_usual(lanes) {
            lanes.as_flattened_mut().iter_mut().for_each(|value| take_unusual(sum, value));
        }
        cut_on(simd, lanes, |units, unit| sum.deposit_units(units.iter().sum(), unit));
    }
}

/// Adds at most [`DEPTH`] rows to the states of their columns.
#[cold]
pub(super) fn add_columns<V: Value>(states: &mut [Accumulator; WIDE], rows: impl Iterator<Item = [V; WIDE]>) {
    let mut lanes: Lanes = [[0.0; WIDE]; DEPTH];
    let mut used = 0;
    for (chunk, row) in lanes.iter_mut().zip(rows) {
        *chunk = row.map(Into::into);
        used += 1;
    }
    let lanes = &mut lanes[..used];
    for (lane, state) in states.iter_mut().enumerate() {
        note(state, lanes.iter().map(|chunk| chunk[lane]));
    }
    if !are_usual(lanes) {
        for chunk in &mut *lanes {
            states.iter_mut().zip(chunk).for_each(|(state, value)| take_unusual(state, value));
        }
    }
    Arch::new().dispatch(CutOn {
        values: lanes,
        put: |units: &[i64; WIDE], unit| {
            for (state, &units) in states.iter_mut().zip(units) {
                state.deposit_units(units, unit);
            }
        },
    });
}

struct CutOn<'a, P> {
    values: &'a mut [[f64; WIDE]],
    put: P,
}

impl<P: FnMut(&[i64; WIDE], i32)> WithSimd for CutOn<'_, P> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        cut_on(simd, self.values, self.put);
    }
}

/// Notes that there are values, and whether they are all -0.0.
pub(super) fn note(sum: &mut Accumulator, mut values: impl Iterator<Item = f64>) {
    sum.seen |= seen::ANY;
    if sum.seen & seen::OTHER == 0 && values.any(|value| value.to_bits() != (-0.0_f64).to_bits()) {
        sum.seen |= seen::OTHER;
    }
}

/// Adds a value that no grid covers, and leaves zero in its place.
fn take_unusual(sum: &mut Accumulator, value: &mut f64) {
    let covered = value.abs() < Grid::END;
    if !covered {
        sum.add(std::mem::take(value));
    }
}

/// Whether a grid may cover these values.
#[inline(always)]
fn are_usual(values: &[[f64; WIDE]]) -> bool {
    values.as_flattened().iter().fold(true, |all, value| all & (value.abs() < Grid::END))
}

/// Cuts the values of each lane until nothing is left, and puts the counted units away. Each round looks for the largest magnitude
/// that is left, so gaps between exponents cost nothing; it takes some eighty bits from under it.
#[inline(always)]
fn cut_on<S: Simd>(simd: S, values: &mut [[f64; WIDE]], mut put: impl FnMut(&[i64; WIDE], i32)) {
    let mut reach = Wide::NOTHING;
    for chunk in &*values {
        reach.see(simd, chunk);
    }
    while let Some(grid) = Grid::covering(reach.largest(), DEPTH) {
        let (mut high, mut low) = ([base(grid.coarse); WIDE], [base(grid.fine); WIDE]);
        reach = Wide::NOTHING;
        for chunk in &mut *values {
            for (lane, value) in chunk.iter_mut().enumerate() {
                let sum = high[lane] + *value;
                let below = *value - (sum - high[lane]);
                high[lane] = sum;
                let sum = low[lane] + below;
                *value = below - (sum - low[lane]);
                low[lane] = sum;
            }
            reach.see(simd, chunk);
        }
        for (lanes, unit) in [(high, grid.coarse), (low, grid.fine)] {
            put(&lanes.map(|lane| counted(lane, base(unit))), unit);
        }
    }
}
