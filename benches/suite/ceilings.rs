//! What this machine can do at all: measured before the workloads, by the same process, on the same cores.

use std::fmt;
use std::hint::black_box;

use isotherm::Cpu;
use isotherm::prelude::*;
use serde_json::{Value, json};

use crate::timing::timed;
use crate::{patterns, peak};

/// The seconds that a limit of the machine sets, and the name of this limit.
pub(crate) struct Ceiling {
    pub(crate) name: &'static str,
    pub(crate) seconds: f64,
}

impl Ceiling {
    /// The one that takes longer.
    pub(crate) fn or(self, other: Self) -> Self {
        if other.seconds > self.seconds { other } else { self }
    }
}

/// Rates in GB/s, of all ranks together.
#[derive(Clone, Copy)]
pub(crate) struct Bandwidth {
    cores: usize,
    read: f64,
    copy: f64,
    triad: f64,
}

/// The limits of the machine for these ranks and threads.
pub(crate) struct Ceilings {
    full: Bandwidth,
    fill: f64,
    gemm_f32: f64,
    gemm_f64: f64,
    /// Microseconds of an all-reduce of 8 values.
    allreduce: f64,
    /// GB/s of all ranks, each of which sends to the next; none on one rank.
    exchange: Option<f64>,
    by_cores: Vec<Bandwidth>,
}

impl Ceilings {
    /// Measure them. Collective.
    pub(crate) fn measure(cx: &Context, quick: bool) -> Result<Self> {
        let len = if quick { 1 << 10 } else { 1 << 25 };
        let (x, y) = (cx.random_uniform::<f64>(len, 0, 1)?, cx.random_uniform::<f64>(len, 0, 2)?);
        let mut out = cx.pool().take::<f64>(x.local().len());
        let mut by_cores = Vec::new();
        for cores in 1..=cx.size() * cx.cpu().threads() {
            by_cores.push(bandwidth(cx, cores, x.local(), y.local(), &mut out)?);
        }
        let fill = patterns::write(cx, cx.cpu(), &mut out, |_, part| part.fill(0.5))?;
        Ok(Self {
            full: by_cores[by_cores.len() - 1],
            fill: (len * size_of::<f64>()) as f64 / fill * 1e-9,
            gemm_f32: peak::gflops::<f32>(cx, cx.cpu(), quick)?,
            gemm_f64: peak::gflops::<f64>(cx, cx.cpu(), quick)?,
            allreduce: allreduce(cx, quick)?,
            exchange: exchange(cx, quick)?,
            by_cores,
        })
    }

    /// The time to read so many bytes.
    pub(crate) fn read(&self, bytes: usize) -> Ceiling {
        Self::at("read", bytes, self.full.read)
    }

    /// The time to copy an array, of so many bytes read and written together.
    pub(crate) fn copy(&self, bytes: usize) -> Ceiling {
        Self::at("copy", bytes, self.full.copy)
    }

    /// The time to read two arrays and write one, of so many bytes together.
    pub(crate) fn triad(&self, bytes: usize) -> Ceiling {
        Self::at("triad", bytes, self.full.triad)
    }

    /// The time to write so many bytes.
    pub(crate) fn fill(&self, bytes: usize) -> Ceiling {
        Self::at("fill", bytes, self.fill)
    }

    /// The time of so many operations in multiply-adds of a dtype.
    pub(crate) fn gemm(&self, dtype: DType, flops: f64) -> Ceiling {
        let (name, rate) = match dtype {
            DType::F32 => ("gemm_f32", self.gemm_f32),
            _ => ("gemm_f64", self.gemm_f64),
        };
        Ceiling { name, seconds: flops / rate * 1e-9 }
    }

    fn at(name: &'static str, bytes: usize, rate: f64) -> Ceiling {
        Ceiling { name, seconds: bytes as f64 / rate * 1e-9 }
    }

