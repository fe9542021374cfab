//! Singular value decomposition, of tall matrices by way of their R factor.

mod triangle;

pub(super) use triangle::decompose;

use faer::traits::ext::ComplexFieldExt as _;

use crate::array::{DistArray, Roots as _};
use crate::dtype::Floating;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{ArrayLike as _, unary};
use crate::linalg::Field;
use crate::linalg::gram::{Factors, Wanted};
use crate::linalg::qr::{extents, with_rows_of};
use crate::linalg::tsqr::{Form, Tsqr, checked, with_own_rows};
use crate::local::Local;
use crate::memory::Block;
use crate::program::Unary;
use crate::shape::Shape;

/// A matrix as U diag(s) Vᴴ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Svd<T: Field> {
    /// m x k with k = min(m, n) orthonormal columns: the left singular vectors.
    pub u: DistArray<T>,
    /// The k singular values, from the largest to the least, on every rank; none is negative.
    pub s: DistArray<<T as Floating>::Part>,
    /// k x n with orthonormal rows: the right singular vectors, conjugated.
    pub vt: DistArray<T>,
}

/// The reduced singular value decomposition of a matrix.
///
/// **Collective.** For a tall matrix (m ≥ n) as [`qr`](super::qr), whose R is decomposed on rank 0, because the bits of
/// that depend on the machine; the broadcast then has s and Vᴴ, n² + n values, and on the way down go messages of n²
/// values, from which U comes at once: Q is not made. A wide matrix (m < n) is transposed first, in place of every
/// rank, and what is said of rows holds for its columns. O(n³) operations on one rank while the others wait: this is
/// for tall matrices, square ones are served but do not scale. On a GPU as `qr`: the rows stay there where the Gram matrix serves.
///
/// | a | u | s | vt |
/// |---|---|---|---|
/// | tall, each row whole on one rank | dealt as the rows of a | on every rank | on every rank |
/// | tall, otherwise | in balanced blocks of rows | on every rank | on every rank |
/// | wide, each column whole on one rank | on every rank | on every rank | dealt as the columns of a |
/// | wide, otherwise | on every rank | on every rank | in balanced blocks of columns |
///
/// Class: Bounded: ‖A - U S Vᴴ‖₁ below 50 max(m, n) u ‖A‖₁, ‖I - UᴴU‖₁ and ‖I - VVᴴ‖₁ below 50 m u and 50 n u
/// (u half of `EPSILON`), LAPACK's thresholds, and each singular value within 10 max(m, n) u s₁. s and the small one of
/// u and vt are the same on every rank, bit by bit. Signs: the largest component of each row of vt (for a wide matrix
/// of each column of u) is positive; without ties that leaves one answer for singular values that are apart. Memory:
/// as `qr`, on rank 0 about 10 n² elements more for a while.
///
/// # Errors
/// As [`qr`](super::qr); [`ErrorKind::Argument`] also when the iteration for R does not converge, which is not known
/// to happen.
///
/// # Examples
/// ```
/// use isotherm::linalg;
/// use isotherm::prelude::*;
/// isotherm::run_on(3, |cx| {
///     // The second column is three times the first.
///     let a = cx.from_fn((100, 2), 0, |i| ((1 + 2 * i[1]) * (i[0] % 10)) as f64)?;
///     let svd = linalg::svd(&a)?;
///     let s = svd.s.to_vec()?;
///     assert!((s[0] - 2850.0_f64.sqrt() * 10.0_f64.sqrt()).abs() < 1e-11 && s[1] < 1e-13);
///     assert_eq!(svd.u.split(), Some(0));
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn svd<T: Field>(a: &DistArray<T>) -> Result<Svd<T>> {
    let [m, n] = extents("svd", a)?;
    match () {
        () if m == 0 || n == 0 => empty(a, m, n),
        () if m < n => {
            let svd = tall(&with_own_rows(&adjoint(a)?)?)?;
            Ok(Svd { u: adjoint(&svd.vt)?, s: svd.s, vt: adjoint(&svd.u)? })
        }
        () => tall(&with_own_rows(a)?),
    }
}

/// The singular values of a matrix alone, from the largest to the least, on every rank.
///
/// **Collective.** For a tall matrix ⌈log₂ p⌉ exchanges of at most n(n + 1)/2 values a rank and one broadcast of n, or
/// by the Gram matrix under the conditions of [`qr`](super::qr): then one reduce of n² values and two broadcasts where the condition number is
/// at most 9 m/(d n + n(n + 1)), so that one pass keeps half of the bound. In single precision that is so for every matrix with m ≥ 64 n p, also where
/// columns depend on each other or vanish: the Gram matrix is of double precision. A wide one is transposed first. Class and errors as [`svd`]; the last bits may differ from those of `svd`.
///
/// # Errors
/// As [`svd`].
#[track_caller]
pub fn svd_values<T: Field>(a: &DistArray<T>) -> Result<DistArray<<T as Floating>::Part>> {
    let [m, n] = extents("svd_values", a)?;
    if m == 0 || n == 0 {
        return Ok(empty(a, m, n)?.s);
    }
    let a = with_own_rows(&if m < n { adjoint(a)? } else { a.clone() })?;
    let r = triangle_of("svd_values", &a, None)?;
    let own = r.map(|r| triangle::values(a.context().pool(), &r, a.shape()[1]));
    let s = received("svd_values", &a, own.as_deref().unwrap_or_default())?;
    replicated(&a, s.iter().map(T::real).collect(), s.len().into())
}

