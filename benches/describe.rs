//! Quantiles and descriptions of a tall table against the bandwidth of reading it, in the same run.
//!
//! `cargo bench --bench describe`: 10 million rows of four columns; medians of rounds in which the candidates take turns. NumPy's times
//! for the same, for comparison, are those of `np.quantile(x, [0.25, 0.5, 0.75], axis=0)` and of `np.sort(x, axis=0)`.

use std::hint::black_box;
use std::time::Instant;

use isotherm::prelude::*;
use isotherm::stats::{self, Ordinal};

const SHAPE: (usize, usize) = (10_000_000, 4);
const ROUNDS: usize = 5;

fn main() {
    for ranks in [1, 2] {
        let both = isotherm::run_on(ranks, |cx| {
            measure(cx, "f64, normal", &cx.random_normal::<f64>(SHAPE, 0, 1)?)?;
            measure(cx, "f32, normal", &cx.random_normal::<f32>(SHAPE, 0, 1)?)?;
            measure(cx, "i64, 0 to 99", &cx.random_integers::<i64>(0, 100, SHAPE, 0, 1)?)
        });
        both.expect("shapes that fit");
    }
}

/// Median times of one pass that reads, of quartiles, and of a description.
fn measure<T: Ordinal>(cx: &Context, name: &str, x: &DistArray<T>) -> Result<()> {
    let mut seconds = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        seconds[0].push(timed(cx, || drop(black_box((x.min(0), x.max(0)).eval().expect("one layout"))))?);
        seconds[1]
            .push(timed(cx, || drop(black_box(stats::quantile(x, [0.25, 0.5, 0.75], 0).eval().expect("an axis"))))?);
        seconds[2].push(timed(cx, || drop(black_box(stats::describe(x).expect("a table"))))?);
    }
    let [extremes, quartiles, description] = seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[ROUNDS / 2] * 1e3
    });
    isotherm::println!(
        cx,
        "{name}, {} ranks of {} threads: extremes {extremes:6.1} ms; quartiles {quartiles:6.1} ms; description {description:6.1} ms",
        cx.size(),
        cx.cpu().threads()
    );
    Ok(())
}

/// The time until the last rank is done.
fn timed(cx: &Context, work: impl FnOnce()) -> Result<f64> {
    cx.comm().barrier()?;
    let start = Instant::now();
    work();
    cx.comm().barrier()?;
    Ok(start.elapsed().as_secs_f64())
}
