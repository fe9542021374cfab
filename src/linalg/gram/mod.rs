//! QR factorisation of a tall matrix by its Gram matrix, where its condition allows it: `CholeskyQR2`.
//!
//! ```text
//!   G = AᴴA ──▶ R₁ with R₁ᴴR₁ = G ──▶ Q₁ = A R₁⁻¹, Q₁ᴴQ₁ ──▶ R₂ ──▶ Q = Q₁ R₂⁻¹, R = R₂ R₁
//!   rows        rank 0: condition     rows                   rank 0  rows
//! ```
//!
//! All that touches rows is products and substitutions in chunks that fit a cache, at more than twice the rate of Householder
//! reflections; what is small happens on rank 0 and is sent, so that every rank decides alike and has the same bits.
//!
//! **When.** Let u be the unit roundoff, d the most additions that one element of a Gram matrix goes through here, and
//! δ² = (d n + n (n + 1)) u. If 8 κ₂(A) δ ≤ 1 then, by Yamamoto and others, theorem 3.1 with d for their m (their bound of the
//! sum's error, `γ_m`, becomes `γ_d`), `‖I - QᴴQ‖ ≤ 6 δ²` and `‖A - QR‖ ≤ 5 n² √n u ‖A‖`. Columns are scaled by powers of two
//! first, which changes no digit of Q and only exponents of R, so κ₂ is that of the scaled matrix. It is not known, but that
//! of R₁ is, at most: the product of the least of two bounds for `‖R₁‖₂` and `‖R₁⁻¹‖₂` each, the Frobenius norm and √(‖·‖₁ ‖·‖∞).
//! `R₁ᴴR₁ = AᴴA + E` with ‖E‖ ≤ 1.1 δ² ‖A‖²; so 9 κ₂(R₁) δ ≤ 1 gives σₙ(A)² ≥ (81 - 2.3) δ² ‖A‖² and 8 κ₂(A) δ ≤ 1.
//!
//! **When one pass will do.** Singular values of R₁ are those of A but for 1.1 δ² σ₁²/(2 σᵢ), by Weyl's theorem for `AᴴA + E`.
//! They are promised within 10 m u σ₁; half of it is kept when κ₂(R₁), now unscaled, is at most 9 m u/δ².
//!
//! **In single precision** all of this is computed in double precision, with its u, from the values as they are, so that it holds whatever
//! is done to them here. Rows of Q₁ and Q are rounded, each once. Singular values need one pass and no condition: they are within
//! √1.1 δ σ₁, which is less than half of 10 m u σ₁ for the u of single precision, as m ≥ 64 n. Pivots that
//! vanish beside the rounding of `AᴴA` are taken as zeros, and so are the rows of R₁ that belong to them: columns may depend on each other, or be zero.
//!
//! # References
//! T. Fukaya, Y. Nakatsukasa, Y. Yanagisawa, Y. Yamamoto, *`CholeskyQR2`: a simple and communication-avoiding algorithm for
//! computing a tall-skinny QR factorization on a large-scale parallel system*, `ScalA` 2014, DOI `10.1109/ScalA.2014.11`.
//! Y. Yamamoto, Y. Nakatsukasa, Y. Yanagisawa, T. Fukaya, *Roundoff error analysis of the `CholeskyQR2` algorithm*, Electron.
//! Trans. Numer. Anal. 44, 2015, DOI `10.1553/etna_vol44s306`.

mod passes;
mod small;

pub(super) use passes::{add_gram, divide};

use passes::{chunk_rows, times};

use crate::array::DistArray;
use crate::context::Context;
use crate::dtype::{Element as _, Numeric as _};
use crate::error::Result;
use crate::linalg::Field;
use crate::linalg::qr::with_rows_of;
use crate::linalg::tsqr::{Form, Rows};
use crate::local::{Fresh, Tall};
use crate::math::{Part, cast};
use crate::memory::Block;

/// What a caller needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The singular values and right singular vectors of R.
    Values,
    /// R.
    R,
    /// R, and the rows of Q.
    Rows,
}

/// A matrix that has been factored.
pub(super) struct Factors<T: Field> {
    columns: usize,
    /// The packed upper triangle R, on rank 0.
    pub(super) r: Option<Block<T>>,
    /// R₂⁻¹, row by row, on rank 0.
    inverse: Option<Vec<T::Wide>>,
    /// This rank's rows of Q₁, when they are wanted.
    store: Option<Fresh<T>>,
}

/// Rows that each rank must have for each column, on average: else the small work is not small.
const TALL: usize = 64;
/// Below this limit of the condition few matrices pass, and the attempt is not worth its pass.
const LEAST_LIMIT: f64 = 1e3;

/// The most columns that are factored in more precision than their own on a CPU when more than singular values is wanted: reflections are faster
/// with many, as they compute in single precision. Measured with 64 columns, a QR factorisation by the Gram matrix takes 0.7 times as long, with 400 twice as
/// long; singular values take a quarter and half.
const FEW: usize = 128;

/// The bounds that decide, functions of shape, layout, dtype and device.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Of the scaled matrix's condition, for all.
    scaled: f64,
    /// Of the matrix's own, for one pass.
    own: f64,
}

