//! Transposes through registers.
//!
//! The source runs along one axis, the destination along another. A tile is one line of memory wide on the source's side and two on the
//! destination's. It is turned in registers, put together in the nearest cache, and written line by line; meanwhile the next one is
//! loaded. Memory then sees whole lines only, whatever the strides.

use bytemuck::Pod;

use super::Step;
use crate::dtype::Element;
use crate::memory::cache::{LINE, ask_ahead, stream};

/// Vectors of 16 bytes that a tile gives to each of the destination's runs.
const WIDTH: usize = 16;

/// As many and a line more, so that the runs of a tile do not compete for the same places of the cache.
const APART: usize = WIDTH + 4;

/// Runs that are side by side in the source along `across`, and in the destination along `down`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) across: Step,
    pub(super) down: Step,
    /// Elements of a run, on both sides.
    pub(super) run: usize,
}

/// Whether its runs fill vectors evenly, and are enough for one on each side.
pub(super) fn fits<T: Element>(turn: Turn) -> bool {
    let (Turn { across, down, run }, bytes) = (turn, turn.run * size_of::<T>());
    let side_by_side = (across.from, down.into) == (run as isize, run as isize);
    side_by_side && bytes <= 16 && bytes.is_power_of_two() && across.extent * bytes >= 32 && down.extent * bytes >= 16
}

/// Copies a turn that fits. Before others read what went past the caches, [`settle`](crate::memory::cache::settle) must follow.
pub(super) fn copy<T: Element>(source: &[T], destination: &mut [T], at: [usize; 2], turn: Turn, past_caches: bool) {
    match turn.run * size_of::<T>() {
        1 => dispatch(Turned::<T, 1, 16, 64> { source, destination, at, turn, past_caches }),
        2 => dispatch(Turned::<T, 2, 8, 32> { source, destination, at, turn, past_caches }),
        4 => dispatch(Turned::<T, 4, 4, 16> { source, destination, at, turn, past_caches }),
        8 => dispatch(Turned::<T, 8, 2, 8> { source, destination, at, turn, past_caches }),
        _ => dispatch(Turned::<T, 16, 1, 4> { source, destination, at, turn, past_caches }),
    }
}

/// A transpose of items of `SIZE` bytes, `LANES` of which fill 16 bytes and `TALL` of which fill a line.
struct Turned<'a, T, const SIZE: usize, const LANES: usize, const TALL: usize> {
    source: &'a [T],
    destination: &'a mut [T],
    at: [usize; 2],
    turn: Turn,
    past_caches: bool,
}

/// A tile as the destination wants it: its runs, each padded.
#[repr(C, align(64))]
struct Tile<const TALL: usize>([[[u8; 16]; APART]; TALL]);

/// Shuffles of a set of instructions.
trait Shuffle: Copy {
    /// One or more groups of 16 bytes.
    type Vector: Pod;

    /// The items of both in turns, group by group: those of the lower halves, then those of the upper halves.
    fn zip<const SIZE: usize>(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2];
}

fn dispatch<T: Element, const SIZE: usize, const LANES: usize, const TALL: usize>(
    turned: Turned<'_, T, SIZE, LANES, TALL>,
) {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        return simd.vectorize(
            #[inline(always)]
            || turned.run(simd),
        );
    }
    turned.run(Plain);
}

impl<T: Element, const SIZE: usize, const LANES: usize, const TALL: usize> Turned<'_, T, SIZE, LANES, TALL> {
    /// Tile by tile along the source's runs, so that its lines are read one after another. (The other way round took twice as long.)
    #[inline(always)]
    fn run(mut self, simd: impl Shuffle) {
        let mut tile = Tile::<TALL>([[[0; 16]; APART]; TALL]);
        for left in (0..self.turn.down.extent).step_by(WIDTH * LANES) {
            for top in (0..self.turn.across.extent).step_by(TALL) {
                self.one(simd, [left, top], &mut tile);
            }
        }
    }

    /// One tile. The next one is fetched meanwhile.
    #[inline(always)]
    fn one(&mut self, simd: impl Shuffle, [left, top]: [usize; 2], tile: &mut Tile<TALL>) {
        let Self { source, at: [from, into], turn: Turn { across, down, run }, .. } = *self;
        let (width, height) = ((down.extent - left).min(WIDTH * LANES), (across.extent - top).min(TALL));
        let line = |k: usize| from.wrapping_add_signed((left + k) as isize * down.from) + top * run;
        for k in 0..width {
            ask_ahead(source, (line(k) + TALL * run) * size_of::<T>());
        }
        for group in 0..width.div_ceil(LANES) {
            // The items that a last group lacks repeat the last one, and those that a line lacks are whatever follows: they are not written.
            let line = |k: usize| line((group * LANES + k).min(width - 1));
            if (0..LANES).all(|k| line(k) + TALL * run <= source.len()) {
                let whole =
                    |k| bytemuck::cast_slice(&source[line(k)..]).first_chunk().expect("so many items fill a line");
                fill::<_, SIZE, LANES, TALL>(simd, std::array::from_fn(whole), tile, group);
            } else {
                let padded: [[u8; LINE]; LANES] = std::array::from_fn(|k| {
                    let items: &[u8] = bytemuck::cast_slice(&source[line(k)..][..height * run]);
                    let mut padded = [0; LINE];
                    padded[..items.len()].copy_from_slice(items);
                    padded
                });
                fill::<_, SIZE, LANES, TALL>(simd, padded.each_ref(), tile, group);
            }
        }
        for (k, row) in tile.0[..height].iter().enumerate() {
            let row = &bytemuck::checked::cast_slice::<u8, T>(row.as_flattened())[..width * run];
            let into = (into + left * run).wrapping_add_signed((top + k) as isize * across.into);
            let target = &mut self.destination[into..into + width * run];
            if self.past_caches && is_on_line(target) && size_of_val(target).is_multiple_of(LINE) {
                stream(row, target);
            } else {
                copy_vectors(row, target);
            }
        }
    }
}

