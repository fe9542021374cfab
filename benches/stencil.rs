//! A step of diffusion against a copy of the same array, in the same run; and what overlapping messages with work is worth.
//!
//! `cargo bench --bench stencil`: 4096 x 4096 elements, far beyond the caches; medians of rounds in which the candidates take turns.

use std::time::{Duration, Instant};

use isotherm::prelude::*;
use isotherm::stencil::{Boundary, Ghosted, sweep};

const SIDE: usize = 4096;
const ROUNDS: usize = 9;

fn main() {
    for ranks in [1, 2] {
        let lines = isotherm::run_on(ranks, |cx| Ok([speed(cx)?, overlap(cx)?])).expect("shapes that fit");
        println!("{}\n{}", lines[0][0], lines[0][1]);
    }
}

/// Each array is read or written once: what the memory has to do at least.
fn speed(cx: &Context) -> Result<String> {
    let u = cx.random_uniform::<f64>((SIDE, SIDE), 0, 1)?;
    let mut next = cx.zeros::<f64>((SIDE, SIDE), 0)?;
    let mut seconds = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        seconds[0].push(timed(cx, || {
            let into = next.local_mut();
            let rows = into.chunks_mut(64 * SIDE).zip(u.local().chunks(64 * SIDE)).collect();
            cx.cpu().each(rows, |(into, from): (&mut [f64], &[f64])| into.copy_from_slice(from));
            Ok(())
        })?);
        seconds[1].push(timed(cx, || step(&u, &mut next, Boundary::Periodic))?);
        seconds[2].push(timed(cx, || step(&u, &mut next, Boundary::Open))?);
    }
    let bytes = (2 * SIDE * SIDE * size_of::<f64>()) as f64;
    let rate = |seconds: &mut Vec<f64>| bytes / median(seconds) * 1e-9;
    let [copy, periodic, open] = seconds.each_mut().map(rate);
    Ok(format!(
        "{} ranks of {} threads: copy {copy:.1} GB/s; five points, periodic {periodic:.1} GB/s ({:.0} %), open {open:.1} GB/s",
        cx.size(),
        cx.cpu().threads(),
        100.0 * periodic / copy
    ))
}

fn step(u: &DistArray<f64>, next: &mut DistArray<f64>, boundary: Boundary<'_, f64>) -> Result<()> {
    sweep(u.halo().boundary(boundary), next, |u| {
        u.at([0, 0]) + 0.1 * (u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 1]) + u.at([0, -1]) - 4.0 * u.at([0, 0]))
    })
}

/// Messages that are late by the time of a step, because the last rank enters that much later: without overlap the others wait
/// and then work, with overlap they work meanwhile. On threads a message itself takes no time.
fn overlap(cx: &Context) -> Result<String> {
    let u = cx.random_uniform::<f64>((SIDE, SIDE), 0, 1)?;
    let mut next = cx.zeros::<f64>((SIDE, SIDE), 0)?;
    let mut alone = Vec::new();
    for _ in 0..ROUNDS {
        alone.push(timed(cx, || step(&u, &mut next, Boundary::Nearest))?);
    }
    let late = Duration::from_secs_f64(cx.comm().broadcast(0, &[median(&mut alone)])?[0]);
    let halo = Ghosted::new(u.halo().boundary(Boundary::Nearest), &[(1, 1), (1, 1)])?;
    let wait = || {
        if cx.size() > 1 && cx.rank() + 1 == cx.size() {
            std::thread::sleep(late);
        }
    };
    let mut seconds = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        let (first, second) = (halo.clone(), halo.clone());
        seconds[0].push(timed(cx, || first.fill().map(drop))?);
        seconds[1].push(timed(cx, || {
            wait();
            let full = second.fill()?; // the margin first, then the work
            drop(full);
            step(&u, &mut next, Boundary::Nearest)
        })?);
        seconds[2].push(timed(cx, || {
            wait();
            step(&u, &mut next, Boundary::Nearest)
        })?);
    }
    let [exchange, after, meanwhile] = seconds.each_mut().map(|seconds| median(seconds) * 1e3);
    let step = late.as_secs_f64() * 1e3;
    Ok(format!(
        "  a step {step:.1} ms; an exchange alone {exchange:.2} ms; with the last rank {step:.1} ms late: \
         exchange, then step {after:.1} ms; both together {meanwhile:.1} ms (on rank 0)"
    ))
}

/// The seconds on this rank, all ranks beginning together.
fn timed(cx: &Context, work: impl FnOnce() -> Result<()>) -> Result<f64> {
    cx.comm().barrier()?;
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
