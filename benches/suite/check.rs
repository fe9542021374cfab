//! Whether a result is right, before it is timed. All checks are collective: what is wrong on one rank is an error on all.

use isotherm::prelude::*;

use crate::data::{Decimal, Number};

/// Whether each element of this rank's block is what `want(place in the block, element)` says.
pub(crate) fn each<T: Element>(got: &DistArray<T>, want: impl Fn(usize, T) -> bool) -> Result<()> {
    let wrong = got.local().iter().enumerate().find(|&(at, &value)| !want(at, value));
    let told = wrong.map_or(Ok(()), |(at, value)| Err(format!("wrong result: {value} at place {at} of a block")));
    got.context().agree(told)
}

/// Whether each element equals `want(place in the block)`, bit by bit but for the sign of zero.
pub(crate) fn equal<T: Element>(got: &DistArray<T>, want: impl Fn(usize) -> T) -> Result<()> {
    each(got, |at, value| value == want(at))
}

/// Whether each element is within `ulps` units in the last place of `want(place in the block)`.
pub(crate) fn near<T: Decimal>(got: &DistArray<T>, ulps: f64, want: impl Fn(usize) -> f64) -> Result<()> {
    each(got, |at, value| close(value.double(), want(at), ulps * T::ULP))
}

/// Whether each element is no farther than `distance` from `want(place in the block)`.
pub(crate) fn within<T: Number>(got: &DistArray<T>, distance: f64, want: impl Fn(usize) -> f64) -> Result<()> {
    each(got, |at, value| (value.double() - want(at)).abs() <= distance)
}

/// Whether each element of this rank's block is the random number that `from(global index)` names by seed and index: so movement
/// is checked without moving anything.
pub(crate) fn drawn<T: Decimal>(got: &DistArray<T>, from: impl Fn(usize) -> (u64, usize)) -> Result<()> {
    let mut right = true;
    for run in got.region().runs() {
        let here = &got.local()[run.local..run.local + run.global.len()];
        right &= here.iter().zip(run.global).all(|(&value, index)| {
            let (seed, index) = from(index);
            value == T::uniform_at(seed, index)
        });
    }
    holds(got.context(), right, || "an element is not where it belongs".to_owned())
}

/// Whether a replicated value is what it should be, up to a share of that.
pub(crate) fn value(cx: &Context, got: f64, want: f64, share: f64) -> Result<()> {
    holds(cx, close(got, want, share), || format!("{got} for {want}"))
}

/// Whether something holds on all ranks.
pub(crate) fn holds(cx: &Context, holds: bool, what: impl FnOnce() -> String) -> Result<()> {
    cx.agree(if holds { Ok(()) } else { Err(format!("wrong result: {}", what())) })
}

/// The share of a plain sum of positive numbers that may be lost: up to 2²⁴ of them on a rank are rounded 2¹³ times each.
pub(crate) const LOST: f64 = 1e-12;

/// The sum of `value(place)` over the places of all ranks' blocks, on every rank: an oracle that knows nothing of the library's
/// reductions, added up in blocks of 4096.
pub(crate) fn plain_sum(cx: &Context, len: usize, value: impl Fn(usize) -> f64) -> Result<f64> {
    let block = |first: usize| (first..len.min(first + 4096)).map(&value).sum::<f64>();
    let own: f64 = (0..len).step_by(4096).map(block).sum();
    Ok(cx.comm().all_reduce(&[own], |a, b| a + b)?[0])
}

fn close(got: f64, want: f64, share: f64) -> bool {
    (got - want).abs() <= share * want.abs()
}
