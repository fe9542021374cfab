//! What is added: values of a slice, or what is computed from them on the way, so that it never goes through memory.

use std::ops::{Mul, Sub};

use super::kernel::Value;
use crate::memory::{AHEAD, ask_ahead};

/// A run of terms.
pub(super) trait Terms: Copy {
    /// The type of a term.
    type Term: Value;

    fn len(&self) -> usize;
    fn get(&self, index: usize) -> Self::Term;
    /// At most `len` terms from `start` on.
    fn part(&self, start: usize, len: usize) -> Self;
    /// All terms but the last few, `N` at a time.
    fn chunks<const N: usize>(&self) -> impl Iterator<Item = [Self::Term; N]>;
}

/// The last terms, fewer than `N`, with zeros behind them.
#[inline(always)]
pub(super) fn tail<T: Terms, const N: usize>(terms: &T) -> Option<[T::Term; N]> {
    let start = terms.len() / N * N;
    let term = |lane| if start + lane < terms.len() { terms.get(start + lane) } else { T::Term::default() };
    (start < terms.len()).then(|| std::array::from_fn(term))
}

/// Values as they are.
#[derive(Clone, Copy)]
pub(super) struct Plain<'a, V>(pub(super) &'a [V]);

impl<V: Value> Terms for Plain<'_, V> {
    type Term = V;

    #[inline(always)]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn get(&self, index: usize) -> V {
        self.0[index]
    }

    #[inline(always)]
    fn part(&self, start: usize, len: usize) -> Self {
        Self(&self.0[start..self.0.len().min(start + len)])
    }

    #[inline(always)]
    fn chunks<const N: usize>(&self) -> impl Iterator<Item = [V; N]> {
        chunks(self.0)
    }
}

/// Whole chunks of values, and long before each is read it is asked for.
#[inline(always)]
fn chunks<V: Value, const N: usize>(values: &[V]) -> impl Iterator<Item = [V; N]> {
    values.as_chunks().0.iter().map(
        #[inline(always)]
        |chunk| {
            ask_ahead(chunk, AHEAD);
            *chunk
        },
    )
}

/// The products of two slices of `f32`, which are `f64`.
#[derive(Clone, Copy)]
pub(super) struct WideProducts<'a>(pub(super) &'a [f32], pub(super) &'a [f32]);

impl Terms for WideProducts<'_> {
    type Term = f64;

    #[inline(always)]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn get(&self, index: usize) -> f64 {
        f64::from(self.0[index]) * f64::from(self.1[index])
    }

    #[inline(always)]
    fn part(&self, start: usize, len: usize) -> Self {
        let range = start..self.0.len().min(start + len);
        Self(&self.0[range.clone()], &self.1[range])
    }

    #[inline(always)]
    fn chunks<const N: usize>(&self) -> impl Iterator<Item = [f64; N]> {
        chunks(self.0).zip(chunks(self.1)).map(
            #[inline(always)]
            |(x, y): ([f32; N], [f32; N])| std::array::from_fn(|lane| f64::from(x[lane]) * f64::from(y[lane])),
        )
    }
}

/// The squared distances of values from a center, both rounded.
#[derive(Clone, Copy)]
pub(super) struct Distances<'a, V>(pub(super) &'a [V], pub(super) V);

impl<V: Value + Sub<Output = V> + Mul<Output = V>> Distances<'_, V> {
    #[inline(always)]
    fn term(&self, value: V) -> f64 {
        let distance = value - self.1;
        (distance * distance).into()
    }
}

impl<V: Value + Sub<Output = V> + Mul<Output = V>> Terms for Distances<'_, V> {
    type Term = f64;

    #[inline(always)]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn get(&self, index: usize) -> f64 {
        self.term(self.0[index])
    }

    #[inline(always)]
    fn part(&self, start: usize, len: usize) -> Self {
        Self(Plain(self.0).part(start, len).0, self.1)
    }

    #[inline(always)]
    fn chunks<const N: usize>(&self) -> impl Iterator<Item = [f64; N]> {
        chunks(self.0).map(
            #[inline(always)]
            |values: [V; N]| values.map(|value| self.term(value)),
        )
    }
}

/// The rounded products of two slices.
#[derive(Clone, Copy)]
pub(super) struct Products<'a, V>(pub(super) &'a [V], pub(super) &'a [V]);

impl<V: Value + Mul<Output = V>> Terms for Products<'_, V> {
    type Term = f64;

    #[inline(always)]
    fn len(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn get(&self, index: usize) -> f64 {
        (self.0[index] * self.1[index]).into()
    }

    #[inline(always)]
    fn part(&self, start: usize, len: usize) -> Self {
        Self(Plain(self.0).part(start, len).0, Plain(self.1).part(start, len).0)
    }

    #[inline(always)]
    fn chunks<const N: usize>(&self) -> impl Iterator<Item = [f64; N]> {
        chunks(self.0).zip(chunks::<_, N>(self.1)).map(
            #[inline(always)]
            |(x, y): ([V; N], [V; N])| std::array::from_fn(|lane| (x[lane] * y[lane]).into()),
        )
    }
}
