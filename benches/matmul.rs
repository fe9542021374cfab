//! Local products through `matmul` against plain faer in the same process, and what messages cost where the next panel flies meanwhile.
//!
//! `cargo bench --bench matmul`: best of rounds in which the candidates take turns.

use std::hint::black_box;
use std::time::Instant;

use faer::linalg::matmul::matmul as plain;
use faer::{Accum, MatMut, MatRef, Par};
use isotherm::comm::Comm;
use isotherm::linalg::matmul;
use isotherm::prelude::*;
use isotherm::{Context, Cpu};

const ROUNDS: usize = 7;

/// m, k and n: square, long and narrow, thin, and products with vectors.
const SHAPES: [[usize; 3]; 8] = [
    [512, 512, 512],
    [1024, 1024, 1024],
    [2048, 2048, 2048],
    [200_000, 64, 64],
    [64, 200_000, 64],
    [4096, 8, 4096],
    [4096, 4096, 1],
    [1, 4096, 4096],
];

fn main() {
    for threads in [1, 2] {
        let cx = Context::new(Comm::solo(), Cpu::new(threads));
        for shape in SHAPES {
            local::<f64>(&cx, shape, "f64").expect("one rank, and shapes that fit");
            local::<f32>(&cx, shape, "f32").expect("one rank, and shapes that fit");
        }
    }
    counted().expect("shapes that fit");
    for ranks in [1, 2] {
        let best = isotherm::run_on(ranks, |cx| dealt(cx, 2048)).expect("shapes that fit");
        println!(
            "f64 2048, rows of both factors dealt over {ranks} ranks: {:6.1} GFLOP/s together",
            gflops(2048, best[0])
        );
    }
}

/// m x k by k x n, ours and faer's.
fn local<T: Floating + faer::traits::ComplexField>(cx: &Context, [m, k, n]: [usize; 3], name: &str) -> Result<()>
where
    isotherm::random::Normal: isotherm::random::Distribution<T>,
{
    let (a, b) = (cx.random_normal::<T>((m, k), None, 1)?, cx.random_normal::<T>((k, n), None, 2)?);
    let mut c = vec![T::ZERO; m * n];
    let par = if cx.cpu().threads() == 1 { Par::Seq } else { Par::rayon(cx.cpu().threads()) };
    let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        ours = ours.min(timed(|| {
            black_box(matmul(&a, &b).expect("the shapes fit"));
        }));
        theirs = theirs.min(timed(|| {
            let c = MatMut::from_row_major_slice_mut(&mut c, m, n);
            plain(
                c,
                Accum::Replace,
                MatRef::from_row_major_slice(a.local(), m, k),
                MatRef::from_row_major_slice(b.local(), k, n),
                T::ONE,
                par,
            );
        }));
    }
    let rate = |seconds: f64| 2e-9 * (m * k * n) as f64 / seconds;
    let read = ((m * k + k * n + m * n) * size_of::<T>()) as f64 * 1e-9 / ours;
    let threads = cx.cpu().threads();
    println!(
        "{name} {m} {k} {n}, {threads} threads: {:6.1} GFLOP/s, plain faer {:6.1}; {read:.1} GB/s",
        rate(ours),
        rate(theirs)
    );
    Ok(())
}

/// What is sent by all ranks together, and the most that a rank takes besides the factors.
fn counted() -> Result<()> {
    println!("m k n, dealt along | ranks | messages | MB sent | peak besides factors, kB");
    let cases = [((1024, 1024, 1024), 0, 0), ((65536, 64, 64), 0, 0), ((64, 65536, 64), 1, 0)];
    for ((m, k, n), of_a, of_b) in cases {
        for ranks in [1, 2, 8, 64, 256] {
            let all = isotherm::run_on(ranks, |cx| {
                let (a, b) = (cx.random_normal::<f64>((m, k), of_a, 1)?, cx.random_normal::<f64>((k, n), of_b, 2)?);
                cx.comm().barrier()?;
                let (sent, held) = (cx.comm().counters(), cx.pool().in_use());
                cx.pool().reset_peak();
                black_box(matmul(&a, &b)?);
                let total = (cx.comm().counters() - sent).total();
                Ok((total.messages, total.bytes, cx.pool().peak() - held))
            })?;
            let (messages, bytes) = all.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            let peak = all.iter().map(|one| one.2).max().unwrap_or(0);
            println!(
                "{m} {k} {n}, {of_a} {of_b} | {ranks} | {messages} | {:.2} | {:.0}",
                bytes as f64 * 1e-6,
                peak as f64 * 1e-3
            );
        }
    }
    Ok(())
}

/// The best time of a product whose panels travel.
fn dealt(cx: &Context, n: usize) -> Result<f64> {
    let (a, b) = (cx.random_normal::<f64>((n, n), 0, 1)?, cx.random_normal::<f64>((n, n), 0, 2)?);
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        cx.comm().barrier()?;
        let start = Instant::now();
        black_box(matmul(&a, &b)?);
        cx.comm().barrier()?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(best)
}

fn gflops(n: usize, seconds: f64) -> f64 {
    2.0 * (n as f64) * (n as f64) * (n as f64) / seconds * 1e-9
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
