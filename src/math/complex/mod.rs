//! Functions of a complex variable, over the real elementary functions of `f32` and `f64`.
//!
//! Free functions of [`Complex`], so that none can be mistaken for the methods of `num_complex`, which call the
//! platform's library. Class of all: Reproducible.
//!
//! **Special values** are those of C99's Annex G, which the array API repeats, and NumPy's where these leave a choice, as
//! in products and quotients of infinities. Branch cuts are Kahan's: the sign of a zero says from which side. No
//! function fails.
//!
//! **Accuracy** is tested against 400-digit arithmetic, in units of the last place (ulp) of each part:
//!
//! | functions | bound | |
//! |---|---|---|
//! | `abs`, `multiply`, `square` | 2 | |
//! | `sqrt`, `sign`, `exp`, `log`, `log1p`, `sin`, `cos`, `sinh`, `cosh` | 3 | |
//! | `log2`, `log10`, `asin`, `acos`, `atan`, `asinh`, `acosh`, `atanh` | 4 | |
//! | `divide`, `reciprocal` | 5 | |
//! | `tan`, `tanh` | 6 | |
//! | `expm1` | 3 | of the larger part |
//! | `pow` | 8 + 4 ∣w log z∣ | of the larger part: the error of the logarithm is multiplied |
//!
//! The worst errors on 2,700 points, among them points about the unit circle, the branch points and both ends of the
//! range, stay below these; the tests in the repository use a sample of such points. A unit of the last place is never
//! below the smallest subnormal, and the bounds presume that no intermediate product underflows.
//!
//! # References
//! - Kahan, *Branch cuts for complex elementary functions, or much ado about nothing's sign bit*, 1987.
//! - Hull, Fairgrieve, Tang, *Implementing complex elementary functions using exception handling*, 1994,
//!   [doi:10.1145/198429.198431](https://doi.org/10.1145/198429.198431).
//! - Hull, Fairgrieve, Tang, *Implementing the complex arcsine and arccosine functions using exception handling*, 1997,
//!   [doi:10.1145/275323.275324](https://doi.org/10.1145/275323.275324).

mod arithmetic;
mod exponential;
mod hyperbolic;
mod inverse;
mod logarithm;

pub use arithmetic::{abs, divide, multiply, reciprocal, sign, sqrt, square};
pub use exponential::{exp, expm1, pow};
pub use hyperbolic::{cos, cosh, sin, sinh, tan, tanh};
pub use inverse::{acos, acosh, asin, asinh, atan, atanh};
pub use logarithm::{log, log1p, log2, log10};
use num_complex::Complex;

use super::parts::Part;

/// `i z`, by which trigonometric functions become hyperbolic ones.
#[inline(always)]
fn times_i<T: Part>(z: Complex<T>) -> Complex<T> {
    Complex::new(-z.im, z.re)
}

/// `-i z`, the way back.
#[inline(always)]
fn over_i<T: Part>(z: Complex<T>) -> Complex<T> {
    Complex::new(z.im, -z.re)
}

#[inline(always)]
fn is_finite<T: Part>(z: Complex<T>) -> bool {
    z.re.is_finite() && z.im.is_finite()
}