/// Whether it begins on the boundary of a line.
fn is_on_line<T>(slice: &[T]) -> bool {
    slice.as_ptr().cast::<u8>().align_offset(LINE) == 0
}

/// Copies some vectors, and what is left of one. Vectors as they were written: a wider load would wait until they have left for the cache.
#[inline(always)]
fn copy_vectors<T: Element>(from: &[T], into: &mut [T]) {
    let vector = 16 / size_of::<T>();
    let (mut sources, mut targets) = (from.chunks_exact(vector), into.chunks_exact_mut(vector));
    for (target, source) in targets.by_ref().zip(sources.by_ref()) {
        target.copy_from_slice(source);
    }
    for (target, source) in targets.into_remainder().iter_mut().zip(sources.remainder()) {
        *target = *source;
    }
}

/// Turns lines of as many runs as fill 16 bytes of a tile's runs.
#[inline(always)]
fn fill<S: Shuffle, const SIZE: usize, const LANES: usize, const TALL: usize>(
    simd: S,
    lines: [&[u8; LINE]; LANES],
    tile: &mut Tile<TALL>,
    group: usize,
) {
    let bytes = size_of::<S::Vector>();
    for part in 0..LINE / bytes {
        let mut vectors: [S::Vector; LANES] =
            std::array::from_fn(|k| bytemuck::pod_read_unaligned(&lines[k][part * bytes..(part + 1) * bytes]));
        // A perfect shuffle of the vectors and of their items, as often as halving leads to one.
        for _ in 0..LANES.ilog2() {
            let mut shuffled = vectors;
            for k in 0..LANES / 2 {
                [shuffled[2 * k], shuffled[2 * k + 1]] = simd.zip::<SIZE>(vectors[k], vectors[k + LANES / 2]);
            }
            vectors = shuffled;
        }
        for (k, vector) in vectors.iter().enumerate() {
            for (half, items) in bytemuck::bytes_of(vector).as_chunks::<16>().0.iter().enumerate() {
                tile.0[(part * bytes / 16 + half) * LANES + k][group] = *items;
            }
        }
    }
}

/// What every machine can do.
#[derive(Clone, Copy)]
struct Plain;

impl Shuffle for Plain {
    type Vector = [u8; 16];

    #[inline(always)]
    fn zip<const SIZE: usize>(self, a: [u8; 16], b: [u8; 16]) -> [[u8; 16]; 2] {
        let byte_of = |k: usize| {
            let (item, byte) = (k / SIZE, k % SIZE);
            if item.is_multiple_of(2) { a[item / 2 * SIZE + byte] } else { b[item / 2 * SIZE + byte] }
        };
        [std::array::from_fn(byte_of), std::array::from_fn(|k| byte_of(k + 16))]
    }
}

#[cfg(target_arch = "x86_64")]
impl Shuffle for pulp::x86::V3 {
    type Vector = std::arch::x86_64::__m256i;

    #[inline(always)]
    fn zip<const SIZE: usize>(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2] {
        let avx2 = self.avx2;
        match SIZE {
            1 => [avx2._mm256_unpacklo_epi8(a, b), avx2._mm256_unpackhi_epi8(a, b)],
            2 => [avx2._mm256_unpacklo_epi16(a, b), avx2._mm256_unpackhi_epi16(a, b)],
            4 => [avx2._mm256_unpacklo_epi32(a, b), avx2._mm256_unpackhi_epi32(a, b)],
            _ => [avx2._mm256_unpacklo_epi64(a, b), avx2._mm256_unpackhi_epi64(a, b)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths of machines without AVX2.
    #[test]
    fn plain_shuffles_transpose() {
        let (rows, columns) = (37, 90);
        let source: Vec<f32> = (0..rows * columns).map(|k| k as f32).collect();
        let mut destination = vec![0.0; rows * columns];
        let across = Step { extent: columns, from: 1, into: rows as isize };
        let down = Step { extent: rows, from: columns as isize, into: 1 };
        let turn = Turn { across, down, run: 1 };
        let past_caches = false;
        Turned::<f32, 4, 4, 16> { source: &source, destination: &mut destination, at: [0, 0], turn, past_caches }
            .run(Plain);
        for (k, value) in destination.iter().enumerate() {
            assert_eq!(*value, source[k % rows * columns + k / rows]);
        }
    }
}
