//! Random operands, and whether results are right: large ones are looked at in several places.

use isotherm::prelude::*;
use isotherm::random::{Seed, Uniform, at};

use super::checks::agreement::{Bound, Sample};

/// Dtypes of most workloads.
pub(super) trait Drawn: Float + Sample + Numeric<Sum = Self> + Operand<Self> {
    /// What lies between 1 and the next number.
    const UNIT: f64;

    /// Uniform numbers in [0, 1), dealt along axis 0.
    fn uniform(cx: &Context, shape: impl Into<Shape>, seed: u64) -> Result<DistArray<Self>>;
    /// Element `index` of that.
    fn at(seed: u64, index: usize) -> Self;
    fn double(self) -> f64;
    fn of(value: f64) -> Self;
}

macro_rules! drawn {
    ($($float:ident),*) => {$(
        impl Drawn for $float {
            const UNIT: f64 = $float::EPSILON as f64;

            fn uniform(cx: &Context, shape: impl Into<Shape>, seed: u64) -> Result<DistArray<Self>> {
                cx.random_uniform(shape, 0, seed)
            }

            fn at(seed: u64, index: usize) -> Self {
                at(Uniform, Seed::new(seed), index as u64)
            }

            fn double(self) -> f64 {
                self.into()
            }

            fn of(value: f64) -> Self {
                value as $float
            }
        }
    )*};
}
drawn!(f32, f64);

/// Elements that are looked at in each place.
const LOOKED_AT: usize = 200;

/// The beginnings of the rows that are looked at, and how many there are of each.
fn places(rows: usize, row: usize) -> ([usize; 4], usize) {
    let together = (LOOKED_AT / row.max(1)).clamp(1, rows);
    let last = rows - together;
    ([0, last / 3, last / 2, last], together)
}

/// Some rows of an array, from `start` on.
pub(super) fn rows<T: Element>(x: &DistArray<T>, start: usize, together: usize) -> Result<DistArray<T>> {
    x.slice(range(start as isize, (start + together) as isize))
}

/// Whether elements in several places are what `want(index in row-major order)` says.
pub(super) fn sampled<T: Sample>(got: &DistArray<T>, bound: Bound, want: impl Fn(usize) -> T) -> Result<()> {
    let row = got.size() / got.shape()[0];
    let (starts, together) = places(got.shape()[0], row);
    for start in starts {
        let part = rows(got, start, together)?.gather()?;
        for (at, &value) in part.iter().enumerate().step_by((part.len() / LOOKED_AT).max(1)) {
            let (index, want) = (start * row + at, want(start * row + at));
            if !value.agrees(want, bound) {
                return Err(wrong(format!("{value:?} at {index}, not {want:?}")));
            }
        }
    }
    Ok(())
}

/// Whether an element-wise `formula` gives on the CPU what it gave here, in several places.
pub(super) fn same_on_cpu<T: Element, R: Sample>(
    cpu: &Context,
    operands: &[DistArray<T>],
    got: &DistArray<R>,
    formula: fn(&[DistArray<T>]) -> Expr<R>,
    bound: Bound,
) -> Result<()> {
    let (starts, together) = places(got.shape()[0], 1);
    for start in starts {
        let parts: Vec<DistArray<T>> =
            operands.iter().map(|x| rows(x, start, together)?.to_device(cpu)).collect::<Result<_>>()?;
        let (want, got) = (formula(&parts).eval()?.gather()?, rows(got, start, together)?.gather()?);
        agree(&got, &want, bound)?;
    }
    Ok(())
}

/// Whether replicated values agree.
pub(super) fn agree<T: Sample>(got: &[T], want: &[T], bound: Bound) -> Result<()> {
    match got.iter().zip(want).position(|(&got, &want)| !got.agrees(want, bound)) {
        None => Ok(()),
        Some(at) => Err(wrong(format!("{:?} at {at}, on the CPU {:?}", got[at], want[at]))),
    }
}

/// Whether something that all ranks know holds.
pub(super) fn holds(holds: bool, what: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(wrong(what())) }
}

fn wrong(what: String) -> Error {
    Error::new(ErrorKind::Device, what)
}
