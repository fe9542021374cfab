// Inverse trigonometric functions of f32: the arctangent of a ratio of at most 1, the arcsine of x or of
// sqrt((1 - x)/2).
//
// Ratio and root are in two parts, so that it does not matter if a driver's division and root are some ulps off.
// Accuracy: asin, acos 1.2 ulp, atan 1.3, atan2 1.4. No loops.
// Source: Cody and Waite 1980, chapters 10 and 11; coefficients of isotherm's own.

const PI_F32 = Pair_f32(3.14159274101257324, -8.7422777e-8);
const HALF_OF_PI_F32 = Pair_f32(1.57079637050628662, -4.3711388e-8);

// base + sign atan t for 0 <= t <= 1; the high part of base is 0 or above 1.
fn turned_atan_f32(base: Pair_f32, t: Pair_f32, sign: f32) -> f32 {
    let value = t.high + t.low;
    let z = value * value;
    let upper = -0.084180504 + z * (0.05821077 + z * (-0.0314323 + z * (0.011052017 - z * 0.0018244636)));
    let series = -0.33333302 + z * (0.1999863 + z * (-0.1426515 + z * (0.10957086 + z * upper)));
    return base.high + (sign * t.high + (sign * (t.low + value * z * series) + base.low));
}

// atan x, 1.3 ulp.
fn atan_f32(x: f32) -> f32 {
    // From 2^30 on it is pi/2.
    let a = min(abs_f32(x), 1073741824.0);
    let steep = a > 1.0;
    let parts = pair_f32(a);
    let inverse = quotient_f32(Pair_f32(1.0, 0.0), parts);
    let ratio = Pair_f32(select(parts.high, inverse.high, steep), select(parts.low, inverse.low, steep));
    let base = Pair_f32(select(0.0, HALF_OF_PI_F32.high, steep), select(0.0, HALF_OF_PI_F32.low, steep));
    let result = copy_sign_f32(turned_atan_f32(base, ratio, select(1.0, -1.0, steep)), x);
    return select(result, x, magnitude_f32(x) < 0x39800000u || is_nan_f32(x));
}

// The angle of the point (x, y), between -pi and pi, with the signs of zeros as in IEEE 754; 1.4 ulp. Subnormal
// angles may be flushed.
fn atan2_f32(y: f32, x: f32) -> f32 {
    let steep = magnitude_f32(y) > magnitude_f32(x);
    let left = signbit_f32(x);
    let over = abs_f32(select(y, x, steep));
    let under = abs_f32(select(x, y, steep));
    // Both in the middle of the exponents: times 2^100 below 2^20, times 2^-60 from 2^100 on.
    let small = magnitude_f32(under) < 0x49800000u;
    let scale = select(1.0, 8.6736173798840355e-19, magnitude_f32(under) >= 0x71800000u);
    let a = select(over * scale, raised_f32(over), small);
    let b = select(under * scale, raised_f32(under), small);
    let quotient = quotient_f32(pair_f32(a), pair_f32(b));
    // The parts of a tiny ratio would be flushed.
    let tiny = a < b * 7.8886090522101181e-31;
    let finite = Pair_f32(select(quotient.high, a / b, tiny), select(quotient.low, 0.0, tiny));
    // Two infinities, or two zeros, or one.
    let equal = magnitude_f32(x) == magnitude_f32(y);
    let at_end = magnitude_f32(under) == INFINITY_BITS_F32 || magnitude_f32(over) == 0u || equal;
    let diagonal = equal && magnitude_f32(x) != 0u;
    let ratio = Pair_f32(select(finite.high, select(0.0, 1.0, diagonal), at_end), select(finite.low, 0.0, at_end));
    let flat = Pair_f32(select(0.0, PI_F32.high, left), select(0.0, PI_F32.low, left));
    let base = Pair_f32(select(flat.high, HALF_OF_PI_F32.high, steep), select(flat.low, HALF_OF_PI_F32.low, steep));
    let angle = turned_atan_f32(base, ratio, select(-1.0, 1.0, steep == left));
    return select(copy_sign_f32(angle, y), nan_f32(), is_nan_f32(x) || is_nan_f32(y));
}

// What arcsine and arccosine share for a = |x|, with s = a below 1/2 and s = sqrt((1 - a)/2) above: the first 12 bits
// of s, and what they leave of asin(s).
fn arcsine_parts_f32(a: f32) -> Pair_f32 {
    let upper = a >= 0.5;
    let z = select(a * a, 0.5 * (1.0 - a), upper);
    let root = root_f32(Pair_f32(z, 0.0));
    let parts = pair_f32(a);
    let s = Pair_f32(select(parts.high, root.high, upper), select(parts.low, root.low, upper));
    let series = 0.16666754 + z * (0.07495251 + z * (0.045476265 + z * (0.024150407 + z * 0.042215545)));
    // At 1 there is nothing below the root, and 0 / 0.
    return Pair_f32(s.high, select(0.0, s.low + (s.high + s.low) * z * series, z > 0.0));
}

// asin x, 1.2 ulp; NaN outside [-1, 1].
fn asin_f32(x: f32) -> f32 {
    let a = abs_f32(x);
    let parts = arcsine_parts_f32(a);
    let upper = HALF_OF_PI_F32.high - 2.0 * (parts.high + (parts.low - 0.5 * HALF_OF_PI_F32.low));
    let result = copy_sign_f32(select(parts.high + parts.low, upper, a >= 0.5), x);
    let inside = select(result, nan_f32(), magnitude_f32(x) > 0x3f800000u);
    return select(inside, x, magnitude_f32(x) < 0x39800000u);
}

// acos x, 1.2 ulp; NaN outside [-1, 1].
fn acos_f32(x: f32) -> f32 {
    let a = abs_f32(x);
    let parts = arcsine_parts_f32(a);
    let twice = 2.0 * (parts.high + parts.low);
    let outer = select(twice, PI_F32.high - (twice - PI_F32.low), signbit_f32(x));
    let sign = copy_sign_f32(1.0, x);
    let inner = HALF_OF_PI_F32.high - sign * (parts.high + (parts.low - sign * HALF_OF_PI_F32.low));
    return select(select(inner, outer, a >= 0.5), nan_f32(), magnitude_f32(x) > 0x3f800000u);
}
