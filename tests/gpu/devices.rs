//! One program on both devices.

use std::fmt::Write as _;
use std::io::Write as _;

use isotherm::Device;
use isotherm::prelude::*;

use crate::agreement::{Bound, Sample};
use crate::world;

/// Why tests of kernels on one rank run on threads only.
pub(crate) const KERNELS: &str = "a kernel does not depend on what carries messages";

/// The same ranks on the CPU and on a GPU.
pub(crate) struct Devices {
    pub(crate) cpu: Context,
    pub(crate) gpu: Context,
}

/// An element-wise operation of one array or more, and what may differ at these operands.
pub(crate) struct Operation<T: Element, R: Element> {
    pub(crate) name: &'static str,
    pub(crate) formula: fn(&[DistArray<T>]) -> Expr<R>,
    pub(crate) bound: fn(&[T]) -> Bound,
}

/// Rows of a table of operations: name, formula of the operands, what may differ.
macro_rules! operations {
    ($($name:literal: $formula:expr, $bound:expr;)*) => {
        vec![$($crate::devices::Operation { name: $name, formula: $formula, bound: $bound }),*]
    };
}
pub(crate) use operations;

/// For tables: the same bits.
pub(crate) fn bits<T>(_: &[T]) -> Bound {
    Bound::Bits
}

/// Operations that share a kernel: together with two operands no more arrays than a kernel may have on every device.
const TOGETHER: usize = 6;

/// Run `f` on one rank: where there are several processes on the first, since the others would do the same.
#[track_caller]
pub(crate) fn alone(f: impl Fn(&Devices) -> Result<()> + Send + Sync) {
    world::first(|| {
        world::run_on(1, |cx| f(&Devices::new(cx)?)).unwrap();
    });
}

impl Devices {
    pub(crate) fn new(cx: &Context) -> Result<Self> {
        Ok(Self { cpu: cx.clone(), gpu: cx.on(Device::AnyGpu)? })
    }

    /// That these operations give on the GPU what they give on the CPU, and are computed there. The columns hold the operands.
    pub(crate) fn compare<T: Sample, R: Sample>(
        &self,
        columns: &[Vec<T>],
        operations: &[Operation<T, R>],
    ) -> Result<()> {
        let gpu = self.gpu.gpu().expect("it was opened");
        if let Some(lacked) = [T::DTYPE, R::DTYPE].into_iter().find(|&dtype| !gpu.supports(dtype)) {
            let names: Vec<&str> = operations.iter().map(|operation| operation.name).collect();
            not_run(&format!("{} of {}", names.join(", "), T::DTYPE), &format!("the device has no {lacked}"));
            return Ok(());
        }
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for column in columns {
            here.push(self.cpu.from_slice(column, column.len(), None)?);
            there.push(here[here.len() - 1].to_device(&self.gpu)?);
        }
        let mut failures = String::new();
        for group in operations.chunks(TOGETHER) {
            let all = |arrays: &[DistArray<T>]| group.iter().map(|its| (its.formula)(arrays)).collect::<Vec<_>>();
            let want = all(&here).eval()?;
            let got = self.on_gpu(|| all(&there).eval())?;
            for ((operation, want), got) in group.iter().zip(want).zip(got) {
                report(&mut failures, operation, columns, want.local(), got.local());
            }
        }
        assert!(failures.is_empty(), "\n{failures}");
        Ok(())
    }

    /// What `f` computes; it must take nothing of the host's memory, as it would where the CPU steps in for the GPU.
    #[track_caller]
    pub(crate) fn on_gpu<R>(&self, f: impl FnOnce() -> Result<R>) -> Result<R> {
        let (bytes, result) = taken(&self.gpu, f)?;
        assert_eq!(bytes, 0, "bytes on the host: the CPU computed this");
        Ok(result)
    }

    /// That a program gives the same array on both devices, dealt alike; in elements what `bound` allows.
    #[track_caller]
    pub(crate) fn both<R: Sample>(
        &self,
        what: &str,
        bound: Bound,
        program: impl Fn(&Context) -> Result<DistArray<R>>,
    ) -> Result<()> {
        let (want, got) = (program(&self.cpu)?, program(&self.gpu)?);
        assert!(got.context().is(&self.gpu), "{what}: the result is elsewhere");
        same(what, bound, &want, &got);
        Ok(())
    }
}

/// Note that `what` did not run on the GPU: `scripts/test.sh` lists it.
fn not_run(what: &str, why: &str) {
    println!("not run on the GPU: {what}: {why}");
    if let Some(file) = std::env::var_os("ISOTHERM_GPU_KERNELS") {
        let mut file = std::fs::File::options().create(true).append(true).open(file).unwrap();
        file.write_all(format!("skipped {what}: {why}\n").as_bytes()).unwrap();
    }
}

/// The bytes of the host's memory that `f` took at most at once: what comes there from a GPU is counted by the rank's pool.
pub(crate) fn taken<R>(cx: &Context, f: impl FnOnce() -> Result<R>) -> Result<(usize, R)> {
    let pool = cx.pool();
    pool.reset_peak();
    let before = pool.peak();
    let result = f()?;
    Ok((pool.peak() - before, result))
}

/// That arrays are dealt alike and agree on this rank.
#[track_caller]
pub(crate) fn same<R: Sample>(what: &str, bound: Bound, want: &DistArray<R>, got: &DistArray<R>) {
    let layout = want.layout();
    assert_eq!(got.layout(), layout, "{what}");
    for (place, (&got, &want)) in got.local().iter().zip(want.local()).enumerate() {
        let dtype = R::DTYPE;
        assert!(got.agrees(want, bound), "{what}: {dtype} {got:?}, on the CPU {want:?}, at {place} here of {layout}");
    }
}

/// Note the first element that disagrees, and how many do.
fn report<T: Sample, R: Sample>(
    failures: &mut String,
    operation: &Operation<T, R>,
    columns: &[Vec<T>],
    want: &[R],
    got: &[R],
) {
    assert_eq!(got.len(), want.len(), "{}", operation.name);
    let operands = |place: usize| columns.iter().map(|column| column[place]).collect::<Vec<T>>();
    let wrong = |&place: &usize| !got[place].agrees(want[place], (operation.bound)(&operands(place)));
    let mut places = (0..want.len()).filter(wrong);
    if let Some(place) = places.next() {
        let (name, dtype, operands, more) = (operation.name, T::DTYPE, operands(place), places.count());
        let (want, got) = (want[place], got[place]);
        writeln!(failures, "{name} of {dtype} {operands:?} is {got:?}, on the CPU {want:?}; and {more} more").unwrap();
    }
}
