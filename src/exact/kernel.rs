//! The loops' inner step: values into lanes, and how far up and down they reached.

use super::grid::{Grid, base, counted, floor};

/// A float type whose values can be terms of `f64` lanes.
pub(super) trait Value: Copy + Default + Into<f64> + Send + Sync + 'static {}

impl Value for f32 {}
impl Value for f64 {}

/// What the reach of a block says about its sums.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// Exact, but for what is NaN.
    Exact,
    /// Nothing but zeros, and NaN.
    Zeros,
    /// Not cut high enough for this largest magnitude, which may be infinite.
    Higher(f64),
    /// With this largest magnitude, something lies below the last cut.
    Deeper(f64),
}

/// Sums of a chunk of `N` lanes along a grid.
pub(super) trait Kernel<const N: usize>: Copy + Send + Sync + 'static {
    /// The type of the terms.
    type Term: Value;
    /// How far terms reach.
    type Reach: Copy;

    /// Nothing has been seen.
    const NOTHING: Self::Reach;

    /// Lanes in which nothing has been added.
    fn begin(grid: &Grid) -> Self;
    /// Adds a term to each lane.
    fn add(&mut self, terms: &[Self::Term; N], reach: &mut Self::Reach);
    /// The units of the coarse and of the fine cut that a lane has counted.
    fn counted(&self, lane: usize, grid: &Grid) -> [i64; 2];
    /// Which lanes are NaN.
    fn is_nan(&self, lane: usize) -> bool;
    /// What `reach` says about sums along `grid`.
    fn verdict(reach: &Self::Reach, grid: &Grid) -> Verdict;
}

/// Lanes for `f64`: on AVX2 its registers of state and the constants still fit the sixteen there are.
pub(super) const WIDE: usize = 8;

/// Two cuts for each lane. What lies below the second would be rounded, so the least magnitude is watched: sums are exact
/// as long as it is not more than some 34 binades below the largest.
#[derive(Clone, Copy)]
pub(super) struct Wide {
    high: [f64; WIDE],
    low: [f64; WIDE],
}

/// How far up and down `f64` reach.
#[derive(Clone, Copy)]
pub(super) struct WideReach {
    /// Largest magnitudes; a NaN is dropped here and found in the sums.
    largest: [f64; WIDE],
    /// Least magnitudes, their bits less one: so zeros become NaN and drop out as well.
    least: [f64; WIDE],
}

impl WideReach {
    #[inline(always)]
    pub(super) fn see(&mut self, terms: &[f64; WIDE]) {
        for (lane, term) in terms.iter().enumerate() {
            let magnitude = term.to_bits() & (u64::MAX >> 1);
            let below = f64::from_bits(magnitude.wrapping_sub(1));
            let magnitude = f64::from_bits(magnitude);
            // As one instruction each.
            self.largest[lane] = if magnitude > self.largest[lane] { magnitude } else { self.largest[lane] };
            self.least[lane] = if below < self.least[lane] { below } else { self.least[lane] };
        }
    }

    /// The largest magnitude.
    #[inline(always)]
    pub(super) fn largest(&self) -> f64 {
        folded(self.largest, |a, b| if a > b { a } else { b })
    }
}

impl Kernel<WIDE> for Wide {
    type Term = f64;
    type Reach = WideReach;

    const NOTHING: WideReach = WideReach { largest: [0.0; WIDE], least: [f64::INFINITY; WIDE] };

    #[inline(always)]
    fn begin(grid: &Grid) -> Self {
        Self { high: [base(grid.coarse); WIDE], low: [base(grid.fine); WIDE] }
    }

    #[inline(always)]
    fn add(&mut self, terms: &[f64; WIDE], reach: &mut WideReach) {
        for (lane, term) in terms.iter().enumerate() {
            let high = self.high[lane] + term;
            // What the lane did not gain of the term: a float, and exactly so.
            self.low[lane] += term - (high - self.high[lane]);
            self.high[lane] = high;
        }
        reach.see(terms);
    }

