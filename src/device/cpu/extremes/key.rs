//! Registers of keys, and of the places where they were seen.

use bytemuck::{NoUninit, Pod};
use pulp::Simd;

/// What the loops compare, side by side in registers.
pub(in crate::device::cpu) trait Key: Pod + PartialOrd + Send + Sync {
    /// A register of them.
    type Keys<S: Simd>: Pod;
    /// Whether something holds, lane by lane.
    type Mask<S: Simd>: Copy;
    /// A register, or more, of as many places.
    type Places<S: Simd>: Pod;
    /// A number of less than 2^32.
    type Place: Pod + Send + Sync;

    /// What comes before no other: when the least is looked for, and the greatest.
    const LAST: [Self; 2];
    /// Which zero comes first, of two that are equal: when the least is looked for, and the greatest.
    const ZEROS: Option<[Self; 2]>;

    /// Whether both have the same bits.
    fn is_same(self, other: Self) -> bool;
    fn place(place: usize) -> Self::Place;
    fn number(place: Self::Place) -> usize;

    /// The keys as registers, as many as are full, and the rest.
    fn vectors<S: Simd>(keys: &[Self]) -> (&[Self::Keys<S>], &[Self]);
    fn vectors_mut<S: Simd>(keys: &mut [Self]) -> &mut [Self::Keys<S>];
    fn places_mut<S: Simd>(places: &mut [Self::Place]) -> &mut [Self::Places<S>];
    fn splat<S: Simd>(simd: S, key: Self) -> Self::Keys<S>;
    fn splat_place<S: Simd>(simd: S, place: usize) -> Self::Places<S>;
    fn less<S: Simd>(simd: S, a: Self::Keys<S>, b: Self::Keys<S>) -> Self::Mask<S>;
    fn equal<S: Simd>(simd: S, a: Self::Keys<S>, b: Self::Keys<S>) -> Self::Mask<S>;
    fn and<S: Simd>(simd: S, a: Self::Mask<S>, b: Self::Mask<S>) -> Self::Mask<S>;
    /// Whether it holds in all lanes.
    fn all<S: Simd>(simd: S, mask: Self::Mask<S>) -> bool;
    fn select<S: Simd>(simd: S, mask: Self::Mask<S>, a: Self::Keys<S>, b: Self::Keys<S>) -> Self::Keys<S>;
    fn select_place<S: Simd>(simd: S, mask: Self::Mask<S>, a: Self::Places<S>, b: Self::Places<S>) -> Self::Places<S>;
    fn add_places<S: Simd>(simd: S, a: Self::Places<S>, b: Self::Places<S>) -> Self::Places<S>;

    /// The keys of a register.
    fn lanes<S: Simd>() -> usize {
        size_of::<Self::Keys<S>>() / size_of::<Self>()
    }
}

/// Whether all lanes are set of a mask whose opposite is this.
#[inline(always)]
fn none(opposite: impl NoUninit) -> bool {
    bytemuck::bytes_of(&opposite).iter().fold(0, |any, &byte| any | byte) == 0
}

/// Type, place: registers of keys, masks, registers of places; slices as registers; splat for both; comparisons; `and` and `not` of
/// masks; selection for both, sum of places; the last keys, the zeros, whether two are the same.
macro_rules! keys {
    ($($rust:ident, $place:ident: $keys:ident $mask:ident $places:ident; $vectors:ident $vectors_mut:ident $places_mut:ident;
       $splat:ident $splat_place:ident; $less:ident $equal:ident; $and:ident $not:ident; $select:ident $select_place:ident $add:ident;
       $last:expr, $zeros:expr, $same:expr;)*) => {$(
        impl Key for $rust {
            type Keys<S: Simd> = S::$keys;
            type Mask<S: Simd> = S::$mask;
            type Places<S: Simd> = S::$places;
            type Place = $place;
            const LAST: [Self; 2] = $last;
            const ZEROS: Option<[Self; 2]> = $zeros;

            #[inline(always)]
            fn is_same(self, other: Self) -> bool {
                $same(self, other)
            }
            #[inline(always)]
            fn place(place: usize) -> $place {
                place as $place
            }
            #[inline(always)]
            fn number(place: $place) -> usize {
                place as usize
            }
            #[inline(always)]
            fn vectors<S: Simd>(keys: &[Self]) -> (&[S::$keys], &[Self]) {
                S::$vectors(keys)
            }
            #[inline(always)]
            fn vectors_mut<S: Simd>(keys: &mut [Self]) -> &mut [S::$keys] {
                S::$vectors_mut(keys).0
            }
            #[inline(always)]
            fn places_mut<S: Simd>(places: &mut [$place]) -> &mut [S::$places] {
                S::$places_mut(places).0
            }
            #[inline(always)]
            fn splat<S: Simd>(simd: S, key: Self) -> S::$keys {
                simd.$splat(key)
            }
            #[inline(always)]
            fn splat_place<S: Simd>(simd: S, place: usize) -> S::$places {
                simd.$splat_place(place as $place)
            }
            #[inline(always)]
            fn less<S: Simd>(simd: S, a: S::$keys, b: S::$keys) -> S::$mask {
                simd.$less(a, b)
            }
            #[inline(always)]
            fn equal<S: Simd>(simd: S, a: S::$keys, b: S::$keys) -> S::$mask {
                simd.$equal(a, b)
            }
            #[inline(always)]
            fn and<S: Simd>(simd: S, a: S::$mask, b: S::$mask) -> S::$mask {
                simd.$and(a, b)
            }
            #[inline(always)]
            fn all<S: Simd>(simd: S, mask: S::$mask) -> bool {
                none(simd.$not(mask))
            }
            #[inline(always)]
            fn select<S: Simd>(simd: S, mask: S::$mask, a: S::$keys, b: S::$keys) -> S::$keys {
                simd.$select(mask, a, b)
            }
            #[inline(always)]
            fn select_place<S: Simd>(simd: S, mask: S::$mask, a: S::$places, b: S::$places) -> S::$places {
                simd.$select_place(mask, a, b)
            }
            #[inline(always)]
            fn add_places<S: Simd>(simd: S, a: S::$places, b: S::$places) -> S::$places {
                simd.$add(a, b)
            }
        }
    )*};
}
keys! {
    f32, u32: f32s m32s u32s; as_simd_f32s as_mut_simd_f32s as_mut_simd_u32s; splat_f32s splat_u32s; less_than_f32s equal_f32s;
        and_m32s not_m32s; select_f32s select_u32s add_u32s;
        [f32::INFINITY, f32::NEG_INFINITY], Some([-0.0, 0.0]), |a: f32, b: f32| a.to_bits() == b.to_bits();
    f64, u64: f64s m64s u64s; as_simd_f64s as_mut_simd_f64s as_mut_simd_u64s; splat_f64s splat_u64s; less_than_f64s equal_f64s;
        and_m64s not_m64s; select_f64s select_u64s add_u64s;
        [f64::INFINITY, f64::NEG_INFINITY], Some([-0.0, 0.0]), |a: f64, b: f64| a.to_bits() == b.to_bits();
    i32, u32: i32s m32s u32s; as_simd_i32s as_mut_simd_i32s as_mut_simd_u32s; splat_i32s splat_u32s; less_than_i32s equal_i32s;
        and_m32s not_m32s; select_i32s select_u32s add_u32s;
        [i32::MAX, i32::MIN], None, |a, b| a == b;
    i64, u64: i64s m64s u64s; as_simd_i64s as_mut_simd_i64s as_mut_simd_u64s; splat_i64s splat_u64s; less_than_i64s equal_i64s;
        and_m64s not_m64s; select_i64s select_u64s add_u64s;
        [i64::MAX, i64::MIN], None, |a, b| a == b;
    u64, u64: u64s m64s u64s; as_simd_u64s as_mut_simd_u64s as_mut_simd_u64s; splat_u64s splat_u64s; less_than_u64s equal_u64s;
        and_m64s not_m64s; select_u64s select_u64s add_u64s;
        [u64::MAX, u64::MIN], None, |a, b| a == b;
}

