//! Whole slices, block by block.

use std::marker::PhantomData;

use pulp::{Arch, Simd, WithSimd};

use super::accumulator::{Accumulator, seen};
use super::grid::{DEPTH, Grid};
use super::kernel::{Kernel, NARROW, Narrow, Verdict, WIDE, Wide};
use super::rests::add_block;
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
    fn with_simd<S: Simd>(self, _: S) {
        let mut counts = Counts::<K, N>::default();
        for start in (0..self.terms.len()).step_by(N * DEPTH) {
            counts.add(self.sum, &self.terms.part(start, N * DEPTH));
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
    pub(super) fn add<T: Terms<Term = K::Term>>(&mut self, sum: &mut Accumulator, block: &T) {
        if !self.take(sum, block) {
            add_block(sum, block);
        }
    }

    /// Counts a block of at most `N` * [`DEPTH`] terms along the grid of the earlier ones, or its own where that one is too low or too high.
    /// Otherwise nothing has been added: its own grid leaves a rest, or there is none.
    #[inline(always)]
    fn take<T: Terms<Term = K::Term>>(&mut self, sum: &mut Accumulator, block: &T) -> bool {
        if self.grid.is_none() {
            self.guess(block);
        }
        let lanes = loop {
            let (lanes, reach) = self.lanes(block);
            let largest = match K::verdict(&reach, &self.grid) {
                Verdict::Exact => break lanes,
                Verdict::Zeros => return false,
                Verdict::Higher(largest) | Verdict::Deeper(largest) => largest,
            };
            match Grid::covering(largest) {
                Some(own) if own != self.grid => {
                    self.settle(sum);
                    self.grid = own;
                }
                _ => return false,
            }
        };
        sum.seen |= seen::ANY | seen::OTHER;
        if (0..N).any(|lane| lanes.is_nan(lane)) {
            sum.seen |= seen::NAN;
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
    fn guess<T: Terms<Term = K::Term>>(&mut self, block: &T) {
        let (_, reach) = self.lanes(&block.part(0, GUESS));
        if let Verdict::Higher(largest) = K::verdict(&reach, &self.grid) {
            self.grid = Grid::covering(largest).unwrap_or(Grid::NONE);
        }
    }

    #[inline(always)]
    fn lanes<T: Terms<Term = K::Term>>(&self, block: &T) -> (K, K::Reach) {
        let (mut lanes, mut reach) = (K::begin(&self.grid), K::NOTHING);
        for chunk in block.chunks() {
            lanes.add(&chunk, &mut reach);
        }
        if let Some(tail) = tail(block) {
            lanes.add(&tail, &mut reach);
        }
        (lanes, reach)
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
