//! The functions that every real floating dtype has.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::dtype::Float;

/// The elementary functions of `f32` and `f64`.
///
/// They are associated functions, not methods, and a generic kernel calls `T::exp(x)`. Where the type is written out
/// say `<f64 as Elementary>::exp(x)`: plain `f64::exp(x)` is the platform's function, of which this module is the
/// replacement.
///
/// Class: Reproducible for all, and Exact where said: the same bits on every processor. The stated errors are in ulps of the
/// result, rounded up: for `f64` against the exact value, the worst of 20,000 arguments over the whole range and at the hard
/// places; for `f32` against the `f64` function, the worst of four million bit patterns or more, or of 120,000 pairs. Special
/// values are those of the array API standard and NumPy. Every function is **Local.**
///
/// ```
/// use isotherm::math::Elementary;
///
/// fn logistic<T: Elementary>(x: T) -> T {
///     T::reciprocal(T::ONE + T::exp(-x))
/// }
/// assert_eq!(logistic(0.0_f64), 0.5);
/// assert_eq!(logistic(f32::NEG_INFINITY), 0.0);
/// ```
pub trait Elementary:
    Float + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// One half.
    const HALF: Self;
    /// Infinity.
    const INFINITY: Self;
    /// Not a number.
    const NAN: Self;
    /// From here on every float is an integer, and the next float is 2 away: 2^24 or 2^53.
    const INTEGERS: Self;
    /// An eighth of that.
    const HALF_INTEGERS: Self;

    /// The square root, correctly rounded.
    ///
    /// **Local.** Class: Exact.
    fn sqrt(x: Self) -> Self;

    /// `x y + z`, rounded once.
    ///
    /// **Local.** Class: Exact.
    fn mul_add(x: Self, y: Self, z: Self) -> Self;

    /// `x` without its sign.
    ///
    /// **Local.** Class: Exact.
    fn abs(x: Self) -> Self;

    /// The magnitude of `x` with the sign of `y`.
    ///
    /// **Local.** Class: Exact.
    fn copysign(x: Self, y: Self) -> Self;

    /// The largest integer not above `x`.
    ///
    /// **Local.** Class: Exact.
    fn floor(x: Self) -> Self;

    /// The smallest integer not below `x`.
    ///
    /// **Local.** Class: Exact.
    fn ceil(x: Self) -> Self;

    /// The integer part, towards zero.
    ///
    /// **Local.** Class: Exact.
    fn trunc(x: Self) -> Self;

    /// The nearest integer, halves to the even one, as NumPy rounds.
    ///
    /// **Local.** Class: Exact.
    fn round(x: Self) -> Self;

    /// 1 or -1 by the sign of `x`; 0 for either zero, NaN for NaN.
    ///
    /// **Local.** Class: Exact.
    fn sign(x: Self) -> Self;

    /// `x x`, rounded once.
    ///
    /// **Local.** Class: Exact.
    fn square(x: Self) -> Self;

    /// `1 / x`, rounded once.
    ///
    /// **Local.** Class: Exact.
    fn reciprocal(x: Self) -> Self;

    /// The float next to `x` in the direction of `y`; `y` itself where they are equal.
    ///
    /// **Local.** Class: Exact.
    fn nextafter(x: Self, y: Self) -> Self;

    /// The smaller of two; NaN if either is. Of two zeros, the second.
    ///
    /// **Local.** Class: Exact.
    fn minimum(x: Self, y: Self) -> Self;

    /// The larger of two; NaN if either is. Of two zeros, the second.
    ///
    /// **Local.** Class: Exact.
    fn maximum(x: Self, y: Self) -> Self;

    /// `x - y floor(x / y)` with the sign of `y`, as Python and NumPy have it; NaN for zero `y`.
    ///
    /// **Local.** Class: Exact.
    fn remainder(x: Self, y: Self) -> Self;

    /// `floor(x / y)`, as Python and NumPy have it; `x / 0` is infinite or NaN.
    ///
    /// **Local.** Class: Exact.
    fn floor_divide(x: Self, y: Self) -> Self;

    /// `e^x`.
    ///
    /// **Local.** Class: Reproducible. Error: 1.0 ulp, `f32` 1.1.
    fn exp(x: Self) -> Self;

    /// `2^x`.
    ///
    /// **Local.** Class: Reproducible. Error: 0.9 ulp, `f32` 1.1.
    fn exp2(x: Self) -> Self;

    /// `e^x - 1`, accurate near zero.
    ///
    /// **Local.** Class: Reproducible. Error: 1.5 ulp, `f32` 1.3.
    fn expm1(x: Self) -> Self;

    /// The natural logarithm: NaN below zero, minus infinity at zeros of either sign.
    ///
    /// **Local.** Class: Reproducible. Error: 1.0 ulp, `f32` 0.9.
    fn log(x: Self) -> Self;

    /// `ln(1 + x)`, accurate near zero.
    ///
    /// **Local.** Class: Reproducible. Error: 1.0 ulp, `f32` 1.0.
    fn log1p(x: Self) -> Self;

    /// The logarithm to base 2; exact for powers of two.
    ///
    /// **Local.** Class: Reproducible. Error: 1.0 ulp, `f32` 1.1.
    fn log2(x: Self) -> Self;

    /// The logarithm to base 10.
    ///
    /// **Local.** Class: Reproducible. Error: 0.9 ulp, `f32` 1.0.
    fn log10(x: Self) -> Self;

    /// The sine of `x` radians, for any finite `x`; NaN for infinities.
    ///
    /// **Local.** Class: Reproducible. Error: 0.8 ulp, `f32` 0.51.
    fn sin(x: Self) -> Self;

    /// The cosine of `x` radians, for any finite `x`; NaN for infinities.
    ///
    /// **Local.** Class: Reproducible. Error: 0.8 ulp, `f32` 0.51.
    fn cos(x: Self) -> Self;

    /// The tangent of `x` radians, for any finite `x`; NaN for infinities.
    ///
    /// **Local.** Class: Reproducible. Error: 1.0 ulp, `f32` 0.51.
    fn tan(x: Self) -> Self;

    /// The arcsine, between -pi/2 and pi/2; NaN outside [-1, 1].
    ///
    /// **Local.** Class: Reproducible. Error: 0.7 ulp, `f32` 1.3.
    fn asin(x: Self) -> Self;

    /// The arccosine, between 0 and pi; NaN outside [-1, 1].
    ///
    /// **Local.** Class: Reproducible. Error: 0.7 ulp, `f32` 1.0.
    fn acos(x: Self) -> Self;

    /// The arctangent, between -pi/2 and pi/2.
    ///
    /// **Local.** Class: Reproducible. Error: 0.7 ulp, `f32` 1.3.
    fn atan(x: Self) -> Self;

    /// The hyperbolic sine.
    ///
    /// **Local.** Class: Reproducible. Error: 1.2 ulp, `f32` 0.52.
    fn sinh(x: Self) -> Self;

    /// The hyperbolic cosine.
    ///
    /// **Local.** Class: Reproducible. Error: 0.8 ulp, `f32` 0.52.
    fn cosh(x: Self) -> Self;

    /// The hyperbolic tangent.
    ///
    /// **Local.** Class: Reproducible. Error: 1.1 ulp, `f32` 0.52.
    fn tanh(x: Self) -> Self;

    /// The inverse hyperbolic sine.
    ///
    /// **Local.** Class: Reproducible. Error: 0.7 ulp, `f32` 0.51.
    fn asinh(x: Self) -> Self;

    /// The inverse hyperbolic cosine; NaN below 1.
    ///
    /// **Local.** Class: Reproducible. Error: 0.8 ulp, `f32` 0.51.
    fn acosh(x: Self) -> Self;

    /// The inverse hyperbolic tangent; infinite at 1 and -1, NaN beyond.
    ///
    /// **Local.** Class: Reproducible. Error: 0.7 ulp, `f32` 0.51.
    fn atanh(x: Self) -> Self;

    /// The cube root, of negative numbers too.
    ///
    /// **Local.** Class: Reproducible. Error: 0.6 ulp, `f32` 0.51.
    fn cbrt(x: Self) -> Self;

    /// The angle of the point `(x, y)`, between -pi and pi, with the signs of zeros as in IEEE 754.
    ///
    /// **Local.** Class: Reproducible. Error: 0.7 ulp, `f32` 1.6.
    fn atan2(y: Self, x: Self) -> Self;

    /// `sqrt(x^2 + y^2)` without overflow on the way; infinite if either is, even beside NaN.
    ///
    /// **Local.** Class: Reproducible. Error: 0.8 ulp, `f32` 0.51.
    fn hypot(x: Self, y: Self) -> Self;

    /// `x^y`, with the special values of IEEE 754: `x^0` and `1^y` are 1 even for NaN; a negative `x` has only integer
    /// powers.
    ///
    /// **Local.** Class: Reproducible. Error: 1.2 ulp, `f32` 0.52.
    fn pow(x: Self, y: Self) -> Self;

    /// `ln(e^x + e^y)` without overflow on the way.
    ///
    /// **Local.** Class: Reproducible. Error: 0.6 ulp, `f32` 0.51; but an absolute 2^-56, `f32`
    /// 2^-30, where the two terms cancel.
    fn logaddexp(x: Self, y: Self) -> Self;

    /// Whether [`sin`](Self::sin), [`cos`](Self::cos) and [`tan`](Self::tan) leave their straight line at this `x`:
    /// beyond 2^48, where an exact reduction in integers is called.
    ///
    /// **Local.** Class: Exact.
    fn is_huge(x: Self) -> bool;

    /// [`sin`](Self::sin) without the branch for huge `x`, and without meaning there: a loop of it becomes vector code.
    ///
    /// **Local.** Class: Reproducible, the same bits as `sin`.
    fn sin_moderate(x: Self) -> Self;

    /// [`cos`](Self::cos) without the branch for huge `x`, and without meaning there: a loop of it becomes vector code.
    ///
    /// **Local.** Class: Reproducible, the same bits as `cos`.
    fn cos_moderate(x: Self) -> Self;

    /// [`tan`](Self::tan) without the branch for huge `x`, and without meaning there: a loop of it becomes vector code.
    ///
    /// **Local.** Class: Reproducible, the same bits as `tan`.
    fn tan_moderate(x: Self) -> Self;

    /// `sin` of a slice, in vector code but for its huge elements. The slices have one length.
    ///
    /// **Local.** Class: Reproducible, the same bits as [`sin`](Self::sin).
    #[inline(always)]
    fn sin_slice(input: &[Self], output: &mut [Self]) {
        for (y, &x) in output.iter_mut().zip(input) {
            *y = Self::sin_moderate(x);
        }
        if any_huge(input) {
            mend(input, output, Self::sin);
        }
    }

    /// `cos` of a slice, in vector code but for its huge elements. The slices have one length.
    ///
    /// **Local.** Class: Reproducible, the same bits as [`cos`](Self::cos).
    #[inline(always)]
    fn cos_slice(input: &[Self], output: &mut [Self]) {
        for (y, &x) in output.iter_mut().zip(input) {
            *y = Self::cos_moderate(x);
        }
        if any_huge(input) {
            mend(input, output, Self::cos);
        }
    }

    /// `tan` of a slice, in vector code but for its huge elements. The slices have one length.
    ///
    /// **Local.** Class: Reproducible, the same bits as [`tan`](Self::tan).
    #[inline(always)]
    fn tan_slice(input: &[Self], output: &mut [Self]) {
        for (y, &x) in output.iter_mut().zip(input) {
            *y = Self::tan_moderate(x);
        }
        if any_huge(input) {
            mend(input, output, Self::tan);
        }
    }
}

/// Whether any element is huge; without an early end, so that it is vector code.
#[inline(always)]
fn any_huge<T: Elementary>(input: &[T]) -> bool {
    input.iter().fold(false, |any, &x| any | T::is_huge(x))
}

/// Computes the huge elements again.
#[cold]
#[inline(never)]
fn mend<T: Elementary>(input: &[T], output: &mut [T], function: fn(T) -> T) {
    for (y, &x) in output.iter_mut().zip(input) {
        if T::is_huge(x) {
            *y = function(x);
        }
    }
}
