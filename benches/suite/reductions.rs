//! Reductions over all of an array, and along each of its axes.

use isotherm::prelude::*;

use crate::check;
use crate::data::{Decimal, bytes};
use crate::task::{Bench, Task, Workload};

/// The axes, by name.
const CASES: [(&str, Option<usize>); 4] = [("all", None), ("first", Some(0)), ("middle", Some(1)), ("last", Some(2))];

pub(crate) fn workloads() -> Vec<Workload> {
    let mut all = Vec::new();
    for (case, axis) in CASES {
        list::<f32>(&mut all, case, axis);
        list::<f64>(&mut all, case, axis);
    }
    all
}

fn list<T: Decimal>(all: &mut Vec<Workload>, case: &'static str, axis: Option<usize>) {
    let mut add = |name, ask: Ask<T>, want: Want<T>| {
        all.push(Workload::new::<T>(name, case, move |bench| reduction(bench, axis, ask, want)));
    };
    add("sum", |x, axis| x.sum(axis), sum);
    add("mean", |x, axis| x.mean(axis), mean);
    add("var", |x, axis| x.var(axis), variance);
    add("min", |x, axis| x.min(axis), least);
    all.push(Workload::new::<T>("argmax", case, move |bench| argmax::<T>(bench, axis)));
}

/// A reduction of the library.
type Ask<T> = fn(&DistArray<T>, Option<usize>) -> Reduction<T>;
/// What plain loops give for this rank's block of its result.
type Want<T> = fn(&Lines<T>) -> Result<Vec<f64>>;

fn operand<T: Decimal>(bench: &Bench) -> Result<DistArray<T>> {
    T::random(bench.cx, (bench.extent(512, 5), bench.size(256, 6), bench.size(256, 7)), 1)
}

fn reduction<T: Decimal>(bench: &Bench, axis: Option<usize>, ask: Ask<T>, want: Want<T>) -> Result<Task> {
    let x = operand::<T>(bench)?;
    let want = want(&Lines::new(&x, axis))?;
    let got = ask(&x, axis).eval()?;
    // The plain sums of doubles are rounded at each step; those of singles are better than the result can be.
    check::near(&got, (1e-10 / T::ULP).max(2.0), |i| want[i])?;
    let (read, operands) = (bytes(&x), bytes(&x) + bytes(&got));
    let run = move || ask(&x, axis).eval();
    Ok(Task::new(operands, run).against(bench.ceilings.read(read)))
}

fn argmax<T: Decimal>(bench: &Bench, axis: Option<usize>) -> Result<Task> {
    let x = operand::<T>(bench)?;
    let lines = Lines::new(&x, axis);
    let largest = lines.fold(0.0, |largest, _, x| largest.max(x), f64::max)?;
    let got = x.argmax(axis).eval()?;
    check::each(&got, |line, index| lines.at(line, index as usize).is_none_or(|x| x.double() == largest[line]))?;
    let (read, operands) = (bytes(&x), bytes(&x) + bytes(&got));
    let run = move || x.argmax(axis).eval();
    Ok(Task::new(operands, run).against(bench.ceilings.read(read)))
}

/// An array, dealt along axis 0, as lines along an axis or as one line: each is an output of a reduction.
struct Lines<'a, T: Element> {
    x: &'a DistArray<T>,
    /// Whether lines go over all ranks.
    dealt: bool,
    /// Elements of a line, on all ranks and on this one.
    len: usize,
    here: usize,
    /// Elements from one of a line to the next.
    stride: usize,
}

impl<'a, T: Decimal> Lines<'a, T> {
    fn new(x: &'a DistArray<T>, axis: Option<usize>) -> Self {
        let (shape, local) = (x.shape(), x.local_shape());
        match axis {
            None => Self { x, dealt: true, len: x.size(), here: x.local().len(), stride: 1 },
            Some(axis) => {
                let stride = shape[axis + 1..].iter().product();
                Self { x, dealt: axis == 0, len: shape[axis], here: local[axis], stride }
            }
        }
    }

    /// Fold each line, and the parts of it that ranks have.
    fn fold(
        &self,
        start: f64,
        fold: impl Fn(f64, usize, f64) -> f64,
        merge: impl Fn(f64, f64) -> f64,
    ) -> Result<Vec<f64>> {
        let group = self.here * self.stride;
        let groups = self.x.local().len().checked_div(group).unwrap_or(1);
        let mut lines = vec![start; groups * self.stride];
        for (at, &value) in self.x.local().iter().enumerate() {
            let line = at / group * self.stride + at % self.stride;
            lines[line] = fold(lines[line], line, value.double());
        }
        if self.dealt { self.x.context().comm().all_reduce(&lines, merge) } else { Ok(lines) }
    }

    /// An element of a line, if it is on this rank.
    fn at(&self, line: usize, index: usize) -> Option<T> {
        let first = if self.dealt { self.x.region().runs().next()?.global.start / self.stride } else { 0 };
        let index = index.checked_sub(first).filter(|&index| index < self.here)?;
        let group = line / self.stride * self.here * self.stride;
        Some(self.x.local()[group + index * self.stride + line % self.stride])
    }
}

fn sum<T: Decimal>(lines: &Lines<T>) -> Result<Vec<f64>> {
    lines.fold(0.0, |sum, _, x| sum + x, |a, b| a + b)
}

fn mean<T: Decimal>(lines: &Lines<T>) -> Result<Vec<f64>> {
    Ok(sum(lines)?.into_iter().map(|sum| sum / lines.len as f64).collect())
}

fn variance<T: Decimal>(lines: &Lines<T>) -> Result<Vec<f64>> {
    let mean = mean(lines)?;
    let squares = lines.fold(0.0, |sum, line, x| sum + (x - mean[line]).powi(2), |a, b| a + b)?;
    Ok(squares.into_iter().map(|sum| sum / lines.len as f64).collect())
}

fn least<T: Decimal>(lines: &Lines<T>) -> Result<Vec<f64>> {
    lines.fold(f64::INFINITY, |least, _, x| least.min(x), f64::min)
}
