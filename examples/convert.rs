//! Read a file of one format, write a file of another.
//!
//! ```sh
//! ISOTHERM_RANKS=4 cargo run --example convert data/iris.csv target/iris.npy
//! ISOTHERM_RANKS=3 cargo run --example convert target/iris.npy target/iris.tsv
//! ```
//!
//! What to see: names tell formats; the dtype is known only when the program runs, and one generic function serves all; each
//! rank reads and writes its own part. A file that is missing or wrong is one error, the same on every rank:
//! try `Cargo.toml`, or a table with a ragged row.

use std::process::ExitCode;

use isotherm::io::{self, csv::Field};
use isotherm::prelude::*;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let input = arguments.next().unwrap_or("data/iris.csv".to_owned());
    let output = arguments.next().unwrap_or("target/iris.npy".to_owned());

    isotherm::run(|cx| match io::dtype_of(cx, &input)? {
        DType::Bool => convert::<bool>(cx, &input, &output),
        DType::U8 => convert::<u8>(cx, &input, &output),
        DType::I32 => convert::<i32>(cx, &input, &output),
        DType::I64 => convert::<i64>(cx, &input, &output),
        DType::U64 => convert::<u64>(cx, &input, &output),
        DType::F32 => convert::<f32>(cx, &input, &output),
        DType::F64 => convert::<f64>(cx, &input, &output), // text, too: it has no dtype of its own
        DType::C32 => convert::<isotherm::Complex<f32>>(cx, &input, &output),
        DType::C64 => convert::<isotherm::Complex<f64>>(cx, &input, &output),
    })
}

fn convert<T: Field>(cx: &Context, input: &str, output: &str) -> Result<()> {
    let x = io::read::<T>(cx, input, 0)?;
    isotherm::println!(cx, "{input}: {} of {}", x.layout(), x.dtype());
    io::write(&x, output)?;

    // Read back dealt along the last axis: how a file was written says nothing about how it is read.
    let y = io::read::<T>(cx, output, -1)?;
    let same = x.equal(&y).all(None).item()?;
    isotherm::println!(
        cx,
        "{output}: {}, {}",
        y.layout(),
        if same { "all elements equal" } else { "some differ (NaN?)" }
    );
    Ok(())
}
