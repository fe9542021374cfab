//! Standardise the columns of a table: read CSV, subtract each column's mean, divide by its standard deviation, write NPY.
//!
//! ```sh
//! ISOTHERM_RANKS=4 cargo run --example standardise data/digits.csv target/standardised.npy
//! ```
//!
//! What to see: a file is read by all ranks together; several results come from one evaluation; small results are on every
//! rank and combine with large ones that are dealt out; the output has the same bytes for any number of ranks.

use std::process::ExitCode;

use isotherm::io;
use isotherm::prelude::*;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().unwrap_or("data/digits.csv".to_owned());
    let output = arguments.next().unwrap_or("target/standardised.npy".to_owned());

    isotherm::run(|cx| {
        // Rows are dealt out (axis 0): each rank parses its own range of bytes.
        let x = io::read::<f64>(cx, &input, 0)?;

        // One pass for the means and one for the squares about them, for both roots together.
        let (mean, std) = (x.mean(0), x.std(0)).eval()?;

        // A constant column has no deviation to divide by. `scale` is an expression: it costs no array and no pass of its own.
        let scale = select(std.equal(0.0), 1.0, &std);
        let z = ((&x - &mean) / scale).eval()?;
        io::write(&z, &output)?;

        let (low, high) = (z.min(None), z.max(None)).eval()?;
        isotherm::println!(cx, "{}", z.preview()?);
        isotherm::println!(cx, "{output}: from {:.3} to {:.3}", low.item()?, high.item()?);
        Ok(())
    })
}
