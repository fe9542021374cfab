//! The loops' inner step: values into lanes, and how far up and down they reached.

use pulp::Simd;

use super::grid::{Grid, base, counted, floor};
use super::total::Pair;

/// A float type whose values can be terms of `f64` lanes.
pub(super) trait Value: Copy + Default + Into<f64> + Send + Sync + 'static {
    /// The bits of a number, and the exponent of the least magnitude.
    const PRECISION: [i32; 2];
}

impl Value for f32 {
    const PRECISION: [i32; 2] = [24, -149];
}

impl Value for f64 {
    const PRECISION: [i32; 2] = [53, -1074];
}

/// What the reach of a block says about its sums.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// Exact, but for what is NaN.
    Exact,
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
    ///
    /// Explicit vectors: what the compiler makes of lanes one by one suits those who fold them, and takes twice as long in the loop.
    fn add<S: Simd>(&mut self, simd: S, terms: &[Self::Term; N], reach: &mut Self::Reach);
    /// The units of the coarse and of the fine cut that a lane has counted.
    fn counted(&self, lane: usize, grid: &Grid) -> [i64; 2];
    /// The sum of all lanes, which must have counted no more units than one may.
    fn pair(&self, grid: &Grid) -> Pair;
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
    /// Largest magnitudes. A NaN is found in the sums; here it is dropped, or stays for good, as the processor likes.
    largest: [f64; WIDE],
    /// Least magnitudes, their bits less one: so zeros become NaN and drop out as well.
    least: [f64; WIDE],
}

impl WideReach {
    #[inline(always)]
    pub(super) fn see<S: Simd>(&mut self, simd: S, terms: &[f64; WIDE]) {
        let (largest, least) = (vectors::<S>(&mut self.largest), vectors::<S>(&mut self.least));
        for ((largest, least), &term) in largest.iter_mut().zip(least).zip(S::as_simd_f64s(terms).0) {
            let magnitude = simd.abs_f64s(term);
            let below = simd.sub_u64s(simd.transmute_u64s_f64s(magnitude), simd.splat_u64s(1));
            let below = simd.transmute_f64s_u64s(below);
            *largest = simd.max_f64s(magnitude, *largest);
            *least = simd.select_f64s(simd.less_than_f64s(below, *least), below, *least);
        }
    }

    /// The largest magnitude.
    #[inline(always)]
    pub(super) fn largest(&self) -> f64 {
        folded(self.largest, |a, b| if a > b || a.is_nan() { a } else { b })
    }
}

impl Wide {
    /// Adds a term to each lane whose reach is known.
    #[inline(always)]
    pub(super) fn take<S: Simd>(&mut self, simd: S, terms: &[f64; WIDE]) {
        let (high, low) = (vectors::<S>(&mut self.high), vectors::<S>(&mut self.low));
        for ((high, low), &term) in high.iter_mut().zip(low).zip(S::as_simd_f64s(terms).0) {
            let sum = simd.add_f64s(*high, term);
            // What the lane did not gain of the term: a float, and exactly so.
            *low = simd.add_f64s(*low, simd.sub_f64s(term, simd.sub_f64s(sum, *high)));
            *high = sum;
        }
    }

    /// What `reach` says about sums along `grid` of terms that are values of `V`.
    #[allow(clippy::needless_bitwise_bool, reason = "all lanes are compared at once")]
    #[inline(always)]
    pub(super) fn verdict_of<V: Value>(reach: &WideReach, grid: &Grid) -> Verdict {
        let least = below(floor(grid.fine, V::PRECISION));
        // Lane by lane, which is done sooner than looking for the ends.
        if (0..WIDE).fold(true, |all, lane| all & grid.holds(reach.largest[lane]) & (reach.least[lane] >= least)) {
            return Verdict::Exact;
        }
        let largest = reach.largest();
        if grid.holds(largest) { Verdict::Deeper(largest) } else { Verdict::Higher(largest) }
    }

    /// The sum of a lane along the grid with these bases.
    #[inline(always)]
    pub(super) fn lane(&self, lane: usize, [coarse, fine]: [f64; 2]) -> Pair {
        Pair { high: self.high[lane] - coarse, low: self.low[lane] - fine }
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
    fn add<S: Simd>(&mut self, simd: S, terms: &[f64; WIDE], reach: &mut WideReach) {
        self.take(simd, terms);
        reach.see(simd, terms);
    }

    #[inline(always)]
    fn counted(&self, lane: usize, grid: &Grid) -> [i64; 2] {
        [counted(self.high[lane], base(grid.coarse)), counted(self.low[lane], base(grid.fine))]
    }

    #[inline(always)]
    fn pair(&self, grid: &Grid) -> Pair {
        let (high, low) = (base(grid.coarse), base(grid.fine));
        let [high, low] =
            [(self.high, high), (self.low, low)].map(|(lanes, base)| total(lanes.map(|lane| lane - base)));
        Pair { high, low }
    }

    #[inline(always)]
    fn is_nan(&self, lane: usize) -> bool {
        self.high[lane].is_nan()
    }

    #[inline(always)]
    fn verdict(reach: &WideReach, grid: &Grid) -> Verdict {
        Self::verdict_of::<f64>(reach, grid)
    }
}

/// The float before a magnitude; before zero there is none.
fn below(magnitude: f64) -> f64 {
    f64::from_bits(magnitude.to_bits().saturating_sub(1))
}

/// Lanes for `f32`.
pub(super) const NARROW: usize = WIDE;

/// One cut for each lane: the 24 bits of an `f32` leave so much room in an `f64` that most blocks need no other. Sums are exact as
/// long as the least magnitude is not more than 20 binades below the limit of the grid.
#[derive(Clone, Copy)]
pub(super) struct Narrow {
    sums: [f64; NARROW],
}

/// How far up and down the magnitudes of `f32` reach, as bits, which order like the magnitudes do.
#[derive(Clone, Copy)]
pub(super) struct NarrowReach<const N: usize> {
    largest: [u32; N],
    /// Least magnitudes, less one: so zeros become the largest number and drop out.
    least: [u32; N],
}

impl<const N: usize> NarrowReach<N> {
    pub(super) const NOTHING: Self = Self { largest: [0; N], least: [u32::MAX; N] };

