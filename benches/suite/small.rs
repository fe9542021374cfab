//! Many small operations: what is left when there is hardly anything to compute.

use std::hint::black_box;

use isotherm::prelude::*;

use crate::check;
use crate::data::bytes;
use crate::task::{Bench, Task, Workload};

const COUNT: usize = 100_000;

pub(crate) fn workloads() -> Vec<Workload> {
    vec![
        Workload::new::<f64>("small_add", "1e5 of 100", add),
        Workload::new::<f64>("small_allreduce", "1e5 of 8", all_reduce),
        Workload::new::<f64>("program_build", "1e5 operators", build),
    ]
}

/// Sums of two arrays that every rank has.
fn add(bench: &Bench) -> Result<Task> {
    let (cx, count) = (bench.cx, bench.size(COUNT, 10));
    let (x, y) = (cx.random_uniform::<f64>(100, None, 1)?, cx.random_uniform::<f64>(100, None, 2)?);
    check::equal(&(&x + &y).eval()?, |i| x.local()[i] + y.local()[i])?;
    let operands = 3 * bytes(&x) * cx.size();
    let run = move || {
        for _ in 0..count {
            black_box((&x + &y).eval()?);
        }
        Ok(())
    };
    Ok(Task::new(operands, run).units(count))
}

fn all_reduce(bench: &Bench) -> Result<Task> {
    let (cx, count) = (bench.cx.clone(), bench.size(COUNT, 10));
    let own = [1.5; 8];
    let sums = cx.comm().all_reduce(&own, |a, b| a + b)?;
    check::holds(&cx, sums == [1.5 * cx.size() as f64; 8], || format!("sums {sums:?}"))?;
    let operands = 2 * size_of_val(&own) * cx.size();
    let run = move || {
        for _ in 0..count {
            black_box(cx.comm().all_reduce(&own, |a, b| a + b)?);
        }
        Ok(())
    };
    Ok(Task::new(operands, run).units(count))
}

const OPERATORS: usize = 100;

/// Expressions of a hundred operators each, built and dropped.
fn build(bench: &Bench) -> Result<Task> {
    let count = bench.size(COUNT, OPERATORS);
    let x = bench.cx.random_uniform::<f64>(100, None, 1)?;
    check::near(&many(&x).eval()?, 100.0, |i| (OPERATORS + 1) as f64 * x.local()[i])?;
    let run = move || {
        for _ in 0..count / OPERATORS {
            drop(black_box(many(&x)));
        }
        Ok(())
    };
    Ok(Task::new(0, run).units(count))
}

fn many(x: &DistArray<f64>) -> Expr<f64> {
    let mut sum = x.expr();
    for _ in 0..OPERATORS {
        sum = sum + x;
    }
    sum
}
