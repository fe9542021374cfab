//! The best of columns: rows go by, and each column's best stays.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use crate::device::cpu::extremes::group::{GROUP, Group, is_ahead};
use crate::device::cpu::extremes::key::Key;
use crate::memory::ask_for_bytes;

/// The best of each column so far.
pub(super) struct Columns<K: Key> {
    greatest: bool,
    pub(super) best: Vec<K>,
    /// The rows of these; none where they are not asked for.
    places: Vec<K::Place>,
}

impl<K: Key> Columns<K> {
    pub(super) fn new(greatest: bool, placed: bool, width: usize) -> Self {
        let best = vec![K::LAST[usize::from(greatest)]; width];
        Self { greatest, best, places: vec![K::place(0); if placed { width } else { 0 }] }
    }

    /// The row of a column's best.
    pub(super) fn place(&self, column: usize) -> usize {
        self.places.get(column).map_or(0, |&place| K::number(place))
    }

    /// See these rows, `stride` keys apart, of all `keys`; whether nothing was NaN. What was has changed nothing.
    pub(super) fn see(&mut self, keys: &[K], stride: usize, rows: Range<usize>) -> bool {
        let Self { greatest, best, places } = self;
        if places.is_empty() {
            Arch::new().dispatch(Seeing::<K, false> { greatest: *greatest, best, places, keys, stride, rows })
        } else {
            Arch::new().dispatch(Seeing::<K, true> { greatest: *greatest, best, places, keys, stride, rows })
        }
    }

    /// Of the two zeros, the one that comes first, where a column's best is a zero and these rows, just seen, have both.
    pub(super) fn prefer_zero(&mut self, keys: &[K], stride: usize, rows: Range<usize>) {
        let Some(zeros) = K::ZEROS else { return };
        let first = zeros[usize::from(self.greatest)];
        if self.best.contains(&first) {
            for row in rows {
                for (best, &key) in self.best.iter_mut().zip(&keys[row * stride..]) {
                    *best = if *best == first && key.is_same(first) { first } else { *best };
                }
            }
        }
    }
}

/// The zero that comes first of those among `keys`, of which the best is a zero.
pub(super) fn preferred<K: Key>(greatest: bool, keys: &[K], zeros: [K; 2]) -> K {
    let [first, second] = if greatest { [zeros[1], zeros[0]] } else { zeros };
    if keys.iter().fold(false, |any, key| any | key.is_same(first)) { first } else { second }
}

/// Rows that a group of columns sees before the next group does: their keys are read almost as they lie, and the best of a column goes to
/// the cache and back once in so many rows. (Measured: 1 and 8 took a tenth longer.)
const TOGETHER: usize = 4;

struct Seeing<'a, K: Key, const PLACED: bool> {
    greatest: bool,
    best: &'a mut [K],
    places: &'a mut [K::Place],
    keys: &'a [K],
    stride: usize,
    rows: Range<usize>,
}

impl<K: Key, const PLACED: bool> WithSimd for Seeing<'_, K, PLACED> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        if self.best.len() < GROUP * K::lanes::<S>() {
            self.plain()
        } else if self.greatest {
            self.run::<S, true>(simd)
        } else {
            self.run::<S, false>(simd)
        }
    }
}

impl<K: Key, const PLACED: bool> Seeing<'_, K, PLACED> {
    /// Columns in groups of as many; the last group begins early enough to be whole, and sees some columns again.
    #[inline(always)]
    fn run<S: Simd, const GREATEST: bool>(mut self, simd: S) -> bool {
        let (width, columns) = (self.best.len(), GROUP * K::lanes::<S>());
        let mut numbers = K::equal(simd, K::splat(simd, K::LAST[0]), K::splat(simd, K::LAST[0]));
        for first in self.rows.clone().step_by(TOGETHER) {
            let rows = first..self.rows.end.min(first + TOGETHER);
            for start in (0..width).step_by(columns) {
                let these = self.group::<S, GREATEST>(simd, rows.clone(), start.min(width - columns));
                numbers = K::and(simd, numbers, these);
            }
        }
        K::all(simd, numbers)
    }

    /// See some rows of the group of columns from `start` on; whether they are numbers.
    #[inline(always)]
    fn group<S: Simd, const GREATEST: bool>(&mut self, simd: S, rows: Range<usize>, start: usize) -> K::Mask<S> {
        let columns = GROUP * K::lanes::<S>();
        // What the memory is asked for meanwhile: the same columns of the next rows, or, where these are one piece, the next part of that.
        let in_one = self.best.len() == self.stride;
        let next = rows.end * self.stride + if in_one { start * TOGETHER } else { start };
        let apart = if in_one { columns } else { self.stride };
        let best = K::vectors_mut::<S>(&mut self.best[start..][..columns]);
        let best = best.first_chunk_mut::<GROUP>().expect("a group is so many registers");
        let mut none = [K::splat_place(simd, 0); GROUP];
        let places = if PLACED {
            let places = K::places_mut::<S>(&mut self.places[start..][..columns]);
            places.first_chunk_mut::<GROUP>().expect("a group is so many registers")
        } else {
            &mut none
        };
        let mut group = Group::<S, K, GREATEST, PLACED>::new(simd, *best, *places);
        let mut numbers = K::equal(simd, K::splat(simd, K::LAST[0]), K::splat(simd, K::LAST[0]));
        for row in rows.clone() {
            let ahead = next + (row - rows.start) * apart;
            ask_for_bytes(self.keys, ahead * size_of::<K>(), columns * size_of::<K>());
            let keys = K::vectors::<S>(&self.keys[row * self.stride + start..][..columns]).0;
            let keys = keys.first_chunk::<GROUP>().expect("a group is so many registers");
            numbers = K::and(simd, numbers, group.see(keys, K::splat_place(simd, row)));
        }
        *best = group.best;
        *places = group.places;
        numbers
    }

    /// Column by column.
    #[inline(always)]
    fn plain(self) -> bool {
        let mut numbers = true;
        for row in self.rows {
            for (column, &key) in self.keys[row * self.stride..][..self.best.len()].iter().enumerate() {
                if is_ahead(self.greatest, key, self.best[column]) {
                    self.best[column] = key;
                    if PLACED {
                        self.places[column] = K::place(row);
                    }
                }
                numbers &= key.partial_cmp(&key).is_some();
            }
        }
        numbers
    }
}
