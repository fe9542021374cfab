//! Sweeps to try, and running them.

use isotherm::prelude::*;
use isotherm::stencil::{Formula, Neighbours, sweep};

use crate::oracle::{self, Edge, Number, Padded, Terms};

/// The farthest offset that is drawn.
pub(crate) const WIDTH: usize = 3;

/// A generator of numbers for cases in a loop: Knuth's linear congruences.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// Boundaries of every kind, in all pairs that there are.
    pub(crate) fn edges(&mut self, ndim: usize) -> Vec<[Edge; 2]> {
        let pair = |_| match [self.below(7), self.below(7)].map(|edge| oracle::EDGES[edge]) {
            [Edge::Periodic, _] | [_, Edge::Periodic] => [Edge::Periodic; 2],
            pair => pair,
        };
        (0..ndim).map(pair).collect()
    }

    /// Up to five terms over so many fields, each of them read at least once.
    pub(crate) fn terms(&mut self, ndim: usize, fields: usize) -> Terms {
        let count = fields + self.below(4);
        let offset = |draw: &mut Self| draw.below(2 * WIDTH + 1) as isize - WIDTH as isize;
        let term = |k: usize| {
            let offsets = (0..ndim).map(|_| offset(self)).collect();
            (k % fields, offsets, self.below(5) as i64 - 2)
        };
        (0..count).map(term).collect()
    }
}

/// The sum of these terms over the fields.
pub(crate) fn formula<'s, T: Number>(fields: &[&'s Neighbours<T>], terms: &Terms) -> Formula<'s, T> {
    let term = |(field, offset, factor): &(usize, Vec<isize>, i64)| {
        fields[*field].at(offset.as_slice()) * T::of(*factor).operand()
    };
    let mut terms = terms.iter().map(term);
    let first = terms.next().unwrap();
    terms.fold(first, |sum, term| sum + term)
}

/// Field number `field` of this layout.
pub(crate) fn field<T: Number>(cx: &Context, layout: &Layout, field: usize) -> Result<DistArray<T>> {
    cx.from_fn(layout.shape().clone(), layout, |index| T::of(oracle::inside(index, field)))
}

/// A sweep over one field, and one over two, against the oracle.
pub(crate) fn check<T: Number>(cx: &Context, layout: &Layout, draw: &mut Draw) -> Result<()> {
    let shape = layout.shape();
    let kept = T::of(-1);
    let edges = [draw.edges(shape.ndim()), draw.edges(shape.ndim())];
    let padded = [0, 1].map(|k| Padded::new(shape, k, &edges[k], WIDTH));
    let (u, v) = (field::<T>(cx, layout, 0)?, field::<T>(cx, layout, 1)?);
    let (halo_u, halo_v) = (oracle::halo(&u, &edges[0]), oracle::halo(&v, &edges[1]));
    let mut next = cx.full(shape.clone(), kept, layout)?;

    let terms = draw.terms(shape.ndim(), 1);
    let what = format!("{} of {layout}, {:?}, {terms:?}", T::DTYPE, edges[0]);
    sweep(halo_u.clone(), &mut next, |u| formula(&[u], &terms))?;
    assert_eq!(next.layout(), layout, "{what}");
    oracle::same(&next, &oracle::swept(shape, &padded[..1], &terms), kept, &what);

    let (one, other) = (draw.terms(shape.ndim(), 2), draw.terms(shape.ndim(), 2));
    let what = format!("{} of {layout}, {edges:?}, {one:?}, {other:?}", T::DTYPE);
    let (mut a, mut b) = (cx.full(shape.clone(), kept, layout)?, cx.full(shape.clone(), kept, layout)?);
    sweep((halo_u, halo_v), (&mut a, &mut b), |(u, v)| (formula(&[u, v], &one), formula(&[u, v], &other)))?;
    let (mut in_a, mut in_b) = (oracle::swept(shape, &padded, &one), oracle::swept(shape, &padded, &other));
    // Both are computed where both find all that they read.
    for (a, b) in in_a.iter_mut().zip(&mut in_b) {
        if a.is_none() || b.is_none() {
            (*a, *b) = (None, None);
        }
    }
    oracle::same(&a, &in_a, kept, &what);
    oracle::same(&b, &in_b, kept, &what);
    Ok(())
}
