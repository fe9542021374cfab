//! The generator: Philox4x32 with 10 rounds.

/// What random numbers are a function of, besides their index: a seed, and a stream of that seed.
///
/// A plain value. Every rank must use the same one; the operations that take it check that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed {
    key: u64,
    stream: u64,
}

impl Seed {
    /// Stream 0 of a seed.
    ///
    /// **Local.**
    pub const fn new(seed: u64) -> Self {
        Self { key: seed, stream: 0 }
    }

    /// Another stream of the same seed, independent of all its others.
    ///
    /// **Local.**
    ///
    /// ```
    /// use isotherm::random::{Seed, bits};
    /// let seed = Seed::new(7);
    /// assert_eq!(seed.stream(0), seed);
    /// assert_ne!(bits(seed.stream(1), 0), bits(seed, 0));
    /// ```
    #[must_use]
    pub const fn stream(self, stream: u64) -> Self {
        Self { stream, ..self }
    }
}

impl From<u64> for Seed {
    fn from(seed: u64) -> Self {
        Self::new(seed)
    }
}

/// Block `index`: 128 random bits, for generators of one's own.
///
/// Philox4x32-10 with the seed as key, and the index (low words) and the stream (high words) as counter.
///
/// **Local.** Class: Exact.
#[inline]
pub fn bits(seed: Seed, index: u64) -> [u32; 4] {
    blocks::<1>(seed, index).map(|[word]| word)
}

const ROUNDS: u32 = 10;
const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// Added to the key after every round: the golden ratio and √3 - 1.
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Blocks `first` to `first + LANES - 1`, one array of lanes for each of the four words, so that loops over the lanes become vector instructions.
#[inline(always)]
pub(super) fn blocks<const LANES: usize>(seed: Seed, first: u64) -> [[u32; LANES]; 4] {
    let index: [u64; LANES] = std::array::from_fn(|lane| first.wrapping_add(lane as u64));
    let mut words = [index.map(low), index.map(high), [low(seed.stream); LANES], [high(seed.stream); LANES]];
    let mut key = [low(seed.key), high(seed.key)];
    for _ in 0..ROUNDS {
        for lane in 0..LANES {
            let product = u64::from(MULTIPLIERS[0]) * u64::from(words[0][lane]);
            let other = u64::from(MULTIPLIERS[1]) * u64::from(words[2][lane]);
            words[0][lane] = high(other) ^ words[1][lane] ^ key[0];
            words[1][lane] = low(other);
            words[2][lane] = high(product) ^ words[3][lane] ^ key[1];
            words[3][lane] = low(product);
        }
        key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
    }
    words
}

#[inline(always)]
const fn low(x: u64) -> u32 {
    x as u32
}

#[inline(always)]
const fn high(x: u64) -> u32 {
    (x >> 32) as u32
}
