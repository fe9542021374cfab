//! A chain of cheap operations, computed strip by strip without leaving the registers.
//!
//! Between two operations of a loop per operation every element goes to the cache and back; here it is read once per operand.
//! What to do is looked up once per link and strip: some cycles, for as many vector operations as a strip has registers.

use pulp::{Arch, Scalar, Simd, WithSimd};
use smallvec::SmallVec;

use crate::device::cpu::kernels::lanes::Lanes;
use crate::device::cpu::kernels::link::{Link, Operand, Placed};
use crate::device::cpu::stream::Streaming;
use crate::memory::{AHEAD, ask_ahead};

/// Registers of a strip: as many as leave room for a constant or two beside them. (Measured on AVX2: with 4, each look-up costs as much
/// as the work.)
const STRIP: usize = 8;

/// The same for chains with exponentials or branches, which need registers themselves. (Measured on AVX2: with 8, two thirds of the speed
/// for `f64`.)
const SHORT_STRIP: usize = 4;

/// Bytes of a cache line.
const LINE: usize = 64;

/// The most elements of a strip: of an operand that is the same for all elements, this many are kept.
pub(in crate::device::cpu) const LONGEST_STRIP: usize = STRIP * 64 / size_of::<f32>();

/// `into[i]` = what the links make of the first operand's element i, stored past the caches when asked to.
pub(in crate::device::cpu) fn chain<T: Lanes>(
    operands: &[Operand<'_, T>],
    links: &[Placed],
    into: &mut [T],
    streaming: Option<&Streaming>,
) {
    let ready = |&(link, places): &Placed| Ready { link, operands: places.map(|place| operands[place]) };
    let mut links: SmallVec<[Ready<'_, T>; 16]> = links.iter().map(ready).collect();
    let is_slow = links.iter().any(|ready| ready.link.is_slow());
    if !Arch::new().dispatch(Chain { operands, links: &links, into, streaming, is_slow }) {
        for ready in links.iter_mut().filter(|ready| ready.link == Link::Exp) {
            ready.link = Link::ExpAnywhere;
        }
        Arch::new().dispatch(Chain { operands, links: &links, into, streaming, is_slow });
    }
}

/// A link with its operands, which are looked up once.
struct Ready<'a, T> {
    link: Link,
    operands: [Operand<'a, T>; 2],
}

struct Chain<'a, T> {
    operands: &'a [Operand<'a, T>],
    links: &'a [Ready<'a, T>],
    into: &'a mut [T],
    streaming: Option<&'a Streaming>,
    /// Whether there is so much work for each element that memory would wait for it.
    is_slow: bool,
}

impl<T: Lanes> WithSimd for Chain<'_, T> {
    /// Whether all is right: otherwise an exponential was out of reach.
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        if self.links.iter().any(|ready| ready.link.is_for_short_strips()) {
            self.all::<S, SHORT_STRIP>(simd)
        } else {
            self.all::<S, STRIP>(simd)
        }
    }
}

