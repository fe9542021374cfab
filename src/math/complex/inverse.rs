//! The inverse trigonometric and hyperbolic functions. `asinh`, `acos` and `atanh` are computed; the others turn into
//! them.

use num_complex::Complex;

use super::arithmetic::reciprocal;
use super::logarithm::log_abs;
use super::{over_i, times_i};
use crate::math::parts::Part;

const HALF_PI: f64 = std::f64::consts::FRAC_PI_2;

/// The inverse hyperbolic sine, cut along the imaginary axis beyond ±i.
///
/// **Local.** Class: Reproducible.
///
/// # References
/// Hull, Fairgrieve, Tang, 1997, [doi:10.1145/275323.275324](https://doi.org/10.1145/275323.275324).
#[inline]
pub fn asinh<T: Part>(z: Complex<T>) -> Complex<T> {
    if z.re.is_nan() || z.im.is_nan() {
        return if z.re.is_infinite() {
            Complex::new(z.re, T::NAN)
        } else if z.im.is_infinite() {
            Complex::new(T::INFINITY, T::NAN)
        } else {
            Complex::new(T::NAN, if z.im == T::ZERO { z.im } else { T::NAN })
        };
    }
    let (x, y) = (z.re.abs(), z.im.abs());
    let (re, im) = if is_large(z) {
        (log_of_double(z), T::atan2(y, x))
    } else if is_small(z) {
        return z;
    } else {
        let ellipse = Ellipse::through(x, y);
        (ellipse.log_part(), T::atan2(ellipse.y, ellipse.angle_base()))
    };
    Complex::new(re.copysign(z.re), im.copysign(z.im))
}

/// The inverse cosine, cut along the real axis beyond ±1.
///
/// **Local.** Class: Reproducible.
///
/// # References
/// Hull, Fairgrieve, Tang, 1997, [doi:10.1145/275323.275324](https://doi.org/10.1145/275323.275324).
#[inline]
pub fn acos<T: Part>(z: Complex<T>) -> Complex<T> {
    if z.re.is_nan() || z.im.is_nan() {
        return if z.re.is_infinite() {
            Complex::new(T::NAN, -T::INFINITY)
        } else if z.im.is_infinite() {
            Complex::new(T::NAN, -z.im)
        } else {
            Complex::new(if z.re == T::ZERO { T::of(HALF_PI) } else { T::NAN }, T::NAN)
        };
    }
    let (x, y) = (z.re.abs(), z.im.abs());
    let (re, im) = if is_large(z) {
        (T::atan2(y, z.re), log_of_double(z))
    } else if is_small(z) {
        (T::of(HALF_PI) - z.re, y)
    } else {
        // The arcsine's ellipse is that of the inverse hyperbolic sine with the axes exchanged.
        let ellipse = Ellipse::through(y, x);
        (T::atan2(ellipse.angle_base(), z.re), ellipse.log_part())
    };
    Complex::new(re, im.copysign(-z.im))
}

/// The inverse hyperbolic tangent, cut along the real axis beyond ±1.
///
/// **Local.** Class: Reproducible.
///
/// # References
/// Kahan, *Branch cuts for complex elementary functions*, 1987.
#[inline]
pub fn atanh<T: Part>(z: Complex<T>) -> Complex<T> {
    let (x, y) = (z.re.abs(), z.im.abs());
    let (re, im) = if x.is_nan() || y.is_nan() {
        let (keeps_re, keeps_im) = (x.is_infinite() || x == T::ZERO, y.is_infinite());
        (if keeps_re || keeps_im { T::ZERO } else { T::NAN }, if keeps_im { T::of(HALF_PI) } else { T::NAN })
    } else if is_large(z) {
        (if x.is_infinite() || y.is_infinite() { T::ZERO } else { reciprocal(z).re }, T::of(HALF_PI))
    } else if is_small(z) {
        return z;
    } else {
        (atanh_re(x, y), atanh_im(x, y))
    };
    Complex::new(re.copysign(z.re), im.copysign(z.im))
}

/// log |(1 + z) / (1 - z)| / 2 = log(1 + 4 x / ((1 - x)² + y²)) / 4.
fn atanh_re<T: Part>(x: T, y: T) -> T {
    if x == T::ONE && y < T::EPSILON {
        return (T::of(std::f64::consts::LN_2) - T::log(y)) * T::of(0.5);
    }
    let gap = x - T::ONE;
    T::log1p(T::of(4.0) * x / gap.mul_add(gap, y * y)) * T::of(0.25)
}

/// arg((1 + z) / (1 - z)) / 2.
fn atanh_im<T: Part>(x: T, y: T) -> T {
    if x == T::ONE {
        // 1 - x² - y² would keep only y², which may be 0 where y is not.
        return if y == T::ZERO { y } else { T::atan2(T::of(2.0), -y) * T::of(0.5) };
    }
    T::atan2(y + y, (T::ONE - x).mul_add(T::ONE + x, -(y * y))) * T::of(0.5)
}

