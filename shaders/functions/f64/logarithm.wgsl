// Logarithms of f64: x = 2^k m with m in [sqrt(1/2), sqrt 2), then ln m = 2 atanh s with s = (m - 1) / (m + 1), in the
// arrangement f - (f^2/2 - s (f^2/2 + R)) of Sun's fdlibm (e_log.c), whose leading term f = m - 1 is exact.
//
// Accuracy: log 0.9 ulp, log1p 0.9, log2 1.0, log10 0.9.

const ONE_BITS_F64 = 0x3ff0000000000000lu;
const SQRT_HALF_BITS_F64 = 0x3fe6a09e667f3bcdlu;
// log2 e and log10 e with 26 trailing zero bits, log10 2 with 21, and the rest of each.
const LOG2_E_SHORT_F64 = 1.4426950365304947lf;
const LOG2_E_REST_F64 = 4.3584687174185184e-09lf;
const LOG10_E_SHORT_F64 = 0.434294480830431lf;
const LOG10_E_REST_F64 = 1.0728208431540585e-09lf;
const LOG10_2_SHORT_F64 = 0.3010299955494702lf;
const LOG10_2_REST_F64 = 1.1451100898021838e-10lf;

// x = 2^k m.
struct Split_f64 {
    k: f64,
    m: f64,
}

// k and m of a finite positive x; something without meaning for any other.
fn split_f64(x: f64) -> Split_f64 {
    let bits = bitcast<u64>(x);
    // A subnormal number is its bits, as a whole number, times 2^-1074.
    let is_subnormal = bits < IMPLICIT_BIT_F64;
    let normal = select(bits, bitcast<u64>(f64(bits)), is_subnormal);
    let moved = normal + (ONE_BITS_F64 - SQRT_HALF_BITS_F64);
    let k = i32(u32(moved >> 52u)) - select(1023, 1023 + 1074, is_subnormal);
    return Split_f64(f64(k), bitcast<f64>((moved & MANTISSA_F64) + SQRT_HALF_BITS_F64));
}

// The logarithm's values at its edges: NaN below zero, minus infinity at zero, and infinity and NaN themselves.
fn log_at_edges_f64(x: f64, log: f64) -> f64 {
    let inner = select(x, log, is_finite_f64(x));
    let positive = select(inner, nan_f64(), signbit_f64(x));
    return select(positive, infinity_like_f64(-1.0lf), is_zero_f64(x));
}

// (2 atanh(s) / s - 2) / z in z = s^2 <= 0.0295, to 2^-58 of the logarithm.
fn log_series_f64(z: f64) -> f64 {
    var sum = 0.14617807153417325lf;
    sum = sum * z + 0.15331611722055008lf;
    sum = sum * z + 0.1818289243253687lf;
    sum = sum * z + 0.22222211089379496lf;
    sum = sum * z + 0.28571428626253836lf;
    sum = sum * z + 0.3999999999989889lf;
    return sum * z + 0.666666666666667lf;
}

// ln m as the exact m - 1 and what is below it.
fn log_of_significand_f64(m: f64) -> Pair_f64 {
    let f = m - 1.0lf;
    let s = f / (2.0lf + f);
    let z = s * s;
    let half_square = 0.5lf * f * f;
    return Pair_f64(f, s * (z * log_series_f64(z) + half_square) - half_square);
}

// ln(x) + correction in two parts, to about 2^-56 of the larger of 1/2 and itself. The product of k is exact.
fn log_parts_f64(x: f64, correction: f64) -> Pair_f64 {
    let split = split_f64(x);
    let significand = log_of_significand_f64(split.m);
    let head = ordered_sum_f64(split.k * LN_2_SHORT_F64, significand.high);
    return Pair_f64(head.high, head.low + (significand.low + (split.k * LN_2_REST_F64 + correction)));
}

// ln x, within 0.9 ulp.
fn log_f64(x: f64) -> f64 {
    return log_at_edges_f64(x, pair_value_f64(log_parts_f64(x, 0.0lf)));
}

// ln(high + low) of a positive finite pair, in two parts.
fn log_sum_f64(x: Pair_f64) -> Pair_f64 {
    return log_parts_f64(x.high, x.low / x.high);
}

// ln(1 + x), within 0.9 ulp: the part of x that 1 + x rounds away comes back as a correction.
fn log1p_f64(x: f64) -> f64 {
    let moved = two_sum_f64(1.0lf, x);
    let result = log_at_edges_f64(moved.high, pair_value_f64(log_sum_f64(moved)));
    return select(result, x, abs(x) < 1e-17lf);
}

// high + low + ln(m) (unit_short + unit_rest): the leading product is exact, because both factors are short.
fn scaled_log_f64(high: f64, low: f64, m: f64, unit_short: f64, unit_rest: f64) -> f64 {
    let significand = log_of_significand_f64(m);
    let head = head_f64(significand.high);
    let tail = (significand.high - head) + significand.low;
    let sum = ordered_sum_f64(high, head * unit_short);
    return joined_f64(sum.high, sum.low + (low + (tail * unit_short + (head + tail) * unit_rest)));
}

// log2 x, within 1.0 ulp; exact for powers of two.
fn log2_f64(x: f64) -> f64 {
    let split = split_f64(x);
    return log_at_edges_f64(x, scaled_log_f64(split.k, 0.0lf, split.m, LOG2_E_SHORT_F64, LOG2_E_REST_F64));
}

// log10 x, within 0.9 ulp.
fn log10_f64(x: f64) -> f64 {
    let split = split_f64(x);
    let high = split.k * LOG10_2_SHORT_F64;
    let low = split.k * LOG10_2_REST_F64;
    return log_at_edges_f64(x, scaled_log_f64(high, low, split.m, LOG10_E_SHORT_F64, LOG10_E_REST_F64));
}