impl<T: Lanes> Chain<'_, T> {
    /// Strips of `N` registers, then of one. The rest is done with a last register that begins earlier (nobody reads what is
    /// written, so an element may be computed twice), or one by one where there are not enough elements for one.
    #[inline(always)]
    fn all<S: Simd, const N: usize>(mut self, simd: S) -> bool {
        let lanes = size_of::<T::Lanes<S>>() / size_of::<T>();
        let len = self.into.len();
        let (strips, vectors) = (len - len % (N * lanes), len - len % lanes);
        let right = self.strips::<S, N>(simd, 0, strips) & self.strips::<S, 1>(simd, strips, vectors);
        if len < lanes {
            self.strips::<Scalar, 1>(Scalar, 0, len)
        } else if vectors < len {
            right & self.strips::<S, 1>(simd, len - lanes, len)
        } else {
            right
        }
    }

    /// Compute the elements from `start` to `end`, in strips of `N` registers.
    #[inline(always)]
    fn strips<S: Simd, const N: usize>(&mut self, simd: S, start: usize, end: usize) -> bool {
        let lanes = size_of::<T::Lanes<S>>() / size_of::<T>();
        let mut right = true;
        // Not part of the strip: what may be referred to is not held in registers.
        let mut kept = [T::splat(simd, T::ZERO); N];
        for at in (start..end).step_by(N * lanes) {
            if self.is_slow {
                self.ask_ahead(at, N * lanes);
            }
            let mut strip = Strip::<T, S, N> { simd, values: *self.operands[0].strip::<S, N>(at) };
            for Ready { link, operands: [p, q] } in self.links {
                match *link {
                    // In long strips their registers would be missing for all others.
                    Link::Exp | Link::ExpAnywhere | Link::Branch if N > SHORT_STRIP => {
                        unreachable!("strips are short for these")
                    }
                    Link::Exp => right &= T::exp_moderate(strip.elements()),
                    Link::ExpAnywhere => T::exp(strip.elements()),
                    Link::Branch => kept = std::mem::replace(&mut strip.values, *p.strip::<S, N>(at)),
                    Link::Negative => strip.each(T::negative),
                    Link::Abs => strip.each(T::abs),
                    Link::Square => strip.each(square::<T, S>),
                    Link::Reciprocal => strip.each(reciprocal::<T, S>),
                    Link::Sqrt => strip.each(T::sqrt),
                    Link::Add => strip.with(p.strip::<S, N>(at), T::add),
                    Link::AddBoth => {
                        strip.with(p.strip::<S, N>(at), T::add);
                        strip.with(q.strip::<S, N>(at), T::add);
                    }
                    Link::Subtract => strip.with(p.strip::<S, N>(at), T::subtract),
                    Link::SubtractFrom => strip.with(p.strip::<S, N>(at), subtract_from::<T, S>),
                    Link::Multiply => strip.with(p.strip::<S, N>(at), T::multiply),
                    Link::Divide => strip.with(p.strip::<S, N>(at), T::divide),
                    Link::DivideInto => strip.with(p.strip::<S, N>(at), divide_into::<T, S>),
                    Link::Maximum => strip.with(p.strip::<S, N>(at), T::maximum),
                    Link::MaximumOf => strip.with(p.strip::<S, N>(at), maximum_of::<T, S>),
                    Link::Minimum => strip.with(p.strip::<S, N>(at), T::minimum),
                    Link::MinimumOf => strip.with(p.strip::<S, N>(at), minimum_of::<T, S>),
                    Link::AddProduct => strip.with_product(p.strip::<S, N>(at), q.strip::<S, N>(at), T::add),
                    Link::SubtractProduct => strip.with_product(p.strip::<S, N>(at), q.strip::<S, N>(at), T::subtract),
                    Link::SubtractFromProduct => {
                        strip.with_product(p.strip::<S, N>(at), q.strip::<S, N>(at), subtract_from::<T, S>);
                    }
                    link => strip.join(link, &kept, p, at),
                }
            }
            let into = T::vectors_mut::<S>(&mut self.into[at..]);
            let into: &mut [_; N] = into.first_chunk_mut().expect("a strip lies within its block");
            match self.streaming {
                Some(streaming) if N > 1 => streaming.store(into, &strip.values),
                _ => *into = strip.values,
            }
        }
        right
    }

    /// Ask for the lines of operands that memory brings, as many as the strip from element `at` on takes: all at once they would be waited for.
    #[inline(always)]
    fn ask_ahead(&self, at: usize, len: usize) {
        for operand in self.operands.iter().filter(|operand| operand.is_remote) {
            for line in operand.elements[at..at + len].chunks(LINE / size_of::<T>()) {
                ask_ahead(line, AHEAD);
            }
        }
    }
}

impl<T: Lanes> Operand<'_, T> {
    /// The strip from element `at` on.
    #[inline(always)]
    fn strip<S: Simd, const N: usize>(&self, at: usize) -> &[T::Lanes<S>; N] {
        let vectors = T::vectors::<S>(&self.elements[at & self.mask..]);
        vectors.first_chunk().expect("operands are as long as what is computed of them")
    }
}

