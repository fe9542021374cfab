//! The page for people: one line a workload, printed when it is done.

use isotherm::prelude::*;

use crate::ceilings::Ceilings;
use crate::record::{Measured, Record};

/// The ceilings, and the names of the columns.
pub(crate) fn begin(cx: &Context, ceilings: &Ceilings) {
    isotherm::println!(cx, "{ceilings}");
    isotherm::println!(
        cx,
        "{:15} {:28} {:5} {:>10} {:>7} {:>13} {:>16} {:>6}",
        "workload",
        "case",
        "dtype",
        "median",
        "spread",
        "rate",
        "of the ceiling",
        "memory"
    );
}

/// One result.
pub(crate) fn row(cx: &Context, record: &Record) {
    let figures = match &record.outcome {
        Ok(measured) => figures(measured),
        Err(error) => format!("ERROR {error}"),
    };
    isotherm::println!(cx, "{:15} {:28} {:5} {figures}", record.name, record.case, record.dtype.name());
}

/// Median, quartiles' distance as a share of it, rate, share of the ceiling, peak over operands.
fn figures(measured: &Measured) -> String {
    let (median, work) = (measured.quantile(0.5), &measured.work);
    let spread = (measured.quantile(0.75) - measured.quantile(0.25)) / median;
    let share = work
        .ceiling
        .as_ref()
        .map_or(String::new(), |ceiling| format!("{:4.0} % {:>9}", 100.0 * ceiling.seconds / median, ceiling.name));
    let memory = match work.operand_bytes {
        0 => String::new(),
        operands => format!("{:.2}", measured.peak_bytes as f64 / operands as f64),
    };
    format!("{:>10} {:5.1} % {:>13} {share:>16} {memory:>6}", time(median), 100.0 * spread, rate(measured, median))
}

fn rate(measured: &Measured, median: f64) -> String {
    let work = &measured.work;
    if work.units > 1 {
        format!("{:.0} ns each", median / work.units as f64 * 1e9)
    } else if work.flops > 0.0 {
        format!("{:.1} GFLOP/s", work.flops / median * 1e-9)
    } else {
        format!("{:.2} GB/s", work.bytes as f64 / median * 1e-9)
    }
}

fn time(seconds: f64) -> String {
    format!("{:.3} ms", seconds * 1e3)
}
