//! The clock: rounds of repetitions, as many as hide what waiting costs.

use std::time::Instant;

use isotherm::prelude::*;

use super::record::{Measured, Outcome, Record};
use super::task::{Bench, Task, Workload};

/// Rounds that are timed, and those that must do where one takes long.
const WANTED: usize = 9;
const LEAST: usize = 3;

/// Prepare, check and time one workload. What goes wrong in it is kept in the record, since every rank has the same error.
pub(super) fn record(bench: &Bench, workload: &Workload) -> Result<Record> {
    if let Some(why) = lacking(bench, workload) {
        return Ok(Record::new(workload, Outcome::LeftOut(why)));
    }
    let outcome = match workload.prepare(bench).and_then(|task| measured(bench, task)) {
        Ok(measured) => Outcome::Measured(measured),
        Err(error) => match error.kind() {
            ErrorKind::Collective => return Err(error), // the ranks are no longer together
            ErrorKind::Memory => Outcome::LeftOut(error.message().to_owned()),
            _ => Outcome::Wrong(error.message().to_owned()),
        },
    };
    Ok(Record::new(workload, outcome))
}

/// What a workload needs that is not here.
fn lacking(bench: &Bench, workload: &Workload) -> Option<String> {
    let gpu = bench.cx.gpu()?;
    if !gpu.supports(workload.dtype) {
        return Some(format!("the device has no {}", workload.dtype));
    }
    (bench.cx.size() < workload.ranks).then(|| "it needs several ranks".to_owned())
}

/// Repeat a task: at first to compile kernels and raise clocks.
fn measured(bench: &Bench, task: Task) -> Result<Measured> {
    let Task { amount, ceiling, mut run } = task;
    let long = if bench.sizes.full { 0.1 } else { 0.01 };
    timed(bench.cx, 1, &mut run)?;
    let mut times = 1;
    let mut round = timed(bench.cx, times, &mut run)?;
    while round * (times as f64) < long && times < 1 << 12 {
        times *= 2;
        round = timed(bench.cx, times, &mut run)?;
    }
    let rounds = if bench.sizes.full && round * (times as f64) < 1.0 { WANTED } else { LEAST };
    let seconds = (0..rounds).map(|_| timed(bench.cx, times, &mut run)).collect::<Result<_>>()?;
    Ok(Measured { amount, seconds, ceiling })
}

/// The seconds of one repetition of `times`: from when all ranks were ready until the slowest one's device was done.
fn timed(cx: &Context, times: usize, work: &mut dyn FnMut() -> Result<()>) -> Result<f64> {
    let wait = || cx.gpu().into_iter().for_each(isotherm::Gpu::wait);
    wait();
    cx.comm().barrier()?;
    let start = Instant::now();
    for _ in 0..times {
        work()?;
    }
    wait();
    let own = start.elapsed().as_secs_f64() / times as f64;
    Ok(cx.comm().all_reduce(&[own], f64::max)?[0])
}
