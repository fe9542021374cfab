//! The rules of integer arithmetic: nothing here can fail or panic.
//!
//! Results wrap modulo 2 to the width, division by zero gives 0, quotients round down and remainders take the divisor's
//! sign, as in Python and NumPy. Functions carry the array API's names and take both operands as arguments, so that
//! none can be mistaken for the operator that panics.
//!
//! ```
//! use isotherm::math::integer;
//! assert_eq!(integer::floor_divide(-7, 2), -4);
//! assert_eq!(integer::remainder(-7, 2), 1);
//! assert_eq!(integer::floor_divide(i32::MIN, -1), i32::MIN);
//! assert_eq!(integer::remainder(7_u8, 0), 0);
//! ```

use std::cmp::Ordering;
use std::ops::{BitAnd, BitOr, BitXor, Not};

use crate::dtype::Real;

/// `u8`, `i32`, `i64` and `u64`: the machine's wrapping operations, from which the functions of this module are made.
pub trait Integer:
    Real + Ord + BitAnd<Output = Self> + BitOr<Output = Self> + BitXor<Output = Self> + Not<Output = Self>
{
    /// The number of bits.
    const BITS: u32;

    /// `a + b`, wrapping.
    ///
    /// **Local.** Class: Exact.
    fn add(a: Self, b: Self) -> Self;
    /// `a - b`, wrapping.
    ///
    /// **Local.** Class: Exact.
    fn subtract(a: Self, b: Self) -> Self;
    /// `a * b`, wrapping.
    ///
    /// **Local.** Class: Exact.
    fn multiply(a: Self, b: Self) -> Self;
    /// `a / b` rounded towards zero and its remainder; both 0 if `b` is 0, and the smallest integer over -1 wraps.
    ///
    /// **Local.** Class: Exact.
    fn truncating_divide(a: Self, b: Self) -> (Self, Self);
    /// `a << count`, for a count below the width.
    ///
    /// **Local.** Class: Exact.
    fn left_shift(a: Self, count: u32) -> Self;
    /// `a >> count`, for a count below the width; signed types keep their sign.
    ///
    /// **Local.** Class: Exact.
    fn right_shift(a: Self, count: u32) -> Self;
    /// The value as a shift's count, if it is one: from 0 to the width less one.
    ///
    /// **Local.** Class: Exact.
    fn count(self) -> Option<u32>;
    /// The value modulo 2⁶⁴.
    ///
    /// **Local.** Class: Exact.
    fn to_u64(self) -> u64;
    /// `value` modulo 2 to the width.
    ///
    /// **Local.** Class: Exact.
    fn from_u64(value: u64) -> Self;
}

/// The table of integers.
macro_rules! integers {
    ($($t:ident)*) => {$(
        #[allow(clippy::cast_lossless)]
        impl Integer for $t {
            const BITS: u32 = $t::BITS;

            #[inline(always)]
            fn add(a: Self, b: Self) -> Self { a.wrapping_add(b) }
            #[inline(always)]
            fn subtract(a: Self, b: Self) -> Self { a.wrapping_sub(b) }
            #[inline(always)]
            fn multiply(a: Self, b: Self) -> Self { a.wrapping_mul(b) }
            #[inline(always)]
            fn truncating_divide(a: Self, b: Self) -> (Self, Self) {
                if b == 0 { (0, 0) } else { (a.wrapping_div(b), a.wrapping_rem(b)) }
            }
            #[inline(always)]
            fn left_shift(a: Self, count: u32) -> Self { a.wrapping_shl(count) }
            #[inline(always)]
            fn right_shift(a: Self, count: u32) -> Self { a.wrapping_shr(count) }
            #[inline(always)]
            fn count(self) -> Option<u32> { u32::try_from(self).ok().filter(|&count| count < $t::BITS) }
            #[inline(always)]
            fn to_u64(self) -> u64 { self as u64 }
            #[inline(always)]
            fn from_u64(value: u64) -> Self { value as $t }
        }
    )*};
}
integers!(u8 i32 i64 u64);

