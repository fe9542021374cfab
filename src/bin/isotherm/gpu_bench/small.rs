//! What the host spends: on a kernel, on an operation of small arrays, and on bytes that go to the card and back.

use isotherm::prelude::*;

use super::ceilings::{Ceiling, Ceilings};
use super::checks::agreement::Bound;
use super::data::{Drawn, same_on_cpu};
use super::record::{Measured, Outcome, Record};
use super::task::{Amount, Target, Task, Workload};

const MOST: Target = Target::Seconds(2e-6);

/// Elements of a small array.
const FEW: usize = 100;

/// Small operations in one repetition.
const MANY: usize = 256;

pub(super) fn workloads() -> Vec<Workload> {
    let add = Workload::new::<f32>("small add", &[MANY, FEW], |bench| {
        let x = [f32::uniform(bench.cx, FEW, 1)?, f32::uniform(bench.cx, FEW, 2)?];
        let formula = |x: &[DistArray<f32>]| &x[0] + &x[1];
        same_on_cpu(bench.cpu, &x, &formula(&x).eval()?, formula, Bound::Bits)?;
        Ok(Task::new(Amount::Calls(MANY as f64), None, move || {
            (1..MANY).try_for_each(|_| formula(&x).eval().map(drop))?;
            formula(&x).eval()
        }))
    });
    vec![add]
}

/// What the ceilings know already.
pub(super) fn known(ceilings: &Ceilings) -> Vec<Record> {
    let Ceilings { link, staged, ordinary, dispatch, .. } = *ceilings;
    let one = |name, case: &str, amount, seconds, ceiling, target| {
        let outcome = Outcome::Measured(Measured { amount, seconds: vec![seconds], ceiling });
        Record { name, case: case.to_owned(), dtype: None, size: Vec::new(), target: Some(target), outcome }
    };
    let mut all = vec![one("dispatch", "one kernel", Amount::Calls(1.0), dispatch, None, MOST)];
    for (case, rates, share) in [("1 GB, staging ring", staged, 0.80), ("1 GB, ordinary memory", ordinary, 0.50)] {
        for (way, name) in ["upload", "download"].into_iter().enumerate() {
            const GIGABYTE: f64 = 1e9;
            let ceiling = Ceiling { name: "link", seconds: GIGABYTE / link[way] };
            let seconds = GIGABYTE / rates[way];
            all.push(one(name, case, Amount::Bytes(GIGABYTE), seconds, Some(ceiling), Target::Share(share)));
        }
    }
    all
}
