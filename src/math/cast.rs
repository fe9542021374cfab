//! Conversions between the nine dtypes: [`cast`], which always gives a value, and [`exact`], which gives one only if
//! nothing is lost.

use num_complex::Complex;

use crate::dtype::Element;

/// An element that converts to and from every other: all nine types.
///
/// `A` to `B` is `B::from_a(a)`; the methods are the rows of one table, for [`cast`] and [`exact`] to choose from.
pub trait Cast: Element {
    /// [`cast`], as a method.
    ///
    /// **Local.** Class: Exact.
    fn cast<B: Cast>(self) -> B;
    /// The value itself, in types that hold every element's exactly.
    ///
    /// **Local.** Class: Exact.
    fn value(self) -> Value;
    /// From `bool`: 0 or 1.
    ///
    /// **Local.** Class: Exact.
    fn from_bool(x: bool) -> Self;
    /// From `u8`.
    ///
    /// **Local.** Class: Exact.
    fn from_u8(x: u8) -> Self;
    /// From `i32`.
    ///
    /// **Local.** Class: Exact.
    fn from_i32(x: i32) -> Self;
    /// From `i64`.
    ///
    /// **Local.** Class: Exact.
    fn from_i64(x: i64) -> Self;
    /// From `u64`.
    ///
    /// **Local.** Class: Exact.
    fn from_u64(x: u64) -> Self;
    /// From `f32`.
    ///
    /// **Local.** Class: Exact.
    fn from_f32(x: f32) -> Self;
    /// From `f64`.
    ///
    /// **Local.** Class: Exact.
    fn from_f64(x: f64) -> Self;
    /// From `Complex<f32>`.
    ///
    /// **Local.** Class: Exact.
    fn from_c32(x: Complex<f32>) -> Self;
    /// From `Complex<f64>`.
    ///
    /// **Local.** Class: Exact.
    fn from_c64(x: Complex<f64>) -> Self;
}

/// `a` as a `B`, as NumPy's `astype` where that is defined.
///
/// | from | to | |
/// |---|---|---|
/// | any | `bool` | whether it is not 0; a NaN is `true` |
/// | `bool` | any | 0 or 1 |
/// | integer | integer | wraps modulo 2 to the width |
/// | integer | float | the nearest, ties to even |
/// | float | float | the nearest, ties to even; too large is infinite |
/// | float | integer | rounds towards zero; saturates; NaN is 0 (NumPy leaves both open) |
/// | real | complex | imaginary part 0 |
/// | complex | real | the real part, then as above |
///
/// **Local.** Class: Exact.
///
/// ```
/// use isotherm::math::cast::cast;
/// assert_eq!(cast::<i32, u8>(-1), 255);
/// assert_eq!(cast::<f64, u8>(-1.0), 0);
/// assert_eq!(cast::<f64, i32>(f64::NAN), 0);
/// assert!(cast::<f64, bool>(f64::NAN));
/// ```
#[inline(always)]
pub fn cast<A: Cast, B: Cast>(a: A) -> B {
    a.cast()
}

/// `a` as a `B` of equal value, or nothing if there is none; how scalars meet arrays.
///
/// `-0.0` equals 0, `true` equals 1, a real number equals the complex number on the real axis, and a NaN becomes the NaN
/// of another float type, but no integer.
///
/// **Local.** Class: Exact.
///
/// ```
/// use isotherm::math::cast::exact;
/// assert_eq!(exact::<f64, f32>(2.0), Some(2.0));
/// assert_eq!(exact::<f64, f32>(0.1), None);
/// assert_eq!(exact::<i64, u64>(-1), None);
/// assert_eq!(exact::<f64, i64>(2.0_f64.powi(63)), None);
/// ```
#[inline]
pub fn exact<A: Cast, B: Cast>(a: A) -> Option<B> {
    let b: B = a.cast();
    (a.value() == b.value()).then_some(b)
}

/// An element's value, comparable across types. NaN equals NaN.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    re: Number,
    im: Number,
}

