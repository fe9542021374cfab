//! Heat in a plate with cold walls: the two-dimensional heat equation, checked against its closed-form solution.
//!
//! ```sh
//! ISOTHERM_RANKS=4 cargo run --release --example diffusion
//! ```
//!
//! What to see: the stencil is one formula, without a word about ranks, blocks or halos. Each sweep sends the rows at the
//! borders of blocks on their way, computes what needs none of them, and then the rest. The numbers are the same, bit by bit, on
//! any number of ranks and in any layout; try `placement = 1`, or a mesh of tiles.

use std::f64::consts::PI;
use std::process::ExitCode;

use isotherm::prelude::*;
use isotherm::stencil::{Boundary, sweep};

fn main() -> ExitCode {
    isotherm::run(|cx| {
        let mut coarser = None;
        for n in [16, 32, 64, 128] {
            let error = diffuse(cx, n, 0.05)?;
            let order =
                coarser.map_or(String::new(), |coarser: f64| format!(", order {:.3}", (coarser / error).log2()));
            isotherm::println!(cx, "{n:4} x {n:<4} error {error:.3e}{order}");
            coarser = Some(error);
        }
        let bytes = cx.comm().counters().total().bytes;
        isotherm::println!(cx, "rank 0 sent {bytes} bytes");
        Ok(())
    })
}

/// `u_t = u_xx + u_yy` on the unit square, u = 0 on its walls, by explicit steps on n x n points from sin(πx) sin(πy) until `time`.
/// The largest error.
fn diffuse(cx: &Context, n: usize, time: f64) -> Result<f64> {
    let width = 1.0 / (n + 1) as f64; // the walls are points 0 and n + 1
    let steps = (time / (0.2 * width * width)).ceil();
    let k = time / steps / (width * width);

    let placement = 0;
    let wave = |i: usize| (PI * width * (i + 1) as f64).sin();
    let start = cx.from_fn((n, n), placement, |i| wave(i[0]) * wave(i[1]))?;
    let (mut u, mut next) = (start.clone(), start.clone());
    for _ in 0..steps as usize {
        sweep(u.halo().boundary(Boundary::Fixed(0.0)), &mut next, |u| {
            u.at([0, 0]) + k * (u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 1]) + u.at([0, -1]) - 4.0 * u.at([0, 0]))
        })?;
        std::mem::swap(&mut u, &mut next);
    }
    let exact = (-2.0 * PI * PI * time).exp() * start;
    (u - exact).abs().max(None).item()
}