/// The inverse sine, cut along the real axis beyond ±1.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn asin<T: Part>(z: Complex<T>) -> Complex<T> {
    over_i(asinh(times_i(z)))
}

/// The inverse tangent, cut along the imaginary axis beyond ±i.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn atan<T: Part>(z: Complex<T>) -> Complex<T> {
    over_i(atanh(times_i(z)))
}

/// The inverse hyperbolic cosine with a real part that is not negative, cut along the real axis below 1.
///
/// **Local.** Class: Reproducible.
#[inline]
pub fn acosh<T: Part>(z: Complex<T>) -> Complex<T> {
    let w = acos(z);
    if w.im.is_nan() {
        return Complex::new(T::NAN, if z.re == T::ZERO { w.re } else { T::NAN });
    }
    Complex::new(w.im.abs(), w.re.copysign(z.im))
}

/// Whether `1 / z²` is below the last place, so that all inverse functions are their limits.
fn is_large<T: Part>(z: Complex<T>) -> bool {
    let limit = T::ONE / T::EPSILON;
    z.re.abs() > limit || z.im.abs() > limit
}

/// Whether `z²` is below the last place, so that all odd inverse functions are `z`.
fn is_small<T: Part>(z: Complex<T>) -> bool {
    let limit = T::sqrt(T::EPSILON) * T::of(0.5);
    z.re.abs() < limit && z.im.abs() < limit
}

/// `log(2 |z|)`.
fn log_of_double<T: Part>(z: Complex<T>) -> T {
    log_abs(z) + T::of(std::f64::consts::LN_2)
}

/// The ellipse with foci ±i through `x + i y` in the first quadrant: on it the real part of the inverse hyperbolic sine
/// is constant. `a` is its larger half-axis, which is also half the sum of the distances to the foci.
struct Ellipse<T> {
    x: T,
    y: T,
    a: T,
    /// `a - 1` and `a - y`, each a sum of two terms that do not cancel.
    above_one: T,
    above_y: T,
}

impl<T: Part> Ellipse<T> {
    fn through(x: T, y: T) -> Self {
        let (far, near) = (T::hypot(x, y + T::ONE), T::hypot(x, y - T::ONE));
        let mean = (far + near) * T::of(0.5);
        let a = if mean < T::ONE { T::ONE } else { mean };
        let above_one = excess(x, T::ONE + y, far) + excess(x, T::ONE - y, near);
        let above_y = excess(x, y + T::ONE, far) + excess(x, y - T::ONE, near);
        Self { x, y, a, above_one, above_y }
    }

    /// Whether the point is so near the axis of the foci that the excess over it rounds away.
    fn touches_axis(&self) -> bool {
        self.x < T::EPSILON * (self.y - T::ONE).abs()
    }

    /// arcosh(a).
    fn log_part(&self) -> T {
        let Self { x, y, a, above_one, .. } = *self;
        if a >= T::of(10.0) {
            return T::log(a + T::sqrt(a * a - T::ONE));
        }
        if y == T::ONE && x < T::EPSILON * T::EPSILON {
            return T::sqrt(x);
        }
        if !self.touches_axis() {
            return T::log1p(above_one + T::sqrt(above_one * (a + T::ONE)));
        }
        if y < T::ONE {
            return x / T::sqrt((T::ONE - y) * (T::ONE + y));
        }
        let beyond = y - T::ONE;
        T::log1p(beyond + T::sqrt(beyond * (y + T::ONE)))
    }

    /// √(a² - y²), the other side of the triangle with hypotenuse a whose angle is the imaginary part.
    fn angle_base(&self) -> T {
        let Self { x, y, a, above_y, .. } = *self;
        if y <= T::of(0.64) * a {
            return T::sqrt((a - y) * (a + y));
        }
        if y == T::ONE && x < T::EPSILON * T::EPSILON {
            return T::sqrt(x) * T::sqrt((a + y) * T::of(0.5));
        }
        if !self.touches_axis() {
            return T::sqrt(above_y * (a + y));
        }
        if y > T::ONE {
            return x * (y / T::sqrt((y + T::ONE) * (y - T::ONE)));
        }
        T::sqrt((T::ONE - y) * (T::ONE + y))
    }
}

/// `(hypotenuse - leg) / 2` of a right triangle with legs `side` and `leg`, without cancellation for a positive leg.
fn excess<T: Part>(side: T, leg: T, hypotenuse: T) -> T {
    let difference = if leg < T::ZERO {
        hypotenuse - leg
    } else if leg == T::ZERO {
        side
    } else {
        side * side / (hypotenuse + leg)
    };
    difference * T::of(0.5)
}
