//! The faults: each a program that goes wrong, most of them on one rank only.

use std::path::Path;

use isotherm::cluster::KMeans;
use isotherm::io::csv::Format;
use isotherm::io::{read_csv, read_npy, write_npy, write_together};
use isotherm::{LocalError, prelude::*};

use crate::RANKS;

/// What a program with a fault must come to.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Expected {
    /// Every rank gets the same error, and the ranks can go on together. The words are in it.
    Error(&'static str),
    /// The job ends within seconds, and the words are in what it says.
    End(&'static str),
    /// There is no fault: every rank has the result that is documented.
    Value(&'static str),
    /// The job ends within seconds because a process ended, and the words are in what is said. Ranks that are threads end together.
    Killed(&'static str),
}

use Expected::{End, Error, Killed, Value};

pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// What Heat 1.8.0 makes of the same, measured on 3 ranks.
    pub(crate) heat: &'static str,
    pub(crate) expected: Expected,
    pub(crate) run: fn(&Context, &Path) -> Result<String>,
}

/// The rank on which things go wrong.
const VICTIM: usize = 1;

fn struck(cx: &Context) -> bool {
    cx.rank() == VICTIM
}

const fn fault(
    name: &'static str,
    heat: &'static str,
    expected: Expected,
    run: fn(&Context, &Path) -> Result<String>,
) -> Fault {
    Fault { name, heat, expected, run }
}

#[rustfmt::skip]
pub(crate) const FAULTS: &[Fault] = &[
    fault("NPY file cut short", "A", Error("truncated"), |cx, folder| read(cx, &folder.join("short.npy"))),
    fault("file missing", "A", Error("No such file"), |cx, folder| read(cx, &folder.join("none.npy"))),
    fault("CSV: text in one rank's part", "H", Error("\"word\" is no f64"), |cx, folder| table(cx, &folder.join("word.csv"))),
    fault("CSV: ragged row in one rank's part", "H", Error("the first record has 2"), |cx, folder| table(cx, &folder.join("ragged.csv"))),
    fault("file missing on one rank", "H", Error("No such file"), missing_on_one),
    fault("another file on one rank", "-", Error("another file than rank 0"), another_file),
    fault("file that one rank cannot write", "-", Error("the disk is full"), unwritable),
    fault("blocks of shapes that do not fit", "A", Error("shape"), blocks_of_other_shapes),
    fault("blocks of another dtype on one rank", "H", Error("another dtype"), blocks_of_another_dtype),
    fault("blocks joined along another axis on one rank", "-", Error("another axis"), |cx, _| shown(&cx.from_blocks(&[1.0], (1, 1), usize::from(struck(cx)))?)),
    fault("a block of another layout on one rank", "-", End("different calls"), a_block_of_another_layout),
    fault("random numbers dealt otherwise on one rank", "-", Error("different seeds"), |cx, _| shown(&cx.random_normal::<f64>((6, 6), usize::from(struck(cx)), 1)?)),
    fault("another split on one rank", "H", End("different calls"), another_split),
    fault("another reshape target on one rank", "H", End("different calls"), another_shape),
    fault("another random seed on one rank", "S", Error("different seeds"), |cx, _| shown(&cx.random_uniform::<f64>(6, 0, cx.rank() as u64)?)),
    fault("another seed for k-means on one rank", "-", Error("different arguments"), another_seed),
    fault("another root on one rank", "-", End("different calls"), |cx, _| Ok(format!("{:?}", cx.comm().broadcast(usize::from(struck(cx)), &[cx.rank() as u64])?))),
    fault("another axis on one rank", "-", End("different calls"), |cx, _| shown(&numbers(cx)?.sum(usize::from(struck(cx))).eval()?)),
    fault("error of the user's on one rank", "H", End("this rank has had enough"), error_of_one),
    fault("panic on one rank", "H", End("this rank has had enough"), panic_of_one),
    fault("panic in a closure on worker threads", "-", End("no such number"), panic_in_a_closure),
    fault("panic in a user's reduction", "-", End("no such sum"), panic_in_a_fold),
    fault("call left out on one rank", "-", End("different calls"), missing_call),
    fault("call too many on one rank", "-", End("left"), extra_call),
    fault("early return on one rank", "-", End("left"), early_return),
    fault("exit(3) on one rank", "-", Killed("rank 1 of 3 exits"), |cx, _| if struck(cx) { std::process::exit(3) } else { total(cx) }),
    fault("kill -9 of one rank", "B", Killed("signal 9"), killed),
    fault("array beyond the memory budget", "-", Error("budget"), |cx, _| shown(&cx.with_memory_budget(64).zeros::<f64>(1000, 0)?)),
    fault("integer division by zero on one rank", "H", Value("[1, 0, 3, 4]"), division_by_zero),
    fault("NaN on one rank, maximum", "H (sort)", Value("[3.0, NaN]"), |cx, _| shown(&holed(cx)?.max(0).eval()?)),
    fault("NaN on one rank, mean", "S", Value("[2.0, NaN]"), |cx, _| shown(&holed(cx)?.mean(0).eval()?)),
    fault("NaN on one rank, k-means", "S", Error("holds NaN or infinity"), |cx, _| Ok(format!("{:?}", KMeans::new(2).fit(&holed(cx)?)?.sizes))),
    fault("fewer elements than ranks", "R", Value("[7.0]"), |cx, _| shown(&cx.full(1, 7.0, 0)?.sum(0).keep().eval()?)),
];

/// Files with faults in them, for whoever reads them.
pub(crate) fn files(folder: &Path) -> std::io::Result<()> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/io/f64_c.npy");
    let whole = std::fs::read(golden)?;
    std::fs::write(folder.join("short.npy"), &whole[..whole.len() - 7])?;
    std::fs::write(folder.join("whole.npy"), whole)?;
    let rows = "1,2\n".repeat(100);
    std::fs::write(folder.join("word.csv"), format!("{rows}{rows}word,2\n{rows}"))?;
    std::fs::write(folder.join("ragged.csv"), format!("{rows}{rows}1,2,3\n{rows}"))?;
    std::fs::write(folder.join("other.csv"), format!("{rows}1,2\n"))?;
    std::fs::write(folder.join("rows.csv"), rows)
}

fn shown<T: Element>(x: &DistArray<T>) -> Result<String> {
    Ok(format!("{:?}", x.gather()?))
}

fn numbers(cx: &Context) -> Result<DistArray<f64>> {
    cx.from_fn((6, 4), 0, |index| (index[0] * 4 + index[1]) as f64)
}

fn total(cx: &Context) -> Result<String> {
    shown(&numbers(cx)?.sum(None).eval()?)
}

fn read(cx: &Context, path: &Path) -> Result<String> {
    shown(&read_npy::<f64>(cx, path, 0)?)
}

fn table(cx: &Context, path: &Path) -> Result<String> {
    shown(&read_csv::<f64>(cx, path, 0, Format::default())?)
}

/// One row a rank on three ranks, with a hole in the last one's.
fn holed(cx: &Context) -> Result<DistArray<f64>> {
    cx.from_fn((3, 2), 0, |index| if *index == [2, 1] { f64::NAN } else { (index[0] + 1) as f64 })
}

fn missing_on_one(cx: &Context, folder: &Path) -> Result<String> {
    read(cx, &folder.join(if struck(cx) { "none.npy" } else { "whole.npy" }))
}

fn another_file(cx: &Context, folder: &Path) -> Result<String> {
    table(cx, &folder.join(if struck(cx) { "other.csv" } else { "rows.csv" }))
}

fn unwritable(cx: &Context, folder: &Path) -> Result<String> {
    let path = folder.join("written.npy");
    write_npy(&numbers(cx)?, &path)?;
    let full = |_: &_| if struck(cx) { Err(LocalError::new("the disk is full")) } else { Ok(()) };
    let failed = write_together(cx, &path, 3, full);
    // The old file is still there.
    assert_eq!(read_npy::<f64>(cx, &path, 0)?.local(), numbers(cx)?.local());
    failed.map(|()| "written".to_owned())
}

fn blocks_of_other_shapes(cx: &Context, _: &Path) -> Result<String> {
    let columns = 4 + usize::from(struck(cx));
    shown(&cx.from_blocks(&vec![1.0; 2 * columns], (2, columns), 0)?)
}

fn blocks_of_another_dtype(cx: &Context, _: &Path) -> Result<String> {
    fn blocks<T: Numeric>(cx: &Context) -> Result<String> {
        let x = cx.from_blocks(&[T::ONE], 1, 0)?;
        Ok(format!("{} numbers of {} bytes", x.shape(), size_of::<T>()))
    }
    if struck(cx) { blocks::<f32>(cx) } else { blocks::<f64>(cx) }
}

fn a_block_of_another_layout(cx: &Context, _: &Path) -> Result<String> {
    let layout = Layout::split((3, 3), usize::from(struck(cx)), RANKS)?;
    shown(&cx.from_block(&[1.0; 3], &layout)?)
}

fn another_split(cx: &Context, _: &Path) -> Result<String> {
    let x = numbers(cx)?;
    shown(&x.resplit(if struck(cx) { None } else { Some(1) })?)
}

fn another_shape(cx: &Context, _: &Path) -> Result<String> {
    shown(&numbers(cx)?.reshape(if struck(cx) { (3, 8) } else { (8, 3) })?)
}

fn another_seed(cx: &Context, _: &Path) -> Result<String> {
    Ok(format!("{:?}", KMeans::new(2).seed(cx.rank() as u64).fit(&numbers(cx)?)?.sizes))
}

fn error_of_one(cx: &Context, _: &Path) -> Result<String> {
    if struck(cx) {
        return Err(isotherm::Error::new(ErrorKind::Argument, "this rank has had enough"));
    }
    total(cx)
}

fn panic_of_one(cx: &Context, _: &Path) -> Result<String> {
    assert!(!struck(cx), "this rank has had enough");
    total(cx)
}

fn panic_in_a_closure(cx: &Context, _: &Path) -> Result<String> {
    let x = cx.arange(0.0, 300_000.0, 1.0, 0)?;
    // An element of the middle rank's.
    let checked = x.map(|value: f64| if value == 150_000.0 { panic!("no such number") } else { value });
    shown(&checked.sum(None).eval()?)
}

fn panic_in_a_fold(cx: &Context, _: &Path) -> Result<String> {
    let sum =
        cx.comm().all_reduce(&[cx.rank() as u64], |a, b| if a + b == 1 { panic!("no such sum") } else { a + b })?;
    Ok(format!("{sum:?}"))
}

fn missing_call(cx: &Context, _: &Path) -> Result<String> {
    if !struck(cx) {
        cx.comm().barrier()?;
    }
    total(cx)
}

fn extra_call(cx: &Context, _: &Path) -> Result<String> {
    let sum = total(cx)?;
    if struck(cx) {
        cx.comm().barrier()?;
    }
    Ok(sum)
}

fn early_return(cx: &Context, _: &Path) -> Result<String> {
    if struck(cx) { Ok("nothing to do here".to_owned()) } else { total(cx) }
}

fn killed(cx: &Context, _: &Path) -> Result<String> {
    if struck(cx) {
        let own = std::process::id().to_string();
        std::process::Command::new("kill").args(["-9", &own]).status().expect("there is a kill");
    }
    total(cx)
}

fn division_by_zero(cx: &Context, _: &Path) -> Result<String> {
    let (x, y) = (cx.from_slice(&[1, 2, 3, 4], 4, 0)?, cx.from_slice(&[1, 0, 1, 1], 4, 0)?);
    shown(&x.floor_divide(&y).eval()?)
}
