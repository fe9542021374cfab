// Logarithms of c32, cut along the negative real axis. The sign of a zero says from which side.
//
// Accuracy in ulp of each part: log, log1p 3; log2, log10 4. Near the unit circle the squared magnitude less 1 is
// summed without error until the last additions.
//
// T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, ACM TOMS 20(2), 1994, doi:10.1145/198429.198431.

// log(1 + offset + re^2 + im^2) / 2: near the unit circle the argument may cancel to the square of the working
// precision and below.
fn half_log1p_c32(offset: f32, z: vec2<f32>) -> f32 {
    let re = two_product_f32(z.x, z.x);
    let im = two_product_f32(z.y, z.y);
    let re_is_larger = re.high >= im.high;
    let first = two_sum_f32(offset, select(im.high, re.high, re_is_larger));
    let second = two_sum_f32(first.high, select(re.high, im.high, re_is_larger));
    let lows = two_sum_f32(re.low, im.low);
    let all_lows = two_sum_f32(lows.high, kept_f32(first.low + second.low));
    let sum = two_sum_f32(second.high, all_lows.high);
    let rest = kept_f32(sum.low + kept_f32(lows.low + all_lows.low));
    return 0.5 * log1p_f32(sum.high + rest);
}

// log |z|, relatively accurate on both sides of the unit circle, where it crosses 0.
fn log_abs_c32(z: vec2<f32>) -> f32 {
    let length = abs_c32(z);
    if length >= 0.5 && length <= 3.0 {
        return half_log1p_c32(-1.0, z);
    }
    if !is_finite_c32(z) || (length >= MIN_POSITIVE_C32 && is_finite_f32(length)) {
        return log_f32(length);
    }
    let exponent = larger_exponent_c32(z);
    return f32(exponent) * 0.6931471805599453 + log_f32(abs_c32(scaled_c32(z, -exponent)));
}

// The natural logarithm, within 3 ulp.
fn log_c32(z: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(log_abs_c32(z), atan2_f32(z.y, z.x));
}

// log(1 + z), within 3 ulp, accurate near 0.
fn log1p_c32(z: vec2<f32>) -> vec2<f32> {
    let moved = vec2<f32>(1.0 + z.x, z.y);
    // |1 + z|^2 - 1 = 2 re + re^2 + im^2. Near -1, and beyond 4, 1 + re loses nothing that matters.
    let length = abs_c32(moved);
    let angle = atan2_f32(moved.y, moved.x);
    if length >= 0.5 && length <= 4.0 {
        return vec2<f32>(half_log1p_c32(z.x + z.x, z), angle);
    }
    return vec2<f32>(log_abs_c32(moved), angle);
}

// The logarithm to base 2, within 4 ulp.
fn log2_c32(z: vec2<f32>) -> vec2<f32> {
    let natural = log_c32(z);
    return vec2<f32>(natural.x * 1.4426950408889634, natural.y * 1.4426950408889634);
}

// The logarithm to base 10, within 4 ulp.
fn log10_c32(z: vec2<f32>) -> vec2<f32> {
    let natural = log_c32(z);
    return vec2<f32>(natural.x * 0.4342944819032518, natural.y * 0.4342944819032518);
}
