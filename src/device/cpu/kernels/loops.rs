//! The loops that kernels are made of, compiled for each instruction set.
//!
//! The function inside must be inlined into the loop, or it would be compiled for the baseline: hence `inline(always)` all the way down,
//! and on the closures that callers pass.
#![allow(clippy::inline_always)]

use pulp::{Arch, NullaryFnOnce};

struct Map<'a, A, D, F> {
    from: &'a [A],
    into: &'a mut [D],
    function: F,
}

impl<A: Copy, D, F: Fn(A) -> D> NullaryFnOnce for Map<'_, A, D, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (into, &from) in self.into.iter_mut().zip(self.from) {
            *into = (self.function)(from);
        }
    }
}

struct Zip<'a, A, D, F> {
    left: &'a [A],
    right: &'a [A],
    into: &'a mut [D],
    function: F,
}

impl<A: Copy, D, F: Fn(A, A) -> D> NullaryFnOnce for Zip<'_, A, D, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for ((into, &left), &right) in self.into.iter_mut().zip(self.left).zip(self.right) {
            *into = (self.function)(left, right);
        }
    }
}

struct Slices<'a, A, D, F> {
    from: &'a [A],
    into: &'a mut [D],
    function: F,
}

impl<A, D, F: FnOnce(&[A], &mut [D])> NullaryFnOnce for Slices<'_, A, D, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        (self.function)(self.from, self.into);
    }
}

/// `into[i] = function(from[i])`.
#[inline(always)]
pub(super) fn map<A: Copy, D>(from: &[A], into: &mut [D], function: impl Fn(A) -> D) {
    Arch::new().dispatch(Map { from, into, function });
}

/// `into[i] = function(left[i], right[i])`.
#[inline(always)]
pub(super) fn zip<A: Copy, D>(left: &[A], right: &[A], into: &mut [D], function: impl Fn(A, A) -> D) {
    Arch::new().dispatch(Zip { left, right, into, function });
}

/// `function(from, into)`, for a function that holds its own loops.
#[inline(always)]
pub(super) fn slices<A, D>(from: &[A], into: &mut [D], function: impl FnOnce(&[A], &mut [D])) {
    Arch::new().dispatch(Slices { from, into, function });
}
