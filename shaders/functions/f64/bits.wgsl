// The format of f64: its fields, its special values, and tests that look at bits. A driver may assume that there are
// no NaN and no infinities (`x != x` is then false), but it has to leave integers alone. All exact.

const SIGN_F64 = 0x8000000000000000lu;
const MAGNITUDE_F64 = 0x7ffffffffffffffflu;
const MANTISSA_F64 = 0x000ffffffffffffflu;
const IMPLICIT_BIT_F64 = 0x0010000000000000lu;
const INFINITY_BITS_F64 = 0x7ff0000000000000lu;

// Not a number. The bits are a variable because a constant NaN may be refused.
fn nan_f64() -> f64 {
    var bits = 0x7ff8000000000000lu;
    return bitcast<f64>(bits);
}

// Infinity with the sign of x.
fn infinity_like_f64(x: f64) -> f64 {
    return bitcast<f64>((bitcast<u64>(x) & SIGN_F64) | INFINITY_BITS_F64);
}

// The bits of |x|: as integers they are ordered as the magnitudes, NaN above infinity.
fn magnitude_f64(x: f64) -> u64 {
    return bitcast<u64>(x) & MAGNITUDE_F64;
}

// Whether x is neither an infinity nor NaN.
fn is_finite_f64(x: f64) -> bool {
    return magnitude_f64(x) < INFINITY_BITS_F64;
}

// Whether x is NaN.
fn is_nan_f64(x: f64) -> bool {
    return magnitude_f64(x) > INFINITY_BITS_F64;
}

// Whether x is an infinity.
fn is_inf_f64(x: f64) -> bool {
    return magnitude_f64(x) == INFINITY_BITS_F64;
}

// Whether x is a zero of either sign.
fn is_zero_f64(x: f64) -> bool {
    return magnitude_f64(x) == 0lu;
}

// Whether the sign bit is set, that of zeros and NaN too.
fn signbit_f64(x: f64) -> bool {
    return bitcast<u64>(x) >= SIGN_F64;
}

// The magnitude of x with the sign of y.
fn copy_sign_f64(x: f64, y: f64) -> f64 {
    return bitcast<f64>(magnitude_f64(x) | (bitcast<u64>(y) & SIGN_F64));
}

// The float next to x in the direction of y; y itself where they are equal.
fn next_after_f64(x: f64, y: f64) -> f64 {
    if is_nan_f64(x) || is_nan_f64(y) {
        return nan_f64();
    }
    if x == y {
        return y;
    }
    if is_zero_f64(x) {
        return copy_sign_f64(bitcast<f64>(1lu), y);
    }
    // Away from zero the bits count up.
    let away = (x < y) == (x > 0.0lf);
    return bitcast<f64>(select(bitcast<u64>(x) - 1lu, bitcast<u64>(x) + 1lu, away));
}

// 2^n for n in -1022..=1023.
fn power_of_two_f64(n: i32) -> f64 {
    return bitcast<f64>(u64(u32(n + 1023)) << 52u);
}

// x 2^n for n in -2044..=2046, in two factors, so that only the last product rounds or overflows.
fn scaled_f64(x: f64, n: i32) -> f64 {
    let first = n / 2;
    return kept_f64(x * power_of_two_f64(first)) * power_of_two_f64(n - first);
}

// x between two bounds; `low` for NaN.
fn bounded_f64(x: f64, low: f64, high: f64) -> f64 {
    let above = select(low, x, x > low);
    return select(high, above, above < high);
}
