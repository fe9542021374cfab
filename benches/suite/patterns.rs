//! Access patterns by hand: a plain loop per thread over the operands of a workload, with the better of two kinds of stores.
//!
//! This is the ceiling of element-wise work: what the memory gives to anyone who reads these operands and writes that result.

use std::hint::black_box;
use std::time::Instant;

use bytemuck::Pod;
use isotherm::Cpu;
use isotherm::prelude::*;
use pulp::{Arch, Simd, WithSimd};

use crate::stores;

/// Elements that a thread takes at a time: enough to be far from the next one's.
const PART: usize = 1 << 17;
/// Elements that are computed in the first cache before they are streamed out.
const TILE: usize = 1 << 10;
/// Rounds; the fastest counts.
const ROUNDS: usize = 7;

/// The seconds of the faster kind of loop that writes `out`: `compute(first, part)` writes the elements from number `first` on.
///
/// Collective: all ranks begin together, and the slowest counts.
pub(crate) fn write<T: Pod + Send + Sync>(
    cx: &Context,
    cpu: &Cpu,
    out: &mut [T],
    compute: impl Fn(usize, &mut [T]) + Sync,
) -> Result<f64> {
    let plain = best(cx, || {
        let parts = out.chunks_mut(PART).enumerate().collect();
        cpu.each(parts, |(number, part): (usize, &mut [T])| inline(&compute, number * PART, part));
    })?;
    let streamed = best(cx, || {
        let parts = out.chunks_mut(PART).enumerate().collect();
        cpu.each(parts, |(number, part): (usize, &mut [T])| {
            let mut tile = [T::zeroed(); TILE];
            for (at, part) in part.chunks_mut(TILE).enumerate() {
                let tile = &mut tile[..part.len()];
                inline(&compute, number * PART + at * TILE, tile);
                stores::stream(part, tile);
            }
            stores::fence();
        });
    })?;
    Ok(plain.min(streamed))
}

/// The seconds to read everything once: a sum in 64 lanes, the fastest thing that touches each element.
///
/// Collective, as [`write()`].
pub(crate) fn read(cx: &Context, cpu: &Cpu, values: &[f64]) -> Result<f64> {
    best(cx, || {
        let sums = cpu.each(values.chunks(PART).collect(), |part: &[f64]| Arch::new().dispatch(Sum(part)));
        black_box(sums);
    })
}

/// The least time of some rounds, in each of which the slowest rank counts.
fn best(cx: &Context, mut work: impl FnMut()) -> Result<f64> {
    let mut least = f64::INFINITY;
    for _ in 0..=ROUNDS {
        cx.comm().barrier()?;
        let start = Instant::now();
        work();
        let seconds = cx.comm().all_reduce(&[start.elapsed().as_secs_f64()], f64::max)?;
        least = least.min(seconds[0]);
    }
    Ok(least)
}

/// Loop a part with the best instructions that there are.
fn inline<T>(compute: &(impl Fn(usize, &mut [T]) + Sync), first: usize, part: &mut [T]) {
    Arch::new().dispatch(Loop { body: compute, first, part });
}

/// The arguments of a loop, to be compiled for each instruction set. A closure's call would not be inlined when it is large.
struct Loop<'a, T, F> {
    body: &'a F,
    first: usize,
    part: &'a mut [T],
}

impl<T, F: Fn(usize, &mut [T])> WithSimd for Loop<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        (self.body)(self.first, self.part);
    }
}

struct Sum<'a>(&'a [f64]);

impl WithSimd for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let mut lanes = [0.0; 64];
        for group in self.0.as_chunks::<64>().0 {
            for (lane, &value) in lanes.iter_mut().zip(group) {
                *lane += value;
            }
        }
        lanes.into_iter().sum()
    }
}