impl Limits {
    /// `None` where this way is not taken whatever the values are.
    fn of<T: Field>(a: &DistArray<T>, wanted: Wanted) -> Option<Self> {
        let (m, n, ranks) = (a.shape()[0], a.shape()[1], a.context().size());
        let is_dear = wanted != Wanted::Values && is_narrow::<T>() && a.context().engine().computes_at_once();
        if m < TALL * n * ranks || is_dear && n > FEW {
            return None;
        }
        let (most, chunk) = (a.layout().max_local_len() / n, chunk_rows(n));
        let own = Tall::<T>::additions(a.context().engine(), most, n, chunk + most.div_ceil(chunk));
        let depth = own + 1 + ranks.ilog2() as usize + 1;
        let terms = (depth * n + n * (n + 1)) as f64;
        let (unit, promised) = (unit::<T::Wide>(), unit::<T>());
        let limits =
            Self { scaled: 1.0 / (9.0 * (terms * unit).sqrt()), own: 9.0 * m as f64 * promised / (terms * unit) };
        (limits.scaled >= LEAST_LIMIT).then_some(limits)
    }
}

/// Whether sums have more precision than the elements.
fn is_narrow<T: Field>() -> bool {
    T::DTYPE != T::Wide::DTYPE
}

/// The unit roundoff.
fn unit<T: Field>() -> f64 {
    cast::<T::Part, f64>(<T::Part as Part>::EPSILON) / 2.0
}

impl<T: Field> Factors<T> {
    /// Factor `a`, each row of which lies whole on one rank, less the row `offset` if there is one. `None` where the
    /// shape or the condition does not allow it, on every rank.
    ///
    /// **Collective.** One reduce of n² values and one broadcast of n² or none; then as much again, unless one pass will do.
    #[track_caller]
    pub(super) fn of(a: &DistArray<T>, offset: Option<&[T]>, wanted: Wanted) -> Result<Option<Self>> {
        let Some(limits) = Limits::of(a, wanted) else { return Ok(None) };
        let (cx, n) = (a.context(), a.shape()[1]);
        let found = |r: Option<&[T::Wide]>, inverse, store| {
            let narrow = |r: &[T::Wide]| r.iter().map(|&value| T::narrow(value)).collect::<Vec<T>>();
            let pack = |r: Vec<T>| Form::Upper.pack(cx.pool(), faer::MatRef::from_row_major_slice(&r, n, n));
            Self { columns: n, r: r.map(narrow).map(pack), inverse, store }
        };
        let rows = Tall { rows: a.block(), columns: n, offset, engine: cx.engine() };
        let any = wanted == Wanted::Values && is_narrow::<T>();
        let first = summed(cx, &gram(cx, rows, None, None), n)?;
        let first = first.map(|sum| if any { small::any(sum, n) } else { small::first(sum, n, limits.scaled) });
        let verdict = match &first {
            Some(Some(first)) if wanted == Wanted::Values && first.condition <= limits.own => vec![T::Wide::ONE],
            Some(Some(first)) => [&[T::Wide::ONE], &first.r[..]].concat(),
            _ => vec![T::Wide::ZERO],
        };
        let verdict = cx.comm().broadcast(0, &verdict)?;
        let (allowed, r1) = (verdict[0] == T::Wide::ONE, &verdict[1..]);
        if r1.is_empty() {
            let r = first.flatten().map(|first| first.r);
            return Ok(allowed.then(|| found(r.as_deref(), None, None)));
        }
        let mut store = (wanted == Wanted::Rows).then(|| rows.store::<T::Wide>());
        let sum = summed(cx, &gram(cx, rows, Some(r1), store.as_mut()), n)?;
        let second = sum.map(|sum| small::second(sum, n));
        let sound = cx.comm().broadcast(0, &[matches!(second, Some(Some(_)))])?[0];
        let (r, inverse) = second.flatten().map(|(r2, inverse)| (small::product(&r2, r1, n), inverse)).unzip();
        Ok(sound.then(|| found(r.as_deref(), inverse, store)))
    }

    /// What the rows are to be multiplied with to become those of Q C, where C is n x n, row by row, on rank 0; nothing elsewhere.
    pub(super) fn last(&self, c: Option<&[T]>) -> Vec<T> {
        let Some(inverse) = &self.inverse else { return Vec::new() };
        let product = c.map(|c| {
            let c: Vec<T::Wide> = c.iter().map(|&value| value.widen()).collect();
            small::product(inverse, &c, self.columns)
        });
        product.as_ref().unwrap_or(inverse).iter().map(|&value| T::narrow(value)).collect()
    }

    /// This rank's rows times what [`last`](Self::last) was on rank 0, in an array that is dealt as `a`.
    pub(super) fn form(self, a: &DistArray<T>, last: &[T]) -> DistArray<T> {
        let (cx, n) = (a.context(), self.columns);
        let store = self.store.expect("the rows were wanted");
        let rows = store.multiplied(last, n, |rows| times(cx, rows, n, last));
        with_rows_of(a, rows.done(a.local_shape().clone(), cx.engine()))
    }
}

/// The sum of xᴴx over the rows of this rank, row by row; `r`, row by row, divides them first. They go to `store`, when they are wanted.
fn gram<T: Field>(
    cx: &Context,
    rows: Tall<'_, T>,
    r: Option<&[T::Wide]>,
    store: Option<&mut Fresh<T>>,
) -> Block<T::Wide> {
    let Tall { columns, offset, .. } = rows;
    rows.gram(r, store, |values, store| passes::gram(cx, Rows { values, columns, offset }, r, store))
}

/// The sum over the ranks of Gram matrices, row by row with zeros below the diagonal, on rank 0.
///
/// **Collective.** One reduce.
#[track_caller]
fn summed<T: Field>(cx: &Context, own: &[T], n: usize) -> Result<Option<Vec<T>>> {
    let sum = cx.comm().reduce(0, own, |x, y| x + y)?;
    Ok(sum.map(|mut sum| {
        // Products leave something there.
        for (i, row) in sum.chunks_exact_mut(n).enumerate() {
            row[..i].fill(T::ZERO);
        }
        sum
    }))
}
