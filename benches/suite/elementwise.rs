//! One operation on whole arrays, and the fused chain.

use std::hint::{black_box, select_unpredictable};

use isotherm::prelude::*;

use crate::ceilings::Ceiling;
use crate::data::{Decimal, Number, bytes};
use crate::task::{Bench, Task, Workload};
use crate::{check, patterns};

pub(crate) fn workloads() -> Vec<Workload> {
    let mut all = Vec::new();
    each_number::<f32>(&mut all);
    each_number::<f64>(&mut all);
    each_number::<i64>(&mut all);
    all.push(Workload::new::<f32>("cast", "f32->f64", |bench| casted(bench, |x: f32| f64::from(x))));
    all.push(Workload::new::<f64>("cast", "f64->f32", |bench| casted(bench, |x: f64| x as f32)));
    all.push(Workload::new::<i64>("cast", "i64->f64", |bench| casted(bench, |x: i64| x as f64)));
    all.push(Workload::new::<f32>("chain", "16M", chain::<f32>));
    all.push(Workload::new::<f64>("chain", "16M", chain::<f64>));
    all
}

fn each_number<T: Number>(all: &mut Vec<Workload>) {
    all.push(Workload::new::<T>("copy", "16M", copy::<T>));
    all.push(Workload::new::<T>("fill", "16M", fill::<T>));
    all.push(Workload::new::<T>("saxpy", "16M", saxpy::<T>));
    all.push(Workload::new::<T>("compare", "16M", compare::<T>));
    all.push(Workload::new::<T>("where", "16M", choose::<T>));
}

/// 16M, in a quick run 1000 elements.
fn len(bench: &Bench) -> usize {
    bench.extent(1 << 24, 1000)
}

/// The time of a plain loop that writes as many elements as an array has here.
fn by_hand<T: Number>(
    bench: &Bench,
    name: &'static str,
    len: usize,
    compute: impl Fn(usize, &mut [T]) + Sync,
) -> Result<Ceiling> {
    let mut out = bench.cx.pool().take::<T>(len);
    let seconds = patterns::write(bench.cx, bench.cx.cpu(), &mut out, compute)?;
    black_box(&out);
    Ok(Ceiling { name, seconds })
}

fn copy<T: Number>(bench: &Bench) -> Result<Task> {
    let x = T::random(bench.cx, len(bench), 1)?;
    let mut out = T::random(bench.cx, len(bench), 2)?;
    out.assign(&x)?;
    check::equal(&out, |i| x.local()[i])?;
    let from = x.local();
    let ceiling =
        by_hand(bench, "copy", from.len(), |first, part| part.copy_from_slice(&from[first..first + part.len()]))?;
    Ok(Task::new(2 * bytes(&x), move || out.assign(&x)).against(ceiling))
}

fn fill<T: Number>(bench: &Bench) -> Result<Task> {
    let (cx, len, value) = (bench.cx.clone(), len(bench), T::of(3.0));
    let made = cx.full(len, value, 0)?;
    check::equal(&made, |_| value)?;
    let ceiling = by_hand(bench, "fill", made.local().len(), |_, part| part.fill(value))?;
    let run = move || cx.full(len, black_box(value), 0);
    Ok(Task::new(bytes(&made), run).against(ceiling))
}

fn saxpy<T: Number>(bench: &Bench) -> Result<Task> {
    let (x, y) = (T::random(bench.cx, len(bench), 1)?, T::random(bench.cx, len(bench), 2)?);
    let factor = T::of(3.0);
    check::equal(&(&x * factor + &y).eval()?, |i| x.local()[i] * factor + y.local()[i])?;
    let (a, b) = (x.local(), y.local());
    let ceiling = by_hand(bench, "saxpy", a.len(), |first, part| {
        for ((z, &a), &b) in part.iter_mut().zip(&a[first..]).zip(&b[first..]) {
            *z = a * factor + b;
        }
    })?;
    let run = move || (&x * factor + &y).eval();
    Ok(Task::new(3 * len(bench) * size_of::<T>(), run).against(ceiling))
}

fn casted<T: Number, U: Number>(bench: &Bench, plain: impl Fn(T) -> U + Sync) -> Result<Task> {
    let x = T::random(bench.cx, len(bench), 1)?;
    check::equal(&x.cast::<U>().eval()?, |i| plain(x.local()[i]))?;
    let from = x.local();
    let ceiling = by_hand(bench, "cast", from.len(), |first, part| {
        for (z, &x) in part.iter_mut().zip(&from[first..]) {
            *z = plain(x);
        }
    })?;
    let run = move || x.cast::<U>().eval();
    Ok(Task::new(len(bench) * (size_of::<T>() + size_of::<U>()), run).against(ceiling))
}

fn compare<T: Number>(bench: &Bench) -> Result<Task> {
    let (x, y) = (T::random(bench.cx, len(bench), 1)?, T::random(bench.cx, len(bench), 2)?);
    check::equal(&x.less(&y).eval()?, |i| x.local()[i] < y.local()[i])?;
    let (a, b) = (x.local(), y.local());
    let mut out = bench.cx.pool().take::<u8>(a.len());
    let seconds = patterns::write(bench.cx, bench.cx.cpu(), &mut out, |first, part| {
        for ((z, a), b) in part.iter_mut().zip(&a[first..]).zip(&b[first..]) {
            *z = u8::from(a < b);
        }
    })?;
    drop(out);
    let run = move || x.less(&y).eval();
    let ceiling = Ceiling { name: "compare", seconds };
    Ok(Task::new(len(bench) * (2 * size_of::<T>() + 1), run).against(ceiling))
}

/// `where(mask, x, y)` with a stored mask, half of it true.
fn choose<T: Number>(bench: &Bench) -> Result<Task> {
    let (x, y) = (T::random(bench.cx, len(bench), 1)?, T::random(bench.cx, len(bench), 2)?);
    let mask = x.less(&y).eval()?;
    check::equal(&select(&mask, &x, &y).eval()?, |i| if mask.local()[i] { x.local()[i] } else { y.local()[i] })?;
    let (which, a, b) = (mask.local(), x.local(), y.local());
    let ceiling = by_hand(bench, "where", a.len(), |first, part| {
        for (((z, &which), &a), &b) in part.iter_mut().zip(&which[first..]).zip(&a[first..]).zip(&b[first..]) {
            // With an `if` the loop would branch for each element.
            *z = select_unpredictable(which, a, b);
        }
    })?;
    let run = move || select(&mask, &x, &y).eval();
    Ok(Task::new(len(bench) * (3 * size_of::<T>() + 1), run).against(ceiling))
}

/// `sum(sqrt(x*x + y*y) * 0.5 + exp(-x))`
fn chain<T: Decimal>(bench: &Bench) -> Result<Task> {
    let (x, y) = (T::random(bench.cx, len(bench), 1)?, T::random(bench.cx, len(bench), 2)?);
    let half = T::of(0.5);
    let sum = move |x: &DistArray<T>, y: &DistArray<T>| ((x * x + y * y).sqrt() * half + (-x).exp()).sum(None).item();
    let want = check::plain_sum(bench.cx, x.local().len(), |i| {
        let (x, y) = (x.local()[i].double(), y.local()[i].double());
        (x * x + y * y).sqrt() * 0.5 + (-x).exp()
    })?;
    check::value(bench.cx, sum(&x, &y)?.double(), want, (4.0 * T::ULP).max(check::LOST))?;
    let operands = 2 * bytes(&x);
    let run = move || sum(&x, &y);
    Ok(Task::new(operands, run).against(bench.ceilings.read(operands)))
}
