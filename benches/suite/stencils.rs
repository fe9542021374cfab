//! Formulas over neighbours.

use std::mem::swap;

use isotherm::prelude::*;
use isotherm::stencil::sweep;

use crate::check;
use crate::data::{Number, bytes};
use crate::task::{Bench, Task, Workload};

const STEPS: usize = 10;
/// The share of a difference that flows in a step.
const RATE: f64 = 0.1;

pub(crate) fn workloads() -> Vec<Workload> {
    vec![Workload::new::<f64>("diffusion", "256x256x256", diffusion)]
}

/// Ten steps of u + 0.1 (the sum of six neighbours - 6 u); the faces stay as they are.
fn diffusion(bench: &Bench) -> Result<Task> {
    let n = bench.size(256, 8);
    let mut u = f64::random(bench.cx, (n, n, n), 1)?;
    let mut next = f64::random(bench.cx, (n, n, n), 1)?;
    step(&u, &mut next)?;
    let before = u.gather()?;
    let mut right = true;
    for run in next.region().runs() {
        for (&got, at) in next.local()[run.local..].iter().zip(run.global) {
            right &= (got - flowed(&before, n, at)).abs() < 1e-15;
        }
    }
    check::holds(bench.cx, right, || "an element has not the heat that its neighbours leave it".to_owned())?;
    drop(before);
    let (operands, traffic) = (2 * bytes(&u), 2 * STEPS * bytes(&u));
    let run = move || {
        for _ in 0..STEPS {
            step(&u, &mut next)?;
            swap(&mut u, &mut next);
        }
        Ok(())
    };
    let flops = 8.0 * (STEPS * n * n * n) as f64;
    Ok(Task::new(operands, run).bytes(traffic).flops(flops).against(bench.ceilings.triad(traffic)))
}

fn step(u: &DistArray<f64>, next: &mut DistArray<f64>) -> Result<()> {
    sweep(u, next, |u| {
        let sides = u.at([-1, 0, 0]) + u.at([1, 0, 0]) + u.at([0, -1, 0]) + u.at([0, 1, 0]) + u.at([0, 0, -1]);
        u.at([0, 0, 0]) + RATE * (sides + u.at([0, 0, 1]) - 6.0 * u.at([0, 0, 0]))
    })
}

/// The same for one element.
fn flowed(u: &[f64], n: usize, at: usize) -> f64 {
    let inside = |place: usize| place > 0 && place + 1 < n;
    if !(inside(at / (n * n)) && inside(at / n % n) && inside(at % n)) {
        return u[at];
    }
    let sides: f64 = [1, n, n * n].iter().map(|stride| u[at - stride] + u[at + stride]).sum();
    u[at] + RATE * (sides - 6.0 * u[at])
}
