//! The best of runs of keys that lie side by side.

use pulp::{Arch, Simd, WithSimd};

use crate::device::cpu::extremes::group::{Found, GROUP, Group, is_ahead};
use crate::device::cpu::extremes::key::Key;

/// Runs that are searched in one go.
pub(super) const BATCH: usize = 64;

/// The best of each run of `len` keys, the last of which may be shorter; no more than [`BATCH`] runs.
pub(super) fn best_of_runs<K: Key, const PLACED: bool>(greatest: bool, keys: &[K], len: usize) -> [Found<K>; BATCH] {
    let mut found = [Found { key: K::LAST[0], place: 0, numbers: true }; BATCH];
    Arch::new().dispatch(Runs::<K, PLACED> { greatest, keys, len, found: &mut found });
    found
}

struct Runs<'a, K, const PLACED: bool> {
    greatest: bool,
    keys: &'a [K],
    len: usize,
    found: &'a mut [Found<K>; BATCH],
}

impl<K: Key, const PLACED: bool> WithSimd for Runs<'_, K, PLACED> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if self.greatest { self.run::<S, true>(simd) } else { self.run::<S, false>(simd) }
    }
}

impl<K: Key, const PLACED: bool> Runs<'_, K, PLACED> {
    #[inline(always)]
    fn run<S: Simd, const GREATEST: bool>(self, simd: S) {
        for (found, run) in self.found.iter_mut().zip(self.keys.chunks(self.len)) {
            *found = if run.len() < K::lanes::<S>() {
                plain(GREATEST, run, 0, Found { key: run[0], place: 0, numbers: true })
            } else {
                best::<S, K, GREATEST, PLACED>(simd, run)
            };
        }
    }
}

/// The best of a run of at least a register.
#[inline(always)]
fn best<S: Simd, K: Key, const GREATEST: bool, const PLACED: bool>(simd: S, run: &[K]) -> Found<K> {
    let lanes = K::lanes::<S>();
    let (vectors, rest) = K::vectors::<S>(run);
    let (groups, more) = vectors.as_chunks::<GROUP>();
    let last = K::splat(simd, K::LAST[usize::from(GREATEST)]);
    let mut numbered = std::array::from_fn::<_, 32, _>(K::place);
    let mut place = K::places_mut::<S>(&mut numbered)[0];
    let step = K::splat_place(simd, GROUP * lanes);
    let mut group = Group::<S, K, GREATEST, PLACED>::new(simd, [last; GROUP], [place; GROUP]);
    let mut numbers = K::equal(simd, last, last);
    for keys in groups {
        numbers = K::and(simd, numbers, group.see(keys, place));
        place = K::add_places(simd, place, step);
    }
    for (register, &keys) in more.iter().enumerate() {
        numbers = K::and(simd, numbers, group.see_one(register, keys, place));
    }
    plain(GREATEST, rest, vectors.len() * lanes, group.first(K::all(simd, numbers)))
}

/// What was found, or what is better among these keys, the first of which is at `first`.
#[inline(always)]
fn plain<K: Key>(greatest: bool, keys: &[K], first: usize, mut found: Found<K>) -> Found<K> {
    for (at, &key) in keys.iter().enumerate() {
        if is_ahead(greatest, key, found.key) {
            (found.key, found.place) = (key, first + at);
        }
        found.numbers &= key.partial_cmp(&key).is_some();
    }
    found
}
