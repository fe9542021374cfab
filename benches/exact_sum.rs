//! What exact sums cost beside plain ones, in one run: shares are comparable, gigabytes per second are not.
//!
//! `cargo bench --bench exact_sum`
#![allow(clippy::inline_always)] // As in the library: or the kernel would miss the wide registers.

use std::hint::black_box;
use std::time::Instant;

use isotherm::exact::{Accumulator, Summable};
use pulp::{Arch, Simd, WithSimd};

const LARGE: usize = 64 << 20;
const MEDIUM: usize = 1 << 20;
const SMALL: usize = 16 << 10;

/// A sum in 32 plain lanes of the widest registers there are: what an inexact library does.
struct Plain<'a, T>(&'a [T]);

impl<T: Copy + Default + std::ops::AddAssign + std::iter::Sum<T>> WithSimd for Plain<'_, T> {
    type Output = T;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> T {
        let mut lanes = [T::default(); 32];
        for values in self.0.as_chunks::<32>().0 {
            for (lane, &value) in lanes.iter_mut().zip(values) {
                *lane += value;
            }
        }
        lanes.into_iter().sum()
    }
}

/// Seconds of one call, the best of many.
fn seconds(mut work: impl FnMut()) -> f64 {
    let calls = calls(&mut work);
    (0..50).map(|_| time(calls, &mut work)).fold(f64::INFINITY, f64::min)
}

fn time(calls: usize, work: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..calls).for_each(|_| work());
    start.elapsed().as_secs_f64() / calls as f64
}

/// So many calls take about two milliseconds.
fn calls(work: &mut impl FnMut()) -> usize {
    (2e-3 / time(1, work).max(1e-9)).clamp(1.0, 1e4) as usize
}

/// Measures the two in turn, so that both see the same neighbours on the machine. Prints the speeds of the best runs, the median of the
/// shares of each turn, and the share of the best runs.
fn report(name: &str, bytes: usize, mut plain: impl FnMut(), mut exact: impl FnMut()) {
    let (plain_calls, exact_calls) = (calls(&mut plain), calls(&mut exact));
    let pairs: Vec<(f64, f64)> =
        (0..15).map(|_| (time(plain_calls, &mut plain), time(exact_calls, &mut exact))).collect();
    let best_plain = pairs.iter().map(|pair| pair.0).fold(f64::INFINITY, f64::min);
    let best_exact = pairs.iter().map(|pair| pair.1).fold(f64::INFINITY, f64::min);
    let mut shares: Vec<f64> = pairs.iter().map(|pair| 100.0 * pair.0 / pair.1).collect();
    shares.sort_by(f64::total_cmp);
    let speed = |seconds: f64| bytes as f64 / seconds / 1e9;
    println!(
        "{name:34} plain {:6.1} GB/s, exact {:6.1} GB/s, share {:4.0} %, of best runs {:4.0} %",
        speed(best_plain),
        speed(best_exact),
        shares[shares.len() / 2],
        100.0 * best_plain / best_exact,
    );
}

/// Uniform in [-1, 1) times 2^(up to `binades` less).
fn values(count: usize, binades: u64) -> Vec<f64> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 11
    };
    (0..count)
        .map(|_| (next() as f64 / (1_u64 << 52) as f64 - 1.0) * 2.0_f64.powi(-((next() % (binades + 1)) as i32)))
        .collect()
}

fn compare<T>(kind: &str, all: &[T])
where
    T: Summable<State = Accumulator> + std::ops::AddAssign + std::iter::Sum<T>,
{
    for (place, bytes) in [("64 MiB", LARGE), ("1 MiB", MEDIUM), ("16 KiB", SMALL)] {
        let values = &all[..bytes / size_of::<T>()];
        let plain = || {
            black_box(Arch::new().dispatch(Plain(black_box(values))));
        };
        report(&format!("{kind} slice, {place}"), bytes, plain, || {
            let mut sum = Accumulator::default();
            T::add_slice(&mut sum, black_box(values));
            black_box(T::finish(&sum));
        });
        let half = values.len() / 2;
        report(&format!("{kind} products, {place} in all"), bytes, plain, || {
            let mut sum = Accumulator::default();
            T::add_products(&mut sum, black_box(&values[..half]), &values[half..]);
            black_box(T::finish(&sum));
        });
        for columns in [2, 3, 64, 100, 1000, 4096] {
            let rows = &values[..values.len() / columns * columns];
            if rows.len() < 16 * columns {
                continue;
            }
            let mut sums = vec![Accumulator::default(); columns];
            report(&format!("{kind} {columns} columns, {place}"), bytes, plain, || {
                T::add_rows(&mut sums, black_box(rows));
                black_box(&sums);
            });
        }
    }
}

fn small(all: &[f64]) {
    for count in [1, 3, 10, 12, 16, 32, 100, 1000] {
        let time = seconds(|| {
            let mut sum = Accumulator::default();
            sum.add_slice(black_box(&all[..count]));
            black_box(sum.round_f64());
        });
        println!("{count:5} values, new to rounded: {:7.1} ns", 1e9 * time);
    }
    let part = {
        let mut sum = Accumulator::default();
        sum.add_slice(&all[..1000]);
        sum
    };
    let mut total = part.clone();
    println!("merge: {:.1} ns", 1e9 * seconds(|| total.merge(black_box(&part))));
    let mut bytes = Vec::with_capacity(1000);
    let time = seconds(|| {
        bytes.clear();
        part.write(&mut bytes);
        black_box(Accumulator::read(&mut bytes.as_slice())).expect("just written");
    });
    println!("write and read: {:.1} ns, {} bytes", 1e9 * time, bytes.len());
}

fn main() {
    let wide: Vec<f64> = values(LARGE / 8, 0);
    let narrow: Vec<f32> = values(LARGE / 4, 0).into_iter().map(|value| value as f32).collect();
    small(&wide);
    compare("f64", &wide);
    compare("f32", &narrow);
    for binades in [20, 40, 200] {
        let wide = values(LARGE / 8, binades);
        let time = seconds(|| {
            let mut sum = Accumulator::default();
            sum.add_slice(black_box(&wide));
            black_box(sum.round_f64());
        });
        println!("f64 slice over {binades} binades: {:.1} GB/s", LARGE as f64 / time / 1e9);
    }
}
