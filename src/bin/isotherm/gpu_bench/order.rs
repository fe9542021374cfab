//! Running sums and orders of keys.
//!
//! Arrays have no such methods yet: the elements come from the host, and what is measured is the time of the kernels by the device's own clock, without the
//! way there and back, and without what lies between kernels.

use isotherm::Gpu;
use isotherm::prelude::*;

use super::ceilings::Ceiling;
use super::data::Drawn;
use super::record::{Measured, Outcome, Record};
use super::task::{Amount, Bench, Target};

const SORTED: Target = Target::Keys(8e9);

/// Rounds that are timed, each with fresh memory.
const ROUNDS: usize = 5;

/// Those of these names that are chosen.
pub(super) fn records(bench: &Bench, chosen: impl Fn(&str) -> bool) -> Result<Vec<Record>> {
    let count = (bench.sizes.elements / 4).max(1);
    let one = |name, dtype, target, outcome| {
        let (case, dtype, size) = (count.to_string(), Some(dtype), vec![count]);
        Record { name, case, dtype, size, target, outcome }
    };
    let mut records = Vec::new();
    if chosen("scan") {
        records.push(one("scan", DType::F32, None, alone(bench, |gpu| scan(bench, gpu, count))?));
    }
    if chosen("sort") {
        records.push(one("sort", DType::I32, Some(SORTED), alone(bench, |gpu| sort(bench, gpu, count))?));
    }
    Ok(records)
}

/// The outcome on one rank; several would wait for the same card.
fn alone(bench: &Bench, measure: impl FnOnce(&Gpu) -> Result<Outcome>) -> Result<Outcome> {
    match bench.cx.gpu() {
        Some(gpu) if bench.cx.size() == 1 => measure(gpu),
        _ => Ok(Outcome::LeftOut("it is measured on one rank".to_owned())),
    }
}

fn scan(bench: &Bench, gpu: &Gpu, count: usize) -> Result<Outcome> {
    let x = f32::uniform(bench.cpu, count, 3)?;
    let x = x.local();
    // As many roundings as there are numbers, of f32 where the device has nothing wider.
    let unit = if gpu.supports(DType::F64) { f64::from(f32::EPSILON) } else { count as f64 * f64::from(f32::EPSILON) };
    let is_right = |sums: &[f32]| {
        let mut sum = 0.0;
        x.iter().zip(sums).all(|(&x, &got)| {
            sum += f64::from(x);
            (f64::from(got) - sum).abs() <= unit * sum
        })
    };
    let bytes = (2 * count * size_of::<f32>()) as f64;
    let ceiling = bench.ceilings.copy(bytes);
    Ok(timed(gpu, Amount::Bytes(bytes), Some(ceiling), || is_right(&gpu.cumulative_sum(x))))
}

fn sort(bench: &Bench, gpu: &Gpu, count: usize) -> Result<Outcome> {
    let keys = bench.cpu.random_integers(i32::MIN, i32::MAX, count, None, 4)?;
    let mut sorted = keys.local().to_vec();
    sorted.sort_unstable();
    Ok(timed(gpu, Amount::Keys(count as f64), None, || gpu.sort(keys.local()) == sorted))
}

/// The time of the kernels of something that says whether it was right.
fn timed(gpu: &Gpu, amount: Amount, ceiling: Option<Ceiling>, run: impl Fn() -> bool) -> Outcome {
    let mut seconds = Vec::new();
    // The first round compiles kernels.
    for round in 0..=ROUNDS {
        let has_clock = gpu.start_profile();
        if !run() {
            return Outcome::Wrong("it is not what the processor computes".to_owned());
        }
        let kernels = gpu.profile();
        let time: f64 = kernels.iter().filter(|its| its.name.starts_with("order/")).map(|its| its.seconds).sum();
        if !has_clock || time == 0.0 {
            return Outcome::LeftOut("the device has no clock for its kernels".to_owned());
        }
        if round > 0 {
            seconds.push(time);
        }
    }
    Outcome::Measured(Measured { amount, seconds, ceiling })
}
