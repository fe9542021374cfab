//! The rules of least and greatest elements, and of where they are.
//!
//! The fast loops compare, and report whether there was a NaN; what was none is found all the same. Only where there was one it is looked
//! for, and only where the least or greatest is a zero, which of the two.

mod columns;
mod group;
mod key;
mod order;
mod runs;

use crate::device::cpu::extremes::columns::Columns;
use crate::device::cpu::extremes::group::Found;
use crate::device::cpu::extremes::key::Key;
use crate::device::cpu::extremes::runs::{BATCH, best_of_runs};
use crate::device::cpu::fold::Folding;
use crate::device::cpu::folds::take;

pub(super) use order::Ordered;

/// A long run is seen in pieces of so many elements, few enough for the first cache.
const PIECE: usize = 4096;
/// So many pieces are seen in one go.
const PIECES: usize = 16;
/// Fewer elements are seen one by one.
const FEW: usize = 64;

/// A narrow row is as many rows as make this many columns: a whole [`Group`](group::Group) for all instruction sets.
const NARROW: usize = 128;
/// After about so many elements, or so many rows if that is more, it is seen whether there was a NaN.
const SLAB: [usize; 2] = [1 << 15, 64];
/// The most rows whose numbers a [`Key::Place`] can hold, and more.
const ROWS: usize = 1 << 30;

/// Show `see(column, value, row)` each column's best value, its first NaN at least, and for narrow rows a few more.
fn see_columns<T: Ordered>(
    (greatest, placed): (bool, bool),
    columns: usize,
    values: &[T],
    stride: usize,
    mut see: impl FnMut(usize, T, u64),
) {
    for (number, values) in values.chunks(ROWS.saturating_mul(stride)).enumerate() {
        let mut see = |column, value, row: usize| see(column, value, (number * ROWS + row) as u64);
        let rows = (values.len() - columns) / stride + 1;
        let times = if columns == stride && columns < NARROW { NARROW.div_ceil(columns).min(rows) } else { 1 };
        let (width, stride, whole) = (times * columns, times * stride, rows / times);
        let keys = T::keys(values);
        let mut seen = Columns::<T::Key>::new(greatest, placed, width);
        let step = (SLAB[0] / width).max(SLAB[1]);
        for slab in (0..whole).step_by(step).map(|start| start..whole.min(start + step)) {
            if !seen.see(keys, stride, slab.clone()) {
                for (row, time) in slab.clone().flat_map(|row| (0..times).map(move |time| (row, time))) {
                    let row_values = values[row * stride + time * columns..][..columns].iter().enumerate();
                    let nans = row_values.filter(|(_, value)| value.is_nan());
                    nans.for_each(|(column, &value)| see(column, value, row * times + time));
                }
            }
            if !placed {
                seen.prefer_zero(keys, stride, slab);
            }
        }
        for (time, best) in seen.best.chunks(columns).enumerate() {
            for (column, &key) in best.iter().enumerate() {
                see(column, T::of(key), seen.place(time * columns + column) * times + time);
            }
        }
        if times > 1 {
            let rest = values[whole * width..].chunks(columns).enumerate();
            rest.for_each(|(row, values)| {
                values.iter().enumerate().for_each(|(column, &value)| see(column, value, whole * times + row));
            });
        }
    }
}

/// The least or greatest element; a NaN beats them all.
#[derive(Clone, Copy)]
pub(super) struct Extreme {
    pub(super) greatest: bool,
}

impl Extreme {
    #[inline(always)]
    fn better<T: Ordered>(self, new: T, old: T) -> bool {
        let ahead = if self.greatest { old.is_before(new) } else { new.is_before(old) };
        ahead || (new.is_nan() && !old.is_nan())
    }

    fn consider<T: Ordered>(self, state: &mut Option<T>, value: T) {
        *state = Some(state.map_or(value, |old| if self.better(value, old) { value } else { old }));
    }

    /// See what was found in a run of values.
    #[inline(always)]
    fn see<T: Ordered>(self, state: &mut Option<T>, run: &[T], found: &Found<T::Key>) {
        if !found.numbers {
            let nan = run.iter().find(|value| value.is_nan()).expect("one of them is not a number");
            return self.consider(state, *nan);
        }
        let key = match T::Key::ZEROS {
            Some(zeros) if found.key == zeros[0] => columns::preferred(self.greatest, T::keys(run), zeros),
            _ => found.key,
        };
        self.consider(state, T::of(key));
    }
}

impl<T: Ordered> Folding<T> for Extreme {
    type State = Option<T>;
    type Output = T;

    fn start(self) -> Option<T> {
        None
    }

    fn row(self, state: &mut Option<T>, values: &[T], _first: u64) {
        if values.len() < FEW {
            return values.iter().for_each(|&value| self.consider(state, value));
        }
        for values in values.chunks(PIECES * PIECE) {
            if state.is_some_and(T::is_nan) {
                return;
            }
            let found = best_of_runs::<_, false>(self.greatest, T::keys(values), PIECE);
            values.chunks(PIECE).zip(&found).for_each(|(piece, found)| self.see(state, piece, found));
        }
    }

