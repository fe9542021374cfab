//! The rule of where the least or greatest element is.

use crate::device::cpu::extremes::group::Found;
use crate::device::cpu::extremes::order::Ordered;
use crate::device::cpu::extremes::runs::{BATCH, best_of_runs};
use crate::device::cpu::extremes::{FEW, PIECE, PIECES, finish_rows, finish_runs, see_columns};
use crate::device::cpu::fold::Folding;
use crate::device::cpu::folds::take;

/// The number of the least or greatest element, of the first where several are equal; the first NaN beats them all.
#[derive(Clone, Copy)]
pub(in crate::device::cpu) struct Arg {
    pub(in crate::device::cpu) greatest: bool,
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

    const FINISHES: bool = true;

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

    fn finish_runs(self, values: &[T], len: usize, results: &mut [i64]) {
        finish_runs(self, values, len, results);
    }

    fn finish_rows(self, values: &[T], stride: usize, results: &mut [i64]) {
        finish_rows(self, values, stride, results);
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
