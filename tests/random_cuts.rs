//! Element `i` is the same however the array is cut: the reason for a counter-based generator.

#[path = "common/world.rs"]
mod world;

use std::fmt::Debug;

use isotherm::comm::Comm;
use isotherm::random::{Distribution, Integers, Normal, OpenUniform, Seed, Uniform, at, fill};
use isotherm::{Complex, Context, Cpu};
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

/// A block of many pieces, drawn by any number of threads, is what one `fill` gives.
#[test]
fn threads_draw_what_one_thread_draws() {
    let seed = Seed::new(5);
    let mut expected = vec![0.0_f32; 123 * 457];
    fill(Normal, seed, 0, &mut expected);
    for threads in 1..4 {
        let cx = Context::new(Comm::solo(), Cpu::new(threads));
        let array = cx.random_normal::<f32>([123, 457], 0, seed).expect("a small array");
        assert!(array.local().iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}

/// A split last axis makes thousands of short runs.
#[test]
fn short_runs_keep_their_places() {
    let seed = Seed::new(6);
    let mut expected = vec![0.0_f64; 4000 * 5];
    fill(Uniform, seed, 0, &mut expected);
    world::on_each([1, 2, 3, 5, 8], |cx| {
        let array = cx.random_uniform::<f64>([4000, 5], 1, seed)?;
        let runs = array.layout().region(cx.rank()).runs();
        let own: Vec<f64> = runs.flat_map(|run| expected[run.global].to_vec()).collect();
        assert_eq!(*array.local(), *own);
        Ok(())
    });
}
