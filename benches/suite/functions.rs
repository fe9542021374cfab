//! Elementary functions, each on arguments from its ordinary range.

use isotherm::prelude::*;

use crate::check;
use crate::data::{Decimal, bytes, uniform};
use crate::task::{Bench, Task, Workload};

pub(crate) fn workloads() -> Vec<Workload> {
    let mut all = list::<f32>();
    all.extend(list::<f64>());
    all
}

/// What the library computes, by name, and what the platform's functions of `f64` say; the ends of the arguments.
struct Function<T: Element> {
    name: &'static str,
    ours: fn(&DistArray<T>) -> Expr<T>,
    theirs: fn(f64) -> f64,
    ends: [f64; 2],
}

fn list<T: Decimal>() -> Vec<Workload> {
    let function = |name, ours, theirs, ends| Function::<T> { name, ours, theirs, ends };
    let table = [
        function("exp", |x| x.exp(), f64::exp, [-10.0, 10.0]),
        function("log", |x| x.log(), f64::ln, [1e-3, 100.0]),
        function("sin", |x| x.sin(), f64::sin, [-100.0, 100.0]),
        function("cos", |x| x.cos(), f64::cos, [-100.0, 100.0]),
        function("tan", |x| x.tan(), f64::tan, [-100.0, 100.0]),
        function("tanh", |x| x.tanh(), f64::tanh, [-5.0, 5.0]),
        function("expm1", |x| x.expm1(), f64::exp_m1, [-5.0, 5.0]),
        function("log1p", |x| x.log1p(), f64::ln_1p, [-0.9, 100.0]),
        function("atan", |x| x.atan(), f64::atan, [-10.0, 10.0]),
        function("sqrt", |x| x.sqrt(), f64::sqrt, [0.0, 100.0]),
    ];
    let one = |function: Function<T>| Workload::new::<T>(function.name, "4M", move |bench| unary(bench, &function));
    let power = Workload::new::<T>("pow", "4M", power::<T>);
    table.into_iter().map(one).chain([power]).collect()
}

/// 4M, in a quick run 1000 elements.
fn len(bench: &Bench) -> usize {
    bench.extent(1 << 22, 1000)
}

fn unary<T: Decimal>(bench: &Bench, function: &Function<T>) -> Result<Task> {
    let x = uniform::<T>(bench.cx, len(bench), function.ends, 1)?;
    let ours = function.ours;
    check::near(&ours(&x).eval()?, 3.0, |i| (function.theirs)(x.local()[i].double()))?;
    let operands = 2 * bytes(&x);
    let run = move || ours(&x).eval();
    Ok(Task::new(operands, run).against(bench.ceilings.copy(operands)))
}

/// Bases up to 10 and exponents from -3 to 3.
fn power<T: Decimal>(bench: &Bench) -> Result<Task> {
    let base = uniform::<T>(bench.cx, len(bench), [1e-3, 10.0], 1)?;
    let exponent = uniform::<T>(bench.cx, len(bench), [-3.0, 3.0], 2)?;
    let want = |i: usize| base.local()[i].double().powf(exponent.local()[i].double());
    check::near(&base.pow(&exponent).eval()?, 3.0, want)?;
    let operands = 3 * bytes(&base);
    let run = move || base.pow(&exponent).eval();
    Ok(Task::new(operands, run).against(bench.ceilings.triad(operands)))
}
