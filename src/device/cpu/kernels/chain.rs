//! A chain of cheap operations, computed strip by strip without leaving the registers.
//!
//! Between two operations of a loop per operation every element goes to the cache and back; here it is read once per operand.
//! What to do is looked up once per link and strip: some cycles, for as many vector operations as a strip has registers.

use pulp::{Arch, Scalar, Simd, WithSimd};

use crate::device::cpu::kernels::lanes::Lanes;

/// What a link does with `a`, the value that the chain has come to, and its operands `p` and `q`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::device::cpu) enum Link {
    /// `-a`
    Negative,
    /// `|a|`
    Abs,
    /// `a a`
    Square,
    /// `1 / a`
    Reciprocal,
    /// The square root of `a`.
    Sqrt,
    /// `a + p`
    Add,
    /// `a - p`
    Subtract,
    /// `p - a`
    SubtractFrom,
    /// `a p`
    Multiply,
    /// `a / p`
    Divide,
    /// `p / a`
    DivideInto,
    /// The larger of `a` and `p`.
    Maximum,
    /// The larger of `p` and `a`.
    MaximumOf,
    /// The smaller of `a` and `p`.
    Minimum,
    /// The smaller of `p` and `a`.
    MinimumOf,
    /// `a + (p q)`, rounded twice as everywhere.
    AddProduct,
    /// `a - (p q)`
    SubtractProduct,
    /// `(p q) - a`
    SubtractFromProduct,
}

/// Registers of a strip: as many as leave room for a constant or two beside them. (Measured on AVX2: with 4, each look-up costs as much
/// as the work.)
const STRIP: usize = 8;

/// The most elements of a strip: of an operand that is the same for all elements, this many are kept.
pub(in crate::device::cpu) const LONGEST_STRIP: usize = STRIP * 64 / size_of::<f32>();

/// The elements of an operand.
#[derive(Clone, Copy)]
pub(in crate::device::cpu) struct Operand<'a, T> {
    elements: &'a [T],
    /// 1, or 0 when the first elements stand for all.
    step: usize,
}

impl<'a, T> Operand<'a, T> {
    /// One element for each.
    pub(in crate::device::cpu) fn elements(elements: &'a [T]) -> Self {
        Self { elements, step: 1 }
    }

    /// An element for all, as many times as [`LONGEST_STRIP`] says.
    pub(in crate::device::cpu) fn constant(elements: &'a [T]) -> Self {
        Self { elements, step: 0 }
    }
}

/// A link with its operands.
pub(in crate::device::cpu) type Bound<'a, T> = (Link, [Operand<'a, T>; 2]);

/// `into[i]` = what the links make of `from[i]`.
pub(in crate::device::cpu) fn chain<T: Lanes>(from: Operand<'_, T>, links: &[Bound<'_, T>], into: &mut [T]) {
    Arch::new().dispatch(Chain { from, links, into });
}

struct Chain<'a, T> {
    from: Operand<'a, T>,
    links: &'a [Bound<'a, T>],
    into: &'a mut [T],
}

impl<T: Lanes> WithSimd for Chain<'_, T> {
    type Output = ();

    /// Strips of many registers, then of one. The rest is done with a last register that begins earlier (nobody reads what is
    /// written, so an element may be computed twice), or one by one where there are not enough elements for one.
    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let lanes = size_of::<T::Lanes<S>>() / size_of::<T>();
        let len = self.into.len();
        let (strips, vectors) = (len - len % (STRIP * lanes), len - len % lanes);
        self.strips::<S, STRIP>(simd, 0, strips);
        self.strips::<S, 1>(simd, strips, vectors);
        if vectors == len {
        } else if len >= lanes {
            self.strips::<S, 1>(simd, len - lanes, len);
        } else {
            self.strips::<Scalar, 1>(Scalar, 0, len);
        }
    }
}

