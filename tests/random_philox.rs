//! The generator against the published vectors (AC-23), and how blocks become elements.

use isotherm::Complex;
use isotherm::random::{self, Distribution, Integers, Normal, OpenUniform, Seed, Uniform, at, bits};

#[test]
fn philox_gives_the_published_words() {
    let golden: serde_json::Value = serde_json::from_str(include_str!("golden/ac23_rng.json")).expect("JSON");
    let vectors = golden["kat"].as_array().expect("a list");
    let mut tested = 0;
    for vector in vectors.iter().filter(|vector| vector["gen"] == "philox4x32_10") {
        let words = |key: &str| -> Vec<u64> {
            let words = vector[key].as_array().expect("a list").iter();
            words.map(|word| u64::from_str_radix(word.as_str().expect("a string"), 16).expect("hex")).collect()
        };
        let (counter, key) = (words("ctr"), words("key"));
        let seed = Seed::new(key[0] | key[1] << 32).stream(counter[2] | counter[3] << 32);
        let block = bits(seed, counter[0] | counter[1] << 32);
        assert_eq!(block.map(u64::from).to_vec(), words("out"));
        tested += 1;
    }
    assert_eq!(tested, 3);
}

#[test]
fn elements_are_the_documented_functions_of_their_block() {
    let seed = Seed::from(17).stream(4);
    for index in [0, 1, 2, 3, 1 << 20, (1 << 40) + 3, u64::MAX - 2] {
        let words = bits(seed, index / 2);
        let half = if index % 2 == 0 { [words[0], words[1]] } else { [words[2], words[3]] };
        let word = u64::from(half[0]) + (u64::from(half[1]) << 32);
        let uniform: f64 = at(Uniform, seed, index);
        assert_eq!(uniform, (word >> 11) as f64 / 2.0_f64.powi(53));
        assert_eq!(at::<f64, _>(OpenUniform, seed, index), 1.0 - uniform);
        let integers = Integers::new(-5_i64, 1_000_000).expect("not empty");
        assert_eq!(at(integers, seed, index), ((u128::from(word) * 1_000_005) >> 64) as i64 - 5);

        let word = bits(seed, index / 4)[(index % 4) as usize];
        assert_eq!(at::<f32, _>(Uniform, seed, index), (word >> 8) as f32 / 2.0_f32.powi(24));

        let complex: Complex<f64> = at(Uniform, seed, index / 2);
        assert_eq!(at::<f64, _>(Uniform, seed, index), if index % 2 == 0 { complex.re } else { complex.im });
        let normal: Complex<f32> = at(Normal, seed, index / 2);
        assert_eq!(at::<f32, _>(Normal, seed, index), if index % 2 == 0 { normal.re } else { normal.im });
    }
}

/// Box and Muller's transform by the platform's functions: both parts are near, though not the same bits.
#[test]
fn normals_are_the_documented_function_of_their_block() {
    let near = |z: Complex<f64>, radius: f64, turn: f64, epsilon: f64| {
        let (length, (sin, cos)) = ((-2.0 * radius.ln()).sqrt(), (std::f64::consts::TAU * turn).sin_cos());
        let error = (z - Complex::new(length * cos, length * sin)).norm();
        assert!(error <= 8.0 * epsilon * (1.0 + length), "{z} at {radius:e}, {turn}: {error:e}");
    };
    for index in 0..20_000 {
        let words = bits(Seed::new(8), index);
        let word = |k: usize| u64::from(words[k]) | u64::from(words[k + 1]) << 32;
        let unit = |k: usize| (word(k) >> 11) as f64 / 2.0_f64.powi(53);
        near(at(Normal, Seed::new(8), index), 1.0 - unit(0), unit(2), f64::EPSILON);
        let single: Complex<f32> = at(Normal, Seed::new(8), 2 * index);
        let single = Complex::new(f64::from(single.re), f64::from(single.im));
        let radius = f64::from((words[0] as f32 + 1.0) / 2.0_f32.powi(32));
        near(single, radius, f64::from(words[1] >> 8) / 2.0_f64.powi(24), f64::from(f32::EPSILON));
    }
}

fn values<T: Copy, D: Distribution<T>>(distribution: D, words: [u32; 4]) -> Vec<T> {
    distribution.values(words).as_ref().to_vec()
}

#[test]
fn the_ends_of_the_intervals() {
    let (lowest, highest) = ([0; 4], [u32::MAX; 4]);
    assert_eq!(values::<f64, _>(Uniform, lowest), [0.0; 2]);
    assert_eq!(values::<f32, _>(Uniform, lowest), [0.0; 4]);
    assert_eq!(values::<f64, _>(OpenUniform, lowest), [1.0; 2]);
    assert_eq!(values::<f32, _>(OpenUniform, lowest), [1.0; 4]);
    assert_eq!(values::<f64, _>(Uniform, highest), [1.0 - f64::EPSILON / 2.0; 2]);
    assert_eq!(values::<f32, _>(Uniform, highest), [1.0 - f32::EPSILON / 2.0; 4]);
    assert_eq!(values::<f64, _>(OpenUniform, highest), [f64::EPSILON / 2.0; 2]);
    assert_eq!(values::<f32, _>(OpenUniform, highest), [f32::EPSILON / 2.0; 4]);
    for (radius, turn) in [(0, 0), (0, u32::MAX), (u32::MAX, 0), (u32::MAX, u32::MAX)] {
        let (double, single) = ([radius, radius, turn, turn], [radius, turn, radius, turn]);
        assert!(values::<f64, _>(Normal, double).iter().all(|z| z.abs() < 8.6));
        assert!(values::<f32, _>(Normal, single).iter().all(|z| z.abs() < 6.7));
    }
    let all = Integers::new(i64::MIN, i64::MAX).expect("not empty");
    assert_eq!((values(all, lowest), values(all, highest)), (vec![i64::MIN; 2], vec![i64::MAX - 1; 2]));
    let bytes = Integers::new(250_u8, 255).expect("not empty");
    assert_eq!((values(bytes, lowest), values(bytes, highest)), (vec![250; 2], vec![254; 2]));
    assert!(Integers::new(3_u64, 3).is_err() && Integers::new(0, -1).is_err());
}

#[test]
fn streams_and_seeds_differ() {
    let first = |seed| at::<f64, _>(Uniform, seed, 0);
    let seeds = [Seed::new(0), Seed::new(1), Seed::new(0).stream(1), Seed::new(1 << 32), Seed::new(0).stream(1 << 32)];
    for (i, &a) in seeds.iter().enumerate() {
        for &b in &seeds[..i] {
            assert_ne!(first(a), first(b), "{a:?} {b:?}");
        }
    }
    let mut out = [0.0_f64; 2];
    random::fill(Uniform, seeds[0].stream(0), 0, &mut out);
    assert_eq!(out[0], first(seeds[0]));
}
