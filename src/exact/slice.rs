//! Whole slices, block by block.

use std::marker::PhantomData;

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::{Accumulator, seen};
use super::grid::{DEPTH, Grid};
use super::kernel::{Kernel, NARROW, Narrow, Verdict, WIDE, Wide};
use super::rests::{add_block, note};
use super::terms::{Plain, Terms, tail};

/// Below this length adding one by one is faster.
const SHORT: usize = 12;
/// So many terms are looked at for a first grid.
const GUESS: usize = 128;
/// Blocks that are counted before the units are put away: 2^51 units at most in each of [`NARROW`] lanes.
const MOST_BLOCKS: u32 = 1 << 6;

impl Accumulator {
    /// Adds every value of a slice.
    ///
    /// **Local.** Class: Reproducible.
    pub fn add_slice(&mut self, values: &[f64]) {
        if values.len() < SHORT {
            for &value in values {
                self.add(value);
            }
        } else {
            self.add_terms::<_, Wide, WIDE>(Plain(values));
        }
    }

    /// Adds every value of a slice of `f32`.
    ///
    /// **Local.** Class: Reproducible.
    pub fn add_slice_f32(&mut self, values: &[f32]) {
        if values.len() < SHORT {
            for &value in values {
                self.add(value.into());
            }
        } else {
            self.add_terms::<_, Narrow, NARROW>(Plain(values));
        }
    }

    /// Adds every term, by the kernel `K`.
    #[inline(always)]
    pub(super) fn add_terms<T: Terms<Term = K::Term>, K: Kernel<N>, const N: usize>(&mut self, terms: T) {
        Arch::new().dispatch(AddTerms::<T, K, N> { sum: self, terms, kernel: PhantomData });
    }
}

struct AddTerms<'a, T, K, const N: usize> {
    sum: &'a mut Accumulator,
    terms: T,
    kernel: PhantomData<K>,
}

impl<T: Terms<Term = K::Term>, K: Kernel<N>, const N: usize> WithSimd for AddTerms<'_, T, K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let mut counts = Counts::<K, N>::default();
        for start in (0..self.terms.len()).step_by(N * DEPTH) {
            counts.add(simd, self.sum, &self.terms.part(start, N * DEPTH));
        }
        counts.settle(self.sum);
    }
}

/// What the lanes have counted along a grid and not yet put away.
pub(super) struct Counts<K, const N: usize> {
    grid: Grid,
    units: [[i64; N]; 2],
    blocks: u32,
    kernel: PhantomData<K>,
}

impl<K: Kernel<N>, const N: usize> Default for Counts<K, N> {
    #[inline(always)]
    fn default() -> Self {
        Self { grid: Grid::NONE, units: [[0; N]; 2], blocks: 0, kernel: PhantomData }
    }
}

impl<K: Kernel<N>, const N: usize> Counts<K, N> {
    /// Adds a block of at most `N` * [`DEPTH`] terms.
    #[inline(always)]
    pub(super) fn add<S: Simd, T: Terms<Term = K::Term>>(&mut self, simd: S, sum: &mut Accumulator, block: &T) {
        if !self.take(simd, sum, block) {
            add_block(sum, block);
        }
    }

    /// Counts a block of at most `N` * [`DEPTH`] terms along the grid of the earlier ones, or its own where that one is too low or too high.
    /// Otherwise nothing has been added: its own grid leaves a rest, or there is none.
    #[inline(always)]
    fn take<S: Simd, T: Terms<Term = K::Term>>(&mut self, simd: S, sum: &mut Accumulator, block: &T) -> bool {
        if self.grid.is_none() {
            self.guess(simd, block);
        }
        let mut grid = self.grid;
        let found = settled(
            &mut grid,
            DEPTH,
            #[inline(always)]
            |grid| lanes::<S, T, K, N>(simd, block, grid),
            |_| self.settle(sum),
        );
        self.grid = grid;
        let Some(lanes) = found else { return false };
        if sum.seen & seen::OTHER == 0 {
            note(sum, (0..block.len()).map(|index| block.get(index).into()));
        }
        if (0..N).any(|lane| lanes.is_nan(lane)) {
            sum.seen |= seen::ANY | seen::OTHER | seen::NAN;
            return true;
        }
        for lane in 0..N {
            let [coarse, fine] = lanes.counted(lane, &self.grid);
            self.units[0][lane] += coarse;
            self.units[1][lane] += fine;
        }
        self.blocks += 1;
        if self.blocks == MOST_BLOCKS {
            self.settle(sum);
        }
        true
    }

    #[inline(always)]
    fn guess<S: Simd, T: Terms<Term = K::Term>>(&mut self, simd: S, block: &T) {
        let (_, verdict) = lanes::<S, T, K, N>(simd, &block.part(0, GUESS), &self.grid);
        if let Verdict::Higher(largest) = verdict {
            self.grid = Grid::covering(largest, DEPTH).unwrap_or(Grid::NONE);
        }
    }

    /// Puts the units away.
    #[inline(always)]
    pub(super) fn settle(&mut self, sum: &mut Accumulator) {
        let [coarse, fine] = self.units.map(|units| units.iter().sum());
        sum.deposit_units(coarse, self.grid.coarse);
        sum.deposit_units(fine, self.grid.fine);
        self.units = [[0; N]; 2];
        self.blocks = 0;
    }
}

/// What `count` counts along `grid`, or along its own grid where that one is too low or too high; before it is left, `leave` is called.
/// Nothing when its own grid leaves a rest, or there is none.
#[inline(always)]
pub(super) fn settled<R>(
    grid: &mut Grid,
    depth: usize,
    mut count: impl FnMut(&Grid) -> (R, Verdict),
    mut leave: impl FnMut(&Grid),
) -> Option<R> {
    loop {
        let (counted, verdict) = count(grid);
        let largest = match verdict {
            Verdict::Exact => return Some(counted),
            Verdict::Higher(largest) | Verdict::Deeper(largest) => largest,
        };
        let own = Grid::covering(largest, depth).filter(|own| own != grid)?;
        leave(grid);
        *grid = own;
    }
}

/// The sums of a block in lanes along a grid, and what its reach says about them.
#[inline(always)]
pub(super) fn lanes<S: Simd, T: Terms<Term = K::Term>, K: Kernel<N>, const N: usize>(
    simd: S,
    block: &T,
    grid: &Grid,
) -> (K, Verdict) {
    let (mut lanes, mut reach) = (K::begin(grid), K::NOTHING);
    for chunk in block.chunks() {
        lanes.add(simd, &chunk, &mut reach);
    }
    if let Some(tail) = tail(block) {
        lanes.add(simd, &tail, &mut reach);
    }
    let verdict = K::verdict(&reach, grid);
    (lanes, verdict)
}
