// Parts of f32: tests by bits, numbers in two parts, scaling. The other files of this folder are made of these.
//
// A driver may flush subnormal numbers, drop NaN, fuse a product with a sum, and rearrange sums as if they were exact.
// So special values are seen in the bits; and a number in two parts is never a rounded sum and its rounding error,
// which a driver may take for 0, but is cut by a mask: its high part has 12 bits, products of high parts are exact,
// fused or not.
// Accuracy: exact, but for the functions that state a bound. No loops.

const SIGN_F32 = 0x80000000u;
const INFINITY_BITS_F32 = 0x7f800000u;
const IMPLICIT_BIT_F32 = 0x00800000u;
const MANTISSA_F32 = 0x007fffffu;

// high + low; high has 12 bits where it was made by leading_f32, and low is about 2^-11 of it or less.
struct Pair_f32 {
    high: f32,
    low: f32,
}

// The bits of |x|, which as integers are ordered as the numbers are, infinity and NaN last.
fn magnitude_f32(x: f32) -> u32 {
    return bitcast<u32>(x) & ~SIGN_F32;
}

// Not a number.
fn nan_f32() -> f32 {
    return bitcast<f32>(0x7fc00000u);
}

// Infinity with the sign of x.
fn infinity_like_f32(x: f32) -> f32 {
    return bitcast<f32>((bitcast<u32>(x) & SIGN_F32) | INFINITY_BITS_F32);
}

// The first 12 bits of x: what is left of x, x - leading_f32(x), has 12 bits as well.
fn leading_f32(x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

// x in two parts.
fn pair_f32(x: f32) -> Pair_f32 {
    let high = leading_f32(x);
    return Pair_f32(high, x - high);
}

// a + b in two parts, for |a| >= |b|, to 2^-35.
fn sum_f32(a: f32, b: f32) -> Pair_f32 {
    let high = leading_f32(a + b);
    return Pair_f32(high, (a - high) + b);
}

// a + b for |a| >= |b|. A driver may write a + (b + c) as (a + b) + c, which is rounded twice where it matters; here it
// rearranges the low part only.
fn once_f32(a: f32, b: f32) -> f32 {
    let sum = sum_f32(a, b);
    return sum.high + sum.low;
}

// a b in two parts, to 2^-34.
fn product_f32(a: Pair_f32, b: Pair_f32) -> Pair_f32 {
    let exact = a.high * b.high;
    let high = leading_f32(exact);
    return Pair_f32(high, (exact - high) + (a.high * b.low + a.low * (b.high + b.low)));
}

// a / b in two parts, to 2^-33 even where a driver's division is off by some ulps: the quotient's first 12 bits, and
// what they leave of a, which is exact, divided by b.
fn quotient_f32(a: Pair_f32, b: Pair_f32) -> Pair_f32 {
    let high = leading_f32(a.high / b.high);
    let rest = (a.high - high * b.high) + (a.low - high * b.low);
    return Pair_f32(high, rest / (b.high + b.low));
}

// The square root of a in two parts, to 2^-33, for a from 2^-90 to 2^120.
fn root_f32(a: Pair_f32) -> Pair_f32 {
    let root = sqrt(a.high + a.low);
    let high = leading_f32(root);
    return Pair_f32(high, ((a.high - high * high) + a.low) / (root + high));
}

const RAISE_F32 = 1.2676506002282294e30;
const RAISE_SUBNORMAL_F32 = 1.7763568394002505e-15;

// 2^100 x for |x| below 2^27, right for subnormal x as well, which are read as the integers that they are.
fn raised_f32(x: f32) -> f32 {
    let subnormal = f32(magnitude_f32(x)) * RAISE_SUBNORMAL_F32;
    let magnitude = select(abs(x) * RAISE_F32, subnormal, magnitude_f32(x) < IMPLICIT_BIT_F32);
    return copy_sign_f32(magnitude, x);
}

// p 2^n for p in [1/2, 4), rounded once: subnormal results, which arithmetic might flush, are rounded as integers.
fn scaled_f32(p: f32, n: i32) -> f32 {
    let bits = bitcast<u32>(p);
    let exponent = i32(bits >> 23u) + n;
    let normal = (bits & MANTISSA_F32) | (bitcast<u32>(exponent) << 23u);
    let shift = u32(clamp(1 - exponent, 1, 26));
    let mantissa = (bits & MANTISSA_F32) | IMPLICIT_BIT_F32;
    let odd = (mantissa >> shift) & 1u;
    let subnormal = (mantissa + (1u << (shift - 1u)) - 1u + odd) >> shift;
    let finite = select(normal, subnormal, exponent < 1);
    return bitcast<f32>(select(finite, INFINITY_BITS_F32, exponent > 254));
}

struct Split_f32 {
    exponent: f32,
    mantissa: f32,
}

const SQRT_HALF_BITS_F32 = 0x3f3504f3u;

// x = 2^exponent mantissa with the mantissa in [sqrt(1/2), sqrt 2), for positive finite x; without meaning for others.
fn split_f32(x: f32) -> Split_f32 {
    let subnormal = magnitude_f32(x) < IMPLICIT_BIT_F32;
    let bits = bitcast<u32>(select(x, raised_f32(x), subnormal)) - SQRT_HALF_BITS_F32;
    let exponent = f32(bitcast<i32>(bits) >> 23u) - select(0.0, 100.0, subnormal);
    return Split_f32(exponent, bitcast<f32>((bits & MANTISSA_F32) + SQRT_HALF_BITS_F32));
}
