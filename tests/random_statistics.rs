//! The distributions' shapes, by AC-23's rule: Kolmogorov-Smirnov p above 1e-6 on 1e5 draws, mean and variance within 5
//! sigma.
//!
//! Seeds are fixed, so these cannot fail by chance; the seeds were not chosen.

use isotherm::Complex;
use isotherm::random::{Distribution, Integers, Normal, OpenUniform, Seed, Uniform, fill};

const DRAWS: usize = 100_000;

fn draw<T: Copy + Default, D: Distribution<T>>(distribution: D, seed: u64) -> Vec<T> {
    let mut out = vec![T::default(); DRAWS];
    fill(distribution, Seed::new(seed), 0, &mut out);
    out
}

/// The asymptotic probability of a larger greatest distance from `cumulative`.
fn kolmogorov_smirnov(sample: &[f64], cumulative: fn(f64) -> f64) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let distance = sorted.iter().enumerate().fold(0.0_f64, |worst, (i, &x)| {
        let (rank, expected) = (i as f64, cumulative(x));
        worst.max(expected - rank / n).max((rank + 1.0) / n - expected)
    });
    let lambda = (n.sqrt() + 0.12 + 0.11 / n.sqrt()) * distance;
    let terms = (1..100).map(|k| f64::from(k % 2 * 2 - 1) * (-2.0 * f64::from(k * k) * lambda * lambda).exp());
    2.0 * terms.sum::<f64>()
}

/// Φ by its power series, good to 1e-9 up to 6 sigma.
fn normal_cumulative(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for k in 1..200 {
        term *= -x * x / (2.0 * f64::from(k));
        sum += term / f64::from(2 * k + 1);
    }
    0.5 + sum / (2.0 * std::f64::consts::PI).sqrt()
}

/// Mean and variance within 5 standard errors, for a distribution with this mean, variance and fourth central moment.
fn check_moments(name: &str, sample: &[f64], mean: f64, variance: f64, fourth: f64) {
    let n = sample.len() as f64;
    let got = sample.iter().sum::<f64>() / n;
    let spread = sample.iter().map(|x| (x - got).powi(2)).sum::<f64>() / (n - 1.0);
    assert!((got - mean).abs() < 5.0 * (variance / n).sqrt(), "{name}: mean {got}, not {mean}");
    let error = ((fourth - variance * variance) / n).sqrt();
    assert!((spread - variance).abs() < 5.0 * error, "{name}: variance {spread}, not {variance}");
}

fn check_uniform(name: &str, sample: &[f64]) {
    let p = kolmogorov_smirnov(sample, |x| x);
    println!("{name}: p = {p:.4}");
    assert!(p > 1e-6, "{name}: p = {p:e}");
    check_moments(name, sample, 0.5, 1.0 / 12.0, 1.0 / 80.0);
}

fn check_normal(name: &str, sample: &[f64]) {
    let p = kolmogorov_smirnov(sample, normal_cumulative);
    println!("{name}: p = {p:.4}");
    assert!(p > 1e-6, "{name}: p = {p:e}");
    check_moments(name, sample, 0.0, 1.0, 3.0);
}

fn parts<T: Copy + Into<f64>>(sample: &[Complex<T>]) -> Vec<f64> {
    sample.iter().flat_map(|z| [z.re.into(), z.im.into()]).collect()
}

#[test]
fn uniform_is_uniform() {
    for seed in 0..3 {
        check_uniform("f64", &draw::<f64, _>(Uniform, seed));
        check_uniform("f32", &draw::<f32, _>(Uniform, seed).iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        check_uniform("open f64", &draw::<f64, _>(OpenUniform, seed));
        check_uniform("c64", &parts(&draw::<Complex<f64>, _>(Uniform, seed)));
        check_uniform("c32", &parts(&draw::<Complex<f32>, _>(Uniform, seed)));
    }
}

#[test]
fn normal_is_normal() {
    for seed in 0..3 {
        check_normal("f64", &draw::<f64, _>(Normal, seed));
        check_normal("f32", &draw::<f32, _>(Normal, seed).iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        check_normal("c64", &parts(&draw::<Complex<f64>, _>(Normal, seed)));
        check_normal("c32", &parts(&draw::<Complex<f32>, _>(Normal, seed)));
    }
}

#[test]
fn neighbours_streams_and_seeds_are_uncorrelated() {
    let correlation = |a: &[f64], b: &[f64]| {
        let n = a.len().min(b.len()) as f64;
        a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / n.sqrt()
    };
    let sample: Vec<f64> = draw(Normal, 5);
    for lag in [1, 2, 3, 4, 64] {
        assert!(correlation(&sample, &sample[lag..]).abs() < 5.0, "lag {lag}");
    }
    assert!(correlation(&sample, &draw(Normal, 6)).abs() < 5.0);
    let mut other = vec![0.0_f64; DRAWS];
    fill(Normal, Seed::new(5).stream(1), 0, &mut other);
    assert!(correlation(&sample, &other).abs() < 5.0);
}

#[test]
fn integers_are_equally_likely() {
    let sample = draw(Integers::new(-3_i32, 7).expect("not empty"), 9);
    let mut counts = [0_u32; 10];
    for x in sample {
        counts[usize::try_from(x + 3).expect("not below -3")] += 1;
    }
    let expected = DRAWS as f64 / 10.0;
    let chi_squared: f64 = counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
    // 9 degrees of freedom: 45.1 is exceeded once in 10^6.
    assert!(chi_squared < 45.1, "{counts:?}");
}
