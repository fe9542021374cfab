//! Fused expressions against the bandwidth of reading their operands, in the same run.
//!
//! `cargo bench --bench expression`: 16 Mi elements, far beyond the caches; medians of rounds in which the candidates take turns.

use std::hint::black_box;
use std::time::Instant;

use isotherm::comm::Comm;
use isotherm::prelude::*;
use isotherm::{Context, Cpu};

const ELEMENTS: usize = 16 << 20;
const ROUNDS: usize = 9;

fn main() {
    for threads in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
        let cx = Context::new(Comm::solo(), Cpu::new(threads));
        measure::<f64>(&cx, "f64").expect("one rank, and shapes that fit");
        measure::<f32>(&cx, "f32").expect("one rank, and shapes that fit");
    }
}

fn measure<T: isotherm::math::Elementary + Operand<T>>(cx: &Context, name: &str) -> Result<()>
where
    isotherm::random::Uniform: isotherm::random::Distribution<T>,
{
    let x = cx.random_uniform::<T>(ELEMENTS, 0, 1)?;
    let y = cx.random_uniform::<T>(ELEMENTS, 0, 2)?;
    let mut z = cx.zeros::<T>(ELEMENTS, 0)?;
    let half = T::HALF;
    let bytes = (2 * ELEMENTS * size_of::<T>()) as f64;
    let mut seconds = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        seconds[0].push(timed(|| {
            black_box(read(cx, x.local()) + read(cx, y.local()));
        }));
        seconds[1].push(timed(|| {
            black_box(x.sum(None).eval().and_then(|sum| sum.item()).expect("one rank"));
            black_box(y.sum(None).eval().and_then(|sum| sum.item()).expect("one rank"));
        }));
        seconds[2].push(timed(|| {
            let chain = (&x * &x + &y * &y).sqrt() * half + (-&x).exp();
            black_box(chain.sum(None).eval().and_then(|sum| sum.item()).expect("one rank"));
        }));
        seconds[3].push(timed(|| z.assign(&x * half + &y).expect("one rank")));
    }
    let median = |seconds: &mut Vec<f64>| {
        seconds.sort_by(f64::total_cmp);
        seconds[ROUNDS / 2]
    };
    let [read, sum, chain, axpy] = seconds.each_mut().map(median);
    println!(
        "{name}, {} threads: read {:5.1} GB/s; exact sums {:4.1} ms, {:3.0} % of reading; chain {:5.1} ms, {:3.0} %; \
         z = x/2 + y {:5.1} ms (reads and writes {:4.1} GB/s)",
        cx.cpu().threads(),
        bytes / read * 1e-9,
        sum * 1e3,
        100.0 * read / sum,
        chain * 1e3,
        100.0 * read / chain,
        axpy * 1e3,
        1.5 * bytes / axpy * 1e-9,
    );
    Ok(())
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Read everything once: a plain sum in 64 lanes, the fastest thing that touches each element.
fn read<T: isotherm::math::Elementary>(cx: &Context, values: &[T]) -> T {
    let parts = cx.cpu().each(values.chunks(1 << 18).collect(), |chunk: &[T]| {
        pulp::Arch::new().dispatch(|| {
            let mut lanes = [T::ZERO; 64];
            for group in chunk.as_chunks::<64>().0 {
                for (lane, &value) in lanes.iter_mut().zip(group) {
                    *lane = *lane + value;
                }
            }
            lanes.into_iter().fold(T::ZERO, |a, b| a + b)
        })
    });
    parts.into_iter().fold(T::ZERO, |a, b| a + b)
}
