//! The loops that kernels are made of, compiled for each instruction set.
//!
//! The function inside must be inlined into the loop, or it would be compiled for the baseline: hence `inline(always)` all the way down,
//! and on the closures that callers pass.
#![allow(clippy::inline_always)]

use std::hint::select_unpredictable;

use pulp::{Arch, NullaryFnOnce};

use crate::device::cpu::stream::Streaming;
use crate::dtype::Element;

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

/// Elements that are stored past the caches at once: whole lines, of every dtype.
const STRIP: usize = 64;

/// A loop whose results go where they are asked to, strip by strip.
struct Strips<'a, A, B, C, D, F> {
    from: (&'a [A], &'a [B], &'a [C]),
    into: &'a mut [D],
    function: F,
    streaming: Option<&'a Streaming>,
}

impl<A: Copy, B: Copy, C: Copy, D: Element, F: Fn(A, B, C) -> D> NullaryFnOnce for Strips<'_, A, B, C, D, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (a, b, c) = self.from;
        let (whole_a, whole_b, whole_c) =
            (a.as_chunks::<STRIP>().0, b.as_chunks::<STRIP>().0, c.as_chunks::<STRIP>().0);
        let (whole, rest) = self.into.as_chunks_mut::<STRIP>();
        let done = whole.len() * STRIP;
        for (((into, a), b), c) in whole.iter_mut().zip(whole_a).zip(whole_b).zip(whole_c) {
            let mut strip = [D::zeroed(); STRIP];
            for (((into, &a), &b), &c) in strip.iter_mut().zip(a).zip(b).zip(c) {
                *into = (self.function)(a, b, c);
            }
            match self.streaming {
                Some(streaming) => streaming.store(into, &strip),
                None => *into = strip,
            }
        }
        for (((into, &a), &b), &c) in rest.iter_mut().zip(&a[done..]).zip(&b[done..]).zip(&c[done..]) {
            *into = (self.function)(a, b, c);
        }
    }
}

#[inline(always)]
fn strips<A: Copy, B: Copy, C: Copy, D: Element>(
    from: (&[A], &[B], &[C]),
    into: &mut [D],
    streaming: Option<&Streaming>,
    function: impl Fn(A, B, C) -> D,
) {
    Arch::new().dispatch(Strips { from, into, function, streaming });
}

/// Nothing, as often as one likes: the operands that a loop does not have.
const NOTHING: &[()] = &[(); usize::MAX];

/// `into[i] = function(from[i])`, past the caches when asked to.
#[inline(always)]
pub(super) fn map_strips<A: Copy, D: Element>(
    from: &[A],
    into: &mut [D],
    streaming: Option<&Streaming>,
    function: impl Fn(A) -> D,
) {
    strips(
        (from, NOTHING, NOTHING),
        into,
        streaming,
        #[inline(always)]
        |a, (), ()| function(a),
    );
}

/// `into[i] = function(left[i], right[i])`, past the caches when asked to.
#[inline(always)]
pub(super) fn zip_strips<A: Copy, D: Element>(
    left: &[A],
    right: &[A],
    into: &mut [D],
    streaming: Option<&Streaming>,
    function: impl Fn(A, A) -> D,
) {
    strips(
        (left, right, NOTHING),
        into,
        streaming,
        #[inline(always)]
        |a, b, ()| function(a, b),
    );
}

/// `into[i] = value`, past the caches when asked to.
#[inline(always)]
pub(super) fn fill<T: Element>(into: &mut [T], value: T, streaming: Option<&Streaming>) {
    strips(
        (NOTHING, NOTHING, NOTHING),
        into,
        streaming,
        #[inline(always)]
        |(), (), ()| value,
    );
}

/// `into[i] = left[i]` where the condition holds, `right[i]` elsewhere, past the caches when asked to.
///
/// An `if` becomes a branch per element, and no vector code.
#[inline(always)]
pub(super) fn select<A: Element>(
    condition: &[bool],
    left: &[A],
    right: &[A],
    into: &mut [A],
    streaming: Option<&Streaming>,
) {
    strips(
        (condition, left, right),
        into,
        streaming,
        #[inline(always)]
        |condition, a, b| select_unpredictable(condition, a, b),
    );
}
