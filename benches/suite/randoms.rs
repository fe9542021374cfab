//! Drawing random numbers.

use isotherm::prelude::*;

use crate::check;
use crate::data::{Decimal, bytes};
use crate::task::{Bench, Task, Workload};

pub(crate) fn workloads() -> Vec<Workload> {
    vec![
        Workload::new::<f32>("uniform", "16M", uniform::<f32>),
        Workload::new::<f64>("uniform", "16M", uniform::<f64>),
        Workload::new::<f32>("normal", "16M", normal::<f32>),
        Workload::new::<f64>("normal", "16M", normal::<f64>),
    ]
}

fn uniform<T: Decimal>(bench: &Bench) -> Result<Task> {
    drawing(bench, [0.5, 1.0 / 12.0], |cx, len, seed| T::random(cx, len, seed))
}

fn normal<T: Decimal>(bench: &Bench) -> Result<Task> {
    drawing(bench, [0.0, 1.0], |cx, len, seed| T::normal(cx, len, 0, seed))
}

/// Numbers with this mean and variance, up to six standard deviations of both.
fn drawing<T: Decimal>(
    bench: &Bench,
    [mean, variance]: [f64; 2],
    draw: impl Fn(&Context, usize, u64) -> Result<DistArray<T>> + 'static,
) -> Result<Task> {
    let (cx, len) = (bench.cx.clone(), bench.extent(1 << 24, 1000));
    let x = draw(&cx, len, 1)?;
    let value = |i: usize| x.local()[i].double();
    let average = check::plain_sum(&cx, x.local().len(), value)? / len as f64;
    let spread = check::plain_sum(&cx, x.local().len(), |i| (value(i) - mean).powi(2))? / len as f64;
    let (far, wide) = (6.0 * (variance / len as f64).sqrt(), 9.0 * variance / (len as f64).sqrt());
    check::holds(&cx, (average - mean).abs() < far, || format!("mean {average}"))?;
    check::holds(&cx, (spread - variance).abs() < wide, || format!("variance {spread}"))?;
    let (operands, mut seed) = (bytes(&x), 1);
    let run = move || {
        seed += 1;
        draw(&cx, len, seed)
    };
    Ok(Task::new(operands, run).against(bench.ceilings.fill(operands)))
}
