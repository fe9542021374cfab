// Standard normal numbers of random bits, two of two uniforms (Box and Muller): the length sqrt(-2 ln radius) at the
// angle of `turn` turns, for a radius in (0, 1] and a turn in [0, 1).
//
// Step by step the arithmetic of src/random/normal.rs, and of the logarithms of src/math, whose fused products are made
// of exact parts (`fused_`); the root of f32 is rounded once even where a driver's is 2.5 ulp off (`sqrt_f32`), that of
// f64 is the driver's, which Vulkan has within 2.5 ulp and every known device rounds once. So the bits are the CPU's but
// in one of about 10^5 values.
// Accuracy: within 2 ulp of the CPU's values. No loops. Operations for two numbers: about 500 of f32, 700 of f64.
// Source: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates", 1958,
// doi:10.1214/aoms/1177706645.

// ln x for x in [2^-32, 1].
fn log_of_uniform_f32(x: f32) -> f32 {
    let split = split_f32(x);
    let k = split.exponent;
    let f = split.mantissa - 1.0;
    let square = kept_f32(f * f);
    var series = fused_f32(0.0673298, square, fused_f32(-0.11660713, f, 0.11886235));
    series = fused_f32(series, square, fused_f32(-0.12408192, f, 0.1422023));
    series = fused_f32(series, square, fused_f32(-0.16667855, f, 0.20002073));
    series = fused_f32(series, square, fused_f32(-0.25000012, f, 0.33333313));
    let correction = kept_f32(kept_f32(k * -1.9046542e-9) - 0.5 * square);
    let low = fused_f32(kept_f32(f * square), series, correction);
    let head = fused_f32(k, LN_2_F32, f);
    let lost = kept_f32(fused_f32(k, LN_2_F32, negative_f32(head)) + f);
    return head + kept_f32(lost + low);
}

const LN_2_F32 = 0.6931472;

// Two normals.
fn normal_pair_f32(radius: f32, turn: f32) -> vec2<u32> {
    let length = sqrt_f32(-2.0 * kept_f32(log_of_uniform_f32(radius)));
    let turned = sin_cos_turns_f32(turn);
    return vec2<u32>(bitcast<u32>(length * turned.cos), bitcast<u32>(length * turned.sin));
}

// All 32 bits as a number in (0, 1].
fn radius_f32(bits: u32) -> f32 {
    return (kept_f32(f32(bits)) + 1.0) * 2.3283064365386963e-10;
}

fn normal_f32(bits: vec4<u32>) -> vec4<u32> {
    let first = normal_pair_f32(radius_f32(bits.x), unit_f32(bits.y));
    return vec4<u32>(first, normal_pair_f32(radius_f32(bits.z), unit_f32(bits.w)));
}

fn normal_c32(bits: vec4<u32>) -> vec4<u32> {
    return normal_f32(bits);
}

// ln x for x in [2^-53, 1].
fn log_of_uniform_f64(x: f64) -> f64 {
    let split = split_f64(x);
    let f = split.m - 1.0lf;
    let s = f / (2.0lf + f);
    let z = kept_f64(s * s);
    let square = kept_f64(z * z);
    let half_square = kept_f64(0.5lf * f * f);
    var series = fused_f64(0.14617807153417325lf, square, fused_f64(0.15331611722055008lf, z, 0.1818289243253687lf));
    series = fused_f64(series, square, fused_f64(0.22222211089379496lf, z, 0.28571428626253836lf));
    series = fused_f64(series, square, fused_f64(0.3999999999989889lf, z, 0.666666666666667lf));
    let low = fused_f64(s, fused_f64(z, series, half_square), negative_f64(half_square));
    // Exact, as the short part of ln 2 has 21 bits less.
    let product = split.k * LN_2_SHORT_F64;
    let head = kept_f64(product + f);
    let lost = kept_f64(kept_f64(product - head) + f);
    return joined_f64(head, lost + kept_f64(low + kept_f64(split.k * LN_2_REST_F64)));
}

fn normal_f64(bits: vec4<u32>) -> vec4<u32> {
    let length = sqrt_f64(-2.0lf * kept_f64(log_of_uniform_f64(1.0lf - unit_f64(bits.xy))));
    let turned = sin_cos_turns_f64(unit_f64(bits.zw));
    return vec4<u32>(words_of_f64(length * turned.cos), words_of_f64(length * turned.sin));
}

fn normal_c64(bits: vec4<u32>) -> vec4<u32> {
    return normal_f64(bits);
}
