//! Elements in other places: broadcast and strided operands, transposes, joins, other layouts.

use isotherm::prelude::*;

use crate::check;
use crate::data::{Decimal, Number, bytes};
use crate::task::{Bench, Task, Workload};

pub(crate) fn workloads() -> Vec<Workload> {
    let mut all = Vec::new();
    each::<f32>(&mut all);
    each::<f64>(&mut all);
    all.push(Workload::new::<f64>("concatenate", "axis 0", |bench| concatenated(bench, 0)));
    all.push(Workload::new::<f64>("concatenate", "axis 1", |bench| concatenated(bench, 1)));
    all.push(Workload::new::<f32>("resplit", "0->2->4 of (40,41,40,40,40)", resplit));
    all.push(Workload::new::<f64>("balance", "16M", balance));
    all
}

fn each<T: Decimal>(all: &mut Vec<Workload>) {
    all.push(Workload::new::<T>("broadcast", "250000x64-row", broadcast::<T>));
    all.push(Workload::new::<T>("strided", "x[:, ::2]+1 of 8192x4096", strided::<T>));
    all.push(Workload::new::<T>("transpose", "4096x4096", transpose::<T>));
    all.push(Workload::new::<T>("transpose", "256x256x256 (2,0,1)", permute::<T>));
    all.push(Workload::new::<T>("reshape", "across", reshape::<T>));
}

fn broadcast<T: Decimal>(bench: &Bench) -> Result<Task> {
    let (rows, columns) = (bench.extent(250_000, 10), 64);
    let x = T::random(bench.cx, (rows, columns), 1)?;
    let row = T::random(bench.cx, columns, 2)?.replicate()?;
    let want = |i: usize| x.local()[i].double() - row.local()[i % columns].double();
    check::near(&(&x - &row).eval()?, 1.0, want)?;
    let operands = 2 * bytes(&x);
    Ok(Task::new(operands, move || (&x - &row).eval()).against(bench.ceilings.copy(operands)))
}

/// Every second column: all lines of the memory are read.
fn strided<T: Decimal>(bench: &Bench) -> Result<Task> {
    let (rows, columns) = bench.size((8192, 4096), (8, 6));
    let x = T::random(bench.cx, (rows, columns), 1)?;
    let one = T::of(1.0);
    let run = move |x: &DistArray<T>| (x.slice((.., range(None, None).step(2)))? + one).eval();
    let got = run(&x)?;
    check::near(&got, 1.0, |i| x.local()[2 * i].double() + 1.0)?;
    let operands = bytes(&x) + bytes(&got);
    Ok(Task::new(operands, move || run(&x)).against(bench.ceilings.copy(operands)))
}

fn transpose<T: Decimal>(bench: &Bench) -> Result<Task> {
    let n = bench.size(4096, 9);
    let x = T::random(bench.cx, (n, n), 1)?;
    check::drawn(&x.transpose()?, |i| (1, i % n * n + i / n))?;
    let operands = 2 * bytes(&x);
    Ok(Task::new(operands, move || x.transpose()).against(bench.ceilings.copy(operands)))
}

fn permute<T: Decimal>(bench: &Bench) -> Result<Task> {
    let n = bench.size(256, 5);
    let x = T::random(bench.cx, (n, n, n), 1)?;
    let run = |x: &DistArray<T>| x.permute_dims(&[2, 0, 1]);
    check::drawn(&run(&x)?, |i| (1, i % (n * n) * n + i / (n * n)))?;
    let operands = 2 * bytes(&x);
    Ok(Task::new(operands, move || run(&x)).against(bench.ceilings.copy(operands)))
}

/// From long and narrow to short and wide, rows dealt in both.
fn reshape<T: Decimal>(bench: &Bench) -> Result<Task> {
    let (rows, columns) = bench.size((8192, 4096), (8, 6));
    let x = T::random(bench.cx, (rows, columns), 1)?;
    let run = move |x: &DistArray<T>| x.reshape_to((columns, rows), 0);
    check::drawn(&run(&x)?, |i| (1, i))?;
    let operands = 2 * bytes(&x);
    Ok(Task::new(operands, move || run(&x)).against(bench.ceilings.copy(operands)))
}

fn concatenated(bench: &Bench, axis: usize) -> Result<Task> {
    let n = bench.size(4096, 9);
    let (x, y) = (f64::random(bench.cx, (n, n), 1)?, f64::random(bench.cx, (n, n), 2)?);
    let source = |i: usize| {
        if axis == 0 {
            (1 + (i / (n * n)) as u64, i % (n * n))
        } else {
            (1 + (i / n % 2) as u64, i / (2 * n) * n + i % n)
        }
    };
    check::drawn(&concatenate(&[&x, &y], axis)?, source)?;
    let operands = 4 * bytes(&x);
    Ok(Task::new(operands, move || concatenate(&[&x, &y], axis)).against(bench.ceilings.copy(operands)))
}

/// Split along 0, then along 2, then along 4: the elements move twice.
fn resplit(bench: &Bench) -> Result<Task> {
    let shape = bench.size([40, 41, 40, 40, 40], [4, 5, 4, 4, 4]);
    let x = f32::random(bench.cx, shape, 1)?;
    let run = |x: &DistArray<f32>| x.resplit(2)?.resplit(4);
    check::drawn(&run(&x)?, |i| (1, i))?;
    let (operands, moved) = (2 * bytes(&x), 4 * bytes(&x));
    Ok(Task::new(operands, move || run(&x)).bytes(moved).against(bench.ceilings.copy(moved)))
}

/// From nine tenths on the first rank. One rank alone is always balanced: nothing is left to do.
fn balance(bench: &Bench) -> Result<Task> {
    let (cx, len) = (bench.cx, bench.size(1 << 24, 1000));
    let offset = |rank: usize| match rank {
        0 => 0,
        rank if rank == cx.size() => len,
        _ => len * 9 / 10,
    };
    let offsets: Vec<usize> = (0..=cx.size()).map(offset).collect();
    let x = cx.random_uniform::<f64>(len, Layout::from_offsets(len, 0, &offsets)?, 1)?;
    check::drawn(&x.balance()?, |i| (1, i))?;
    let operands = 2 * bytes(&x);
    let ceiling = (cx.size() > 1).then(|| bench.ceilings.copy(operands));
    Ok(Task::new(operands, move || x.balance()).against(ceiling))
}
