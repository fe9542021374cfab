//! QR factorisation: tall matrices by their Gram matrix or a tree of Householder factorisations, wide ones by that of their
//! first columns.

mod wide;

use faer::traits::ext::ComplexFieldExt as _;

use crate::array::DistArray;
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::linalg::Field;
use crate::linalg::gram::{Factors, Wanted};
use crate::linalg::tsqr::{Form, Tsqr, checked, with_own_rows};
use crate::local::Local;
use crate::memory::Block;

/// A matrix as a product of orthonormal columns and an upper triangle.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Qr<T: Field> {
    /// m x k with k = min(m, n) orthonormal columns.
    pub q: DistArray<T>,
    /// k x n, upper triangular: exact zeros below the diagonal, on which there is nothing negative or complex.
    pub r: DistArray<T>,
}

/// The reduced QR factorisation of a matrix.
///
/// **Collective.** For p ranks and a tall matrix (m ≥ n), whose rows stay where they are, one of two ways:
///
/// - *By the Gram matrix* (`CholeskyQR2`), in double precision for all dtypes, when m ≥ 64 n p, n ≤ 128 for single precision on a CPU, and the condition number is small enough for a
///   proof that nothing is lost: 9 κ₂(R₁) √((d n + n(n + 1)) u) ≤ 1, for the first Cholesky factor R₁ with columns scaled
///   by powers of two, of which κ₂ is bounded from above, u of double precision, and sums of at most d additions, about 2¹⁴/n + m n/(2¹⁴ p), on a GPU
///   at most 2¹⁵ more; some 10⁴ to
///   10⁵. Scales of columns do not matter, as long as their squares are far from the range. Two reduces of n² values and
///   three broadcasts of at most 2n²; about 4 m n² operations, nearly all of them matrix products.
/// - *By Householder reflections* along a tree otherwise, which needs no condition. ⌈log₂ p⌉ exchanges up and as many down,
///   in each of which a rank sends at most one message, p - 1 messages each way in all, and one broadcast of R. No message
///   is longer than n(n + 1)/2 values. About 4 m n² operations of the matrices' rows, shared by the ranks, and ⌈log₂ p⌉ small
///   factorisations of 2n rows; m n² more where the Gram matrix was tried in vain.
///
/// The choice is rank 0's and is sent. A matrix that is dealt otherwise is redistributed into blocks of rows
/// first. A wide matrix (m < n) is dealt by columns, the first m of which are factored as above; then Q, m x m, goes
/// to all ranks, each of which multiplies its own columns; one all-reduce more.
///
/// On a GPU with double precision the rows stay there on the first way: n² values come down for each reduce, and 2n² go up. The second way computes on the
/// host, and so does the first without double precision: the bytes of this rank's block of `a` come down, and those of Q go up when they are next used there.
///
/// | a | q | r |
/// |---|---|---|
/// | tall, each row whole on one rank | dealt as the rows of a | on every rank |
/// | tall, otherwise | in balanced blocks of rows | on every rank |
/// | wide, each column whole on one rank | in balanced blocks of rows | dealt as the columns of a |
/// | wide, otherwise | in balanced blocks of rows | in balanced blocks of columns |
///
/// Class: Bounded: ‖A - QR‖₁ and ‖I - QᴴQ‖₁ stay below 30 m u ‖A‖₁ and 30 m u (u half of `EPSILON`), LAPACK's
/// thresholds, for any matrix, singular ones included; measured are 0.02 to 2 instead of 30. R is the same on every
/// rank, bit by bit. The diagonal of R is not negative: among all Q and R that leaves one pair when the rank is full,
/// so that they do not depend on the number of ranks beyond rounding, which LAPACK's signs would. Memory: Q; for
/// each thread two stacks of max(2¹⁵, 4n²) + n² elements; min(n, 32) n elements for every max(2¹⁵/n, 4n) rows; 2n² + 32 n
/// for each level of the tree and 6n² once; by the Gram matrix Q, for each thread max(2¹⁴, 4n²) + n² numbers of double precision (on a GPU 2²¹ a few times), and 8n² once. For a wide matrix also Q on every rank, m².
///
/// # Errors
/// [`ErrorKind::Shape`] when `a` is no matrix; [`ErrorKind::Argument`] when it holds NaN or infinity, or the norm of a
/// column is beyond the range of the dtype: found on the way up, and told to all with R. [`ErrorKind::Memory`] beyond
/// the context's budget.
///
/// # References
/// J. Demmel, L. Grigori, M. Hoemmen, J. Langou, *Communication-optimal parallel and sequential QR and LU
/// factorizations*, SIAM J. Sci. Comput. 34, 2012, DOI 10.1137/080731992. Y. Yamamoto, Y. Nakatsukasa, Y. Yanagisawa,
/// T. Fukaya, *Roundoff error analysis of the `CholeskyQR2` algorithm*, Electron. Trans. Numer. Anal. 44, 2015,
/// DOI `10.1553/etna_vol44s306`.
///
/// # Examples
/// ```
/// use isotherm::linalg;
/// use isotherm::prelude::*;
/// isotherm::run_on(3, |cx| {
///     let a = cx.random_normal::<f64>((1000, 4), 0, 7)?;
///     let qr = linalg::qr(&a)?;
///     assert_eq!((qr.q.layout(), qr.r.shape().clone()), (a.layout(), (4, 4).into()));
///     // A column's length is that of its column in R.
///     let (lengths, same) = (a.norm(0).eval()?.to_vec()?, qr.r.norm(0).eval()?.to_vec()?);
///     assert!(lengths.iter().zip(&same).all(|(x, y)| (x - y).abs() < 1e-12));
///     Ok(())
/// }).unwrap();
/// ```
#[track_caller]
pub fn qr<T: Field>(a: &DistArray<T>) -> Result<Qr<T>> {
    let [m, n] = extents("qr", a)?;
    match () {
        () if m == 0 || n == 0 => empty(a, m, n),
        () if m < n => wide::qr(a),
        () => tall(&with_own_rows(a)?),
    }
}