    #[inline(always)]
    fn counted(&self, lane: usize, grid: &Grid) -> [i64; 2] {
        [counted(self.high[lane], base(grid.coarse)), counted(self.low[lane], base(grid.fine))]
    }

    #[inline(always)]
    fn is_nan(&self, lane: usize) -> bool {
        self.high[lane].is_nan()
    }

    #[inline(always)]
    fn verdict(reach: &WideReach, grid: &Grid) -> Verdict {
        let largest = reach.largest();
        let least = folded(reach.least, |a, b| if a < b { a } else { b }).to_bits() + 1;
        let floor = floor(grid.fine, 53, -1074);
        match () {
            () if largest == 0.0 => Verdict::Zeros,
            () if !grid.holds(largest) => Verdict::Higher(largest),
            () if least < floor.to_bits() => Verdict::Deeper(largest),
            () => Verdict::Exact,
        }
    }
}

/// Lanes for `f32`.
pub(super) const NARROW: usize = 16;

/// One cut for each lane: the 24 bits of an `f32` leave so much room in an `f64` that most blocks need no other. Sums are exact as
/// long as the least magnitude is not more than 20 binades below the limit of the grid.
#[derive(Clone, Copy)]
pub(super) struct Narrow {
    sums: [f64; NARROW],
}

/// How far up and down the magnitudes of `f32` reach, as bits, which order like the magnitudes do.
#[derive(Clone, Copy)]
pub(super) struct NarrowReach {
    largest: [u32; NARROW],
    /// Least magnitudes, less one: so zeros become the largest number and drop out.
    least: [u32; NARROW],
}

impl Kernel<NARROW> for Narrow {
    type Term = f32;
    type Reach = NarrowReach;

    const NOTHING: NarrowReach = NarrowReach { largest: [0; NARROW], least: [u32::MAX; NARROW] };

    #[inline(always)]
    fn begin(grid: &Grid) -> Self {
        Self { sums: [base(grid.coarse); NARROW] }
    }

    #[inline(always)]
    fn add(&mut self, terms: &[f32; NARROW], reach: &mut NarrowReach) {
        for (lane, &term) in terms.iter().enumerate() {
            let magnitude = term.to_bits() & (u32::MAX >> 1);
            reach.largest[lane] = reach.largest[lane].max(magnitude);
            reach.least[lane] = reach.least[lane].min(magnitude.wrapping_sub(1));
            self.sums[lane] += f64::from(term);
        }
    }

    #[inline(always)]
    fn counted(&self, lane: usize, grid: &Grid) -> [i64; 2] {
        [counted(self.sums[lane], base(grid.coarse)), 0]
    }

    #[inline(always)]
    fn is_nan(&self, lane: usize) -> bool {
        self.sums[lane].is_nan()
    }

    #[inline(always)]
    fn verdict(reach: &NarrowReach, grid: &Grid) -> Verdict {
        let largest = folded(reach.largest, u32::max);
        let least = folded(reach.least, u32::min).wrapping_add(1);
        let magnitude = f64::from(f32::from_bits(largest));
        match () {
            () if largest == 0 => Verdict::Zeros,
            // NaN are magnitudes above infinity here.
            () if largest >= f32::INFINITY.to_bits() => Verdict::Higher(f64::INFINITY),
            () if !grid.holds(magnitude) => Verdict::Higher(magnitude),
            () if least < (floor(grid.coarse, 24, -149) as f32).to_bits() => Verdict::Deeper(magnitude),
            () => Verdict::Exact,
        }
    }
}

/// The lanes as one, in a tree: on their way they stay in vectors.
#[inline(always)]
pub(super) fn folded<T: Copy, const N: usize>(mut lanes: [T; N], join: impl Fn(T, T) -> T) -> T {
    let mut half = N / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = join(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}
