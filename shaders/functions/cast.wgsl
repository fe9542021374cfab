// Casts between bool, u8, i32, i64, u64, f32 and f64: cast_FROM_TO. Of a dtype to itself there is the one that counted steps need.
//
// | from    | to      |                                                            |
// |---------|---------|------------------------------------------------------------|
// | any     | bool    | whether it is not 0; a NaN is true                         |
// | bool    | any     | 0 or 1                                                     |
// | integer | integer | wraps modulo 2 to the width                                |
// | integer | float   | the nearest, ties to even                                  |
// | float   | float   | the nearest, ties to even; too large is infinite           |
// | float   | integer | rounds towards zero; saturates; NaN is 0                   |
//
// All exact. A float is clamped before it becomes an integer, because what is out of range is undefined; the upper
// bounds are the largest floats below 2 to the width.

// 0 or 1.
fn cast_bool_u8(x: bool) -> u32 {
    return select(0u, 1u, x);
}

// 0 or 1.
fn cast_bool_i32(x: bool) -> i32 {
    return select(0, 1, x);
}

// 0 or 1.
fn cast_bool_i64(x: bool) -> i64 {
    return select(0li, 1li, x);
}

// 0 or 1.
fn cast_bool_u64(x: bool) -> u64 {
    return select(0lu, 1lu, x);
}

// 0 or 1.
fn cast_bool_f32(x: bool) -> f32 {
    return select(0.0, 1.0, x);
}

// 0 or 1.
fn cast_bool_f64(x: bool) -> f64 {
    return select(0.0lf, 1.0lf, x);
}

// Whether x is not 0.
fn cast_u8_bool(x: u32) -> bool {
    return x != 0u;
}

// x, modulo 2 to the width.
fn cast_u8_i32(x: u32) -> i32 {
    return i32(x);
}

// x, modulo 2 to the width.
fn cast_u8_i64(x: u32) -> i64 {
    return i64(x);
}

// x, modulo 2 to the width.
fn cast_u8_u64(x: u32) -> u64 {
    return u64(x);
}

// x, exactly.
fn cast_u8_f32(x: u32) -> f32 {
    return f32(x);
}

// x, exactly.
fn cast_u8_f64(x: u32) -> f64 {
    return f64(x);
}

// Whether x is not 0.
fn cast_i32_bool(x: i32) -> bool {
    return x != 0;
}

// x modulo 2^8.
fn cast_i32_u8(x: i32) -> u32 {
    return bitcast<u32>(x) & 0xffu;
}

// x, modulo 2 to the width.
fn cast_i32_i64(x: i32) -> i64 {
    return i64(x);
}

// x, modulo 2 to the width.
fn cast_i32_u64(x: i32) -> u64 {
    return bitcast<u64>(i64(x));
}

// The nearest float.
fn cast_i32_f32(x: i32) -> f32 {
    return f32(x);
}

// x, exactly.
fn cast_i32_f64(x: i32) -> f64 {
    return f64(x);
}

// Whether x is not 0.
fn cast_i64_bool(x: i64) -> bool {
    return x != 0li;
}

// x modulo 2^8.
fn cast_i64_u8(x: i64) -> u32 {
    return u32(x & 0xffli);
}

// x, modulo 2 to the width.
fn cast_i64_i32(x: i64) -> i32 {
    return bitcast<i32>(u32(x & 0xffffffffli));
}

// x, modulo 2 to the width.
fn cast_i64_u64(x: i64) -> u64 {
    return bitcast<u64>(x);
}

// The nearest float.
fn cast_i64_f32(x: i64) -> f32 {
    return f32(x);
}

// The nearest float.
fn cast_i64_f64(x: i64) -> f64 {
    return f64(x);
}

// Whether x is not 0.
fn cast_u64_bool(x: u64) -> bool {
    return x != 0lu;
}

// x modulo 2^8.
fn cast_u64_u8(x: u64) -> u32 {
    return u32(x & 0xfflu);
}

// x, modulo 2 to the width.
fn cast_u64_i32(x: u64) -> i32 {
    return bitcast<i32>(u32(x & 0xfffffffflu));
}

// x, modulo 2 to the width.
fn cast_u64_i64(x: u64) -> i64 {
    return bitcast<i64>(x);
}

// x itself.
fn cast_u64_u64(x: u64) -> u64 {
    return x;
}

// The nearest float.
fn cast_u64_f32(x: u64) -> f32 {
    return f32(x);
}

// The nearest float.
fn cast_u64_f64(x: u64) -> f64 {
    return f64(x);
}

