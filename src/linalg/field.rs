//! What the matrices hold, and the work on small dense blocks of it.

use faer::diag::DiagMut;
use faer::dyn_stack::MemStack;
use faer::traits::{ComplexField, RealField};
use faer::{MatMut, MatRef};

use crate::dtype::Floating;
use crate::linalg::{gram, svd, tsqr};
use crate::{Complex, math};

/// The elements of matrices that are factored: `f32`, `f64` and their complex numbers.
pub trait Field:
    Floating<Part: math::Part + RealField> + ComplexField<Real = <Self as Floating>::Part> + Kernels
{
    /// In what Gram matrices are added up, and what follows from them is computed: double precision.
    type Wide: Field<Wide = Self::Wide>;

    /// The same number.
    ///
    /// **Local.** Class: Exact.
    fn widen(self) -> Self::Wide;

    /// The nearest number.
    ///
    /// **Local.** Class: Exact.
    fn narrow(wide: Self::Wide) -> Self;

    /// The same numbers where they are, if they are wide.
    ///
    /// **Local.**
    fn as_wide(values: &[Self]) -> Option<&[Self::Wide]>;
}

/// What faer computes. Functions of each dtype and not generic ones, so that they are compiled here once, and not
/// again in every program that uses a factorisation: that takes minutes of a core.
pub trait Kernels: Sized + 'static {
    /// A = Q R: R replaces the upper trapezoid of `a`, the vectors of Q what is below it.
    fn factor(a: MatMut<'_, Self>, factors: MatMut<'_, Self>, stack: &mut MemStack);

    /// Q C in the place of `c`. When C is an upper trapezoid with zeros below, as Q C then is in each block of the rows
    /// that were stacked, only the columns that a panel reaches are looked at.
    fn apply(
        vectors: MatRef<'_, Self>,
        factors: MatRef<'_, Self>,
        c: MatMut<'_, Self>,
        upper: bool,
        stack: &mut MemStack,
    );

    /// xᴴx added to the upper triangle of `sum`.
    fn add_gram(sum: MatMut<'_, Self>, x: MatRef<'_, Self>);

    /// The rows of `x` divided by the upper triangle `r`: x r⁻¹ in their place, by substitution.
    fn divide(r: MatRef<'_, Self>, x: MatMut<'_, Self>);

    /// Singular values and vectors of a square matrix near 1; whether the iteration converged.
    fn decompose(matrix: MatRef<'_, Self>, s: DiagMut<'_, Self>, vectors: Option<[MatMut<'_, Self>; 2]>) -> bool;
}

/// The table of dtypes.
macro_rules! fields {
    ($($t:ty => $wide:ty: $widen:expr, $narrow:expr, $as_wide:expr;)*) => {$(
        impl Field for $t {
            type Wide = $wide;
            fn widen(self) -> $wide {
                ($widen)(self)
            }
            fn narrow(wide: $wide) -> Self {
                ($narrow)(wide)
            }
            fn as_wide(values: &[Self]) -> Option<&[$wide]> {
                ($as_wide)(values)
            }
        }
        impl Kernels for $t {
            fn factor(a: MatMut<'_, Self>, factors: MatMut<'_, Self>, stack: &mut MemStack) {
                tsqr::factor(a, factors, stack);
            }
            fn apply(v: MatRef<'_, Self>, t: MatRef<'_, Self>, c: MatMut<'_, Self>, upper: bool, stack: &mut MemStack) {
                tsqr::apply(v, t, c, upper, stack);
            }
            fn add_gram(sum: MatMut<'_, Self>, x: MatRef<'_, Self>) {
                gram::add_gram(sum, x);
            }
            fn divide(r: MatRef<'_, Self>, x: MatMut<'_, Self>) {
                gram::divide(r, x);
            }
            fn decompose(a: MatRef<'_, Self>, s: DiagMut<'_, Self>, vectors: Option<[MatMut<'_, Self>; 2]>) -> bool {
                svd::decompose(a, s, vectors)
            }
        }
    )*};
}
fields! {
    f32 => f64: f64::from, |wide| wide as f32, |_| None;
    f64 => f64: |x| x, |x| x, Some;
    Complex<f32> => Complex<f64>: |x: Self| Complex::new(x.re.into(), x.im.into()),
        |x: Complex<f64>| Complex::new(x.re as f32, x.im as f32), |_| None;
    Complex<f64> => Complex<f64>: |x| x, |x| x, Some;
}
