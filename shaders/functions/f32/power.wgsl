// Powers and roots of f32: sqrt, pow, hypot.
//
// x^y = e^(y ln x) with ln x and the product in two parts, so that the exponent, up to 104, is good to 2^-27.
// Accuracy: pow 1.1 ulp, hypot 1.2 ulp; sqrt correctly rounded. No loops.
// Source: the two parts as in fdlibm's e_pow.c (Sun Microsystems, 1993); the logarithm as in SLEEF's logk.

// The square root, rounded once even where the driver's is off by some ulps: one step of Newton with an exact rest.
fn sqrt_f32(x: f32) -> f32 {
    // Far from where squares would be flushed.
    let small = magnitude_f32(x) < 0x20000000u;
    let a = select(x, raised_f32(x), small);
    let root = sqrt(a);
    let parts = pair_f32(root);
    let rest = ((a - parts.high * parts.high) - 2.0 * parts.high * parts.low) - parts.low * parts.low;
    // Newton's step is too long by its own square; a little less keeps what lies just below the middle of two floats.
    let step = rest / (2.0 * root) * 0.99999994;
    let result = (root + step) * select(1.0, 8.8817841970012523e-16, small);
    let itself = magnitude_f32(x) == 0u || magnitude_f32(x) >= INFINITY_BITS_F32;
    return select(select(result, nan_f32(), bitcast<u32>(x) > SIGN_F32), x, itself && bitcast<u32>(x) != 0xff800000u);
}

// ln x of a positive finite x in two parts, to about 2^-33: with s = (m - 1)/(m + 1),
// ln m = 2s + s^3 (2/3 + 2/5 s^2 + ...).
fn log_pair_f32(x: f32) -> Pair_f32 {
    let parts = split_f32(x);
    let s = quotient_f32(pair_f32(parts.mantissa - 1.0), sum_f32(1.0, parts.mantissa));
    let square = product_f32(s, s);
    let z = square.high + square.low;
    let series = 0.4 + z * (0.2857142857 + z * (0.2222222222 + z * (0.1818181818 + z * 0.1540)));
    let factor = sum_f32(0.666748046875, z * series - 8.1380210759e-5);
    let cubic = product_f32(s, product_f32(square, factor));
    let exponent = parts.exponent * LN_2_HEAD_F32;
    let low = cubic.low + 2.0 * s.low + parts.exponent * LN_2_TAIL_F32;
    let high = leading_f32(exponent + (2.0 * s.high + (cubic.high + low)));
    return Pair_f32(high, (((exponent - high) + 2.0 * s.high) + cubic.high) + low);
}

// Beyond 2^34 a y makes x^y 0 or infinite for every x but 1.
const LARGEST_POWER_F32 = 17179869184.0;

// x^y for positive finite x.
fn positive_pow_f32(x: f32, y: f32) -> f32 {
    let log = log_pair_f32(x);
    let power = pair_f32(clamp(y, -LARGEST_POWER_F32, LARGEST_POWER_F32));
    let exact = power.high * log.high;
    let rest = power.low * log.high + (power.high + power.low) * log.low;
    return exp_scaled_f32(clamp(exact, -110.0, 110.0), select(0.0, rest, abs(exact) < 110.0), 0);
}

// x^y, 1.1 ulp, with the special values of IEEE 754: x^0 and 1^y are 1 even for NaN; a negative x has only integer
// powers.
fn pow_f32(x: f32, y: f32) -> f32 {
    let a = magnitude_f32(x);
    let at_end = a == 0u || a == INFINITY_BITS_F32;
    let vanishes = (a == 0u) != signbit_f32(y);
    let magnitude = select(positive_pow_f32(abs_f32(x), y), select(infinity_like_f32(1.0), 0.0, vanishes), at_end);
    let one = select(magnitude, 1.0, a == 0x3f800000u);
    // From 2^24 on all floats are even integers.
    let integer = i32(clamp(y, -16777216.0, 16777216.0));
    let large = magnitude_f32(y) >= 0x4b800000u;
    let whole = large || bitcast<u32>(f32(integer)) == bitcast<u32>(y);
    let odd = !large && whole && (integer & 1) == 1;
    let signed = select(one, copy_sign_f32(one, x), odd);
    let undefined = (signbit_f32(x) && !whole && !at_end) || is_nan_f32(x) || is_nan_f32(y);
    let result = select(signed, nan_f32(), undefined);
    return select(result, 1.0, magnitude_f32(y) == 0u || bitcast<u32>(x) == 0x3f800000u);
}

// sqrt(x^2 + y^2) without overflow on the way, 1.2 ulp; infinite if either is, even beside NaN.
fn hypot_f32(x: f32, y: f32) -> f32 {
    let larger = max(magnitude_f32(x), magnitude_f32(y));
    // Below 2^-40, and from 2^60 on.
    let small = larger < 0x2b800000u;
    let large = larger >= 0x5d800000u;
    let scale = select(1.0, 8.2718061255302767e-25, large);
    let a = select(x * scale, raised_f32(x), small);
    let b = select(y * scale, raised_f32(y), small);
    let root = sqrt_f32(a * a + b * b);
    let back = select(1.0, 1.2089258196146292e24, large);
    let result = root * select(back, 7.8886090522101181e-31, small);
    let infinite = is_inf_f32(x) || is_inf_f32(y);
    let undefined = is_nan_f32(x) || is_nan_f32(y);
    return select(select(result, nan_f32(), undefined), infinity_like_f32(1.0), infinite);
}
