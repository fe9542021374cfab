//! One pass over arrays that no cache holds: what counts is how near it comes to a copy.

use isotherm::prelude::*;

use super::checks::agreement::{Bound, Sample};
use super::data::{Drawn, same_on_cpu};
use super::sizes::Sizes;
use super::task::{Amount, Target, Task, Workload};

const TARGET: Target = Target::Share(0.85);

pub(super) fn workloads(sizes: &Sizes) -> Vec<Workload> {
    let n = sizes.elements;
    let mut all = vec![
        pass::<f32, f32>("negative", n, 1, |x| -&x[0], Bound::Bits),
        pass::<f32, bool>("compare", n, 2, |x| x[0].less(&x[1]), Bound::Bits),
        pass::<f32, f32>("where", n, 2, |x| select(x[0].less(0.5), &x[0], &x[1]), Bound::Bits),
        pass::<f32, f64>("cast", n, 1, |x| x[0].cast::<f64>(), Bound::Bits),
    ];
    all.extend(both::<f32>(n));
    all.extend(both::<f64>(n / 2));
    all.into_iter().map(|workload| workload.target(TARGET)).collect()
}

/// What is measured of both floats.
fn both<T: Drawn>(n: usize) -> [Workload; 5] {
    [
        // Fused or rounded twice, as the driver likes.
        pass::<T, T>("saxpy", n, 2, |x| &x[0] * T::of(3.0) + &x[1], Bound::Ulps(1.0)),
        pass::<T, T>("chain", n, 2, chain::<T>, Bound::Ulps(8.0)),
        pass::<T, T>("exp", n, 1, |x| x[0].exp(), Bound::Ulps(2.0)),
        pass::<T, T>("sin", n, 1, |x| x[0].sin(), Bound::Ulps(2.0)),
        pass::<T, T>("tanh", n, 1, |x| x[0].tanh(), Bound::Ulps(2.0)),
    ]
}

/// Six operations, two of them with constants, without an array between them.
fn chain<T: Drawn>(x: &[DistArray<T>]) -> Expr<T> {
    ((&x[0] * &x[1] + T::of(1.0)).sqrt() - &x[0] * T::of(0.25)).abs() / (&x[1] + T::of(2.0))
}

fn pass<T: Drawn, R: Sample>(
    name: &'static str,
    n: usize,
    operands: usize,
    formula: fn(&[DistArray<T>]) -> Expr<R>,
    bound: Bound,
) -> Workload {
    Workload::new::<T>(name, &[n], move |bench| {
        let x: Vec<DistArray<T>> =
            (0..operands).map(|seed| T::uniform(bench.cx, n, 1 + seed as u64)).collect::<Result<_>>()?;
        same_on_cpu(bench.cpu, &x, &formula(&x).eval()?, formula, bound)?;
        let bytes = (n * (operands * size_of::<T>() + size_of::<R>())) as f64;
        Ok(Task::new(Amount::Bytes(bytes), bench.ceilings.copy(bytes), move || formula(&x).eval()))
    })
}
