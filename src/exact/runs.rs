//! Sums of many runs of values that lie one after the other.

use std::marker::PhantomData;

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::Accumulator;
use super::grid::{DEEPEST, Grid};
use super::kernel::Kernel;
use super::slice::{lanes, settled};
use super::terms::Terms;
use super::total::{Total, zero};

/// Calls `put` with the sum of each run of `len` terms.
pub(super) fn sum_runs<T: Terms<Term = K::Term>, K: Kernel<N>, const N: usize>(
    terms: T,
    len: usize,
    put: impl FnMut(usize, Total<'_>),
) {
    Arch::new().dispatch(SumRuns::<T, K, _, N> { terms, len, put, kernel: PhantomData });
}

struct SumRuns<T, K, P, const N: usize> {
    terms: T,
    len: usize,
    put: P,
    kernel: PhantomData<K>,
}

impl<T: Terms<Term = K::Term>, K: Kernel<N>, P: FnMut(usize, Total<'_>), const N: usize> WithSimd
    for SumRuns<T, K, P, N>
{
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { terms, len, mut put, .. } = self;
        let mut grid = Grid::NONE;
        for number in 0..terms.len() / len {
            let run = terms.part(number * len, len);
            total::<S, T, K, _, N>(simd, &mut grid, run, |total| put(number, total));
        }
    }
}

/// What `take` makes of the sum of a run, counted along `grid` where that is possible: all lanes together count no more than one may, so their
/// sum is a float.
#[inline(always)]
pub(super) fn total<S: Simd, T: Terms<Term = K::Term>, K: Kernel<N>, R, const N: usize>(
    simd: S,
    grid: &mut Grid,
    run: T,
    take: impl FnOnce(Total<'_>) -> R,
) -> R {
    let found = if (1..=DEEPEST).contains(&run.len()) {
        settled(
            grid,
            run.len(),
            #[inline(always)]
            |grid| lanes::<S, T, K, N>(simd, &run, grid),
            |_| (),
        )
    } else {
        None
    };
    match found.map(|lanes| lanes.pair(grid)) {
        Some(pair) if pair.is_zero() => take(Total::Pair(zero((0..run.len()).map(|index| run.get(index))))),
        Some(pair) => take(Total::Pair(pair)),
        None => take(Total::Long(&long::<T, K, N>(run))),
    }
}

/// The sum of any run.
#[cold]
fn long<T: Terms<Term = K::Term>, K: Kernel<N>, const N: usize>(run: T) -> Accumulator {
    let mut sum = Accumulator::default();
    sum.add_terms::<T, K, N>(run);
    sum
}
