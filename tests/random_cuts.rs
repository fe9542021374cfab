//! Element `i` is the same however the array is cut: the reason for a counter-based generator.

use std::fmt::Debug;

use isotherm::Complex;
use isotherm::random::{Distribution, Integers, Normal, OpenUniform, Seed, Uniform, at, fill};
use proptest::prelude::*;

/// `fill` over the pieces that `cuts` make, and `at` for each index, give what one `fill` gives.
fn check<T: Copy + Default + PartialEq + Debug, D: Distribution<T>>(
    distribution: D,
    seed: Seed,
    first: u64,
    pieces: &[usize],
) {
    let count = pieces.iter().sum();
    let mut whole = vec![T::default(); count];
    fill(distribution, seed, first, &mut whole);
    let each: Vec<T> = (0..count as u64).map(|offset| at(distribution, seed, first + offset)).collect();
    assert_eq!(whole, each);
    let mut cut = vec![T::default(); count];
    let mut start = 0;
    for &piece in pieces {
        fill(distribution, seed, first + start as u64, &mut cut[start..start + piece]);
        start += piece;
    }
    assert_eq!(whole, cut);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_cut_gives_the_same_values(
        key in any::<u64>(),
        stream in any::<u64>(),
        first in prop_oneof![0_u64..100, (0_u64..100).prop_map(|x| x + (1 << 34)), Just(u64::MAX - 4000)],
        pieces in prop::collection::vec(prop_oneof![0_usize..7, 0_usize..300], 0..8),
    ) {
        let seed = Seed::new(key).stream(stream);
        check::<f32, _>(Uniform, seed, first, &pieces);
        check::<f64, _>(Uniform, seed, first, &pieces);
        check::<Complex<f32>, _>(Uniform, seed, first, &pieces);
        check::<Complex<f64>, _>(Uniform, seed, first, &pieces);
        check::<f32, _>(OpenUniform, seed, first, &pieces);
        check::<f64, _>(OpenUniform, seed, first, &pieces);
        check::<f32, _>(Normal, seed, first, &pieces);
        check::<f64, _>(Normal, seed, first, &pieces);
        check::<Complex<f32>, _>(Normal, seed, first, &pieces);
        check::<Complex<f64>, _>(Normal, seed, first, &pieces);
        check(Integers::new(3_u8, 200).expect("not empty"), seed, first, &pieces);
        check(Integers::new(i32::MIN, i32::MAX).expect("not empty"), seed, first, &pieces);
        check(Integers::new(-7_i64, 7).expect("not empty"), seed, first, &pieces);
        check(Integers::new(0_u64, u64::MAX).expect("not empty"), seed, first, &pieces);
    }
}
