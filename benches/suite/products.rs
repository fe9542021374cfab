//! Products of matrices, and of a matrix and a vector.

use isotherm::linalg::matmul;
use isotherm::prelude::*;

use crate::ceilings::Ceiling;
use crate::check;
use crate::data::{Decimal, bytes};
use crate::task::{Bench, Task, Workload};

/// m, k, n by name.
const CASES: [(&str, [usize; 3]); 7] = [
    ("512", [512; 3]),
    ("1024", [1024; 3]),
    ("2048", [2048; 3]),
    ("4096", [4096; 3]),
    ("200000x64.64x64", [200_000, 64, 64]),
    ("64x200000.200000x64", [64, 200_000, 64]),
    ("4096x8.8x4096", [4096, 8, 4096]),
];

pub(crate) fn workloads() -> Vec<Workload> {
    let mut all = Vec::new();
    for (case, extents) in CASES {
        all.push(Workload::new::<f32>("matmul", case, move |bench| product::<f32>(bench, extents)));
        all.push(Workload::new::<f64>("matmul", case, move |bench| product::<f64>(bench, extents)));
    }
    all.push(Workload::new::<f32>("matvec", "8192x8192", matvec::<f32>));
    all.push(Workload::new::<f64>("matvec", "8192x8192", matvec::<f64>));
    all
}

/// The rows of the left factor are dealt and every rank has the right one; where the sums are long, the sums are dealt.
fn product<T: Decimal>(bench: &Bench, extents: [usize; 3]) -> Result<Task> {
    let [m, k, n] = bench.size(extents, extents.map(|extent| extent.div_ceil(1000) + 4));
    let inner = k > m.max(n);
    let a = T::normal(bench.cx, (m, k), usize::from(inner), 1)?;
    let b = T::normal(bench.cx, (k, n), inner.then_some(0), 2)?;
    let product = matmul(&a, &b)?;
    sampled(&product, [m, k, n])?;
    let (flops, operands) = (2.0 * (m * k * n) as f64, bytes(&a) + bytes(&b) + bytes(&product));
    let ceiling = memory(bench, bytes(&a) + bytes(&b), bytes(&product)).or(bench.ceilings.gemm(T::DTYPE, flops));
    Ok(Task::new(operands, move || matmul(&a, &b)).flops(flops).against(ceiling))
}

/// What the memory alone would take: reading, writing, or both.
fn memory(bench: &Bench, inputs: usize, output: usize) -> Ceiling {
    match () {
        () if inputs > 4 * output => bench.ceilings.read(inputs),
        () if output > 4 * inputs => bench.ceilings.fill(output),
        () => bench.ceilings.copy(inputs + output),
    }
}

fn matvec<T: Decimal>(bench: &Bench) -> Result<Task> {
    let n = bench.size(8192, 9);
    let (a, x) = (T::normal(bench.cx, (n, n), 0, 1)?, T::normal(bench.cx, n, None, 2)?);
    let product = matmul(&a, &x)?;
    sampled(&product, [n, n, 1])?;
    let (operands, flops) = (bytes(&a) + 2 * bytes(&x), 2.0 * (n * n) as f64);
    let ceiling = bench.ceilings.read(operands);
    Ok(Task::new(operands, move || matmul(&a, &x)).flops(flops).against(ceiling))
}

/// Whether some elements of each rank are what their row and column say, added up one after the other.
fn sampled<T: Decimal>(product: &DistArray<T>, [_, k, n]: [usize; 3]) -> Result<()> {
    const SAMPLES: usize = 64;
    let allowed = 4.0 * T::ULP * (k + 16) as f64;
    let mut right = true;
    for run in product.region().runs() {
        let step = (product.local().len() / SAMPLES).max(1);
        for (place, index) in (run.local..).zip(run.global).filter(|(place, _)| place % step == 0) {
            let (row, column) = (index / n, index % n);
            let pair = |l: usize| T::normal_at(1, row * k + l).double() * T::normal_at(2, l * n + column).double();
            let want: f64 = (0..k).map(pair).sum();
            right &= (product.local()[place].double() - want).abs() <= allowed;
        }
    }
    check::holds(product.context(), right, || "an element is not the sum of its products".to_owned())
}
