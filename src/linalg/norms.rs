//! Norms of vectors and matrices.

use crate::array::{DistArray, Roots};
use crate::axis::Axes;
use crate::dtype::{DType, Float, Floating};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Arithmetic, ArrayLike, Expr, Logic, Node, Reductions, binary};
use crate::program::{Binary, Scalar};

/// Which norm of a vector: NumPy's `ord`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VectorNorm {
    /// How many elements are not zero. Not a norm, but listed as one.
    Zero,
    /// The sum of magnitudes.
    One,
    /// The Euclidean norm.
    Two,
    /// The greatest magnitude.
    Inf,
    /// The least magnitude.
    NegInf,
    /// (Σ |x|^p)^(1/p), for p other than 0. Powers may overflow where the norm would not.
    P(f64),
}

/// Which norm of a matrix: NumPy's `ord`, as far as it needs no singular values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MatrixNorm {
    /// The square root of the sum of squared magnitudes.
    Frobenius,
    /// The greatest sum of magnitudes of a column.
    One,
    /// The least sum of magnitudes of a column.
    NegOne,
    /// The greatest sum of magnitudes of a row.
    Inf,
    /// The least sum of magnitudes of a row.
    NegInf,
}

/// The norms of the vectors along some axes, which are taken together as one.
///
/// **Collective** when such an axis is dealt: one all-reduce of one sum or extreme for each norm; local otherwise. Class: Reproducible; norms of
/// infinite order Exact.
///
/// # Errors
/// [`ErrorKind::Axis`] when there is no such axis; [`ErrorKind::Shape`] for an extreme of no elements; [`ErrorKind::Argument`] for a p of 0 or NaN.
///
/// # Examples
/// ```
/// use isotherm::linalg::{VectorNorm, vector_norm};
/// isotherm::run_on(2, |cx| {
///     let x = cx.from_slice(&[3.0, -4.0, 0.0], 3, 0)?;
///     let norm = |ord| vector_norm(&x, ord, None)?.item();
///     assert_eq!((norm(VectorNorm::One)?, norm(VectorNorm::Two)?, norm(VectorNorm::Inf)?), (7.0, 5.0, 4.0));
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn vector_norm<T: Floating>(
    x: &DistArray<T>,
    ord: VectorNorm,
    axes: impl Into<Axes>,
) -> Result<DistArray<T::Part>> {
    let axes = axes.into();
    match ord {
        VectorNorm::Zero => x.count_nonzero(axes).eval()?.cast::<T::Part>().eval(),
        VectorNorm::One => sum(&x.magnitude(), axes),
        VectorNorm::Two => x.norm(axes).eval(),
        VectorNorm::Inf => x.magnitude().max(axes).eval(),
        VectorNorm::NegInf => x.magnitude().min(axes).eval(),
        VectorNorm::P(p) if p == 0.0 || p.is_nan() => {
            Err(Error::new(ErrorKind::Argument, format!("a norm of order {p}; VectorNorm::Zero counts elements")))
        }
        VectorNorm::P(f64::INFINITY) => vector_norm(x, VectorNorm::Inf, axes),
        VectorNorm::P(f64::NEG_INFINITY) => vector_norm(x, VectorNorm::NegInf, axes),
        // (Σ |x|^p)^(1/p)
        VectorNorm::P(p) => power(&sum(&power(&x.magnitude(), p), axes)?, 1.0 / p).eval(),
    }
}

/// The norms of the matrices that the last two axes span, one for each index of the others.
///
/// **Collective** when these axes are dealt: an all-reduce of the sums of columns or rows, and one of the extreme of each matrix; one for the
/// Frobenius norm. Class: Reproducible.
///
/// # Errors
/// [`ErrorKind::Shape`] when there are fewer than two axes; for an extreme of no elements.
///
/// # Examples
/// ```
/// use isotherm::linalg::{MatrixNorm, matrix_norm};
/// isotherm::run_on(2, |cx| {
///     let x = cx.from_slice(&[1.0_f64, -2.0, 3.0, 4.0], (2, 2), 0)?;
///     assert_eq!(matrix_norm(&x, MatrixNorm::One)?.item()?, 6.0); // the second column
///     assert_eq!(matrix_norm(&x, MatrixNorm::Inf)?.item()?, 7.0); // the second row
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn matrix_norm<T: Floating>(x: &DistArray<T>, ord: MatrixNorm) -> Result<DistArray<T::Part>> {
    if x.ndim() < 2 {
        return Err(Error::new(ErrorKind::Shape, format!("the norm of a matrix of shape {}", x.shape())));
    }
    match ord {
        MatrixNorm::Frobenius => x.norm([-2, -1]).eval(),
        // max over j of Σ over i of |x(i, j)|
        MatrixNorm::One => sum(&x.magnitude(), (-2).into())?.max(-1).eval(),
        MatrixNorm::NegOne => sum(&x.magnitude(), (-2).into())?.min(-1).eval(),
        // max over i of Σ over j of |x(i, j)|
        MatrixNorm::Inf => sum(&x.magnitude(), (-1).into())?.max(-1).eval(),
        MatrixNorm::NegInf => sum(&x.magnitude(), (-1).into())?.min(-1).eval(),
    }
}

#[track_caller]
fn sum<P: Float>(x: &Expr<P>, axes: Axes) -> Result<DistArray<P>> {
    x.sum(axes).eval()?.cast::<P>().eval()
}

/// Each element to the power `p`, of its own type.
#[track_caller]
fn power<P: Float>(x: &impl ArrayLike<Elem = P>, p: f64) -> Expr<P> {
    let p = if P::DTYPE == DType::F32 { Scalar::F32(p as f32) } else { Scalar::F64(p) };
    binary(Binary::Pow, &x.expr(), &Expr::new(Node::scalar(p)))
}
