// Sine, cosine and tangent of f32, for all finite arguments: x = n pi/2 + r with |r| <= pi/4 in two parts, then a
// polynomial for each of sine and cosine.
//
// Up to 6400 n has 12 bits, and so have three of the four parts of pi/2, which end at 2^-11, 2^-23 and 2^-35: their
// products with n are exact, and so are the differences. The sign of n alternates in the bits, lest a driver take n out
// and add the parts first. Beyond, x is multiplied, in integers, with those 96 bits of 2/pi whose product is worth less
// than a full turn.
// Accuracy: sine and cosine 1.0 ulp, tangent 1.2. No loops.
// Source: Cody and Waite 1980, chapter 8; M. H. Payne, R. N. Hanek, "Radian reduction for trigonometric functions",
// SIGNUM Newsletter 18, 1983, doi:10.1145/1057600.1057602.

const TWO_OVER_PI_F32 = 0.63661977;
const HALF_PI_1_F32 = 1.57080078125;
const HALF_PI_2_F32 = -0.00000441074371337890625;
const HALF_PI_3_F32 = -0.0000000437139533460140228271484375;
const HALF_PI_4_F32 = 2.5633441515945188e-12;
// The last three together.
const HALF_PI_REST_F32 = -4.4544551034e-6;

// x = quarters pi/2 + rest, of quarters the last two bits.
struct Angle_f32 {
    quarters: u32,
    rest: Pair_f32,
}

// The reduction of |x| <= 6400.
fn near_angle_f32(x: f32) -> Angle_f32 {
    let n = round(x * TWO_OVER_PI_F32);
    let opposite = negative_f32(n);
    let second = (x + opposite * HALF_PI_1_F32) - n * HALF_PI_2_F32;
    let third = opposite * HALF_PI_3_F32;
    let high = leading_f32(second + third);
    let low = ((second - high) + third) - n * HALF_PI_4_F32;
    return Angle_f32(bitcast<u32>(i32(n)), Pair_f32(high, low));
}

// 32 bits of 2/pi, after 32 zeros.
fn two_over_pi_word_f32(index: u32) -> u32 {
    switch index {
        case 0u: { return 0u; }
        case 1u: { return 0xa2f9836eu; }
        case 2u: { return 0x4e441529u; }
        case 3u: { return 0xfc2757d1u; }
        case 4u: { return 0xf534ddc0u; }
        case 5u: { return 0xdb629599u; }
        case 6u: { return 0x3c439041u; }
        default: { return 0xfe5163abu; }
    }
}

// a b: the lower 32 bits, the upper 32 bits.
fn wide_product_u32(a: u32, b: u32) -> vec2<u32> {
    let a_low = a & 0xffffu;
    let a_high = a >> 16u;
    let b_low = b & 0xffffu;
    let b_high = b >> 16u;
    let low = a_low * b_low;
    let middle = a_high * b_low + (low >> 16u);
    let other = a_low * b_high + (middle & 0xffffu);
    return vec2<u32>((other << 16u) | (low & 0xffffu), a_high * b_high + (middle >> 16u) + (other >> 16u));
}

