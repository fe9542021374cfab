//! The clock: repetitions, and when there are enough.

use std::time::Instant;

use isotherm::prelude::*;

use crate::options::Options;
use crate::record::{Measured, Record};
use crate::task::{Bench, Task, Workload};

/// Repetitions that are wanted, and those that must do where one takes long.
const WANTED: usize = 7;
const LEAST: usize = 3;

/// Prepare, check and time one workload. What goes wrong in it is kept in the record, since every rank has the same error.
pub(crate) fn record(bench: &Bench, workload: &Workload, options: &Options) -> Result<Record> {
    let result = workload.prepare(bench).and_then(|task| measured(bench.cx, task, options));
    if let Err(error) = &result
        && error.kind() == ErrorKind::Collective
    {
        return Err(error.clone()); // the ranks are no longer together
    }
    let (name, case, dtype) = (workload.name, workload.case, workload.dtype);
    Ok(Record { name, case, dtype, outcome: result.map_err(|error| error.to_string()) })
}

/// Repeat a task: once to warm up, then as often as the options say.
fn measured(cx: &Context, task: Task, options: &Options) -> Result<Measured> {
    let Task { work, mut run } = task;
    cx.pool().reset_peak();
    let mut seconds = Vec::new();
    if !options.quick {
        run()?;
    }
    while !enough(&seconds, options) {
        seconds.push(timed(cx, &mut run)?);
    }
    let peaks = cx.comm().all_reduce(&[cx.pool().peak() as u64], |a, b| a + b)?;
    Ok(Measured { work, seconds, peak_bytes: peaks[0] as usize })
}

/// The same on every rank, because the times are.
fn enough(seconds: &[f64], options: &Options) -> bool {
    let most = if options.quick { 1 } else { options.repeats };
    let total: f64 = seconds.iter().sum();
    let (count, limit) = (seconds.len(), options.seconds);
    count >= most || count >= WANTED && total >= limit || count >= LEAST && total >= 3.0 * limit
}

/// The seconds until the slowest rank was done, from when all were ready.
pub(crate) fn timed(cx: &Context, work: &mut dyn FnMut() -> Result<()>) -> Result<f64> {
    cx.comm().barrier()?;
    let start = Instant::now();
    work()?;
    let own = start.elapsed().as_secs_f64();
    Ok(cx.comm().all_reduce(&[own], f64::max)?[0])
}