#[derive(Clone, Copy, Debug)]
enum Number {
    Integer(i128),
    Float(f64),
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.re == other.re && self.im == other.im
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            // No element of 64 bits comes near the ends of i128, where this cast would saturate.
            (Self::Integer(a), Self::Float(b)) | (Self::Float(b), Self::Integer(a)) => {
                b.fract() == 0.0 && b as i128 == a
            }
        }
    }
}

impl Value {
    const fn integer(x: i128) -> Self {
        Self { re: Number::Integer(x), im: Number::Integer(0) }
    }

    const fn float(x: f64) -> Self {
        Self { re: Number::Float(x), im: Number::Integer(0) }
    }

    const fn complex(re: f64, im: f64) -> Self {
        Self { re: Number::Float(re), im: Number::Float(im) }
    }
}

/// One method per line: `from_xxx(x: type) = conversion`.
macro_rules! row {
    ($($name:ident($x:ident: $from:ty) = $to:expr;)*) => {$(
        #[inline(always)]
        fn $name($x: $from) -> Self { $to }
    )*};
}

/// The table: `dtype => method that takes it, its exact value, and the kind of conversion that makes it`.
macro_rules! table {
    ($($to:ty => $method:ident, |$x:ident| $value:expr, $kind:ident $(($part:ty))?;)*) => {$(
        #[allow(clippy::cast_lossless)]
        impl Cast for $to {
            #[inline(always)]
            fn cast<B: Cast>(self) -> B { B::$method(self) }
            fn value(self) -> Value { let $x = self; $value }
            $kind!($($part)?);
        }
    )*};
}

macro_rules! truth {
    () => {
        row! {
            from_bool(x: bool) = x;
            from_u8(x: u8) = x != 0;
            from_i32(x: i32) = x != 0;
            from_i64(x: i64) = x != 0;
            from_u64(x: u64) = x != 0;
            from_f32(x: f32) = x != 0.0;
            from_f64(x: f64) = x != 0.0;
            from_c32(x: Complex<f32>) = x.re != 0.0 || x.im != 0.0;
            from_c64(x: Complex<f64>) = x.re != 0.0 || x.im != 0.0;
        }
    };
}

macro_rules! real {
    ($to:ty) => {
        row! {
            from_bool(x: bool) = u8::from(x) as $to;
            from_u8(x: u8) = x as $to;
            from_i32(x: i32) = x as $to;
            from_i64(x: i64) = x as $to;
            from_u64(x: u64) = x as $to;
            from_f32(x: f32) = x as $to;
            from_f64(x: f64) = x as $to;
            from_c32(x: Complex<f32>) = x.re as $to;
            from_c64(x: Complex<f64>) = x.re as $to;
        }
    };
}

macro_rules! complex {
    ($part:ty) => {
        row! {
            from_bool(x: bool) = Complex::new(u8::from(x) as $part, 0.0);
            from_u8(x: u8) = Complex::new(x as $part, 0.0);
            from_i32(x: i32) = Complex::new(x as $part, 0.0);
            from_i64(x: i64) = Complex::new(x as $part, 0.0);
            from_u64(x: u64) = Complex::new(x as $part, 0.0);
            from_f32(x: f32) = Complex::new(x as $part, 0.0);
            from_f64(x: f64) = Complex::new(x as $part, 0.0);
            from_c32(x: Complex<f32>) = Complex::new(x.re as $part, x.im as $part);
            from_c64(x: Complex<f64>) = Complex::new(x.re as $part, x.im as $part);
        }
    };
}

table! {
    bool => from_bool, |x| Value::integer(i128::from(x)), truth;
    u8 => from_u8, |x| Value::integer(i128::from(x)), real(u8);
    i32 => from_i32, |x| Value::integer(i128::from(x)), real(i32);
    i64 => from_i64, |x| Value::integer(i128::from(x)), real(i64);
    u64 => from_u64, |x| Value::integer(i128::from(x)), real(u64);
    f32 => from_f32, |x| Value::float(f64::from(x)), real(f32);
    f64 => from_f64, |x| Value::float(x), real(f64);
    Complex<f32> => from_c32, |x| Value::complex(f64::from(x.re), f64::from(x.im)), complex(f32);
    Complex<f64> => from_c64, |x| Value::complex(x.re, x.im), complex(f64);
}
