//! `isotherm describe`.

use std::fmt::Write;
use std::time::Instant;

use isotherm::io::{self, CsvArray, csv};
use isotherm::prelude::*;
use isotherm::stats::{self, Column, Ordinal};
use serde_json::{Value, json};

use crate::arguments::{self, Common};
use crate::report::{Facts, Report};
use crate::table::{self, Table};
use crate::{input, json};

/// What is said of a table.
struct Answer {
    facts: Facts,
    rows: usize,
    columns: Vec<(String, Column)>,
    /// Seconds to read the file.
    reading: f64,
}

/// Describe the columns of a file, in the dtype that it has.
pub(crate) fn run(cx: &Context, arguments: &arguments::Describe, common: &Common) -> Result<Report> {
    let start = Instant::now();
    common.progress(cx).say(format_args!("reading {}", arguments.file.display()));
    let answer = match io::dtype_of(cx, &arguments.file)? {
        DType::Bool | DType::U8 => describe::<u8>(cx, arguments, start),
        DType::I32 => describe::<i32>(cx, arguments, start),
        DType::I64 => describe::<i64>(cx, arguments, start),
        DType::U64 => describe::<u64>(cx, arguments, start),
        DType::F32 => describe::<f32>(cx, arguments, start),
        _ => describe::<f64>(cx, arguments, start),
    }?;
    Ok(answer.report(arguments))
}

fn describe<T: Ordinal + csv::Field>(cx: &Context, arguments: &arguments::Describe, start: Instant) -> Result<Answer> {
    let CsvArray { array: x, names } = input::read_with_names::<T>(cx, &arguments.file, &arguments.split)?;
    let reading = start.elapsed().as_secs_f64();
    let columns = stats::describe(&x)?.columns;
    let names = names.unwrap_or_else(|| (0..columns.len()).map(|column| column.to_string()).collect());
    let (rows, columns) = (x.shape()[0], names.into_iter().zip(columns).collect());
    Ok(Answer { facts: Facts::of(&x, start)?, rows, columns, reading })
}

impl Answer {
    fn report(self, arguments: &arguments::Describe) -> Report {
        let text = self.text(arguments);
        let columns = self.columns.into_iter().map(object).collect();
        Report::new(self.facts, [("columns", Value::Array(columns))], text)
    }

    fn text(&self, arguments: &arguments::Describe) -> String {
        let header = ["column", "count", "nan", "mean", "std", "min", "25 %", "median", "75 %", "max"];
        let mut table = Table::new(header);
        for (name, column) in &self.columns {
            let Column { count, nan, mean, std, min, q25, median, q75, max } = *column;
            let facts = [mean, std, min, q25, median, q75, max].map(table::real);
            table.row([name.clone(), table::count(count), table::count(nan)].into_iter().chain(facts));
        }
        let (rows, columns) = (table::count(self.rows as u64), table::count(self.columns.len() as u64));
        let (file, dtype) = (arguments.file.display(), self.facts.dtype.map_or("", DType::name));
        let mut text = format!("{file}: {rows} rows of {columns} columns ({dtype}), ");
        let [all, reading] = [self.facts.seconds, self.reading].map(table::seconds);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}\n\n{table}", self.facts.place());
        let _ = writeln!(text, "{:<11} {all} ({reading} to read)", "time");
        let _ = writeln!(text, "{:<11} {}", "exchanged", self.facts.traffic());
        text
    }
}

fn object((name, column): (String, Column)) -> Value {
    let Column { count, nan, mean, std, min, q25, median, q75, max } = column;
    Value::Object(json::object([
        ("name", json!(name)),
        ("count", json!(count)),
        ("nan", json!(nan)),
        ("mean", json::number(mean)),
        ("std", json::number(std)),
        ("min", json::number(min)),
        ("q25", json::number(q25)),
        ("median", json::number(median)),
        ("q75", json::number(q75)),
        ("max", json::number(max)),
    ]))
}
