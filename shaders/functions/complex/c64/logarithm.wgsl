// Logarithms of c64, cut along the negative real axis. The sign of a zero says from which side.
//
// Accuracy in ulp of each part: log, log1p 3; log2, log10 4. Near the unit circle the squared magnitude less 1 is
// summed without error until the last additions.
//
// T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, ACM TOMS 20(2), 1994, doi:10.1145/198429.198431.

// log(1 + offset + re^2 + im^2) / 2: near the unit circle the argument may cancel to the square of the working
// precision and below.
fn half_log1p_c64(offset: f64, z: vec2<f64>) -> f64 {
    let re = two_product_f64(z.x, z.x);
    let im = two_product_f64(z.y, z.y);
    let re_is_larger = re.high >= im.high;
    let first = two_sum_f64(offset, select(im.high, re.high, re_is_larger));
    let second = two_sum_f64(first.high, select(re.high, im.high, re_is_larger));
    let lows = two_sum_f64(re.low, im.low);
    let all_lows = two_sum_f64(lows.high, kept_f64(first.low + second.low));
    let sum = two_sum_f64(second.high, all_lows.high);
    let rest = kept_f64(sum.low + kept_f64(lows.low + all_lows.low));
    return 0.5lf * log1p_f64(sum.high + rest);
}

// log |z|, relatively accurate on both sides of the unit circle, where it crosses 0.
fn log_abs_c64(z: vec2<f64>) -> f64 {
    let length = abs_c64(z);
    if length >= 0.5lf && length <= 3.0lf {
        return half_log1p_c64(-1.0lf, z);
    }
    if !is_finite_c64(z) || (length >= MIN_POSITIVE_C64 && is_finite_f64(length)) {
        return log_f64(length);
    }
    let exponent = larger_exponent_c64(z);
    return f64(exponent) * 0.6931471805599453lf + log_f64(abs_c64(scaled_c64(z, -exponent)));
}

// The natural logarithm, within 3 ulp.
fn log_c64(z: vec2<f64>) -> vec2<f64> {
    return vec2<f64>(log_abs_c64(z), atan2_f64(z.y, z.x));
}

// log(1 + z), within 3 ulp, accurate near 0.
fn log1p_c64(z: vec2<f64>) -> vec2<f64> {
    let moved = vec2<f64>(1.0lf + z.x, z.y);
    // |1 + z|^2 - 1 = 2 re + re^2 + im^2. Near -1, and beyond 4, 1 + re loses nothing that matters.
    let length = abs_c64(moved);
    let angle = atan2_f64(moved.y, moved.x);
    if length >= 0.5lf && length <= 4.0lf {
        return vec2<f64>(half_log1p_c64(z.x + z.x, z), angle);
    }
    return vec2<f64>(log_abs_c64(moved), angle);
}

// The logarithm to base 2, within 4 ulp.
fn log2_c64(z: vec2<f64>) -> vec2<f64> {
    let natural = log_c64(z);
    return vec2<f64>(natural.x * 1.4426950408889634lf, natural.y * 1.4426950408889634lf);
}

// The logarithm to base 10, within 4 ulp.
fn log10_c64(z: vec2<f64>) -> vec2<f64> {
    let natural = log_c64(z);
    return vec2<f64>(natural.x * 0.4342944819032518lf, natural.y * 0.4342944819032518lf);
}