/// `a + b`, wrapping.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn add<T: Integer>(a: T, b: T) -> T {
    T::add(a, b)
}

/// `a - b`, wrapping.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn subtract<T: Integer>(a: T, b: T) -> T {
    T::subtract(a, b)
}

/// `a * b`, wrapping.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn multiply<T: Integer>(a: T, b: T) -> T {
    T::multiply(a, b)
}

/// `-a`, wrapping: the smallest integer is its own negative, and unsigned types count down from 2 to the width.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn negative<T: Integer>(a: T) -> T {
    T::subtract(T::ZERO, a)
}

/// The magnitude, wrapping: that of the smallest signed integer is itself.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn abs<T: Integer>(a: T) -> T {
    if a < T::ZERO { negative(a) } else { a }
}

/// -1, 0 or 1.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn sign<T: Integer>(a: T) -> T {
    match a.cmp(&T::ZERO) {
        Ordering::Less => negative(T::ONE),
        Ordering::Equal => T::ZERO,
        Ordering::Greater => T::ONE,
    }
}

/// `a * a`, wrapping.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn square<T: Integer>(a: T) -> T {
    T::multiply(a, a)
}

/// ⌊`a / b`⌋; 0 if `b` is 0, and the smallest integer divided by -1 wraps to itself.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn floor_divide<T: Integer>(a: T, b: T) -> T {
    let (quotient, rest) = T::truncating_divide(a, b);
    if crosses(rest, b) { T::subtract(quotient, T::ONE) } else { quotient }
}

/// `a - b * floor_divide(a, b)`, which has the sign of `b`; 0 if `b` is 0.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn remainder<T: Integer>(a: T, b: T) -> T {
    let (_, rest) = T::truncating_divide(a, b);
    if crosses(rest, b) { T::add(rest, b) } else { rest }
}

/// Whether rounding down differs from rounding towards zero.
#[inline(always)]
fn crosses<T: Integer>(rest: T, divisor: T) -> bool {
    rest != T::ZERO && (rest < T::ZERO) != (divisor < T::ZERO)
}

/// `base` to the power `exponent`, wrapping.
///
/// NumPy raises an error for any negative exponent; `eval` has no error that depends on the data, so here
/// it gives the true power rounded towards zero: ±1 for a base of ±1, and 0 for every other, 0 included.
///
/// **Local.** Class: Exact.
#[inline]
pub fn pow<T: Integer>(base: T, exponent: T) -> T {
    if exponent < T::ZERO && abs(base) != T::ONE {
        return T::ZERO;
    }
    // A power of ±1 depends on the exponent's lowest bit alone, which negation keeps, wrapping or not.
    let mut exponent = abs(exponent).to_u64();
    let (mut power, mut result) = (base, T::ONE);
    while exponent != 0 {
        if exponent & 1 == 1 {
            result = T::multiply(result, power);
        }
        power = T::multiply(power, power);
        exponent >>= 1;
    }
    result
}

/// `a` times 2 to the power `count`, wrapping; 0 if `count` is negative or not below the width.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn bitwise_left_shift<T: Integer>(a: T, count: T) -> T {
    count.count().map_or(T::ZERO, |count| T::left_shift(a, count))
}

/// ⌊`a` / 2 to the power `count`⌋; -1 or 0, after the sign of `a`, if `count` is negative or not below the width.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn bitwise_right_shift<T: Integer>(a: T, count: T) -> T {
    match count.count() {
        Some(count) => T::right_shift(a, count),
        None if a < T::ZERO => !T::ZERO,
        None => T::ZERO,
    }
}

/// The bits set in both.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn bitwise_and<T: Integer>(a: T, b: T) -> T {
    a & b
}

/// The bits set in either.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn bitwise_or<T: Integer>(a: T, b: T) -> T {
    a | b
}

/// The bits set in one of the two.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn bitwise_xor<T: Integer>(a: T, b: T) -> T {
    a ^ b
}

/// The bits not set.
///
/// **Local.** Class: Exact.
#[inline(always)]
pub fn bitwise_invert<T: Integer>(a: T) -> T {
    !a
}