    fn rows(self, states: &mut [Option<T>], values: &[T], stride: usize, _first: u64) {
        let columns = states.len();
        let see = |column: usize, value, _| self.consider(&mut states[column], value);
        see_columns((self.greatest, false), columns, values, stride, see);
    }

    fn runs(self, states: &mut [Option<T>], values: &[T], len: usize) {
        if len > PIECE {
            return states.iter_mut().zip(values.chunks(len)).for_each(|(state, run)| self.row(state, run, 0));
        }
        for (states, values) in states.chunks_mut(BATCH).zip(values.chunks(BATCH * len)) {
            let found = best_of_runs::<_, false>(self.greatest, T::keys(values), len);
            for ((state, run), found) in states.iter_mut().zip(values.chunks(len)).zip(&found) {
                self.see(state, run, found);
            }
        }
    }

    fn merge(self, state: &mut Option<T>, other: &Option<T>) {
        if let Some(value) = other {
            self.consider(state, *value);
        }
    }

    fn write(self, state: &Option<T>, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(state.is_some()));
        bytes.extend_from_slice(bytemuck::bytes_of(&state.unwrap_or_default()));
    }

    fn read(self, bytes: &mut &[u8]) -> Option<T> {
        let seen: u8 = take(bytes);
        let value = take(bytes);
        (seen == 1).then_some(value)
    }

    fn finish(self, state: &Option<T>, _count: u64) -> T {
        state.expect("a reduction that needs elements is refused without them")
    }
}

/// The number of the least or greatest element, of the first where several are equal; the first NaN beats them all.
#[derive(Clone, Copy)]
pub(super) struct Arg {
    pub(super) greatest: bool,
}

impl Arg {
    /// Unlike for [`Extreme`], -0 and 0 are equal here.
    fn better<T: Ordered>(self, new: T, old: T) -> bool {
        let ahead = if self.greatest { new > old } else { new < old };
        ahead || (new.is_nan() && !old.is_nan())
    }

    fn consider<T: Ordered>(self, state: &mut Option<(T, u64)>, value: T, place: u64) {
        let replace = match *state {
            None => true,
            Some((best, its)) => self.better(value, best) || (place < its && !self.better(best, value)),
        };
        if replace {
            *state = Some((value, place));
        }
    }

    /// See what was found in a run of values, the first of which is at `first`.
    #[inline(always)]
    fn see<T: Ordered>(self, state: &mut Option<(T, u64)>, run: &[T], first: u64, found: &Found<T::Key>) {
        let nan = || run.iter().position(|value| value.is_nan()).expect("one of them is not a number");
        let place = if found.numbers { found.place } else { nan() };
        self.consider(state, run[place], first + place as u64);
    }
}

impl<T: Ordered> Folding<T> for Arg {
    type State = Option<(T, u64)>;
    type Output = i64;

    fn start(self) -> Self::State {
        None
    }

    /// Where the best of a piece is, is looked for only where it may replace what the state has.
    fn row(self, state: &mut Self::State, values: &[T], first: u64) {
        if values.len() < FEW {
            return (first..).zip(values).for_each(|(place, &value)| self.consider(state, value, place));
        }
        let firsts = (first..).step_by(PIECES * PIECE);
        for (first, values) in firsts.zip(values.chunks(PIECES * PIECE)) {
            let found = best_of_runs::<_, false>(self.greatest, T::keys(values), PIECE);
            for ((first, piece), found) in (first..).step_by(PIECE).zip(values.chunks(PIECE)).zip(&found) {
                let better = |(best, its)| its >= first || !found.numbers || self.better(T::of(found.key), best);
                if state.is_none_or(better) {
                    self.see(state, piece, first, &best_of_runs::<_, true>(self.greatest, T::keys(piece), PIECE)[0]);
                }
            }
            if state.is_some_and(|(best, its)| best.is_nan() && its < first) {
                return;
            }
        }
    }

    fn rows(self, states: &mut [Self::State], values: &[T], stride: usize, first: u64) {
        let columns = states.len();
        let see = |column: usize, value, row| self.consider(&mut states[column], value, first + row);
        see_columns((self.greatest, true), columns, values, stride, see);
    }

    fn runs(self, states: &mut [Self::State], values: &[T], len: usize) {
        if len > PIECE {
            return states.iter_mut().zip(values.chunks(len)).for_each(|(state, run)| self.row(state, run, 0));
        }
        for (states, values) in states.chunks_mut(BATCH).zip(values.chunks(BATCH * len)) {
            let found = best_of_runs::<_, true>(self.greatest, T::keys(values), len);
            for ((state, run), found) in states.iter_mut().zip(values.chunks(len)).zip(&found) {
                self.see(state, run, 0, found);
            }
        }
    }

