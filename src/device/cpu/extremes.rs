//! The rules of least and greatest elements, and of where they are.
//!
//! The fast loops know nothing of NaN and of the two zeros: they compare, and report whether there was a NaN. A block with one, or whose
//! best is a zero, is seen again by the careful loop.

use pulp::{Arch, NullaryFnOnce};

use crate::device::cpu::fold::Folding;
use crate::device::cpu::folds::take;
use crate::dtype::Element;

/// Elements with an order.
pub(super) trait Ordered: Element + PartialOrd {
    /// Whether this comes before `other`, -0 before 0: so the least of many does not depend on where they lie.
    fn is_before(self, other: Self) -> bool;
    /// Whether this is not a number.
    fn is_nan(self) -> bool;
}

/// Types without two zeros.
macro_rules! ordered {
    ($($rust:ty),*) => {$(
        impl Ordered for $rust {
            #[inline(always)]
            fn is_before(self, other: Self) -> bool {
                self < other
            }

            #[inline(always)]
            fn is_nan(self) -> bool {
                false
            }
        }
    )*};
}
ordered!(bool, u8, i32, i64, u64);

/// Types with two zeros.
macro_rules! ordered_floats {
    ($($rust:ty),*) => {$(
        impl Ordered for $rust {
            #[inline(always)]
            fn is_before(self, other: Self) -> bool {
                self < other || (self == other && self.is_sign_negative() && other.is_sign_positive())
            }

            #[inline(always)]
            fn is_nan(self) -> bool {
                <$rust>::is_nan(self)
            }
        }
    )*};
}
ordered_floats!(f32, f64);

/// The least or greatest element; a NaN beats them all.
#[derive(Clone, Copy)]
pub(super) struct Extreme {
    pub(super) greatest: bool,
}

/// The elements of a block.
const BLOCK: usize = 4096;
/// The least rows of a block.
const ROWS: usize = 64;
/// Fewer columns than this are folded into rows of as many at least, so that the loop over columns fills vectors.
const LANES: usize = 64;

/// The plain extremes of the columns of some rows, and whether there was a NaN.
struct Best<'a, T> {
    greatest: bool,
    columns: &'a mut [T],
    values: &'a [T],
    stride: usize,
}

impl<T: Ordered> NullaryFnOnce for Best<'_, T> {
    type Output = bool;

    #[inline(always)]
    fn call(self) -> bool {
        if self.greatest { self.with(|new, old| new > old) } else { self.with(|new, old| new < old) }
    }
}

impl<T: Ordered> Best<'_, T> {
    #[inline(always)]
    fn with(self, ahead: impl Fn(T, T) -> bool) -> bool {
        let mut any_nan = false;
        for row in self.values.chunks(self.stride) {
            for (best, &new) in self.columns.iter_mut().zip(row) {
                *best = if ahead(new, *best) { new } else { *best };
                any_nan |= new.is_nan();
            }
        }
        any_nan
    }
}

/// The plain extremes of each column of at least one row, `stride` elements apart, and whether there was a NaN.
fn best_of_columns<T: Ordered>(greatest: bool, columns: usize, values: &[T], stride: usize) -> (Vec<T>, bool) {
    let rows = (values.len() - columns) / stride + 1;
    let times = if columns < LANES && columns == stride { LANES.div_ceil(columns).min(rows) } else { 1 };
    let mut best = values[..times * columns].to_vec();
    let any_nan = Arch::new().dispatch(Best { greatest, columns: &mut best, values, stride: times * stride });
    let (first, rest) = best.split_at_mut(columns);
    Best { greatest, columns: first, values: rest, stride: columns }.call();
    best.truncate(columns);
    (best, any_nan)
}

/// Rows in blocks, each with the number of its first row.
fn blocks<T>(columns: usize, values: &[T], stride: usize) -> impl Iterator<Item = (usize, &[T])> {
    let rows = (BLOCK / columns).max(ROWS);
    let block = move |(number, block): (usize, _)| (number * rows, block);
    values.chunks(rows * stride).enumerate().map(block)
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
}

impl<T: Ordered> Folding<T> for Extreme {
    type State = Option<T>;
    type Output = T;

    fn start(self) -> Option<T> {
        None
    }

    fn row(self, state: &mut Option<T>, values: &[T], first: u64) {
        if values.len() < LANES {
            return values.iter().for_each(|&value| self.consider(state, value));
        }
        self.rows(std::slice::from_mut(state), values, 1, first);
    }

    fn rows(self, states: &mut [Option<T>], values: &[T], stride: usize, _first: u64) {
        let columns = states.len();
        for (_, block) in blocks(columns, values, stride) {
            let (best, any_nan) = best_of_columns(self.greatest, columns, block, stride);
            if any_nan || best.contains(&T::default()) {
                for row in block.chunks(stride) {
                    states.iter_mut().zip(row).for_each(|(state, &value)| self.consider(state, value));
                }
            } else {
                states.iter_mut().zip(best).for_each(|(state, value)| self.consider(state, value));
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
}

impl<T: Ordered> Folding<T> for Arg {
    type State = Option<(T, u64)>;
    type Output = i64;

    fn start(self) -> Self::State {
        None
    }

    fn row(self, state: &mut Self::State, values: &[T], first: u64) {
        if values.len() < LANES {
            return (first..).zip(values).for_each(|(place, &value)| self.consider(state, value, place));
        }
        self.rows(std::slice::from_mut(state), values, 1, first);
    }

    /// The best of a block is looked for only where it may replace what the state has.
    fn rows(self, states: &mut [Self::State], values: &[T], stride: usize, first: u64) {
        let columns = states.len();
        for (number, block) in blocks(columns, values, stride) {
            let (best, any_nan) = best_of_columns(self.greatest, columns, block, stride);
            for (column, (state, best)) in states.iter_mut().zip(best).enumerate() {
                let behind = state.is_some_and(|(value, _)| self.better(value, best));
                if !any_nan && behind {
                    continue;
                }
                let its = || (first + number as u64..).zip(block[column..].iter().step_by(stride));
                let found =
                    its().find(|&(_, &value)| value.is_nan()).or_else(|| its().find(|&(_, &value)| value == best));
                let (place, &value) = found.expect("the best of a column is one of its elements");
                self.consider(state, value, place);
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
