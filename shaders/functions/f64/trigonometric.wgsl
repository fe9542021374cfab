// Sine, cosine and tangent of f64, for all finite arguments: x = n pi/2 + r with |r| <= pi/4 in two parts, then a
// polynomial for each of sine and cosine.
//
// Accuracy: sin 0.8 ulp, cos 0.8, tan 0.9. The reduction has two forms: pi/2 in four pieces with exact products (W. J.
// Cody, W. Waite, 1980) up to 2^20 quarter turns, and beyond the bits of 2/pi that matter times the significand, in
// integers (M. H. Payne, R. N. Hanek, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18, 1983,
// doi:10.1145/1057600.1057602). No float is closer than 2^-62 to a multiple of pi/2.

// 2^20 pi/2: so many quarter turns have exact products with the pieces of pi/2.
const MODERATE_ANGLE_F64 = 1647099.0lf;
const TWO_OVER_PI_F64 = 0.6366197723675814lf;
// pi/2 in pieces, each but the last with 20 trailing zero bits.
const HALF_PI_1_F64 = 1.5707963267341256lf;
const HALF_PI_2_F64 = 6.077100506303966e-11lf;
const HALF_PI_3_F64 = 2.0222662487111665e-21lf;
const HALF_PI_4_F64 = 8.4784276603689e-32lf;
// pi/2 in two parts.
const HALF_PI_HIGH_F64 = 1.5707963267948966lf;
const HALF_PI_LOW_F64 = 6.123233995736766e-17lf;

// An angle as quarter turns, of which the low two bits count, and a rest of at most an eighth of a turn.
struct Angle_f64 {
    quarters: u32,
    rest: Pair_f64,
}

// The reduction of |x| up to 2^20 quarter turns, to about 2^-140.
fn moderate_angle_f64(x: f64) -> Angle_f64 {
    let n = floor(x * TWO_OVER_PI_F64 + 0.5lf);
    // The first difference is exact: it is below 1, and a multiple of 2^-53.
    let first = two_sum_f64(kept_f64(x - n * HALF_PI_1_F64), -n * HALF_PI_2_F64);
    let second = two_sum_f64(first.high, -n * HALF_PI_3_F64);
    let low = (first.low + second.low) - n * HALF_PI_4_F64;
    return Angle_f64(u32(i32(n)), ordered_sum_f64(second.high, low));
}

// The k-th 64 bits of 2/pi, which are zeros for k = 0.
fn two_over_pi_word_f64(k: u32) -> u64 {
    switch k {
        case 1u: { return 0xa2f9836e4e441529lu; }
        case 2u: { return 0xfc2757d1f534ddc0lu; }
        case 3u: { return 0xdb6295993c439041lu; }
        case 4u: { return 0xfe5163abdebbc561lu; }
        case 5u: { return 0xb7246e3a424dd2e0lu; }
        case 6u: { return 0x06492eea09d1921clu; }
        case 7u: { return 0xfe1deb1cb129a73elu; }
        case 8u: { return 0xe88235f52ebb4484lu; }
        case 9u: { return 0xe99c7026b45f7e41lu; }
        case 10u: { return 0x3991d639835339f4lu; }
        case 11u: { return 0x9c845f8bbdf9283blu; }
        case 12u: { return 0x1ff897ffde05980flu; }
        case 13u: { return 0xef2f118b5a0a6d1flu; }
        case 14u: { return 0x6d367ecf27cb09b7lu; }
        case 15u: { return 0x4f463f669e5fea2dlu; }
        case 16u: { return 0x7527bac7ebe5f17blu; }
        case 17u: { return 0x3d0739f78a5292ealu; }
        case 18u: { return 0x6bfb5fb11f8d5d08lu; }
        case 19u: { return 0x56033046fc7b6bablu; }
        default: { return 0lu; }
    }
}

// The high 64 bits of the 128 of x y.
fn product_high_bits_f64(x: u64, y: u64) -> u64 {
    let x_low = x & 0xfffffffflu;
    let y_low = y & 0xfffffffflu;
    let x_high = x >> 32u;
    let y_high = y >> 32u;
    let cross = x_high * y_low + ((x_low * y_low) >> 32u);
    let carried = x_low * y_high + (cross & 0xfffffffflu);
    return x_high * y_high + (cross >> 32u) + (carried >> 32u);
}