    fn merge(self, state: &mut Self::State, other: &Self::State) {
        if let Some((value, place)) = *other {
            self.consider(state, value, place);
        }
    }

    fn relabel(self, state: &mut Self::State, place: &dyn Fn(u64) -> u64) {
        if let Some((_, its)) = state {
            *its = place(*its);
        }
    }

    fn write(self, state: &Self::State, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(state.is_some()));
        let (value, place) = state.unwrap_or((T::default(), 0));
        bytes.extend_from_slice(bytemuck::bytes_of(&value));
        bytes.extend_from_slice(bytemuck::bytes_of(&place));
    }

    fn read(self, bytes: &mut &[u8]) -> Self::State {
        let seen: u8 = take(bytes);
        let pair = (take(bytes), take(bytes));
        (seen == 1).then_some(pair)
    }

    fn finish(self, state: &Self::State, _count: u64) -> i64 {
        state.expect("a reduction that needs elements is refused without them").1 as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Element;

    /// Rows, columns, and elements from one row to the next.
    const SHAPES: [[usize; 3]; 10] = [
        [1, 1, 1],
        [5, 3, 3],
        [700, 3, 3],
        [700, 3, 5],
        [130, 31, 40],
        [9, 64, 64],
        [301, 129, 129],
        [70, 513, 600],
        [3, 4100, 4100],
        [2, 70_000, 70_000],
    ];

    /// The states as bytes after what `see` shows them.
    fn seen<T: Element, R: Folding<T>>(rule: R, states: usize, see: impl FnOnce(&mut [R::State])) -> Vec<u8> {
        let mut states = vec![rule.start(); states];
        see(&mut states);
        let mut bytes = Vec::new();
        states.iter().for_each(|state| rule.write(state, &mut bytes));
        bytes
    }

    /// Whether all ways to show a rule many elements come to the same as to show one by one.
    fn agrees<T: Ordered, R: Folding<T>>(rule: R, element: &impl Fn(usize) -> T) {
        for [rows, columns, stride] in SHAPES {
            let values: Vec<T> = (0..(rows - 1) * stride + columns).map(element).collect();
            let one = |state: &mut R::State, at: usize, place: usize| rule.row(state, &values[at..=at], place as u64);
            let of_columns = seen(rule, columns, |states| rule.rows(states, &values, stride, 3));
            let slowly = seen(rule, columns, |states| {
                let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
                cells.for_each(|(row, column)| one(&mut states[column], row * stride + column, 3 + row));
            });
            assert!(of_columns == slowly, "columns of {rows} x {columns}, {stride} apart, of {}", T::DTYPE);
            let of_row = seen(rule, 1, |states| rule.row(&mut states[0], &values, 3));
            let slowly = seen(rule, 1, |states| (0..values.len()).for_each(|at| one(&mut states[0], at, 3 + at)));
            assert!(of_row == slowly, "a row of {} {}", values.len(), T::DTYPE);
            if columns == stride {
                let of_runs = seen(rule, rows, |states| rule.runs(states, &values, columns));
                let slowly = seen(rule, rows, |states| {
                    (0..values.len()).for_each(|at| one(&mut states[at / columns], at, at % columns));
                });
                assert!(of_runs == slowly, "{rows} runs of {columns} {}", T::DTYPE);
            }
        }
    }

    fn all_agree<T: Ordered>(element: impl Fn(usize) -> T) {
        for greatest in [false, true] {
            agrees(Extreme { greatest }, &element);
            agrees(Arg { greatest }, &element);
        }
    }

    fn scattered(place: usize) -> u64 {
        (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 17
    }

    #[test]
    fn many_at_once_are_as_one_by_one() {
        all_agree(|place| scattered(place) as u8);
        all_agree(|place| scattered(place).is_multiple_of(77));
        all_agree(|place| scattered(place) as i32);
        all_agree(|place| scattered(place) as i64 - (1 << 46));
        all_agree(|place| scattered(place) << 17);
        all_agree(|place| (scattered(place) % 1000) as f32);
        all_agree(|place| scattered(place) as f64 - 7e13);
    }

    #[test]
    fn so_are_special_floats() {
        // The bits of a NaN tell which it was.
        let nan = |place| f32::from_bits(0x7fc0_0000 + place as u32 % 1000);
        all_agree(|place| if scattered(place).is_multiple_of(997) { nan(place) } else { scattered(place) as f32 });
        all_agree(nan);
        all_agree(|_| f64::INFINITY);
        all_agree(|_| f64::NEG_INFINITY);
        for other in [1.0, -1.0] {
            let zeros = [0.0, -0.0, other];
            all_agree(|place| zeros[scattered(place) as usize % 3]);
            all_agree(|place| if place == 250 { -0.0 } else { 0.0_f64.max(other) });
            all_agree(|place| if scattered(place).is_multiple_of(299) { 0.0 } else { -0.0_f32 });
        }
    }
}