/// The bytes of a register of AVX2: there is no selection of bytes, so the compiler makes these loops registers.
const BYTES: usize = 32;

impl Key for u8 {
    type Keys<S: Simd> = [u8; BYTES];
    type Mask<S: Simd> = [bool; BYTES];
    type Places<S: Simd> = [u32; BYTES];
    type Place = u32;
    const LAST: [Self; 2] = [u8::MAX, u8::MIN];
    const ZEROS: Option<[Self; 2]> = None;

    #[inline(always)]
    fn is_same(self, other: Self) -> bool {
        self == other
    }
    #[inline(always)]
    fn place(place: usize) -> u32 {
        place as u32
    }
    #[inline(always)]
    fn number(place: u32) -> usize {
        place as usize
    }
    #[inline(always)]
    fn vectors<S: Simd>(keys: &[Self]) -> (&[[u8; BYTES]], &[Self]) {
        keys.as_chunks()
    }
    #[inline(always)]
    fn vectors_mut<S: Simd>(keys: &mut [Self]) -> &mut [[u8; BYTES]] {
        keys.as_chunks_mut().0
    }
    #[inline(always)]
    fn places_mut<S: Simd>(places: &mut [u32]) -> &mut [[u32; BYTES]] {
        places.as_chunks_mut().0
    }
    #[inline(always)]
    fn splat<S: Simd>(_: S, key: Self) -> [u8; BYTES] {
        [key; BYTES]
    }
    #[inline(always)]
    fn splat_place<S: Simd>(_: S, place: usize) -> [u32; BYTES] {
        [place as u32; BYTES]
    }
    #[inline(always)]
    fn less<S: Simd>(_: S, a: [u8; BYTES], b: [u8; BYTES]) -> [bool; BYTES] {
        std::array::from_fn(|lane| a[lane] < b[lane])
    }
    #[inline(always)]
    fn equal<S: Simd>(_: S, a: [u8; BYTES], b: [u8; BYTES]) -> [bool; BYTES] {
        std::array::from_fn(|lane| a[lane] == b[lane])
    }
    #[inline(always)]
    fn and<S: Simd>(_: S, a: [bool; BYTES], b: [bool; BYTES]) -> [bool; BYTES] {
        std::array::from_fn(|lane| a[lane] & b[lane])
    }
    #[inline(always)]
    fn all<S: Simd>(_: S, mask: [bool; BYTES]) -> bool {
        mask == [true; BYTES]
    }
    #[inline(always)]
    fn select<S: Simd>(_: S, mask: [bool; BYTES], a: [u8; BYTES], b: [u8; BYTES]) -> [u8; BYTES] {
        std::array::from_fn(|lane| if mask[lane] { a[lane] } else { b[lane] })
    }
    #[inline(always)]
    fn select_place<S: Simd>(_: S, mask: [bool; BYTES], a: [u32; BYTES], b: [u32; BYTES]) -> [u32; BYTES] {
        std::array::from_fn(|lane| if mask[lane] { a[lane] } else { b[lane] })
    }
    #[inline(always)]
    fn add_places<S: Simd>(_: S, a: [u32; BYTES], b: [u32; BYTES]) -> [u32; BYTES] {
        std::array::from_fn(|lane| a[lane].wrapping_add(b[lane]))
    }
}
