//! QR of a tall matrix against faer's own, which needs it in one piece and by columns.
//!
//! `cargo bench --bench tsqr`: 400,000 x 64; the least of rounds in which the candidates take turns. Times are those
//! that a rank's thread was on a core (Linux), so that other programs hardly show; of several ranks the busiest counts.
//! Rates are 2 m n² operations for R and 4 m n² for Q and R.

use std::hint::black_box;

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
    println!("1 rank: {}", measure(&one).expect("one rank, and shapes that fit"));
    println!("peak of the pool beyond the matrix, in matrices: {:.2}", peak(&one).expect("as above"));
    let x = one.random_normal::<f64>((ROWS, COLUMNS), 0, 1).expect("it fits");
    let whole = Mat::from_fn(ROWS, COLUMNS, |i, j| x.local()[i * COLUMNS + j]);
    let own = || {
        let qr = whole.qr();
        black_box((qr.compute_thin_Q(), qr.thin_R().to_owned()));
        Ok(())
    };
    let seconds = (0..ROUNDS).filter_map(|_| timed(own).ok()).fold(f64::INFINITY, f64::min);
    println!("faer's own, of one piece: Q and R {:.0} ms, {:.1} GF/s", seconds * 1e3, rate(4.0, seconds));
    drop(whole);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let all = isotherm::run_on(cores, measure).expect("the ranks agree");
    println!("{cores} ranks: {}", all[0]);
}

/// R alone, Q and R, the singular value decomposition, principal components; the least of the rounds, in words.
fn measure(cx: &Context) -> Result<String> {
    let x = cx.random_normal::<f64>((ROWS, COLUMNS), 0, 1)?;
    let mut least = [f64::INFINITY; 4];
    for _ in 0..ROUNDS {
        let r = timed(|| linalg::qr_r(&x).map(drop))?;
        let qr = timed(|| linalg::qr(&x).map(drop))?;
        let svd = timed(|| linalg::svd(&x).map(drop))?;
        let pca = timed(|| PCA::new(10).fit(&x).map(drop))?;
        let busiest = cx.comm().all_reduce(&[r, qr, svd, pca], f64::max)?;
        least.iter_mut().zip(busiest).for_each(|(least, time)| *least = least.min(time));
    }
    let [r, qr, svd, pca] = least;
    Ok(format!(
        "R {:.0} ms, {:.1} GF/s; Q and R {:.0} ms, {:.1} GF/s; SVD {:.0} ms; PCA {:.0} ms",
        r * 1e3,
        rate(2.0, r),
        qr * 1e3,
        rate(4.0, qr),
        svd * 1e3,
        pca * 1e3,
    ))
}

fn peak(cx: &Context) -> Result<f64> {
    let x = cx.random_normal::<f64>((ROWS, COLUMNS), 0, 1)?;
    let before = cx.pool().in_use();
    cx.pool().reset_peak();
    linalg::qr(&x)?;
    Ok((cx.pool().peak() - before) as f64 / size_of_val(x.local()) as f64)
}

/// The time for which `work` had a core.
fn timed(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = on_core();
    work()?;
    Ok(on_core() - start)
}

/// Seconds that this thread has had a core so far.
fn on_core() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("a Linux kernel that counts");
    let nanoseconds: f64 = text.split(' ').next().and_then(|first| first.parse().ok()).expect("a number comes first");
    nanoseconds * 1e-9
}

fn rate(operations: f64, seconds: f64) -> f64 {
    operations * (ROWS * COLUMNS * COLUMNS) as f64 / seconds * 1e-9
}
