//! The rules of the reductions.

use bytemuck::checked::pod_read_unaligned;

use crate::device::cpu::fold::Folding;
use crate::device::cpu::kernels::Arithmetic;
use crate::dtype::Element;
use crate::exact::{Averageable, State, Summable};

/// Sums, and means, which are sums divided once. Exact whatever the order: see [`crate::exact`].
#[derive(Clone, Copy)]
pub(super) struct Exact;

impl<T: Summable> Folding<T> for Exact {
    type State = T::State;
    type Output = T::Sum;

    fn start(self) -> T::State {
        T::State::default()
    }

    fn row(self, state: &mut T::State, values: &[T], _first: u64) {
        T::add_slice(state, values);
    }

    fn rows(self, states: &mut [T::State], values: &[T], _first: u64) {
        T::add_rows(states, values);
    }

    fn merge(self, state: &mut T::State, other: &T::State) {
        state.merge(other);
    }

    fn write(self, state: &T::State, bytes: &mut Vec<u8>) {
        state.write(bytes);
    }

    fn read(self, bytes: &mut &[u8]) -> T::State {
        T::State::read(bytes).expect("states are read as they were written")
    }

    fn finish(self, state: &T::State, _count: u64) -> T::Sum {
        T::finish(state)
    }
}

/// The sum divided by the count, rounded once.
#[derive(Clone, Copy)]
pub(super) struct Mean;

impl<T: Averageable> Folding<T> for Mean {
    type State = T::State;
    type Output = T;

    fn start(self) -> T::State {
        T::State::default()
    }

    fn row(self, state: &mut T::State, values: &[T], first: u64) {
        Exact.row(state, values, first);
    }

    fn rows(self, states: &mut [T::State], values: &[T], first: u64) {
        Exact.rows(states, values, first);
    }

    fn merge(self, state: &mut T::State, other: &T::State) {
        state.merge(other);
    }

    fn write(self, state: &T::State, bytes: &mut Vec<u8>) {
        state.write(bytes);
    }

    fn read(self, bytes: &mut &[u8]) -> T::State {
        <Exact as Folding<T>>::read(Exact, bytes)
    }

    fn finish(self, state: &T::State, count: u64) -> T {
        T::mean(state, count)
    }
}

/// Products, in the order of the elements within a task and of the tasks: a few rounding errors depend on the cut.
#[derive(Clone, Copy)]
pub(super) struct Product;

impl<T: Arithmetic> Folding<T> for Product {
    type State = T::Sum;
    type Output = T::Sum;

    fn start(self) -> T::Sum {
        T::UNIT
    }

    fn row(self, state: &mut T::Sum, values: &[T], _first: u64) {
        for &value in values {
            *state = T::times(*state, value.widen());
        }
    }

    fn merge(self, state: &mut T::Sum, other: &T::Sum) {
        *state = T::times(*state, *other);
    }

    fn write(self, state: &T::Sum, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(bytemuck::bytes_of(state));
    }

    fn read(self, bytes: &mut &[u8]) -> T::Sum {
        take(bytes)
    }

    fn finish(self, state: &T::Sum, _count: u64) -> T::Sum {
        *state
    }
}

/// Elements with an order.
pub(super) trait Ordered: Element + PartialOrd {
    /// Whether this comes before `other`, -0 before 0: so the least of many does not depend on where they lie.
    fn is_before(self, other: Self) -> bool;
}

/// Types without two zeros.
macro_rules! ordered {
    ($($rust:ty),*) => {$(
        impl Ordered for $rust {
            #[inline(always)]
            fn is_before(self, other: Self) -> bool {
                self < other
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
        }
    )*};
}
ordered_floats!(f32, f64);

/// The least or greatest element; a NaN beats them all.
#[derive(Clone, Copy)]
pub(super) struct Extreme {
    pub(super) greatest: bool,
}

/// Elements compared side by side, so that the loop is not a chain of comparisons.
const LANES: usize = 32;

impl Extreme {
    #[inline(always)]
    fn better<T: Ordered>(self, new: T, old: T) -> bool {
        let ahead = if self.greatest { old.is_before(new) } else { new.is_before(old) };
        ahead || (is_nan(new) && !is_nan(old))
    }
}

#[inline(always)]
fn is_nan<T: Ordered>(value: T) -> bool {
    value.partial_cmp(&value).is_none()
}

impl<T: Ordered> Folding<T> for Extreme {
    type State = Option<T>;
    type Output = T;

    fn start(self) -> Option<T> {
        None
    }

    fn row(self, state: &mut Option<T>, values: &[T], _first: u64) {
        let Some(&first) = values.first() else { return };
        let better = |old: T, &new: &T| if self.better(new, old) { new } else { old };
        let mut best = state.unwrap_or(first);
        let (groups, rest) = values.as_chunks::<LANES>();
        if !groups.is_empty() {
            let mut lanes = [best; LANES];
            for group in groups {
                for (lane, &value) in lanes.iter_mut().zip(group) {
                    *lane = if self.better(value, *lane) { value } else { *lane };
                }
            }
            best = lanes.iter().fold(best, better);
        }
        *state = Some(rest.iter().fold(best, better));
    }

    fn rows(self, states: &mut [Option<T>], values: &[T], _first: u64) {
        for row in values.chunks_exact(states.len()) {
            for (state, &value) in states.iter_mut().zip(row) {
                *state = Some(state.map_or(value, |old| if self.better(value, old) { value } else { old }));
            }
        }
    }

    fn merge(self, state: &mut Option<T>, other: &Option<T>) {
        if let Some(value) = other {
            <Self as Folding<T>>::rows(self, std::slice::from_mut(state), std::slice::from_ref(value), 0);
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
        ahead || (is_nan(new) && !is_nan(old))
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
        for (place, &value) in (first..).zip(values) {
            self.consider(state, value, place);
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

/// Whether any, or all, are true.
#[derive(Clone, Copy)]
pub(super) struct Logical {
    pub(super) all: bool,
}

impl Folding<bool> for Logical {
    type State = bool;
    type Output = bool;

    fn start(self) -> bool {
        self.all
    }

    fn row(self, state: &mut bool, values: &[bool], _first: u64) {
        *state = if self.all { *state && !values.contains(&false) } else { *state || values.contains(&true) };
    }

    fn merge(self, state: &mut bool, other: &bool) {
        self.row(state, std::slice::from_ref(other), 0);
    }

    fn write(self, state: &bool, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(*state));
    }

    fn read(self, bytes: &mut &[u8]) -> bool {
        take(bytes)
    }

    fn finish(self, state: &bool, _count: u64) -> bool {
        *state
    }
}

/// One value from the front of `bytes`.
fn take<T: Element>(bytes: &mut &[u8]) -> T {
    let (value, rest) = bytes.split_at(size_of::<T>());
    *bytes = rest;
    pod_read_unaligned(value)
}
