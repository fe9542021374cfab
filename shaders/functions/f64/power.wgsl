// Powers of f64, the hypotenuse, and the logarithm of a sum of exponentials.
//
// Accuracy: pow 0.9 ulp, hypot 0.7, log_add_exp 1.0 (but an absolute 2^-55 where its two terms cancel).
//
// The logarithm of pow has two parts, so that its product with the exponent is good to an ulp of the result even near
// overflow: the series of atanh with its first two terms in two parts, as in SLEEF (N. Shibata, F. Petrogalli, IEEE
// TPDS 31(6), 2020, doi:10.1109/TPDS.2019.2960333).

const TWO_THIRDS_HIGH_F64 = 0.6666666666666666lf;
const TWO_THIRDS_LOW_F64 = 3.700743415417188e-17lf;

// ((2 atanh(s) / s - 2) / z - 2/3) / z in z = s^2, to 2^-66 of the logarithm.
fn log_pair_series_f64(z: f64) -> f64 {
    var sum = 0.11724327060846747lf;
    sum = sum * z + 0.11706126464563398lf;
    sum = sum * z + 0.1333480879881234lf;
    sum = sum * z + 0.1538459488700718lf;
    sum = sum * z + 0.18181818336099848lf;
    sum = sum * z + 0.22222222221652765lf;
    sum = sum * z + 0.2857142857142937lf;
    return sum * z + 0.4lf;
}

// ln x of a positive finite x in two parts, to about 2^-65.
fn log_pair_f64(x: f64) -> Pair_f64 {
    let split = split_f64(x);
    let s = pair_over_f64(Pair_f64(split.m - 1.0lf, 0.0lf), two_sum_f64(1.0lf, split.m));
    let z = pair_times_f64(s, s);
    let factor = ordered_sum_f64(TWO_THIRDS_HIGH_F64, z.high * log_pair_series_f64(z.high));
    let cubic = pair_times_f64(s, pair_times_f64(z, Pair_f64(factor.high, factor.low + TWO_THIRDS_LOW_F64)));
    let significand = pair_plus_smaller_f64(Pair_f64(2.0lf * s.high, 2.0lf * s.low), cubic);
    // The leading product is exact.
    let exponent = Pair_f64(split.k * LN_2_SHORT_F64, split.k * LN_2_REST_F64);
    return pair_plus_smaller_f64(exponent, significand);
}

// x^y, within 0.9 ulp, with the special values of IEEE 754: x^0 and 1^y are 1 even for NaN; a negative x has only whole
// powers.
fn pow_f64(x: f64, y: f64) -> f64 {
    let a = abs(x);
    if is_zero_f64(y) || x == 1.0lf {
        return 1.0lf;
    }
    if is_nan_f64(x) || is_nan_f64(y) {
        return nan_f64();
    }
    let is_whole = trunc_f64(y) == y;
    let is_odd = is_whole && trunc_f64(0.5lf * y) != 0.5lf * y;
    if x < 0.0lf && !is_whole && !is_inf_f64(x) {
        return nan_f64();
    }
    var magnitude = 1.0lf;
    if is_zero_f64(x) || is_inf_f64(x) || (is_inf_f64(y) && a != 1.0lf) {
        let grows = (a > 1.0lf) != signbit_f64(y);
        magnitude = select(0.0lf, infinity_like_f64(1.0lf), grows);
    } else if a != 1.0lf {
        let log = log_pair_f64(a);
        let product = two_product_f64(y, log.high);
        let is_moderate = abs(product.high) < 1000.0lf;
        let low = select(0.0lf, product.low + y * log.low, is_moderate);
        magnitude = exp_sum_f64(bounded_f64(product.high, -746.0lf, 710.0lf), low);
    }
    return select(magnitude, copy_sign_f64(magnitude, x), is_odd);
}

// sqrt(x^2 + y^2) without overflow on the way, within 0.7 ulp; infinite if either is, even beside NaN.
fn hypot_f64(x: f64, y: f64) -> f64 {
    if is_inf_f64(x) || is_inf_f64(y) {
        return infinity_like_f64(1.0lf);
    }
    if is_nan_f64(x) || is_nan_f64(y) {
        return nan_f64();
    }
    let x_is_larger = abs(x) > abs(y);
    let larger = select(abs(y), abs(x), x_is_larger);
    let smaller = select(abs(x), abs(y), x_is_larger);
    let exponent = i32(u32(bitcast<u64>(larger) >> 52u)) - 1023;
    let scale = select(0, 600, exponent < -400) - select(0, 600, exponent >= 500);
    let a = larger * power_of_two_f64(scale);
    let b = smaller * power_of_two_f64(scale);
    let first = two_product_f64(a, a);
    let second = two_product_f64(b, b);
    let sum = ordered_sum_f64(first.high, second.high);
    let root = pair_sqrt_f64(Pair_f64(sum.high, sum.low + (first.low + second.low)));
    return pair_value_f64(root) * power_of_two_f64(-scale);
}

// ln(e^x + e^y), within 1.0 ulp but where it cancels: the larger plus ln(1 + e^-|x - y|), both in two parts.
fn log_add_exp_f64(x: f64, y: f64) -> f64 {
    if is_nan_f64(x) || is_nan_f64(y) {
        return nan_f64();
    }
    let larger = select(x, y, y > x);
    if is_inf_f64(x) || is_inf_f64(y) {
        return select(larger, 0.0lf, is_zero_f64(larger));
    }
    let power = exp_pair_f64(bounded_f64(-abs(x - y), -746.0lf, 0.0lf));
    let moved = two_sum_f64(1.0lf, power.high);
    let more = log_sum_f64(Pair_f64(moved.high, moved.low + power.low));
    let sum = two_sum_f64(larger, more.high);
    return joined_f64(sum.high, sum.low + more.low);
}
