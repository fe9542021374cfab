// Inverse hyperbolic functions of f64: a series near zero, elsewhere the logarithm that defines them, of an argument in
// two parts.
//
// Accuracy: asinh 0.7 ulp, acosh 0.7, atanh 0.7. The series are those of the CPU's functions.

// From here on asinh x and acosh x are ln 2x to 2^-58.
const LARGE_HYPERBOLIC_F64 = 268435456.0lf;

// (asinh(x) / x - 1) / x^2 in z = x^2 <= 1/4, to 2^-58.
fn asinh_series_f64(z: f64) -> f64 {
    var sum = -0.0014988358499957474lf;
    sum = sum * z + 0.00413835813140252lf;
    sum = sum * z - 0.0064746008466359025lf;
    sum = sum * z + 0.00818236764637779lf;
    sum = sum * z - 0.009725716144151688lf;
    sum = sum * z + 0.011547475926257406lf;
    sum = sum * z - 0.013964483323351326lf;
    sum = sum * z + 0.0173527441556904lf;
    sum = sum * z - 0.022372158355736263lf;
    sum = sum * z + 0.030381944428513684lf;
    sum = sum * z - 0.044642857142677225lf;
    sum = sum * z + 0.0749999999999992lf;
    return sum * z - 0.16666666666666666lf;
}

// (atanh(x) / x - 1) / x^2 in z = x^2 <= 1/4, to 2^-57.
fn atanh_series_f64(z: f64) -> f64 {
    var sum = 0.21098097885975797lf;
    sum = sum * z - 0.14450491183414468lf;
    sum = sum * z + 0.13557903913692299lf;
    sum = sum * z + 0.012292448728540531lf;
    sum = sum * z + 0.05441915418234587lf;
    sum = sum * z + 0.05160769881147162lf;
    sum = sum * z + 0.05893099692590042lf;
    sum = sum * z + 0.06665886352701884lf;
    sum = sum * z + 0.07692345940270638lf;
    sum = sum * z + 0.09090907881509189lf;
    sum = sum * z + 0.11111111133938968lf;
    sum = sum * z + 0.14285714285490106lf;
    sum = sum * z + 0.20000000000000864lf;
    return sum * z + 0.3333333333333333lf;
}

// The logarithm of a pair, or ln 2x where x is large; infinity stays.
fn log_or_double_f64(argument: Pair_f64, x: f64) -> f64 {
    if !(x < infinity_like_f64(1.0lf)) {
        return x;
    }
    if x > LARGE_HYPERBOLIC_F64 {
        let log = log_parts_f64(x, 0.0lf);
        let sum = ordered_sum_f64(log.high, LN_2_HIGH_F64);
        return joined_f64(sum.high, sum.low + (log.low + LN_2_LOW_F64));
    }
    return pair_value_f64(log_sum_f64(argument));
}

// asinh x, within 0.7 ulp.
fn asinh_f64(x: f64) -> f64 {
    let a = abs(x);
    if a < 1e-9lf || !is_finite_f64(x) {
        return x;
    }
    if a < 0.5lf {
        let z = a * a;
        return copy_sign_f64(joined_f64(a, a * z * asinh_series_f64(z)), x);
    }
    let square = two_product_f64(a, a);
    let one_more = two_sum_f64(1.0lf, square.high);
    let root = pair_sqrt_f64(Pair_f64(one_more.high, one_more.low + square.low));
    let argument = two_sum_f64(root.high, a);
    return copy_sign_f64(log_or_double_f64(Pair_f64(argument.high, argument.low + root.low), a), x);
}

// acosh x, within 0.7 ulp; NaN below 1.
fn acosh_f64(x: f64) -> f64 {
    if !(x >= 1.0lf) || is_nan_f64(x) {
        return nan_f64();
    }
    // With less = x - 1 it is ln(1 + less + sqrt(less (x + 1))).
    let less = two_sum_f64(x, -1.0lf);
    let root = pair_sqrt_f64(pair_times_f64(less, two_sum_f64(x, 1.0lf)));
    let sum = two_sum_f64(less.high, root.high);
    let moved = two_sum_f64(1.0lf, sum.high);
    return log_or_double_f64(Pair_f64(moved.high, moved.low + (sum.low + (less.low + root.low))), x);
}

// atanh x, within 0.7 ulp; infinite at 1 and -1, NaN beyond.
fn atanh_f64(x: f64) -> f64 {
    let a = abs(x);
    if a < 1e-9lf {
        return x;
    }
    if a < 0.5lf {
        let z = a * a;
        return copy_sign_f64(joined_f64(a, a * z * atanh_series_f64(z)), x);
    }
    if a < 1.0lf {
        let ratio = pair_over_f64(two_sum_f64(1.0lf, a), Pair_f64(1.0lf - a, 0.0lf));
        return copy_sign_f64(0.5lf * pair_value_f64(log_sum_f64(ratio)), x);
    }
    return select(nan_f64(), infinity_like_f64(x), a == 1.0lf && !is_nan_f64(x));
}
