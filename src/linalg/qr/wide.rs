//! Fewer rows than columns: the first columns are factored, Qᴴ is applied to the others.

use super::Qr;
use crate::array::{DistArray, Roots as _};
use crate::device::{Product, View};
use crate::error::Result;
use crate::expr::{Logic as _, Reductions as _};
use crate::layout::Layout;
use crate::linalg::Field;
use crate::linalg::local::{self, Whole};
use crate::linalg::svd::adjoint;
use crate::linalg::tsqr::not_finite;
use crate::local::Fresh;
use crate::memory::strided::{Grid, Step};

/// `a` by columns is what R is dealt as. Q of the first m columns serves all, since its columns are a whole basis,
/// whatever the rank of those columns.
#[track_caller]
pub(super) fn qr<T: Field>(a: &DistArray<T>) -> Result<Qr<T>> {
    let (cx, m) = (a.context(), a.shape()[0]);
    let a = a.redistribute(&columns_of(a)?)?;
    if !a.is_finite().all(None).eval()?.item()? {
        return Err(not_finite("qr"));
    }
    let first = super::tall(&a.slice((.., ..m as isize))?.resplit(0)?)?;
    let (adjoint, triangle) = (adjoint(&first.q)?.replicate()?, first.r);
    cx.charge(a.layout(), T::DTYPE)?;
    let (columns, here) = (a.layout().progression(1, cx.rank()), a.local_shape()[1]);
    let mut r = Fresh::new(m * here, cx.engine());
    let product = Product {
        shape: (m, here).into(),
        inner: m,
        a: View::row_major(&(m, m).into()),
        b: View::row_major(a.local_shape()),
        at: 0,
        add: false,
    };
    // As a part of a matrix with many columns, also where this rank has one.
    let whole = Whole { rows: m, cols: usize::MAX };
    local::product(cx, &mut r, &product, [adjoint.block(), a.block()], whole);
    // In the first columns R is known to the last zero.
    let known = (0..here).map(|place| (place, columns.nth(place))).filter(|&(_, column)| column < m);
    for (place, column) in known {
        let steps = [Step { extent: m, from: m as isize, into: here as isize }];
        r.copy(&Grid::new(column, place, steps), triangle.block(), cx.engine());
    }
    let r = DistArray::from_parts(r.done((m, here), cx.engine()), a.layout().clone(), cx.clone());
    Ok(Qr { q: first.q, r })
}

/// The layout of `a` when each of its columns lies whole on one rank, and on one only; else balanced blocks of
/// columns.
#[track_caller]
pub(super) fn columns_of<T: Field>(a: &DistArray<T>) -> Result<Layout> {
    let parts: usize = a.layout().mesh().extents()[a.layout().distribution(1).over()].iter().product();
    let ranks = a.context().size();
    if parts == ranks { Ok(a.layout().clone()) } else { Layout::split(a.shape().clone(), 1, ranks) }
}