/// R of the QR factorisation alone: without the last products or the way down of the tree.
///
/// **Collective.** For a tall matrix ⌈log₂ p⌉ exchanges and one broadcast, or the reduces and broadcasts of the Gram matrix's
/// way, otherwise as [`qr`]; layout, class and
/// errors are those of `qr`, and so are the bits. Memory: as [`qr`] without Q and what belongs to its rows.
///
/// # Errors
/// As [`qr`].
#[track_caller]
pub fn qr_r<T: Field>(a: &DistArray<T>) -> Result<DistArray<T>> {
    let [m, n] = extents("qr_r", a)?;
    if n == 0 || m < n {
        return Ok(qr(a)?.r);
    }
    let a = with_own_rows(a)?;
    let r = match Factors::of(&a, None, Wanted::R)? {
        Some(found) => found.r.map_or(Vec::new(), |r| r.to_vec()),
        None => on_root(Tsqr::factor(&a, None, false, "qr_r")?.1, n).0,
    };
    let packed = a.context().comm().broadcast(0, &r)?;
    checked("qr_r", &packed)?;
    replicated_triangle(a.context(), n, &packed)
}

/// The two extents of a matrix.
#[track_caller]
pub(super) fn extents<T: Field>(what: &str, a: &DistArray<T>) -> Result<[usize; 2]> {
    match **a.shape() {
        [m, n] => Ok([m, n]),
        _ => Err(Error::new(ErrorKind::Shape, format!("{what} of an array of shape {}", a.shape()))),
    }
}

