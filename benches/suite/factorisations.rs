//! Factorisations of tall matrices, and principal components.

use isotherm::decomposition::PCA;
use isotherm::linalg::{qr, qr_r, svd};
use isotherm::prelude::*;

use crate::check;
use crate::data::{Decimal, Number, bytes};
use crate::task::{Bench, Task, Workload};

const COLUMNS: usize = 64;
/// What rounding may leave where an identity says nothing is left, for numbers of the order of 1.
const ALLOWED: f64 = 1e-11;

pub(crate) fn workloads() -> Vec<Workload> {
    vec![
        Workload::new::<f64>("qr", "400000x64", q_and_r),
        Workload::new::<f64>("qr_r", "400000x64", r_alone),
        Workload::new::<f64>("svd", "400000x64", singular),
        Workload::new::<f64>("pca", "1000000x64", components),
    ]
}

fn tall(bench: &Bench) -> Result<DistArray<f64>> {
    f64::normal(bench.cx, (bench.extent(400_000, 500), COLUMNS), 0, 1)
}

/// The operations of Householder's algorithm: 2 m n² for R, as many again for Q.
fn operations(x: &DistArray<f64>, times: f64) -> f64 {
    times * (x.size() * COLUMNS) as f64
}

fn q_and_r(bench: &Bench) -> Result<Task> {
    let a = tall(bench)?;
    let found = qr(&a)?;
    orthonormal(&found.q)?;
    check::within(&a, ALLOWED, product(&found.q, found.r.local()))?;
    let (operands, flops) = (2 * bytes(&a) + bytes(&found.r), operations(&a, 4.0));
    drop(found);
    Ok(Task::new(operands, move || qr(&a)).flops(flops).against(bench.ceilings.gemm(DType::F64, flops)))
}

fn r_alone(bench: &Bench) -> Result<Task> {
    let a = tall(bench)?;
    let r = qr_r(&a)?;
    same(bench.cx, &squares(r.local()), &gram(&a)?, a.shape()[0] as f64)?;
    let (operands, flops) = (bytes(&a) + bytes(&r), operations(&a, 2.0));
    Ok(Task::new(operands, move || qr_r(&a)).flops(flops).against(bench.ceilings.gemm(DType::F64, flops)))
}

fn singular(bench: &Bench) -> Result<Task> {
    let a = tall(bench)?;
    let found = svd(&a)?;
    orthonormal(&found.u)?;
    let rows = found.vt.local().chunks(COLUMNS).zip(found.s.local());
    let scaled: Vec<f64> = rows.flat_map(|(row, &s)| row.iter().map(move |v| v * s)).collect();
    check::within(&a, ALLOWED, product(&found.u, &scaled))?;
    let (operands, flops) = (2 * bytes(&a) + bytes(&found.vt), operations(&a, 4.0));
    drop(found);
    Ok(Task::new(operands, move || svd(&a)).flops(flops).against(bench.ceilings.gemm(DType::F64, flops)))
}

fn components(bench: &Bench) -> Result<Task> {
    let n = bench.extent(1_000_000, 500);
    let x = f64::random(bench.cx, (n, COLUMNS), 1)?;
    let fit = PCA::new(8).fit(&x)?;
    let covariance = covariance(&x)?;
    for (direction, &variance) in fit.components.local().chunks(COLUMNS).zip(&fit.explained_variance) {
        let image = covariance.chunks(COLUMNS).map(|row| row.iter().zip(direction).map(|(c, v)| c * v).sum::<f64>());
        let off = image.zip(direction).map(|(image, v)| (image - variance * v).abs()).fold(0.0, f64::max);
        check::holds(bench.cx, off < ALLOWED, || format!("off a direction by {off}"))?;
    }
    let (operands, flops) = (bytes(&x) + bytes(&fit.components), operations(&x, 2.0));
    Ok(Task::new(operands, move || PCA::new(8).fit(&x)).flops(flops).against(bench.ceilings.gemm(DType::F64, flops)))
}

/// Xᵀ X of all ranks' rows, on every rank.
fn gram(x: &DistArray<f64>) -> Result<Vec<f64>> {
    x.context().comm().all_reduce(&squares(x.local()), |a, b| a + b)
}

/// Xᵀ X of these rows.
fn squares(rows: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; COLUMNS * COLUMNS];
    for row in rows.chunks(COLUMNS) {
        for (sums, &left) in sums.chunks_mut(COLUMNS).zip(row) {
            for (sum, &right) in sums.iter_mut().zip(row) {
                *sum += left * right;
            }
        }
    }
    sums
}

/// The covariances of the columns, with the divisor n - 1.
fn covariance(x: &DistArray<f64>) -> Result<Vec<f64>> {
    let n = x.shape()[0] as f64;
    let mut own = vec![0.0; COLUMNS];
    for row in x.local().chunks(COLUMNS) {
        own.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    let sums = x.context().comm().all_reduce(&own, |a, b| a + b)?;
    let mut squares = gram(x)?;
    for (at, value) in squares.iter_mut().enumerate() {
        *value = (*value - sums[at / COLUMNS] * sums[at % COLUMNS] / n) / (n - 1.0);
    }
    Ok(squares)
}

/// Whether the columns are orthonormal.
fn orthonormal(q: &DistArray<f64>) -> Result<()> {
    let identity: Vec<f64> = (0..COLUMNS * COLUMNS).map(|at| f64::from(u8::from(at % (COLUMNS + 1) == 0))).collect();
    same(q.context(), &gram(q)?, &identity, 1.0)
}

/// Whether two matrices that every rank has are the same but for rounding of numbers of this size.
fn same(cx: &Context, got: &[f64], want: &[f64], size: f64) -> Result<()> {
    let off = got.iter().zip(want).map(|(got, want)| (got - want).abs()).fold(0.0, f64::max);
    check::holds(cx, off <= ALLOWED * size, || format!("off an identity by {off}"))
}

/// The elements of the product of dealt rows and a small matrix, by their place in the block.
fn product<'a>(rows: &'a DistArray<f64>, small: &'a [f64]) -> impl Fn(usize) -> f64 + 'a {
    let row = |at: usize| &rows.local()[at / COLUMNS * COLUMNS..][..COLUMNS];
    move |at| row(at).iter().enumerate().map(|(l, x)| x * small[l * COLUMNS + at % COLUMNS]).sum()
}
