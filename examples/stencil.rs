//! Heat in a plate with one hot edge: Jacobi sweeps over shifted slices.
//!
//! ```sh
//! ISOTHERM_RANKS=4 cargo run --release --example stencil
//! ```
//!
//! What to see: the five-point stencil is written as in NumPy, without a word about ranks. A slice leaves its elements where
//! they are, so that only the rows at the borders of blocks travel, when the sweep is evaluated. Each slice is a copy of this
//! rank's block, though: sweeps over blocks with a margin of their neighbours' elements (halos), which copy nothing, come
//! with a later version.

use std::process::ExitCode;

use isotherm::prelude::*;

fn main() -> ExitCode {
    isotherm::run(|cx| {
        let mut plate = cx.zeros::<f64>((48, 48), 0)?;
        plate.set(0, 100.0)?;

        let (mut sweeps, mut change) = (0, f64::INFINITY);
        while change > 0.02 && sweeps < 2000 {
            change = sweep(&mut plate)?;
            sweeps += 1;
        }

        // `change` is the same on every rank, so all of them leave the loop together.
        let bytes = cx.comm().counters().total().bytes;
        isotherm::println!(cx, "{sweeps} sweeps, last change {change:.4}; rank 0 sent {bytes} bytes");
        isotherm::println!(cx, "{}", plate.preview()?);
        Ok(())
    })
}

/// Replace every inner element by the mean of its four neighbours; the largest change.
fn sweep(plate: &mut DistArray<f64>) -> Result<f64> {
    let (before, here, after) = (range(0, -2), range(1, -1), range(2, None));
    let (north, south) = (plate.slice((before, here))?, plate.slice((after, here))?);
    let (west, east) = (plate.slice((here, before))?, plate.slice((here, after))?);
    let old = plate.slice((here, here))?;

    // Both results come from one pass; what they share is computed once.
    let mean = (north + south + west + east) * 0.25;
    let change = (&mean - old).abs().max(None);
    let (mean, change) = (mean, change).eval()?;
    plate.set((here, here), mean)?;
    change.item()
}