#[track_caller]
fn tall<T: Field>(a: &DistArray<T>) -> Result<Qr<T>> {
    let (cx, n) = (a.context(), a.shape()[1]);
    cx.charge(a.layout(), T::DTYPE)?;
    if let Some(found) = Factors::of(a, None, Wanted::Rows)? {
        return by_gram(a, found);
    }
    let (tree, r) = Tsqr::factor(a, None, true, "qr")?;
    let (r, phases) = on_root(r, n);
    let packed = cx.comm().broadcast(0, &r)?;
    checked("qr", &packed)?;
    drop(r);
    let top = (cx.rank() == 0).then(|| diagonal(cx, &phases));
    let q = with_rows_of(a, Local::new(tree.form(top, Form::Upper)?, a.local_shape().clone()));
    Ok(Qr { q, r: replicated_triangle(cx, n, &packed)? })
}

/// Its R has a positive diagonal.
#[track_caller]
fn by_gram<T: Field>(a: &DistArray<T>, found: Factors<T>) -> Result<Qr<T>> {
    let (cx, n) = (a.context(), a.shape()[1]);
    let mut values = found.r.as_deref().map_or(Vec::new(), <[T]>::to_vec);
    values.extend(found.last(None));
    let mut packed = cx.comm().broadcast(0, &values)?;
    let last = packed.split_off(Form::Upper.len(n, n));
    checked("qr", &packed)?;
    let q = found.form(a, &last);
    Ok(Qr { q, r: replicated_triangle(cx, n, &packed)? })
}

/// A block as an array that is dealt as `a`.
pub(super) fn with_rows_of<T: Field>(a: &DistArray<T>, rows: Local<T>) -> DistArray<T> {
    DistArray::from_parts(rows, a.layout().clone(), a.context().clone())
}

/// R with a diagonal that is not negative, on the rank that has it, and the factors that its rows were divided by.
fn on_root<T: Field>(r: Option<Block<T>>, n: usize) -> (Vec<T>, Vec<T>) {
    let Some(r) = r else { return (Vec::new(), Vec::new()) };
    let mut r = r.to_vec();
    let (mut phases, mut rest) = (Vec::new(), r.as_mut_slice());
    for width in (1..=n).rev() {
        let (row, below) = rest.split_at_mut(width);
        let phase = phase(row[0]);
        for value in row.iter_mut() {
            *value *= phase.conj();
        }
        row[0] = T::from_real_impl(&row[0].abs());
        phases.push(phase);
        rest = below;
    }
    (r, phases)
}

/// `x / |x|`, and 1 for 0 and for what is not finite.
pub(super) fn phase<T: Field>(x: T) -> T {
    let length = x.abs();
    let unit = x.mul_real(length.recip());
    if x == T::ZERO || !x.is_finite() || !unit.is_finite() { T::ONE } else { unit }
}

/// The packed upper triangle that is this diagonal.
fn diagonal<T: Field>(cx: &Context, values: &[T]) -> Block<T> {
    let n = values.len();
    let mut packed = cx.pool().zeroed(Form::Upper.len(n, n));
    let mut place = 0;
    for (row, &value) in values.iter().enumerate() {
        packed[place] = value;
        place += n - row;
    }
    packed
}

/// A packed triangle as an array that every rank holds.
#[track_caller]
fn replicated_triangle<T: Field>(cx: &Context, n: usize, packed: &[T]) -> Result<DistArray<T>> {
    let layout = Layout::replicated((n, n), cx.size())?;
    cx.charge(&layout, T::DTYPE)?;
    let mut block = cx.pool().take(n * n);
    Form::Upper.unpack(packed, faer::MatMut::from_row_major_slice_mut(&mut block, n, n));
    Ok(DistArray::from_parts(Local::new(block, (n, n)), layout, cx.clone()))
}

/// The factors of a matrix without elements.
#[track_caller]
fn empty<T: Field>(a: &DistArray<T>, m: usize, n: usize) -> Result<Qr<T>> {
    let cx = a.context();
    let q = if m == 0 { Layout::split((0, 0), 0, cx.size())? } else { with_own_rows(a)?.layout().clone() };
    let r = if m == 0 { wide::columns_of(a)? } else { Layout::replicated((0, n), cx.size())? };
    Ok(Qr { q: cx.zeros(q.shape().clone(), &q)?, r: cx.zeros(r.shape().clone(), &r)? })
}