// The reduction of finite |x| >= 4096. With x = m 2^(e - 23), the first bit of 2/pi that counts is worth 2^(24 - e):
// times m 2^(e - 23), that is two quarters. The other bits of the product's first word are the fraction of a quarter.
fn far_angle_f32(x: f32) -> Angle_f32 {
    let bits = magnitude_f32(x);
    let m = (bits & MANTISSA_F32) | IMPLICIT_BIT_F32;
    let start = (bits >> 23u) - 127u + 7u;
    let word = start >> 5u;
    let shift = start & 31u;
    let words = vec4<u32>(two_over_pi_word_f32(word), two_over_pi_word_f32(word + 1u),
        two_over_pi_word_f32(word + 2u), two_over_pi_word_f32(word + 3u));
    let window = (words.xyz << vec3<u32>(shift)) | ((words.yzw >> vec3<u32>(1u)) >> vec3<u32>(31u - shift));
    let last = wide_product_u32(m, window.z);
    let middle = wide_product_u32(m, window.y);
    let second = middle.x + last.y;
    let first = m * window.x + middle.y + select(0u, 1u, second < last.y);
    // Two bits of quarters, then the fraction; seen as a signed number it is the distance to the nearest quarter.
    var high = (first << 2u) | (second >> 30u);
    var low = second << 2u;
    let above = high >= 0x80000000u;
    let turned = (first >> 30u) + select(0u, 1u, above);
    if above {
        low = ~low + 1u;
        high = ~high + select(0u, 1u, low == 0u);
    }
    let zeros = min(countLeadingZeros(high), 31u);
    let fraction = (high << zeros) | ((low >> 1u) >> (31u - zeros));
    let unit = bitcast<f32>((127u - 32u - zeros) << 23u);
    let parts = Pair_f32(f32(fraction & 0xfff00000u) * unit, f32(fraction & 0xfffffu) * unit);
    let rest = product_f32(parts, Pair_f32(HALF_PI_1_F32, HALF_PI_REST_F32));
    let negative = signbit_f32(x) != above;
    let sign = select(1.0, -1.0, negative);
    let quarters = select(turned, 0u - turned, signbit_f32(x));
    return Angle_f32(quarters, Pair_f32(sign * rest.high, sign * rest.low));
}

// The reduction of any finite x.
fn angle_f32(x: f32) -> Angle_f32 {
    if magnitude_f32(x) > 0x45c80000u {
        return far_angle_f32(x);
    }
    return near_angle_f32(x);
}

// sin r in two parts, for |r| <= pi/4.
fn sin_pair_f32(r: Pair_f32) -> Pair_f32 {
    let value = r.high + r.low;
    let z = value * value;
    let series = -0.16666667 + z * (0.0083333318 + z * (-0.00019840063 + z * 2.724687e-6));
    return sum_f32(r.high, r.low + value * z * series);
}

// cos r in two parts, for |r| <= pi/4: the square is in two parts as well.
fn cos_pair_f32(r: Pair_f32) -> Pair_f32 {
    let square = product_f32(r, r);
    let z = square.high + square.low;
    let series = 0.041666668 + z * (-0.0013888885 + z * (2.4799828e-5 - z * 2.7233956e-7));
    let head = sum_f32(1.0, -0.5 * square.high);
    return Pair_f32(head.high, head.low + (z * z * series - 0.5 * square.low));
}

// The sine of an angle moved on by some quarters.
fn sin_of_angle_f32(angle: Angle_f32, more: u32) -> f32 {
    let quarters = angle.quarters + more;
    let sin = sin_pair_f32(angle.rest);
    let cos = cos_pair_f32(angle.rest);
    let value = select(sin.high + sin.low, cos.high + cos.low, (quarters & 1u) == 1u);
    return bitcast<f32>(bitcast<u32>(value) ^ ((quarters & 2u) << 30u));
}

// The value at x where x is finite and not tiny; x itself below 2^-12, NaN for infinities.
fn odd_at_edges_f32(x: f32, value: f32) -> f32 {
    let finite = select(value, nan_f32(), !is_finite_f32(x));
    return select(finite, x, magnitude_f32(x) < 0x39800000u);
}

// sin x, 1.0 ulp.
fn sin_f32(x: f32) -> f32 {
    return odd_at_edges_f32(x, sin_of_angle_f32(angle_f32(x), 0u));
}

// cos x, 1.0 ulp.
fn cos_f32(x: f32) -> f32 {
    return select(sin_of_angle_f32(angle_f32(x), 1u), nan_f32(), !is_finite_f32(x));
}

// tan x, 1.2 ulp: sine and cosine in two parts, and so their quotient.
fn tan_f32(x: f32) -> f32 {
    let angle = angle_f32(x);
    let odd = (angle.quarters & 1u) == 1u;
    let sin = sin_pair_f32(angle.rest);
    let cos = cos_pair_f32(angle.rest);
    let over = Pair_f32(select(sin.high, -cos.high, odd), select(sin.low, -cos.low, odd));
    let under = Pair_f32(select(cos.high, sin.high, odd), select(cos.low, sin.low, odd));
    let tan = quotient_f32(over, under);
    return odd_at_edges_f32(x, tan.high + tan.low);
}
