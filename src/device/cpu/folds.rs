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

    const FINISHES: bool = true;

    fn start(self) -> T::State {
        T::State::default()
    }

    fn row(self, state: &mut T::State, values: &[T], _first: u64) {
        T::add_slice(state, values);
    }

    fn rows(self, states: &mut [T::State], values: &[T], stride: usize, _first: u64) {
        T::add_strided_rows(states, values, stride);
    }

    fn finish_runs(self, values: &[T], len: usize, results: &mut [T::Sum]) {
        T::sum_runs(results, values, len);
    }

    fn finish_rows(self, values: &[T], stride: usize, results: &mut [T::Sum]) {
        T::sum_rows(results, values, stride);
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

    const FINISHES: bool = true;

    fn start(self) -> T::State {
        T::State::default()
    }

    fn row(self, state: &mut T::State, values: &[T], first: u64) {
        Exact.row(state, values, first);
    }

    fn rows(self, states: &mut [T::State], values: &[T], stride: usize, first: u64) {
        Exact.rows(states, values, stride, first);
    }

    fn finish_runs(self, values: &[T], len: usize, results: &mut [T]) {
        T::mean_runs(results, values, len);
    }

    fn finish_rows(self, values: &[T], stride: usize, results: &mut [T]) {
        T::mean_rows(results, values, stride);
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
pub(super) fn take<T: Element>(bytes: &mut &[u8]) -> T {
    let (value, rest) = bytes.split_at(size_of::<T>());
    *bytes = rest;
    pod_read_unaligned(value)
}