    #[inline(always)]
    pub(super) fn see<S: Simd>(&mut self, simd: S, terms: &[f32; N]) {
        let (terms, few_terms) = S::as_simd_u32s(bytemuck::cast_slice(terms));
        let (largest, few_largest) = S::as_mut_simd_u32s(&mut self.largest);
        let (least, few_least) = S::as_mut_simd_u32s(&mut self.least);
        for ((largest, least), &term) in largest.iter_mut().zip(least).zip(terms) {
            let magnitude = simd.and_u32s(term, simd.splat_u32s(u32::MAX >> 1));
            *largest = simd.max_u32s(*largest, magnitude);
            *least = simd.min_u32s(*least, simd.sub_u32s(magnitude, simd.splat_u32s(1)));
        }
        // Where a vector is longer than the chunk.
        for ((largest, least), term) in few_largest.iter_mut().zip(few_least).zip(few_terms) {
            let magnitude = term & (u32::MAX >> 1);
            *largest = (*largest).max(magnitude);
            *least = (*least).min(magnitude.wrapping_sub(1));
        }
    }

    /// The bits of the largest magnitude and of the least that is not zero, which is zero when there is none.
    #[inline(always)]
    fn ends(&self) -> (u32, u32) {
        (folded(self.largest, u32::max), folded(self.least, u32::min).wrapping_add(1))
    }

    /// The largest magnitude, when no NaN has been seen.
    #[inline(always)]
    pub(super) fn largest(&self) -> f64 {
        f32::from_bits(self.ends().0).into()
    }

    /// Whether so many terms add up as `f64` without rounding, to what a lane of `grid` takes.
    #[inline(always)]
    pub(super) fn adds_exactly(&self, count: usize, grid: &Grid) -> bool {
        let (largest, least) = self.ends();
        // Magnitudes are below 2^top and multiples of 2^unit.
        let top = (largest >> 23).max(1) as i32 - 126;
        let unit = (least >> 23).max(1) as i32 - 150;
        let magnitude = f64::from(f32::from_bits(largest));
        top + count.ilog2() as i32 - unit <= 53 && (unit >= grid.fine && grid.holds(magnitude) || largest == 0)
    }
}

impl Kernel<NARROW> for Narrow {
    type Term = f32;
    type Reach = NarrowReach<NARROW>;

    const NOTHING: NarrowReach<NARROW> = NarrowReach::NOTHING;

    #[inline(always)]
    fn begin(grid: &Grid) -> Self {
        Self { sums: [base(grid.coarse); NARROW] }
    }

    #[inline(always)]
    fn add<S: Simd>(&mut self, simd: S, terms: &[f32; NARROW], reach: &mut NarrowReach<NARROW>) {
        reach.see(simd, terms);
        add_lanes(simd, &mut self.sums, &terms.map(f64::from));
    }

    #[inline(always)]
    fn counted(&self, lane: usize, grid: &Grid) -> [i64; 2] {
        [counted(self.sums[lane], base(grid.coarse)), 0]
    }

    #[inline(always)]
    fn pair(&self, grid: &Grid) -> Pair {
        Pair { high: total(self.sums.map(|lane| lane - base(grid.coarse))), low: 0.0 }
    }

    #[inline(always)]
    fn is_nan(&self, lane: usize) -> bool {
        self.sums[lane].is_nan()
    }

    #[allow(clippy::needless_bitwise_bool, reason = "all lanes are compared at once")]
    #[inline(always)]
    fn verdict(reach: &NarrowReach<NARROW>, grid: &Grid) -> Verdict {
        let limit = (grid.limit() as f32).to_bits().max(1);
        let least = (floor(grid.coarse, f32::PRECISION) as f32).to_bits().saturating_sub(1);
        // Lane by lane, which is done sooner than looking for the ends.
        if (0..NARROW).fold(true, |all, lane| all & (reach.largest[lane] < limit) & (reach.least[lane] >= least)) {
            return Verdict::Exact;
        }
        let (largest, _) = reach.ends();
        // NaN are magnitudes above infinity here.
        let magnitude = f64::from(f32::from_bits(largest.min(f32::INFINITY.to_bits())));
        if largest < limit { Verdict::Deeper(magnitude) } else { Verdict::Higher(magnitude) }
    }
}

/// Adds a term to each of these sums.
#[inline(always)]
pub(super) fn add_lanes<S: Simd>(simd: S, sums: &mut [f64; WIDE], terms: &[f64; WIDE]) {
    for (sum, &term) in vectors::<S>(sums).iter_mut().zip(S::as_simd_f64s(terms).0) {
        *sum = simd.add_f64s(*sum, term);
    }
}

/// Lanes as vectors: no vector that we know of is longer.
#[inline(always)]
fn vectors<S: Simd>(lanes: &mut [f64; WIDE]) -> &mut [S::f64s] {
    const { assert!(WIDE.is_multiple_of(S::F64_LANES)) };
    S::as_mut_simd_f64s(lanes).0
}

#[inline(always)]
fn total<const N: usize>(lanes: [f64; N]) -> f64 {
    folded(
        lanes,
        #[inline(always)]
        |a, b| a + b,
    )
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
