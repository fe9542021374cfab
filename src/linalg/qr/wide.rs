//! Fewer rows than columns: the first columns are factored, Qᴴ is applied to the others.

use faer::traits::ext::ComplexFieldExt as _;
use faer::{MatMut, MatRef};

use super::Qr;
use crate::array::DistArray;
use crate::comm::Exact;
use crate::error::Result;
use crate::layout::Layout;
use crate::linalg::Field;
use crate::linalg::local::{self, Matrix, Whole};
use crate::linalg::tsqr::not_finite;
use crate::local::Local;

/// `a` by columns is what R is dealt as. Q of the first m columns serves all, since its columns are a whole basis,
/// whatever the rank of those columns.
#[track_caller]
pub(super) fn qr<T: Field>(a: &DistArray<T>) -> Result<Qr<T>> {
    let (cx, m) = (a.context(), a.shape()[0]);
    let a = a.redistribute(&columns_of(a)?)?;
    let finite = a.local().iter().all(T::is_finite);
    if cx.comm().all_reduce_exact(&[!finite], Exact::Or)?[0] {
        return Err(not_finite("qr"));
    }
    let first = super::tall(&a.slice((.., ..m as isize))?.resplit(0)?)?;
    let (q, triangle) = (first.q.replicate()?, first.r);
    cx.charge(a.layout(), T::DTYPE)?;
    let (columns, here) = (a.layout().progression(1, cx.rank()), a.local_shape()[1]);
    let mut r = cx.pool().take(m * here);
    let mut adjoint = cx.pool().take(m * m);
    MatMut::from_row_major_slice_mut(&mut adjoint, m, m)
        .copy_from(MatRef::from_row_major_slice(q.local(), m, m).adjoint());
    let matrix = |data, cols| Matrix { data, rows: m, cols, stride: cols };
    let factors = (matrix(&adjoint[..], m), matrix(a.local(), here));
    // As a part of a matrix with many columns, also where this rank has one.
    let whole = Whole { rows: m, cols: usize::MAX };
    local::stack(cx.cpu(), false, &mut r, (m, here), whole, |_| factors);
    let mut product = MatMut::from_row_major_slice_mut(&mut r, m, here);
    // In the first columns R is known to the last zero.
    for (place, column) in (0..here).map(|place| (place, columns.nth(place))).filter(|&(_, column)| column < m) {
        (0..m).for_each(|row| product[(row, place)] = triangle.local()[row * m + column]);
    }
    let r = DistArray::from_parts(Local::new(r, (m, here)), a.layout().clone(), cx.clone());
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
