//! The rule of the least or greatest element.

use crate::device::cpu::extremes::columns::preferred;
use crate::device::cpu::extremes::group::Found;
use crate::device::cpu::extremes::key::Key;
use crate::device::cpu::extremes::order::Ordered;
use crate::device::cpu::extremes::runs::{BATCH, best_of_runs};
use crate::device::cpu::extremes::{FEW, PIECE, PIECES, finish_rows, finish_runs, see_columns};
use crate::device::cpu::fold::Folding;
use crate::device::cpu::folds::take;

/// The least or greatest element; a NaN beats them all.
#[derive(Clone, Copy)]
pub(in crate::device::cpu) struct Extreme {
    pub(in crate::device::cpu) greatest: bool,
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
            Some(zeros) if found.key == zeros[0] => preferred(self.greatest, T::keys(run), zeros),
            _ => found.key,
        };
        self.consider(state, T::of(key));
    }
}

impl<T: Ordered> Folding<T> for Extreme {
    type State = Option<T>;
    type Output = T;

    const FINISHES: bool = true;

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

    fn finish_runs(self, values: &[T], len: usize, results: &mut [T]) {
        finish_runs(self, values, len, results);
    }

    fn finish_rows(self, values: &[T], stride: usize, results: &mut [T]) {
        finish_rows(self, values, stride, results);
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
