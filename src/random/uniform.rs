//! Uniform floats: equally spaced multiples of 2⁻⁵³ (`f64`) or 2⁻²⁴ (`f32`), all equally likely.

use num_complex::Complex;

use super::{Distribution, Recipe};

/// Uniform in [0, 1); complex numbers with both parts so.
///
/// Class: Exact. `f64` has 53 random bits, `f32` 24.
#[derive(Clone, Copy, Debug)]
pub struct Uniform;

/// Uniform in (0, 1], for logarithms: 1 - [`Uniform`].
///
/// Class: Exact. Drawn from the same bits as [`Uniform`]: the two sum to 1.
#[derive(Clone, Copy, Debug)]
pub struct OpenUniform;

const DOUBLE_STEP: f64 = 1.0 / (1_u64 << 53) as f64;
const SINGLE_STEP: f32 = 1.0 / (1_u32 << 24) as f32;

impl Distribution<f64> for Uniform {
    const PER_BLOCK: usize = 2;
    type Block = [f64; 2];
    #[inline(always)]
    fn values(self, words: [u32; 4]) -> [f64; 2] {
        doubles(words)
    }
    fn recipe(self) -> Option<Recipe> {
        Some(Recipe::plain("uniform"))
    }
}

impl Distribution<f32> for Uniform {
    const PER_BLOCK: usize = 4;
    type Block = [f32; 4];
    #[inline(always)]
    fn values(self, words: [u32; 4]) -> [f32; 4] {
        singles(words)
    }
    fn recipe(self) -> Option<Recipe> {
        Some(Recipe::plain("uniform"))
    }
}

impl Distribution<Complex<f64>> for Uniform {
    const PER_BLOCK: usize = 1;
    type Block = [Complex<f64>; 1];
    #[inline(always)]
    fn values(self, words: [u32; 4]) -> [Complex<f64>; 1] {
        let [re, im] = doubles(words);
        [Complex::new(re, im)]
    }
    fn recipe(self) -> Option<Recipe> {
        Some(Recipe::plain("uniform"))
    }
}

impl Distribution<Complex<f32>> for Uniform {
    const PER_BLOCK: usize = 2;
    type Block = [Complex<f32>; 2];
    #[inline(always)]
    fn values(self, words: [u32; 4]) -> [Complex<f32>; 2] {
        let [a, b, c, d] = singles(words);
        [Complex::new(a, b), Complex::new(c, d)]
    }
    fn recipe(self) -> Option<Recipe> {
        Some(Recipe::plain("uniform"))
    }
}

impl Distribution<f64> for OpenUniform {
    const PER_BLOCK: usize = 2;
    type Block = [f64; 2];
    #[inline(always)]
    fn values(self, words: [u32; 4]) -> [f64; 2] {
        doubles(words).map(|u| 1.0 - u)
    }
    fn recipe(self) -> Option<Recipe> {
        Some(Recipe::plain("open_uniform"))
    }
}

impl Distribution<f32> for OpenUniform {
    const PER_BLOCK: usize = 4;
    type Block = [f32; 4];
    #[inline(always)]
    fn values(self, words: [u32; 4]) -> [f32; 4] {
        singles(words).map(|u| 1.0 - u)
    }
    fn recipe(self) -> Option<Recipe> {
        Some(Recipe::plain("open_uniform"))
    }
}

/// Two in [0, 1) of 53 bits each.
#[inline(always)]
pub(super) fn doubles(words: [u32; 4]) -> [f64; 2] {
    halves(words).map(|bits| (bits >> 11) as f64 * DOUBLE_STEP)
}

/// Four in [0, 1) of 24 bits each.
#[inline(always)]
pub(super) fn singles(words: [u32; 4]) -> [f32; 4] {
    words.map(|bits| (bits >> 8) as f32 * SINGLE_STEP)
}

/// The block as two words of 64 bits, the first word lowest.
#[inline(always)]
pub(super) fn halves([a, b, c, d]: [u32; 4]) -> [u64; 2] {
    [u64::from(a) | u64::from(b) << 32, u64::from(c) | u64::from(d) << 32]
}
