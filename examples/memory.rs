//! Memory, measured: the peak of a resplit of a 2 GiB array on 2 ranks, by the pools' counters and by the system's.
//!
//! ```sh
//! cargo run --release --example memory          # 2 GiB; needs 4.2 GiB
//! cargo run --release --example memory -- 0.25  # GiB
//! ```

use std::time::Instant;

use isotherm::prelude::*;

const RANKS: usize = 2;
const COLUMNS: usize = 16_384;
const MIB: f64 = (1 << 20) as f64;

fn main() -> Result<()> {
    let gib: f64 = std::env::args().nth(1).map_or(2.0, |text| text.parse().expect("a number of GiB"));
    let rows = (gib * 1024.0 * MIB / 8.0 / COLUMNS as f64) as usize;
    let shape = (rows, COLUMNS);
    let seen_before = system("VmHWM:");
    let ranks = isotherm::run_on(RANKS, |cx| resplit(cx, shape))?;
    let mib = |bytes: usize| bytes as f64 / MIB;
    println!("a resplit 0 -> 1 of ({rows}, {COLUMNS}) f64, {:.0} MiB, on {RANKS} ranks", mib(rows * COLUMNS * 8));
    println!("rank  old MiB  new MiB  2 x staging  bound MiB  peak of the pool");
    for (rank, Measured { old, new, staging, peak, .. }) in ranks.iter().enumerate() {
        let (bound, row) = (old + new + staging, [*old, *new, *staging].map(mib));
        let [old, new, staging] = row;
        println!("{rank:4}  {old:7.1}  {new:7.1}  {staging:11.1}  {:9.1}  {:16.1}", mib(bound), mib(*peak));
        assert!(*peak <= bound, "the pool's peak is above its bound");
    }
    let resident = system("VmHWM:").zip(seen_before);
    if let Some((peak, before)) = resident {
        let bound: usize = ranks.iter().map(|rank| rank.old + rank.new + rank.staging).sum();
        println!(
            "the process: {:.1} MiB resident at most (VmHWM), {:.1} before; the bounds add up to {:.1}",
            mib(peak),
            mib(before),
            mib(bound)
        );
    }
    let slowest = ranks.iter().map(|rank| rank.seconds).fold(0.0, f64::max);
    println!("the resplit took {slowest:.2} s: {:.2} GiB/s of the array", gib / slowest);
    Ok(())
}

/// One rank's figures, in bytes.
struct Measured {
    old: usize,
    new: usize,
    staging: usize,
    peak: usize,
    seconds: f64,
}

fn resplit(cx: &Context, shape: (usize, usize)) -> Result<Measured> {
    // Counted off in place, so that nothing before the resplit has a second array.
    let mut x = cx.zeros::<f64>(shape, 0)?;
    x.assign(x.index(0)?.cast::<f64>() * shape.1 as f64 + x.index(1)?.cast::<f64>())?;
    cx.comm().barrier()?;
    cx.pool().reset_peak();
    let start = Instant::now();
    let y = x.resplit(1)?;
    let seconds = start.elapsed().as_secs_f64();
    let peak = cx.pool().peak();
    let last = y.get(&[-1, -1])?;
    assert_eq!(last, (shape.0 * shape.1 - 1) as f64, "an element is not where it belongs");
    let (old, new) = (size_of_val(x.local()), size_of_val(y.local()));
    Ok(Measured { old, new, staging: 2 * cx.staging_limit(), peak, seconds })
}

/// A line of the system's account of this process, in bytes; nothing where there is none.
fn system(name: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.parse::<usize>().ok().map(|kib| kib << 10)
}
