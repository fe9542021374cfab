//! [`Elementary`] for `f64`, and for `f32` by way of `f64`: one table, a function a line.

use super::{
    Elementary, exact, exponential, hyperbolic, inverse_hyperbolic, inverse_trigonometric, logarithm, power, remainder,
    single::{self, wide},
    trigonometric,
};

/// What is correctly rounded in either width: the arithmetic of IEEE 754 and exact functions of the bits.
macro_rules! exact_functions {
    ($float:ty) => {
        const HALF: $float = 0.5;
        const INFINITY: $float = <$float>::INFINITY;
        const NAN: $float = <$float>::NAN;
        const INTEGERS: $float = (1_u64 << <$float>::MANTISSA_DIGITS) as $float;
        const HALF_INTEGERS: $float = (1_u64 << (<$float>::MANTISSA_DIGITS - 3)) as $float;
        exact_functions! { $float:
            sqrt(x) = x.sqrt();
            mul_add(x, y, z) = x.mul_add(y, z);
            abs(x) = x.abs();
            copysign(x, y) = x.copysign(y);
            floor(x) = x.floor();
            ceil(x) = x.ceil();
            trunc(x) = x.trunc();
            round(x) = x.round_ties_even();
            sign(x) = exact::sign(x);
            square(x) = x * x;
            reciprocal(x) = 1.0 / x;
            minimum(x, y) = exact::minimum(x, y);
            maximum(x, y) = exact::maximum(x, y);
            remainder(x, y) = remainder::remainder(x, y);
            floor_divide(x, y) = remainder::floor_divide(x, y);
        }
        #[inline(always)]
        fn nextafter(x: $float, y: $float) -> $float {
            let next = if x < y { x.next_up() } else { x.next_down() };
            if x == y { y } else if x.is_nan() || y.is_nan() { <$float>::NAN } else { next }
        }
        #[inline(always)]
        fn is_huge(x: $float) -> bool {
            trigonometric::is_huge(f64::from(x))
        }
    };
    ($float:ty: $($name:ident($($x:ident),*) = $value:expr;)*) => {$(
        #[inline(always)]
        fn $name($($x: $float),*) -> $float {
            $value
        }
    )*};
}

/// The table of functions that are computed in double precision, and what computes them for each width.
macro_rules! double_functions {
    ($float:ty: $($name:ident($($x:ident),*) = $function:path;)*) => {$(
        #[inline(always)]
        fn $name($($x: $float),*) -> $float {
            $function($(f64::from($x)),*) as $float
        }
    )*};
}

impl Elementary for f64 {
    exact_functions! { f64 }
    double_functions! { f64:
        exp(x) = exponential::exp;
        exp2(x) = exponential::exp2;
        expm1(x) = exponential::expm1;
        log(x) = logarithm::log;
        log1p(x) = logarithm::log1p;
        log2(x) = logarithm::log2;
        log10(x) = logarithm::log10;
        sin(x) = trigonometric::sin;
        cos(x) = trigonometric::cos;
        tan(x) = trigonometric::tan;
        sin_moderate(x) = trigonometric::sin_moderate;
        cos_moderate(x) = trigonometric::cos_moderate;
        tan_moderate(x) = trigonometric::tan_moderate;
        asin(x) = inverse_trigonometric::asin;
        acos(x) = inverse_trigonometric::acos;
        atan(x) = inverse_trigonometric::atan;
        sinh(x) = hyperbolic::sinh;
        cosh(x) = hyperbolic::cosh;
        tanh(x) = hyperbolic::tanh;
        asinh(x) = inverse_hyperbolic::asinh;
        acosh(x) = inverse_hyperbolic::acosh;
        atanh(x) = inverse_hyperbolic::atanh;
        cbrt(x) = power::cbrt;
        atan2(y, x) = inverse_trigonometric::atan2;
        hypot(x, y) = power::hypot;
        pow(x, y) = power::pow;
        logaddexp(x, y) = power::logaddexp;
    }
}

impl Elementary for f32 {
    exact_functions! { f32 }
    exact_functions! { f32:
        exp(x) = single::exp(x);
        exp2(x) = single::exp2(x);
        expm1(x) = single::expm1(x);
        log(x) = single::log(x);
        log1p(x) = single::log1p(x);
        log2(x) = single::log2(x);
        log10(x) = single::log10(x);
        asin(x) = single::asin(x);
        acos(x) = single::acos(x);
        atan(x) = single::atan(x);
        atan2(y, x) = single::atan2(y, x);
    }
    double_functions! { f32:
        sin(x) = wide::sin;
        cos(x) = wide::cos;
        tan(x) = wide::tan;
        sin_moderate(x) = wide::sin_moderate;
        cos_moderate(x) = wide::cos_moderate;
        tan_moderate(x) = wide::tan_moderate;
        sinh(x) = wide::sinh;
        cosh(x) = wide::cosh;
        tanh(x) = wide::tanh;
        asinh(x) = wide::asinh;
        acosh(x) = wide::acosh;
        atanh(x) = wide::atanh;
        cbrt(x) = power::cbrt;
        hypot(x, y) = wide::hypot;
        pow(x, y) = wide::pow;
        logaddexp(x, y) = wide::logaddexp;
    }
}
