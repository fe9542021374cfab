// Logarithms of f32: x = 2^k m with m in [sqrt(1/2), sqrt 2), then a polynomial in f = m - 1, which is exact.
//
// k times the high part of ln 2 is exact (8 and 16 bits). For other bases the leading product is exact as well: 12 bits
// of f times 12 bits of the unit. Where a second product has the same factor, the factor's sign is turned in the bits,
// lest a driver take it out and add the other factors first.
// Accuracy: log, log1p 0.9 ulp, log2, log10 1.2, log_add_exp 1.8. No loops.
// Source: the arrangement is that of fdlibm's e_log.c (Sun Microsystems, 1993); coefficients of isotherm's own.

const LN_2_HEAD_F32 = 0.693145751953125;
const LN_2_TAIL_F32 = 1.4286067653e-6;

// ln(1 + f) - f for 1 + f in [sqrt(1/2), sqrt 2), to 2^-30 of the logarithm.
fn log_tail_f32(f: f32) -> f32 {
    let high = 0.1422023 + f * (-0.12408192 + f * (0.11886235 + f * (-0.11660713 + f * 0.0673298)));
    let series = 0.33333313 + f * (-0.25000012 + f * (0.20002073 + f * (-0.16667855 + f * high)));
    return f * f * (f * series - 0.5);
}

// k ln 2 + ln(1 + f) + correction in two parts, to 2^-28; the low part is up to 1/7 of the high one.
fn log_sum_f32(k: f32, f: f32, correction: f32) -> Pair_f32 {
    let tail = log_tail_f32(f) + (correction - negative_f32(k) * LN_2_TAIL_F32);
    let head = sum_f32(k * LN_2_HEAD_F32, f);
    return Pair_f32(head.high, head.low + tail);
}

// The logarithm's values at its edges: NaN below zero, minus infinity at zeros, and infinity and NaN themselves.
fn log_at_edges_f32(x: f32, result: f32) -> f32 {
    let bits = bitcast<u32>(x);
    let above = select(result, x, bits >= INFINITY_BITS_F32);
    let below = select(above, nan_f32(), bits > SIGN_F32);
    return select(below, infinity_like_f32(-1.0), magnitude_f32(x) == 0u);
}

// ln x, 0.9 ulp.
fn log_f32(x: f32) -> f32 {
    let parts = split_f32(x);
    let log = log_sum_f32(parts.exponent, parts.mantissa - 1.0, 0.0);
    return log_at_edges_f32(x, log.high + log.low);
}

// ln(1 + high + low) in two parts, to 2^-26, for a low part of at most 2^-10 of the high one.
fn log_of_one_and_f32(high: f32, low: f32) -> Pair_f32 {
    // Last bits are cut off because otherwise a driver might see that what is lost in the sum is nothing in theory.
    // Those of w - 1 are 0 anyway, unless w is below 1/2, where nothing is lost.
    let w = bitcast<f32>(bitcast<u32>(1.0 + (high + low)) & ~1u);
    let less_one = bitcast<f32>(bitcast<u32>(w - 1.0) & ~1u);
    let lost = select(high - less_one, 0.0, w < 0.5);
    let parts = split_f32(w);
    // Around 1 the high part is f itself, to the last bit.
    let near = parts.exponent == 0.0;
    let f = select(parts.mantissa - 1.0, high, near);
    return log_sum_f32(parts.exponent, f, (select(lost, 0.0, near) + low) / w);
}

// ln(1 + x), 0.9 ulp.
fn log1p_f32(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    let log = log_of_one_and_f32(x, 0.0);
    let result = select(log.high + log.low, x, bits >= INFINITY_BITS_F32 && bits < SIGN_F32);
    let below = select(result, nan_f32(), bits > 0xbf800000u);
    let minus_one = select(below, infinity_like_f32(-1.0), bits == 0xbf800000u);
    return select(minus_one, x, magnitude_f32(x) < 0x33000000u || is_nan_f32(x));
}

// head + ln(m) (unit.high + unit.low), where head and unit.high have few bits.
fn scaled_log_f32(head: f32, tail: f32, m: f32, unit: Pair_f32) -> f32 {
    let f = m - 1.0;
    let parts = pair_f32(f);
    let rest = (parts.low + log_tail_f32(f)) * (unit.high + unit.low) - negative_f32(parts.high) * unit.low;
    let sum = sum_f32(head, parts.high * unit.high);
    return once_f32(sum.high, sum.low + (tail + rest));
}

// log2 x, 1.2 ulp; exact for powers of two.
fn log2_f32(x: f32) -> f32 {
    let parts = split_f32(x);
    let unit = Pair_f32(1.44287109375, -1.7605285393e-4);
    return log_at_edges_f32(x, scaled_log_f32(parts.exponent, 0.0, parts.mantissa, unit));
}

// log10 x, 1.2 ulp.
fn log10_f32(x: f32) -> f32 {
    let parts = split_f32(x);
    let k = parts.exponent;
    let unit = Pair_f32(0.434326171875, -3.1689971365e-5);
    let tail = negative_f32(k) * -4.6050390665e-6;
    return log_at_edges_f32(x, scaled_log_f32(k * 0.301025390625, tail, parts.mantissa, unit));
}

// ln(e^x + e^y): the larger plus ln(1 + e^-|x - y|). 1.8 ulp, but an absolute 2^-23 where the two
// terms cancel.
fn log_add_exp_f32(x: f32, y: f32) -> f32 {
    let larger = maximum_f32(x, y);
    let smaller = minimum_f32(x, y);
    // The difference in two parts, from the longer term.
    let high = leading_f32(max(smaller - larger, -104.0));
    let low = select((-larger - high) + smaller, (smaller - high) - larger, abs(smaller) > abs(larger));
    let power = exp_parts_f32(high, select(0.0, low, high > -104.0));
    let scale = bitcast<f32>(u32(max(power.n, -60) + 127) << 23u);
    let near = log_of_one_and_f32(scale * power.value.high, scale * power.value.low);
    // So small that it is its own logarithm.
    let far = scaled_f32(power.value.high + power.value.low, power.n);
    let tiny = power.n < -40;
    let more = Pair_f32(select(near.high, far, tiny), select(near.low, 0.0, tiny));
    let result = (larger + more.high) + more.low;
    return select(larger, result, is_finite_f32(larger));
}