// Whether x is not 0.
fn cast_f32_bool(x: f32) -> bool {
    return magnitude_f32(x) != 0u;
}

// The integer part of x, within range.
fn cast_f32_u8(x: f32) -> u32 {
    let inside = u32(clamp(x, 0.0, 255.0));
    return select(inside, 0u, is_nan_f32(x));
}

// The integer part of x, within range.
fn cast_f32_i32(x: f32) -> i32 {
    let inside = i32(clamp(x, -2147483648.0, 2147483520.0));
    let saturated = select(inside, 2147483647, x >= 2147483648.0);
    return select(saturated, 0, is_nan_f32(x));
}

// The integer part of x, within range.
fn cast_f32_i64(x: f32) -> i64 {
    let inside = i64(clamp(x, -9223372036854775808.0, 9223371487098961920.0));
    let saturated = select(inside, 0x7fffffffffffffffli, x >= 9223372036854775808.0);
    return select(saturated, 0li, is_nan_f32(x));
}

// The integer part of x, within range.
fn cast_f32_u64(x: f32) -> u64 {
    let inside = u64(clamp(x, 0.0, 18446742974197923840.0));
    let saturated = select(inside, 0xfffffffffffffffflu, x >= 18446744073709551616.0);
    return select(saturated, 0lu, is_nan_f32(x));
}

const SMALLEST_F32_AS_F64 = 1.4012984643248171e-45lf;
const STEPS_OF_F32_AS_F64 = 7.1362384635297994e44lf;

// x, exactly; subnormal x, which might be flushed, as the integers that they are.
fn cast_f32_f64(x: f32) -> f64 {
    let magnitude = f64(magnitude_f32(x)) * SMALLEST_F32_AS_F64;
    let subnormal = select(magnitude, -magnitude, signbit_f32(x));
    return select(f64(x), subnormal, magnitude_f32(x) < IMPLICIT_BIT_F32);
}

// Whether x is not 0.
fn cast_f64_bool(x: f64) -> bool {
    return (bitcast<u64>(x) << 1u) != 0lu;
}

// The integer part of x, within range.
fn cast_f64_u8(x: f64) -> u32 {
    let inside = u32(bounded_f64(x, 0.0lf, 255.0lf));
    return select(inside, 0u, is_nan_f64(x));
}

// The integer part of x, within range.
fn cast_f64_i32(x: f64) -> i32 {
    let inside = i32(bounded_f64(x, -2147483648.0lf, 2147483647.0lf));
    return select(inside, 0, is_nan_f64(x));
}

// The integer part of x, within range.
fn cast_f64_i64(x: f64) -> i64 {
    let inside = i64(bounded_f64(x, -9223372036854775808.0lf, 9223372036854774784.0lf));
    let saturated = select(inside, 0x7fffffffffffffffli, x >= 9223372036854775808.0lf);
    return select(saturated, 0li, is_nan_f64(x));
}

// The integer part of x, within range.
fn cast_f64_u64(x: f64) -> u64 {
    let inside = u64(bounded_f64(x, 0.0lf, 18446744073709549568.0lf));
    let saturated = select(inside, 0xfffffffffffffffflu, x >= 18446744073709551616.0lf);
    return select(saturated, 0lu, is_nan_f64(x));
}

// The nearest f32, ties to even. The last 29 bits are rounded away as integers, which a carry leaves right, subnormal
// results as multiples of the smallest f32.
fn cast_f64_f32(x: f64) -> f32 {
    let magnitude = bitcast<u64>(x) & 0x7ffffffffffffffflu;
    // The exponents of f64 are 896 larger.
    let biased = max(magnitude, 0x3810000000000000lu) - 0x3800000000000000lu;
    let normal = (biased + 0x0ffffffflu + ((biased >> 29u) & 1lu)) >> 29u;
    let steps = bounded_f64(abs(x), 0.0lf, 1.1754943508222875e-38lf) * STEPS_OF_F32_AS_F64;
    let whole = floor(steps);
    let rest = steps - whole;
    let odd = (u32(whole) & 1u) == 1u;
    let subnormal = u32(whole) + select(0u, 1u, rest > 0.5lf || (rest == 0.5lf && odd));
    // From 2^128 - 2^103 on it is infinite, like infinity itself.
    let finite = select(u32(min(normal, 0x7f800000lu)), subnormal, magnitude < 0x3810000000000000lu);
    let bits = select(finite, 0x7fc00000u, magnitude > 0x7ff0000000000000lu);
    return bitcast<f32>(bits | (u32(bitcast<u64>(x) >> 32u) & SIGN_F32));
}
