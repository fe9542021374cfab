//! The oracle: a dense array, padded axis by axis after the definition of each boundary, and loops over it.

use std::ops::{Add, Mul};

use isotherm::prelude::*;
use isotherm::stencil::{Boundary, Halo};

/// A boundary that can be compared and printed; values are small integers, so that no result is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Open,
    Periodic,
    Fixed(i64),
    Nearest,
    Reflect,
    Mirror,
    Function,
}

pub(crate) const EDGES: [Edge; 7] =
    [Edge::Open, Edge::Periodic, Edge::Fixed(7), Edge::Nearest, Edge::Reflect, Edge::Mirror, Edge::Function];

/// Numbers that small integers convert to.
pub(crate) trait Number: Numeric + Operand<Self> + Add<Output = Self> + Mul<Output = Self> {
    fn of(value: i64) -> Self;
}

macro_rules! numbers {
    ($($rust:ty: $value:ident => $number:expr;)*) => {$(
        impl Number for $rust {
            fn of($value: i64) -> Self {
                $number
            }
        }
    )*};
}
numbers! {
    i64: value => value;
    f32: value => value as f32;
    f64: value => value as f64;
    isotherm::Complex<f64>: value => isotherm::Complex::new(value as f64, (value % 5) as f64);
}

/// The value of a user's function at an index that may lie outside.
pub(crate) fn outside(index: &[isize]) -> i64 {
    index.iter().fold(1, |sum, &i| 3 * sum + i as i64).rem_euclid(50)
}

/// The element at an index.
pub(crate) fn inside(index: &[usize], field: usize) -> i64 {
    index.iter().fold(field + 2, |sum, &i| 7 * sum + i) as i64 % 23
}

/// This array with these boundaries.
pub(crate) fn halo<T: Number>(x: &DistArray<T>, edges: &[[Edge; 2]]) -> Halo<'static, T> {
    let boundary = |edge: Edge| match edge {
        Edge::Open => Boundary::Open,
        Edge::Periodic => Boundary::Periodic,
        Edge::Fixed(value) => Boundary::Fixed(T::of(value)),
        Edge::Nearest => Boundary::Nearest,
        Edge::Reflect => Boundary::Reflect,
        Edge::Mirror => Boundary::Mirror,
        Edge::Function => Boundary::function(|index| T::of(outside(index))),
    };
    edges.iter().enumerate().fold(x.halo(), |halo, (axis, &[before, after])| {
        halo.before(axis, boundary(before)).after(axis, boundary(after))
    })
}

/// An element with the index that a boundary brought it from. Nothing beyond open edges.
type Cell<T> = Option<(T, Vec<isize>)>;

/// A dense array with a margin of `width` on every side.
pub(crate) struct Padded<T> {
    shape: Shape,
    width: usize,
    cells: Vec<Cell<T>>,
}

impl<T: Number> Padded<T> {
    /// Field number `field`, padded axis by axis.
    pub(crate) fn new(shape: &Shape, field: usize, edges: &[[Edge; 2]], width: usize) -> Self {
        let cell = |position| {
            let index = shape.unravel(position);
            Some((T::of(inside(&index, field)), index.iter().map(|&i| i as isize).collect()))
        };
        let mut extents = shape.clone();
        let mut cells: Vec<Cell<T>> = (0..shape.size()).map(cell).collect();
        for (axis, &edges) in edges.iter().enumerate() {
            (cells, extents) = padded(&cells, &extents, axis, edges, width);
        }
        Self { shape: extents, width, cells }
    }

    /// What is found at an index that may lie outside.
    pub(crate) fn at(&self, index: &[isize]) -> Option<T> {
        let place: Vec<usize> = index.iter().map(|i| (i + self.width as isize) as usize).collect();
        self.cells[self.shape.ravel(&place)].as_ref().map(|(value, _)| *value)
    }
}

fn padded<T: Number>(
    cells: &[Cell<T>],
    extents: &Shape,
    axis: usize,
    edges: [Edge; 2],
    width: usize,
) -> (Vec<Cell<T>>, Shape) {
    let n = extents[axis] as isize;
    let wider = extents.with(axis, extents[axis] + 2 * width);
    let cell = |position| {
        let mut place = wider.unravel(position);
        let i = place[axis] as isize - width as isize;
        let edge = if i < 0 { edges[0] } else { edges[1] };
        let mut from = |i: isize| {
            place[axis] = i as usize;
            cells[extents.ravel(&place)].clone()
        };
        match edge {
            _ if (0..n).contains(&i) => from(i),
            Edge::Open => None,
            Edge::Periodic => from(i.rem_euclid(n)),
            Edge::Nearest => from(if i < 0 { 0 } else { n - 1 }),
            Edge::Reflect => from(folded(i, n, |i| -1 - i, |i| 2 * n - 1 - i)),
            Edge::Mirror if n == 1 => from(0),
            Edge::Mirror => from(folded(i, n, |i| -i, |i| 2 * n - 2 - i)),
            Edge::Fixed(_) | Edge::Function => from(0).map(|(_, mut index)| {
                index[axis] = i;
                (T::of(if let Edge::Fixed(value) = edge { value } else { outside(&index) }), index)
            }),
        }
    };
    ((0..wider.size()).map(cell).collect(), wider)
}

/// Folds an index back and forth until it is inside.
fn folded(mut i: isize, n: isize, before: impl Fn(isize) -> isize, after: impl Fn(isize) -> isize) -> isize {
    while !(0..n).contains(&i) {
        i = if i < 0 { before(i) } else { after(i) };
    }
    i
}

/// A sum of products: the field, the offset and the factor of each term.
pub(crate) type Terms = Vec<(usize, Vec<isize>, i64)>;

/// What a sweep of `terms` writes at each element; nothing where it reads beyond an open edge.
pub(crate) fn swept<T: Number>(shape: &Shape, fields: &[Padded<T>], terms: &Terms) -> Vec<Option<T>> {
    let result = |position: usize| {
        let index = shape.unravel(position);
        let mut sum = T::of(0);
        for (field, offset, factor) in terms {
            let place: Vec<isize> = index.iter().zip(offset).map(|(&i, o)| i as isize + o).collect();
            sum = sum + fields[*field].at(&place)? * T::of(*factor);
        }
        Some(sum)
    };
    (0..shape.size()).map(result).collect()
}

/// That every element of this rank is the expected one, or `kept` where nothing is expected.
#[track_caller]
pub(crate) fn same<T: Number>(x: &DistArray<T>, expected: &[Option<T>], kept: T, what: &str) {
    for run in x.region().runs() {
        for (global, local) in run.global.zip(run.local..) {
            let (got, wanted) = (x.local()[local], expected[global].unwrap_or(kept));
            assert!(got == wanted, "{what}: element {:?} is {got:?}, not {wanted:?}", x.shape().unravel(global));
        }
    }
}
