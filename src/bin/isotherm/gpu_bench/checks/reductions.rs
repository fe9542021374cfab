//! Reductions along each axis of a small array and of a long one, and over everything.

use isotherm::prelude::*;

use super::super::data::Drawn;
use super::agreement::{Bound, Sample};
use super::operations::Whole;
use super::values::{Random, Values};
use super::{Check, Checks, check};

/// Shapes of rows that one invocation sees, and of those that lanes share.
const SHAPES: [[usize; 3]; 2] = [[7, 5, 6], [3000, 3, 1]];

/// The axes to reduce along.
const AXES: [&[isize]; 4] = [&[0], &[1], &[2], &[0, 1, 2]];

/// Of integers all are exact.
pub(super) fn of_integers<T: Whole>(checks: &mut Checks<'_>) -> Result<()>
where
    T::Sum: Sample,
{
    for shape in SHAPES {
        let x = chosen(checks, shape, &T::special())?;
        for axes in AXES {
            checks.compare(
                &x,
                vec![check(along("sum", axes), Bound::Bits, move |x: &[DistArray<T>]| x[0].sum(axes).eval())],
            )?;
            checks.compare(&x, extremes(axes))?;
            checks.compare(&x, places(axes))?;
        }
    }
    Ok(())
}

/// Of floats least and greatest elements are exact; sums and what is made of them near.
pub(super) fn of_floats<T: Drawn + Values>(checks: &mut Checks<'_>) -> Result<()> {
    for shape in SHAPES {
        let x = chosen(checks, shape, &T::special())?;
        let mut random = Random(7);
        let positive: Vec<T> = (0..shape.iter().product()).map(|_| T::of(1.5 + random.unit())).collect();
        let positive = [checks.array(&positive, shape)?];
        for axes in AXES {
            checks.compare(&x, extremes(axes))?;
            checks.compare(&x, places(axes))?;
            let sums: Vec<Check<T, T>> = vec![
                check(along("sum", axes), Bound::Ulps(8.0), move |x: &[DistArray<T>]| x[0].sum(axes).eval()),
                check(along("mean", axes), Bound::Ulps(8.0), move |x: &[DistArray<T>]| x[0].mean(axes).eval()),
            ];
            checks.compare(&positive, sums)?;
        }
    }
    Ok(())
}

fn along(what: &str, axes: &[isize]) -> String {
    format!("{what} along {axes:?}")
}

fn extremes<T: Real>(axes: &'static [isize]) -> Vec<Check<T, T>> {
    vec![
        check(along("min", axes), Bound::Bits, move |x: &[DistArray<T>]| x[0].min(axes).eval()),
        check(along("max", axes), Bound::Bits, move |x: &[DistArray<T>]| x[0].max(axes).eval()),
    ]
}

fn places<T: Real>(axes: &'static [isize]) -> Vec<Check<T, i64>> {
    vec![
        check(along("argmin", axes), Bound::Bits, move |x: &[DistArray<T>]| x[0].argmin(axes).eval()),
        check(along("argmax", axes), Bound::Bits, move |x: &[DistArray<T>]| x[0].argmax(axes).eval()),
    ]
}

/// An array of these values.
fn chosen<T: Element>(checks: &Checks<'_>, shape: [usize; 3], values: &[T]) -> Result<[DistArray<T>; 1]> {
    let mut random = Random(5);
    let mut pick = || values[random.below(values.len() as u64) as usize];
    let elements: Vec<T> = (0..shape.iter().product()).map(|_| pick()).collect();
    Ok([checks.array(&elements, shape)?])
}