/// What a chain has come to.
struct Strip<T: Lanes, S: Simd, const N: usize> {
    simd: S,
    values: [T::Lanes<S>; N],
}

impl<T: Lanes, S: Simd, const N: usize> Strip<T, S, N> {
    /// What links do with what was kept.
    #[inline(always)]
    fn join(&mut self, link: Link, kept: &[T::Lanes<S>; N], p: &Operand<'_, T>, at: usize) {
        match link {
            _ if N > SHORT_STRIP => unreachable!("strips are short for branches"),
            Link::AddKept => self.with(kept, T::add),
            Link::SubtractKept => self.with(kept, T::subtract),
            Link::SubtractFromKept => self.with(kept, subtract_from::<T, S>),
            Link::MultiplyKept => self.with(kept, T::multiply),
            Link::AddKeptProduct => self.with_product(kept, p.strip::<S, N>(at), T::add),
            Link::SubtractKeptProduct => self.with_product(kept, p.strip::<S, N>(at), T::subtract),
            Link::SubtractFromKeptProduct => self.with_product(kept, p.strip::<S, N>(at), subtract_from::<T, S>),
            _ => unreachable!("{link:?} has nothing to do with what was kept"),
        }
    }

    #[inline(always)]
    fn elements(&mut self) -> &mut [T] {
        bytemuck::cast_slice_mut(&mut self.values)
    }

    #[inline(always)]
    fn each(&mut self, function: impl Fn(S, T::Lanes<S>) -> T::Lanes<S>) {
        for value in &mut self.values {
            *value = function(self.simd, *value);
        }
    }

    #[inline(always)]
    fn with(&mut self, p: &[T::Lanes<S>; N], function: impl Fn(S, T::Lanes<S>, T::Lanes<S>) -> T::Lanes<S>) {
        for (value, &p) in self.values.iter_mut().zip(p) {
            *value = function(self.simd, *value, p);
        }
    }

    #[inline(always)]
    fn with_product(
        &mut self,
        p: &[T::Lanes<S>; N],
        q: &[T::Lanes<S>; N],
        function: impl Fn(S, T::Lanes<S>, T::Lanes<S>) -> T::Lanes<S>,
    ) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Elementary;

    /// What each link is for one element.
    fn one<T: Elementary>(link: Link, a: T, p: T, q: T) -> T {
        match link {
            Link::Negative => -a,
            Link::Abs => <T as Elementary>::abs(a),
            Link::Square => T::square(a),
            Link::Reciprocal => T::reciprocal(a),
            Link::Sqrt => <T as Elementary>::sqrt(a),
            Link::Exp | Link::ExpAnywhere => <T as Elementary>::exp(a),
            Link::Branch => p,
            Link::Add => a + p,
            Link::AddBoth => a + p + q,
            Link::Subtract => a - p,
            Link::SubtractFrom => p - a,
            Link::Multiply => a * p,
            Link::Divide => a / p,
            Link::DivideInto => p / a,
            Link::Maximum => <T as Elementary>::maximum(a, p),
            Link::MaximumOf => <T as Elementary>::maximum(p, a),
            Link::Minimum => <T as Elementary>::minimum(a, p),
            Link::MinimumOf => <T as Elementary>::minimum(p, a),
            Link::AddProduct => a + p * q,
            Link::SubtractProduct => a - p * q,
            Link::SubtractFromProduct => p * q - a,
            _ => unreachable!("{link:?} is of chains with branches"),
        }
    }

    const LINKS: [Link; 22] = [
        Link::Negative,
        Link::Abs,
        Link::Square,
        Link::Reciprocal,
        Link::Sqrt,
        Link::Exp,
        Link::ExpAnywhere,
        Link::Branch,
        Link::Add,
        Link::AddBoth,
        Link::Subtract,
        Link::SubtractFrom,
        Link::Multiply,
        Link::Divide,
        Link::DivideInto,
        Link::Maximum,
        Link::MaximumOf,
        Link::Minimum,
        Link::MinimumOf,
        Link::AddProduct,
        Link::SubtractProduct,
        Link::SubtractFromProduct,
    ];