    pub(crate) fn json(&self) -> Value {
        let by_cores = |at: &Bandwidth| {
            let Bandwidth { cores, read, copy, triad } = *at;
            json!({"cores": cores, "read_gbs": read, "copy_gbs": copy, "triad_gbs": triad})
        };
        json!({
            "read_gbs": self.full.read,
            "copy_gbs": self.full.copy,
            "triad_gbs": self.full.triad,
            "fill_gbs": self.fill,
            "gemm_f32_gflops": self.gemm_f32,
            "gemm_f64_gflops": self.gemm_f64,
            "allreduce_us": self.allreduce,
            "exchange_gbs": self.exchange,
            "by_cores": self.by_cores.iter().map(by_cores).collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Ceilings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Bandwidth { cores, read, copy, triad } in &self.by_cores {
            writeln!(f, "{cores} cores: read {read:.1} GB/s, copy {copy:.1} GB/s, triad {triad:.1} GB/s")?;
        }
        writeln!(f, "fill {:.1} GB/s, f32 {:.0} GFLOP/s, f64 {:.0} GFLOP/s", self.fill, self.gemm_f32, self.gemm_f64)?;
        write!(f, "all-reduce of 8 values {:.2} us", self.allreduce)?;
        self.exchange.map_or(Ok(()), |exchange| write!(f, ", exchange {exchange:.1} GB/s"))?;
        writeln!(f)
    }
}

/// Bandwidths with the first `cores` of all ranks' threads; each works on its share of its rank's elements.
fn bandwidth(cx: &Context, cores: usize, x: &[f64], y: &[f64], out: &mut [f64]) -> Result<Bandwidth> {
    let threads = cx.cpu().threads();
    let used = cores.saturating_sub(cx.rank() * threads).min(threads);
    let len = x.len() * used / threads;
    let (x, y, out) = (&x[..len], &y[..len], &mut out[..len]);
    let cpu = Cpu::new(used.max(1));
    let read = patterns::read(cx, &cpu, x)?;
    let copy = patterns::write(cx, &cpu, out, |first, part| part.copy_from_slice(&x[first..first + part.len()]))?;
    let triad = patterns::write(cx, &cpu, out, |first, part| {
        for ((z, x), y) in part.iter_mut().zip(&x[first..]).zip(&y[first..]) {
            *z = x + 3.0 * y;
        }
    })?;
    black_box(&out);
    let all = cx.comm().all_reduce(&[(len * size_of::<f64>()) as u64], |a, b| a + b)?[0] as f64 * 1e-9;
    Ok(Bandwidth { cores, read: all / read, copy: 2.0 * all / copy, triad: 3.0 * all / triad })
}

/// Microseconds of an all-reduce of 8 values: the median of batches.
fn allreduce(cx: &Context, quick: bool) -> Result<f64> {
    let count = if quick { 10 } else { 500 };
    let mut batches = Vec::new();
    for _ in 0..7 {
        batches.push(timed(cx, &mut || {
            for _ in 0..count {
                black_box(cx.comm().all_reduce(&[1.5; 8], |a, b| a + b)?);
            }
            Ok(())
        })?);
    }
    batches.sort_by(f64::total_cmp);
    Ok(batches[3] / f64::from(count) * 1e6)
}

/// GB/s of messages of 64 MiB, of all ranks together, from each to the next.
fn exchange(cx: &Context, quick: bool) -> Result<Option<f64>> {
    let (rank, size) = (cx.rank(), cx.size());
    if size == 1 {
        return Ok(None);
    }
    let message = vec![0.5; if quick { 16 } else { 1 << 23 }];
    let mut least = f64::INFINITY;
    for _ in 0..5 {
        least = least.min(timed(cx, &mut || {
            black_box(cx.comm().send_receive((rank + 1) % size, &message, (rank + size - 1) % size)?);
            Ok(())
        })?);
    }
    Ok(Some((size * size_of_val(&*message)) as f64 / least * 1e-9))
}
