//! From blocks of bits to elements at any index.

use pulp::{Simd, WithSimd};

use super::Recipe;
use super::philox::{Seed, bits, blocks};

/// A way to make elements of type `T` from blocks of 128 random bits. Anyone may write one.
///
/// ```
/// use isotherm::random::{self, Distribution, Seed};
///
/// /// Four throws of a coin per block.
/// #[derive(Clone, Copy)]
/// struct Coin;
/// impl Distribution<bool> for Coin {
///     const PER_BLOCK: usize = 4;
///     type Block = [bool; 4];
///     fn values(self, words: [u32; 4]) -> [bool; 4] {
///         words.map(|word| word & 1 == 1)
///     }
/// }
/// let throw: bool = random::at(Coin, Seed::new(1), 1_000_000);
/// # let _ = throw;
/// ```
pub trait Distribution<T>: Copy + Send + Sync {
    /// How many elements a block makes: the length of [`Self::Block`].
    const PER_BLOCK: usize;
    /// An array of that many elements.
    type Block: AsRef<[T]>;
    /// The elements that a block of bits makes.
    ///
    /// **Local.** Must be a pure function of `self` and the words.
    fn values(self, words: [u32; 4]) -> Self::Block;
    /// The same elements as a recipe that devices know; nothing makes all devices take those of [`values`](Self::values), which are made on
    /// the host and brought there.
    ///
    /// **Local.**
    fn recipe(self) -> Option<Recipe> {
        None
    }
}

/// Element `index` of the endless sequence.
///
/// **Local.** Class: that of the distribution.
pub fn at<T: Copy, D: Distribution<T>>(distribution: D, seed: Seed, index: u64) -> T {
    let (block, place) = place::<T, D>(index);
    distribution.values(bits(seed, block)).as_ref()[place]
}

/// Elements `first`, `first + 1`, ... of the endless sequence; the same values whatever the cut.
///
/// **Local.** Class: that of the distribution. The same bits for any `first` and length that cover an index.
pub fn fill<T: Copy, D: Distribution<T>>(distribution: D, seed: Seed, first: u64, out: &mut [T]) {
    pulp::Arch::new().dispatch(Fill { distribution, seed, first, out });
}

/// The arguments of [`fill`], to be compiled once for each instruction set; the values are the same in all.
///
/// A closure would do, but its call is not inlined when it is large, and then runs the baseline's instructions.
struct Fill<'a, T, D> {
    distribution: D,
    seed: Seed,
    first: u64,
    out: &'a mut [T],
}

impl<T: Copy, D: Distribution<T>> WithSimd for Fill<'_, T, D> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { distribution, seed, first, out } = self;
        fill_inlined(distribution, seed, first, out);
    }
}

/// Blocks that are drawn together: the 32-bit lanes of a 512-bit register.
const LANES: usize = 16;

#[inline(always)]
fn fill_inlined<T: Copy, D: Distribution<T>>(distribution: D, seed: Seed, first: u64, out: &mut [T]) {
    let (mut block, skipped) = place::<T, D>(first);
    let mut rest = out;
    if skipped > 0 {
        let (head, tail) = rest.split_at_mut(rest.len().min(D::PER_BLOCK - skipped));
        head.copy_from_slice(&distribution.values(bits(seed, block)).as_ref()[skipped..][..head.len()]);
        block = block.wrapping_add(1);
        rest = tail;
    }
    let mut groups = rest.chunks_exact_mut(LANES * D::PER_BLOCK);
    for group in &mut groups {
        let [a, b, c, d] = blocks::<LANES>(seed, block);
        for (lane, elements) in group.chunks_exact_mut(D::PER_BLOCK).enumerate() {
            elements.copy_from_slice(distribution.values([a[lane], b[lane], c[lane], d[lane]]).as_ref());
        }
        block = block.wrapping_add(LANES as u64);
    }
    for elements in groups.into_remainder().chunks_mut(D::PER_BLOCK) {
        elements.copy_from_slice(&distribution.values(bits(seed, block)).as_ref()[..elements.len()]);
        block = block.wrapping_add(1);
    }
}

/// The block of an element and its place in it.
#[inline(always)]
fn place<T, D: Distribution<T>>(index: u64) -> (u64, usize) {
    let per_block = D::PER_BLOCK as u64;
    (index / per_block, (index % per_block) as usize)
}