    /// Ordinary and special numbers, in an order that repeats with no power of two.
    fn numbers<T: Elementary>(seed: usize, len: usize) -> Vec<T> {
        let some =
            [T::ZERO, -T::ZERO, T::ONE, T::HALF, T::INFINITY, -T::INFINITY, T::NAN, -T::HALF / (T::ONE + T::ONE)];
        (0..len).map(|k| some[(k * 7 + seed + k / 11) % some.len()] + some[(k + seed) % 4]).collect()
    }

    fn equal<T: Elementary>(x: T, y: T) -> bool {
        let is_nan = |x: T| x.partial_cmp(&x).is_none();
        x == y && T::copysign(T::ONE, x) == T::copysign(T::ONE, y) || is_nan(x) && is_nan(y)
    }

    fn agree<T: Lanes + Elementary>() {
        let streaming = Streaming::begin();
        for len in (0..20).chain([31, 32, 33, 63, 64, 65, 127, 128, 129, 200, 511, 512, 513]) {
            let (a, p, q) = (numbers::<T>(0, len), numbers::<T>(3, len), numbers::<T>(5, len));
            let constant = [T::HALF; LONGEST_STRIP];
            for (k, link) in LINKS.into_iter().enumerate() {
                let next = LINKS[(k + 7) % LINKS.len()];
                let operands = [&a, &p, &q].map(|its| Operand::elements(its));
                let operands = [operands[0], operands[1], operands[2], Operand::constant(&constant)];
                for streaming in [None, streaming.as_ref()] {
                    let mut buffer = vec![T::ZERO; len + 3];
                    for into in [&mut buffer[3..], &mut vec![T::ZERO; len]] {
                        chain(&operands, &[(link, [1, 2]), (next, [3, 1])], into, streaming);
                        for (i, &result) in into.iter().enumerate() {
                            let expected = one(next, one(link, a[i], p[i], q[i]), T::HALF, p[i]);
                            assert!(
                                equal(result, expected),
                                "{link:?}, {next:?} of {len}, element {i}: {result} for {expected}"
                            );
                        }
                    }
                }
            }
        }
    }

    /// Chains of two branches, of values whose exponentials are normal numbers and, from `first_far` on, of others.
    fn branches_agree<T: Lanes + Elementary>(first_far: usize) {
        for len in [1, 7, 8, 9, 63, 64, 65, 130, 513] {
            let (far, quarter) = (numbers::<T>(1, len), T::HALF * T::HALF);
            let small =
                [T::ZERO, T::HALF, -quarter, T::ONE + quarter, -T::ONE - T::HALF, T::ONE / (T::ONE + T::HALF), -T::ONE];
            let value = |k: usize| {
                if k < first_far { small[k * 5 % small.len()] } else { far[k] }
            };
            let x: Vec<T> = (0..len).map(value).collect();
            let y = numbers::<T>(2, len);
            let operands = [Operand::remote(&x), Operand::elements(&y)];
            let links = [
                (Link::Square, [0, 0]),
                (Link::Branch, [0, 0]),
                (Link::Exp, [0, 0]),
                (Link::SubtractKeptProduct, [1, 0]),
            ];
            let mut into = vec![T::ZERO; len];
            chain(&operands, &links, &mut into, None);
            for (i, &result) in into.iter().enumerate() {
                let expected = <T as Elementary>::exp(x[i]) - x[i] * x[i] * y[i];
                assert!(equal(result, expected), "element {i} of {len}: {result} for {expected}");
            }
        }
    }

    #[test]
    fn branches_and_exponentials_are_those_of_functions() {
        for first_far in [0, 3, 64, 600] {
            branches_agree::<f32>(first_far);
            branches_agree::<f64>(first_far);
        }
    }

    #[test]
    fn links_do_in_every_lane_what_functions_do() {
        agree::<f32>();
        agree::<f64>();
    }
}
