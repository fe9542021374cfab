//! Functions without rounding error, for both widths: signs, extremes that keep NaN, neighbours.

use super::Elementary;

/// 1 with the sign of `x`, 0 for either zero, NaN for NaN.
#[inline(always)]
pub(super) fn sign<T: Elementary>(x: T) -> T {
    let sign = if x == T::ZERO { T::ZERO } else { T::copysign(T::ONE, x) };
    if is_nan(x) { x } else { sign }
}

/// The smaller of two; NaN if either is.
#[inline(always)]
pub(super) fn minimum<T: Elementary>(x: T, y: T) -> T {
    // NaN fails both comparisons where it stands first, and `y` is taken where it stands second.
    if x < y || is_nan(x) { x } else { y }
}

/// The larger of two; NaN if either is.
#[inline(always)]
pub(super) fn maximum<T: Elementary>(x: T, y: T) -> T {
    if x > y || is_nan(x) { x } else { y }
}

/// Whether `x` differs from itself.
#[inline(always)]
#[expect(clippy::eq_op, reason = "this is how NaN is told from numbers of any width")]
fn is_nan<T: Elementary>(x: T) -> bool {
    x != x
}
