//! The Mandelbrot set: a function of one's own over every element, on rows dealt like cards.
//!
//! ```sh
//! ISOTHERM_RANKS=4 cargo run --release --example closure_map
//! ```
//!
//! What to see: `map` takes any closure, which joins the expression around it; a cyclic layout spreads uneven work, and the
//! timers tell whether it did (ratio 1 is perfect balance).

use std::process::ExitCode;

use isotherm::Complex;
use isotherm::prelude::*;

const ROWS: usize = 24;
const COLUMNS: usize = 72;
const MOST_STEPS: i64 = 20_000;

fn main() -> ExitCode {
    isotherm::run(|cx| {
        // Row 0 to the first rank, row 1 to the second and so on: the rows through the middle take longest.
        let rows = Distribution::Cyclic { over: 0..1, block: 1 };
        let layout = Layout::new((ROWS, COLUMNS), Mesh::line(cx.size())?, vec![rows, Distribution::Whole])?;
        let plane = cx.from_fn((ROWS, COLUMNS), &layout, |index| {
            let along = |axis: usize, extent: usize| (index[axis] as f64 + 0.5) / extent as f64;
            Complex::new(-2.2 + 3.2 * along(1, COLUMNS), 1.2 - 2.4 * along(0, ROWS))
        })?;

        let timer = cx.timer("mandelbrot");
        let steps = plane.map(escape).eval()?;
        drop(timer);

        let inside = steps.equal(MOST_STEPS).cast::<f64>().mean(None).item()?;
        if let Some(steps) = steps.gather_on(0)? {
            for row in steps.chunks_exact(COLUMNS) {
                println!("{}", row.iter().map(|&steps| shade(steps)).collect::<String>());
            }
        }
        isotherm::println!(cx, "area {:.2} of the set", inside * 3.2 * 2.4);
        isotherm::println!(cx, "{}", cx.timings()?);
        Ok(())
    })
}

/// The number of steps after which `z² + c` leaves the circle of radius 2.
fn escape(c: Complex<f64>) -> i64 {
    let mut z = Complex::<f64>::default();
    (0..MOST_STEPS)
        .find(|_| {
            z = z * z + c;
            z.norm_sqr() > 4.0
        })
        .unwrap_or(MOST_STEPS)
}

fn shade(steps: i64) -> char {
    match steps {
        ..4 => ' ',
        4..8 => '.',
        8..20 => ':',
        20..MOST_STEPS => '+',
        _ => '#',
    }
}
