// Inverse hyperbolic functions of f32: the logarithms that define them, of 1 and an argument in two parts.
//
// asinh a = ln(1 + a + a^2 / (1 + sqrt(1 + a^2))), acosh x = ln(1 + d + sqrt(2d + d^2)) with d = x - 1, and
// atanh a = ln(1 + 2a / (1 - a)) / 2.
// Accuracy: asinh 1.2 ulp (1.8 if a driver's division and root are 2 ulp off), acosh 1.1, atanh 1.5. No loops.
// Source: fdlibm's s_asinh.c, e_acosh.c, e_atanh.c (Sun Microsystems, 1993), with arguments in two parts.

// ln 2a for finite positive a.
fn log_of_double_f32(a: f32) -> f32 {
    let parts = split_f32(a);
    let log = log_sum_f32(parts.exponent + 1.0, parts.mantissa - 1.0, 0.0);
    return log.high + log.low;
}

// asinh x, 1.2 ulp.
fn asinh_f32(x: f32) -> f32 {
    let a = abs_f32(x);
    // From 2^14 on 1 is nothing beside the square.
    let large = a >= 16384.0;
    let moderate = min(a, 16384.0);
    let square = moderate * moderate;
    let sum = sum_f32(moderate, square / (1.0 + sqrt(1.0 + square)));
    let near = log_of_one_and_f32(sum.high, sum.low);
    let result = copy_sign_f32(select(near.high + near.low, log_of_double_f32(a), large), x);
    return select(result, x, magnitude_f32(x) < 0x39800000u || !is_finite_f32(x));
}

// acosh x, 1.1 ulp; NaN below 1.
fn acosh_f32(x: f32) -> f32 {
    let large = x >= 16384.0;
    let d = min(x, 16384.0) - 1.0;
    let root = root_f32(sum_f32(2.0 * d, d * d));
    let sum = sum_f32(root.high, d + root.low);
    let log = log_of_one_and_f32(sum.high, sum.low);
    let near = select(log.high + log.low, 0.0, d == 0.0);
    let result = select(near, log_of_double_f32(x), large);
    let finite = select(result, x, magnitude_f32(x) >= INFINITY_BITS_F32);
    return select(finite, nan_f32(), signbit_f32(x) || magnitude_f32(x) < 0x3f800000u);
}

// atanh x, 1.5 ulp; infinite at 1 and -1, NaN beyond.
fn atanh_f32(x: f32) -> f32 {
    let a = abs_f32(x);
    let quotient = quotient_f32(pair_f32(2.0 * a), sum_f32(1.0, -a));
    let log = log_of_one_and_f32(quotient.high, quotient.low);
    let result = copy_sign_f32(0.5 * (log.high + log.low), x);
    let inside = select(result, infinity_like_f32(x), magnitude_f32(x) == 0x3f800000u);
    let defined = select(inside, nan_f32(), magnitude_f32(x) > 0x3f800000u);
    return select(defined, x, magnitude_f32(x) < 0x39800000u);
}