/// Singular values and Vᴴ, row by row, of a tall matrix less the row `offset`.
///
/// **Collective.** As [`svd`] of a tall matrix without the way down.
#[track_caller]
pub(crate) fn right_svd<T: Field>(what: &'static str, a: &DistArray<T>, offset: &[T]) -> Result<(Vec<T>, Vec<T>)> {
    let (cx, n) = (a.context(), a.shape()[1]);
    let r = triangle_of(what, a, Some(offset))?;
    let own = r.map(|r| triangle::decomposed(cx.pool(), &r, n).1);
    let mut s = received(what, a, own.as_deref().unwrap_or_default())?;
    let vt = s.split_off(n);
    Ok((s, vt))
}

/// A triangle with the singular values of a tall matrix, less the row `offset` if there is one, and its right singular
/// vectors; packed, on rank 0.
#[track_caller]
fn triangle_of<T: Field>(what: &'static str, a: &DistArray<T>, offset: Option<&[T]>) -> Result<Option<Block<T>>> {
    match Factors::of(a, offset, Wanted::Values)? {
        Some(found) => Ok(found.r),
        None => Ok(Tsqr::factor(a, offset, false, what)?.1),
    }
}

#[track_caller]
fn tall<T: Field>(a: &DistArray<T>) -> Result<Svd<T>> {
    let (cx, n) = (a.context(), a.shape()[1]);
    cx.charge(a.layout(), T::DTYPE)?;
    if let Some(found) = Factors::of(a, None, Wanted::Rows)? {
        return by_gram(a, found);
    }
    let (tree, r) = Tsqr::factor(a, None, true, "svd")?;
    let (top, own) = r.map(|r| triangle::decomposed(cx.pool(), &r, n)).unzip();
    let mut s = received("svd", a, own.as_deref().unwrap_or_default())?;
    drop(own);
    let vt = replicated(a, s.split_off(n), (n, n).into())?;
    let u = with_rows_of(a, Local::new(tree.form(top, Form::Full)?, a.local_shape().clone()));
    let s = replicated(a, s.iter().map(T::real).collect(), n.into())?;
    Ok(Svd { u, s, vt })
}

#[track_caller]
fn by_gram<T: Field>(a: &DistArray<T>, found: Factors<T>) -> Result<Svd<T>> {
    let (cx, n) = (a.context(), a.shape()[1]);
    let (top, own) = found.r.as_deref().map(|r| triangle::decomposed(cx.pool(), r, n)).unzip();
    let mut own = own.unwrap_or_default();
    own.extend(found.last(top.as_deref()));
    drop(top);
    let mut s = received("svd", a, &own)?;
    drop(own);
    let mut vt = s.split_off(n);
    let u = found.form(a, &vt.split_off(n * n));
    let s = replicated(a, s.iter().map(T::real).collect(), n.into())?;
    Ok(Svd { u, s, vt: replicated(a, vt, (n, n).into())? })
}

/// What rank 0 has found, on every rank.
#[track_caller]
fn received<T: Field>(what: &str, a: &DistArray<T>, own: &[T]) -> Result<Vec<T>> {
    let values = a.context().comm().broadcast(0, own)?;
    checked(what, &values)?;
    if values[0].real() < T::ZERO.real() {
        return Err(Error::new(ErrorKind::Argument, format!("{what}: the iteration did not converge")));
    }
    Ok(values)
}

/// An array that every rank holds, in the context of `a`.
#[track_caller]
fn replicated<T: Field, S: crate::Element>(a: &DistArray<T>, values: Vec<S>, shape: Shape) -> Result<DistArray<S>> {
    a.context().from_slice(&values, shape, None)
}

/// The conjugate transpose.
#[track_caller]
pub(super) fn adjoint<T: Field>(a: &DistArray<T>) -> Result<DistArray<T>> {
    let transpose = a.transpose()?;
    if T::IS_REAL { Ok(transpose) } else { unary::<T, T>(Unary::Conj, &transpose.expr()).eval() }
}

/// The factors of a matrix without elements.
#[track_caller]
fn empty<T: Field>(a: &DistArray<T>, m: usize, n: usize) -> Result<Svd<T>> {
    let cx = a.context();
    let (u, vt) = if n == 0 { (Some(0), None) } else { (None, Some(1)) };
    Ok(Svd { u: cx.zeros((m, 0), u)?, s: cx.zeros(0, None)?, vt: cx.zeros((0, n), vt)? })
}