// The reduction of any finite |x| above 2^-10, in integers: x = m 2^e turns over as often as m times those bits of 2/pi
// that, shifted by e, are worth less than a full turn. 192 of them leave an error below 2^-128 of a quarter.
fn huge_angle_f64(x: f64) -> Angle_f64 {
    let bits = magnitude_f64(x);
    let m = (bits & MANTISSA_F64) | IMPLICIT_BIT_F64;
    // The first bit needed is worth two quarters times 2^e; the table starts 64 bits before the point.
    let start = u32(bits >> 52u) + 64u - 2u - 1075u;
    let word = start / 64u;
    let shift = start % 64u;
    let word_0 = two_over_pi_word_f64(word);
    let word_1 = two_over_pi_word_f64(word + 1u);
    let word_2 = two_over_pi_word_f64(word + 2u);
    let word_3 = two_over_pi_word_f64(word + 3u);
    let window_0 = (word_0 << shift) | ((word_1 >> 1u) >> (63u - shift));
    let window_1 = (word_1 << shift) | ((word_2 >> 1u) >> (63u - shift));
    let window_2 = (word_2 << shift) | ((word_3 >> 1u) >> (63u - shift));
    let low = m * window_2;
    let partial = m * window_1;
    let middle = partial + product_high_bits_f64(m, window_2);
    let carry = select(0lu, 1lu, middle < partial);
    let top = m * window_0 + product_high_bits_f64(m, window_1) + carry;
    // Two bits of quarters, then the fraction in 128 bits; seen as a signed number it is the distance to the nearest
    // quarter.
    var fraction_high = (top << 2u) | (middle >> 62u);
    var fraction_low = (middle << 2u) | (low >> 62u);
    let is_above = fraction_high >= 0x8000000000000000lu;
    if is_above {
        fraction_low = ~fraction_low + 1lu;
        fraction_high = ~fraction_high + select(0lu, 1lu, fraction_low == 0lu);
    }
    // Its bits in exact pieces of 53, 53 and 22.
    let first = f64(fraction_high >> 11u) * power_of_two_f64(-53);
    let second = f64(((fraction_high & 0x7fflu) << 42u) | (fraction_low >> 22u)) * power_of_two_f64(-106);
    let third = f64(fraction_low & 0x3ffffflu) * power_of_two_f64(-128);
    let sum = ordered_sum_f64(first, second);
    let fraction = Pair_f64(sum.high, sum.low + third);
    let rest = pair_times_f64(fraction, Pair_f64(HALF_PI_HIGH_F64, HALF_PI_LOW_F64));
    let quarters = u32(top >> 62u) + select(0u, 1u, is_above);
    let is_negative = signbit_f64(x);
    let sign = select(1.0lf, -1.0lf, is_above != is_negative);
    return Angle_f64(select(quarters, 0u - quarters, is_negative), Pair_f64(sign * rest.high, sign * rest.low));
}

// The reduction of any finite x.
fn angle_f64(x: f64) -> Angle_f64 {
    if abs(x) > MODERATE_ANGLE_F64 {
        return huge_angle_f64(x);
    }
    return moderate_angle_f64(x);
}

// (sin(r) / r - 1) / r^2 in z = r^2, to 2^-57.
fn sin_series_f64(z: f64) -> f64 {
    var sum = -7.584890272149365e-13lf;
    sum = sum * z + 1.6058500507742766e-10lf;
    sum = sum * z - 2.5052106033207783e-8lf;
    sum = sum * z + 2.7557319218756904e-6lf;
    sum = sum * z - 0.00019841269841264306lf;
    sum = sum * z + 0.008333333333333331lf;
    return sum * z - 0.16666666666666666lf;
}

// (cos(r) - 1 + r^2/2) / r^4 in z = r^2, to 2^-59.
fn cos_series_f64(z: f64) -> f64 {
    var sum = -1.137999930902293e-11lf;
    sum = sum * z + 2.0876109172764205e-9lf;
    sum = sum * z - 2.7557317091059624e-7lf;
    sum = sum * z + 2.480158729841211e-5lf;
    sum = sum * z - 0.001388888888888716lf;
    return sum * z + 0.041666666666666664lf;
}

// sin r as its leading r and the rest.
fn sin_parts_f64(r: Pair_f64) -> Pair_f64 {
    let z = r.high * r.high;
    return Pair_f64(r.high, r.high * z * sin_series_f64(z) + (r.low - 0.5lf * z * r.low));
}

// cos r as 1 - r^2/2 and the rest.
fn cos_parts_f64(r: Pair_f64) -> Pair_f64 {
    let z = r.high * r.high;
    let head = ordered_sum_f64(1.0lf, -0.5lf * z);
    return Pair_f64(head.high, head.low + (z * z * cos_series_f64(z) - r.high * r.low));
}

// The sine of an angle moved on by some quarter turns.
fn sin_of_angle_f64(angle: Angle_f64, more: u32) -> f64 {
    let quarters = angle.quarters + more;
    let sin = pair_value_f64(sin_parts_f64(angle.rest));
    let cos = pair_value_f64(cos_parts_f64(angle.rest));
    let value = select(sin, cos, (quarters & 1u) == 1u);
    return select(value, -value, (quarters & 2u) == 2u);
}

// sin x, within 0.8 ulp; NaN for infinities.
fn sin_f64(x: f64) -> f64 {
    if !is_finite_f64(x) {
        return nan_f64();
    }
    return select(sin_of_angle_f64(angle_f64(x), 0u), x, abs(x) < 1e-9lf);
}

// cos x, within 0.8 ulp; NaN for infinities.
fn cos_f64(x: f64) -> f64 {
    if !is_finite_f64(x) {
        return nan_f64();
    }
    return sin_of_angle_f64(angle_f64(x), 1u);
}

// tan x, within 0.9 ulp; NaN for infinities.
fn tan_f64(x: f64) -> f64 {
    if !is_finite_f64(x) {
        return nan_f64();
    }
    let angle = angle_f64(x);
    let sin = sin_parts_f64(angle.rest);
    let cos = cos_parts_f64(angle.rest);
    let sin_sum = ordered_sum_f64(sin.high, sin.low);
    let cos_sum = ordered_sum_f64(cos.high, cos.low);
    if abs(x) < 1e-9lf {
        return x;
    }
    if (angle.quarters & 1u) == 1u {
        return -pair_value_f64(pair_over_f64(cos_sum, sin_sum));
    }
    return pair_value_f64(pair_over_f64(sin_sum, cos_sum));
}