impl<T: Lanes> Chain<'_, T> {
    /// Compute the elements from `start` to `end`, in strips of `N` registers.
    #[inline(always)]
    fn strips<S: Simd, const N: usize>(&mut self, simd: S, start: usize, end: usize) {
        let lanes = size_of::<T::Lanes<S>>() / size_of::<T>();
        for at in (start..end).step_by(N * lanes) {
            let mut strip = Strip::<T, S, N> { simd, at, values: *self.from.strip::<S, N>(at) };
            for (link, [p, q]) in self.links {
                match link {
                    Link::Negative => strip.each(T::negative),
                    Link::Abs => strip.each(T::abs),
                    Link::Square => strip.each(square::<T, S>),
                    Link::Reciprocal => strip.each(reciprocal::<T, S>),
                    Link::Sqrt => strip.each(T::sqrt),
                    Link::Add => strip.with(p, T::add),
                    Link::Subtract => strip.with(p, T::subtract),
                    Link::SubtractFrom => strip.with(p, subtract_from::<T, S>),
                    Link::Multiply => strip.with(p, T::multiply),
                    Link::Divide => strip.with(p, T::divide),
                    Link::DivideInto => strip.with(p, divide_into::<T, S>),
                    Link::Maximum => strip.with(p, T::maximum),
                    Link::MaximumOf => strip.with(p, maximum_of::<T, S>),
                    Link::Minimum => strip.with(p, T::minimum),
                    Link::MinimumOf => strip.with(p, minimum_of::<T, S>),
                    Link::AddProduct => strip.with_product(p, q, T::add),
                    Link::SubtractProduct => strip.with_product(p, q, T::subtract),
                    Link::SubtractFromProduct => strip.with_product(p, q, subtract_from::<T, S>),
                }
            }
            let into = T::vectors_mut::<S>(&mut self.into[at..]);
            *into.first_chunk_mut().expect("a strip lies within its block") = strip.values;
        }
    }
}

impl<T: Lanes> Operand<'_, T> {
    /// The strip from element `at` on.
    #[inline(always)]
    fn strip<S: Simd, const N: usize>(&self, at: usize) -> &[T::Lanes<S>; N] {
        let vectors = T::vectors::<S>(&self.elements[at * self.step..]);
        vectors.first_chunk().expect("operands are as long as what is computed of them")
    }
}

/// What a chain has come to, for the elements from `at` on.
struct Strip<T: Lanes, S: Simd, const N: usize> {
    simd: S,
    at: usize,
    values: [T::Lanes<S>; N],
}

impl<T: Lanes, S: Simd, const N: usize> Strip<T, S, N> {
    #[inline(always)]
    fn each(&mut self, function: impl Fn(S, T::Lanes<S>) -> T::Lanes<S>) {
        for value in &mut self.values {
            *value = function(self.simd, *value);
        }
    }

    #[inline(always)]
    fn with(&mut self, p: &Operand<'_, T>, function: impl Fn(S, T::Lanes<S>, T::Lanes<S>) -> T::Lanes<S>) {
        for (value, &p) in self.values.iter_mut().zip(p.strip::<S, N>(self.at)) {
            *value = function(self.simd, *value, p);
        }
    }

    #[inline(always)]
    fn with_product(
        &mut self,
        p: &Operand<'_, T>,
        q: &Operand<'_, T>,
        function: impl Fn(S, T::Lanes<S>, T::Lanes<S>) -> T::Lanes<S>,
    ) {
        let (p, q) = (p.strip::<S, N>(self.at), q.strip::<S, N>(self.at));
        for (value, (&p, &q)) in self.values.iter_mut().zip(p.iter().zip(q)) {
            *value = function(self.simd, *value, T::multiply(self.simd, p, q));
        }
    }
}

#[inline(always)]
fn square<T: Lanes, S: Simd>(simd: S, a: T::Lanes<S>) -> T::Lanes<S> {
    T::multiply(simd, a, a)
}

#[inline(always)]
fn reciprocal<T: Lanes, S: Simd>(simd: S, a: T::Lanes<S>) -> T::Lanes<S> {
    T::divide(simd, T::splat(simd, T::ONE), a)
}

#[inline(always)]
fn subtract_from<T: Lanes, S: Simd>(simd: S, a: T::Lanes<S>, p: T::Lanes<S>) -> T::Lanes<S> {
    T::subtract(simd, p, a)
}

#[inline(always)]
fn divide_into<T: Lanes, S: Simd>(simd: S, a: T::Lanes<S>, p: T::Lanes<S>) -> T::Lanes<S> {
    T::divide(simd, p, a)
}

#[inline(always)]
fn maximum_of<T: Lanes, S: Simd>(simd: S, a: T::Lanes<S>, p: T::Lanes<S>) -> T::Lanes<S> {
    T::maximum(simd, p, a)
}

#[inline(always)]
fn minimum_of<T: Lanes, S: Simd>(simd: S, a: T::Lanes<S>, p: T::Lanes<S>) -> T::Lanes<S> {
    T::minimum(simd, p, a)
}
