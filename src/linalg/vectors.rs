//! Products of vectors: inner and outer.

use crate::array::{DistArray, Roots};
use crate::axis::Axis;
use crate::dtype::Numeric;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{ArrayLike, Expr, Logic, Reductions, unary};
use crate::linalg::matmul;
use crate::program::Unary;

/// The inner products of the vectors along `axis`, the first ones conjugated; the other axes broadcast.
///
/// **Collective** when the axis is dealt: one all-reduce of one sum for each product; the operand that lies otherwise moves first.
/// Class: Exact for integers, which wrap. Reproducible for floats: each product is rounded, their sum is exact and rounded once.
///
/// # Errors
/// [`ErrorKind::Axis`] when an operand has no such axis, or a positive `axis` means different ones; [`ErrorKind::Shape`] when
/// their extents differ or other axes do not broadcast.
///
/// # Examples
/// ```
/// use isotherm::linalg::vecdot;
/// isotherm::run_on(2, |cx| {
///     let x = cx.from_fn((2, 3), 1, |i| (3 * i[0] + i[1]) as i64)?;
///     let y = cx.arange(1_i64, 4, 1, None)?;
///     assert_eq!(vecdot(&x, &y, -1)?.gather()?, [8, 26]);
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn vecdot<T: Numeric>(x: &DistArray<T>, y: &DistArray<T>, axis: impl Into<Axis>) -> Result<DistArray<T>> {
    let axis = axis.into();
    let (i, j) = (axis.resolve(x.ndim())?, axis.resolve(y.ndim())?);
    if x.ndim() - i != y.ndim() - j {
        let message = format!("axis {i} of shapes {} and {}: count it from the back", x.shape(), y.shape());
        return Err(Error::new(ErrorKind::Axis, message));
    }
    if x.shape()[i] != y.shape()[j] {
        let message = format!("vecdot of shapes {} and {}: the extents along the axis differ", x.shape(), y.shape());
        return Err(Error::new(ErrorKind::Shape, message));
    }
    let products = conjugate(x) * y;
    products.sum(i.max(j)).eval()?.cast::<T>().eval()
}

/// The inner product of all elements of two arrays, those of the first conjugated; as vectors in row-major order when their shapes differ.
///
/// **Collective.** As [`vecdot`]; arrays of different shapes are flattened, which moves what must. The scalar is on every rank.
///
/// # Errors
/// [`ErrorKind::Shape`] when the numbers of elements differ.
///
/// # Examples
/// ```
/// use isotherm::{Complex, linalg::vdot};
/// isotherm::run_on(2, |cx| {
///     let z = cx.from_slice(&[Complex::new(1.0, 2.0), Complex::new(0.0, 1.0)], 2, 0)?;
///     assert_eq!(vdot(&z, &z)?.item()?, Complex::new(6.0, 0.0));
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn vdot<T: Numeric>(x: &DistArray<T>, y: &DistArray<T>) -> Result<DistArray<T>> {
    if x.size() != y.size() {
        let message = format!("vdot of shapes {} and {}: they have different sizes", x.shape(), y.shape());
        return Err(Error::new(ErrorKind::Shape, message));
    }
    if x.shape() != y.shape() {
        return vdot(&x.flatten()?, &y.flatten()?);
    }
    (conjugate(x) * y).sum(None).eval()?.cast::<T>().eval()
}

/// NumPy's `dot`: the inner product of two vectors, without conjugation; of matrices, or a matrix and a vector, [`matmul`].
///
/// **Collective.** As [`vecdot`] or [`matmul`], whose classes it has.
///
/// # Errors
/// [`ErrorKind::Shape`] when the extents differ, or an operand is a scalar or has more than two axes.
///
/// # Examples
/// ```
/// use isotherm::linalg::dot;
/// isotherm::run_on(3, |cx| {
///     let x = cx.arange(0.0, 5.0, 1.0, 0)?;
///     assert_eq!(dot(&x, &x)?.item()?, 30.0);
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn dot<T: Numeric>(x: &DistArray<T>, y: &DistArray<T>) -> Result<DistArray<T>> {
    let of = || format!("dot of shapes {} and {}", x.shape(), y.shape());
    match (x.ndim(), y.ndim()) {
        (1, 1) if x.size() == y.size() => (x * y).sum(None).eval()?.cast::<T>().eval(),
        (1, 1) => Err(Error::new(ErrorKind::Shape, format!("{}: the extents differ", of()))),
        (1 | 2, 1 | 2) => matmul(x, y),
        (0, _) | (_, 0) => Err(Error::new(ErrorKind::Shape, format!("{}: multiply scalars with `*`", of()))),
        _ => Err(Error::new(ErrorKind::Shape, format!("{}: for stacks of matrices use matmul", of()))),
    }
}

/// The products of all pairs: element (i, j) is `x[i] * y[j]`.
///
/// **Collective** when both vectors are dealt: then the shorter one goes to all ranks; local otherwise. The product lies with the rows or
/// columns of the vector that stays, as [`Expr::plan`](crate::Expr::plan) says. Class: Exact for integers, Reproducible for floats.
///
/// # Errors
/// [`ErrorKind::Shape`] unless both have one axis.
///
/// # Examples
/// ```
/// use isotherm::linalg::outer;
/// isotherm::run_on(2, |cx| {
///     let (x, y) = (cx.arange(1, 4, 1, 0)?, cx.arange(1, 3, 1, None)?);
///     assert_eq!(outer(&x, &y)?.gather()?, [1, 2, 2, 4, 3, 6]);
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn outer<T: Numeric>(x: &DistArray<T>, y: &DistArray<T>) -> Result<DistArray<T>> {
    if (x.ndim(), y.ndim()) != (1, 1) {
        let message = format!("outer of shapes {} and {}: both need one axis", x.shape(), y.shape());
        return Err(Error::new(ErrorKind::Shape, message));
    }
    (x.expand_dims(1)? * y.expand_dims(0)?).eval()
}

/// The conjugates of complex numbers, and others as they are.
#[track_caller]
fn conjugate<T: Numeric>(x: &DistArray<T>) -> Expr<T> {
    if T::DTYPE.is_complex() { unary(Unary::Conj, &x.expr()) } else { x.expr() }
}
