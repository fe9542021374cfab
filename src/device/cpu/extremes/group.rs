//! Some registers of the best keys so far, with their places.

use pulp::Simd;

use crate::device::cpu::extremes::key::Key;

/// The registers of a group: enough that none waits for the last comparison's result, few enough for 16.
pub(super) const GROUP: usize = 4;

/// The most lanes of a register: those of bytes on AVX2.
const LANES: usize = 32;

/// The first of the best keys.
#[derive(Clone, Copy)]
pub(super) struct Found<K> {
    pub(super) key: K,
    /// Where it was seen; 0 where places are not asked for.
    pub(super) place: usize,
    /// Whether nothing was NaN. What was is not in the key.
    pub(super) numbers: bool,
}

/// Whether `new` is strictly better.
#[inline(always)]
pub(super) fn is_ahead<K: PartialOrd>(greatest: bool, new: K, old: K) -> bool {
    if greatest { new > old } else { new < old }
}

/// The best so far, of the greatest or least, lane by lane.
pub(super) struct Group<S: Simd, K: Key, const GREATEST: bool, const PLACED: bool> {
    simd: S,
    pub(super) best: [K::Keys<S>; GROUP],
    /// Untouched where places are not asked for.
    pub(super) places: [K::Places<S>; GROUP],
}

impl<S: Simd, K: Key, const GREATEST: bool, const PLACED: bool> Group<S, K, GREATEST, PLACED> {
    #[inline(always)]
    pub(super) fn new(simd: S, best: [K::Keys<S>; GROUP], places: [K::Places<S>; GROUP]) -> Self {
        Self { simd, best, places }
    }

    /// See a key in each lane of one register, all at `place`; whether they are numbers. A NaN is ahead of nothing.
    #[inline(always)]
    pub(super) fn see_one(&mut self, register: usize, keys: K::Keys<S>, place: K::Places<S>) -> K::Mask<S> {
        let simd = self.simd;
        let best = self.best[register];
        let ahead = if GREATEST { K::less(simd, best, keys) } else { K::less(simd, keys, best) };
        self.best[register] = K::select(simd, ahead, keys, best);
        if PLACED {
            self.places[register] = K::select_place(simd, ahead, place, self.places[register]);
        }
        K::equal(simd, keys, keys)
    }

    /// As [`see_one`](Self::see_one), of all registers.
    #[inline(always)]
    pub(super) fn see(&mut self, keys: &[K::Keys<S>; GROUP], place: K::Places<S>) -> K::Mask<S> {
        let mut numbers = self.see_one(0, keys[0], place);
        for (register, &keys) in keys.iter().enumerate().skip(1) {
            numbers = K::and(self.simd, numbers, self.see_one(register, keys, place));
        }
        numbers
    }

    /// The best of all lanes, and the first of its places; a register's places count from its first lane on.
    #[inline(always)]
    pub(super) fn first(self, numbers: bool) -> Found<K> {
        let Self { simd, best, mut places } = self;
        let mut lanes = [K::LAST[usize::from(GREATEST)]; LANES];
        let mut top = Self { simd, best, places };
        for &register in &best[1..] {
            top.see_one(0, register, places[0]);
        }
        K::vectors_mut::<S>(&mut lanes)[0] = top.best[0];
        let key = halved(&mut lanes[..K::lanes::<S>()], |a, b| if is_ahead(GREATEST, a, b) { a } else { b });
        if !PLACED {
            return Found { key, place: 0, numbers };
        }
        let (wanted, never) = (K::splat(simd, key), K::splat_place(simd, usize::MAX));
        let mut at = [K::place(usize::MAX); GROUP * LANES];
        let slots = K::places_mut::<S>(&mut at);
        for (register, (slot, place)) in slots.iter_mut().zip(&mut places).enumerate() {
            let first = K::splat_place(simd, register * K::lanes::<S>());
            let place = K::add_places(simd, *place, first);
            *slot = K::select_place(simd, K::equal(simd, best[register], wanted), place, never);
        }
        let least = |a, b| K::place(K::number(a).min(K::number(b)));
        let place = K::number(halved(&mut at[..GROUP * K::lanes::<S>()], least));
        Found { key, place, numbers }
    }
}

/// All of `lanes`, a power of two many, as one.
#[inline(always)]
fn halved<T: Copy>(lanes: &mut [T], two: impl Fn(T, T) -> T) -> T {
    let mut half = lanes.len() / 2;
    while half > 0 {
        for lane in 0..half {
            lanes[lane] = two(lanes[lane], lanes[lane + half]);
        }
        half /= 2;
    }
    lanes[0]
}
