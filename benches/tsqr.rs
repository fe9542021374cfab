//! QR of a tall matrix against faer's own, which needs it in one piece and by columns.
//!
//! `cargo bench --bench tsqr`: 400,000 x 64; the best of rounds in which the candidates take turns, since other
//! programs can only slow one down. Rates count 2 m n² operations for R and 4 m n² for Q and R.

use std::hint::black_box;
use std::time::Instant;

use faer::{Mat, Par};
use isotherm::comm::Comm;
use isotherm::decomposition::PCA;
use isotherm::linalg;
use isotherm::prelude::*;
use isotherm::{Context, Cpu};

const ROWS: usize = 400_000;
const COLUMNS: usize = 64;
const ROUNDS: usize = 5;

fn main() {
    faer::set_global_parallelism(Par::Seq);
    let one = Context::new(Comm::solo(), Cpu::new(1));
    let times = measure(&one).expect("one rank, and shapes that fit");
    report("1 rank, 1 thread", &times);
    println!("peak of the pool beyond the matrix, in matrices: {:.2}", peak(&one).expect("as above"));
    let x = one.random_normal::<f64>((ROWS, COLUMNS), 0, 1).expect("it fits");
    let whole = Mat::from_fn(ROWS, COLUMNS, |i, j| x.local()[i * COLUMNS + j]);
    let own = || {
        let qr = whole.qr();
        black_box((qr.compute_thin_Q(), qr.thin_R().to_owned()));
    };
    let seconds = (0..ROUNDS).map(|_| timed(own)).fold(f64::INFINITY, f64::min);
    println!("faer's own, 1 thread: Q and R {:.0} ms, {:.1} GF/s", seconds * 1e3, rate(4.0, seconds));
    for ranks in [1, 2] {
        let times = isotherm::run_on(ranks, measure).expect("the ranks agree");
        let threads = isotherm::run_on(ranks, |cx| Ok(cx.cpu().threads())).expect("the ranks agree")[0];
        report(&format!("{ranks} ranks, {threads} threads each"), &times[0]);
    }
}

/// Seconds of R alone, Q and R, the whole decomposition, and principal components; the best of the rounds.
fn measure(cx: &Context) -> Result<[f64; 4]> {
    let x = cx.random_normal::<f64>((ROWS, COLUMNS), 0, 1)?;
    let mut best = [f64::INFINITY; 4];
    for _ in 0..ROUNDS {
        let r = timed_together(cx, || linalg::qr_r(&x).map(drop))?;
        let qr = timed_together(cx, || linalg::qr(&x).map(drop))?;
        let svd = timed_together(cx, || linalg::svd(&x).map(drop))?;
        let pca = timed_together(cx, || PCA::new(10).fit(&x).map(drop))?;
        best.iter_mut().zip([r, qr, svd, pca]).for_each(|(best, time)| *best = best.min(time));
    }
    Ok(best)
}

fn peak(cx: &Context) -> Result<f64> {
    let x = cx.random_normal::<f64>((ROWS, COLUMNS), 0, 1)?;
    let before = cx.pool().in_use();
    cx.pool().reset_peak();
    linalg::qr(&x)?;
    Ok((cx.pool().peak() - before) as f64 / size_of_val(x.local()) as f64)
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// The time until the last rank is done.
fn timed_together(cx: &Context, work: impl FnOnce() -> Result<()>) -> Result<f64> {
    cx.comm().barrier()?;
    let start = Instant::now();
    work()?;
    cx.comm().barrier()?;
    Ok(start.elapsed().as_secs_f64())
}

fn rate(operations: f64, seconds: f64) -> f64 {
    operations * (ROWS * COLUMNS * COLUMNS) as f64 / seconds * 1e-9
}

fn report(what: &str, [r, qr, svd, pca]: &[f64; 4]) {
    println!(
        "{what}: R {:.0} ms, {:.1} GF/s; Q and R {:.0} ms, {:.1} GF/s; SVD {:.0} ms; PCA {:.0} ms",
        r * 1e3,
        rate(2.0, *r),
        qr * 1e3,
        rate(4.0, *qr),
        svd * 1e3,
        pca * 1e3,
    );
}
