//! Reading files, which lie in the system's cache: they have just been written. What counts as operand is the array alone.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use isotherm::io::csv::Format;
use isotherm::io::{read_csv, read_npy, write_npy};
use isotherm::prelude::*;

use crate::check;
use crate::data::{Decimal, Number, bytes};
use crate::task::{Bench, Task, Workload};

const COLUMNS: usize = 16;

pub(crate) fn workloads() -> Vec<Workload> {
    vec![Workload::new::<f64>("csv_read", "250 MB", csv), Workload::new::<f64>("npy_read", "512 MB", npy)]
}

/// A file that goes when it is no longer needed; the first rank makes it go.
struct Temporary {
    path: PathBuf,
    leads: bool,
}

impl Temporary {
    /// A name that all ranks know and no other program has. Collective.
    fn new(cx: &Context, extension: &str) -> Result<Self> {
        let id = cx.comm().broadcast(0, &[u64::from(std::process::id())])?[0];
        let path = std::env::temp_dir().join(format!("isotherm-suite-{id}.{extension}"));
        Ok(Self { path, leads: cx.rank() == 0 })
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.leads {
            std::fs::remove_file(&self.path).ok();
        }
    }
}

fn csv(bench: &Bench) -> Result<Task> {
    let (cx, wanted) = (bench.cx.clone(), bench.size(250_000_000, 10_000));
    let file = Temporary::new(&cx, "csv")?;
    let written = cx.on_root(|| write_table(&file.path, wanted)).unwrap_or(Ok(0));
    let written = cx.agree(written)?;
    let len = cx.comm().broadcast(0, &[written as u64])?[0] as usize;
    let read = move |cx: &Context, file: &Temporary| read_csv::<f64>(cx, &file.path, 0, Format::default());
    let x = read(&cx, &file)?;
    // Every element at a prime distance, so that all columns and numbers of digits come.
    let mut text = String::new();
    let mut right = true;
    for run in x.region().runs() {
        for (place, index) in (run.local..).zip(run.global).step_by(97) {
            text.clear();
            number(&mut text, index);
            right &= text.parse() == Ok(x.local()[place]);
        }
    }
    check::holds(&cx, right, || "a number is not the one in the file".to_owned())?;
    let made = bytes(&x);
    drop(x);
    Ok(Task::new(made, move || read(&cx, &file)).bytes(len))
}

/// Write rows until there are so many bytes; the bytes.
fn write_table(path: &Path, wanted: usize) -> std::io::Result<usize> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let (mut len, mut text) = (0, String::new());
    for row in 0.. {
        text.clear();
        for column in 0..COLUMNS {
            number(&mut text, row * COLUMNS + column);
            text.push(if column + 1 < COLUMNS { ',' } else { '\n' });
        }
        file.write_all(text.as_bytes())?;
        len += text.len();
        if len >= wanted {
            break;
        }
    }
    file.flush()?;
    Ok(len)
}

/// A normal number with 6 to 17 digits.
fn number(text: &mut String, index: usize) {
    let decimals = 5 + (index / COLUMNS + index) % 12;
    write!(text, "{:.decimals$}", f64::normal_at(1, index)).expect("a string takes all that is written");
}

fn npy(bench: &Bench) -> Result<Task> {
    let cx = bench.cx.clone();
    let file = Temporary::new(&cx, "npy")?;
    write_npy(&f64::random(&cx, bench.size((1 << 20, 64), (100, 3)), 1)?, &file.path)?;
    let x = read_npy::<f64>(&cx, &file.path, 0)?;
    check::drawn(&x, |i| (1, i))?;
    let (made, traffic) = (bytes(&x), 2 * bytes(&x));
    drop(x);
    let run = move || read_npy::<f64>(&cx, &file.path, 0);
    Ok(Task::new(made, run).bytes(traffic).against(bench.ceilings.copy(traffic)))
}
