// Hyperbolic sine, cosine and tangent of f32: from e^x, half as large lest it overflow; near zero by series.
//
// Accuracy: sinh 1.7 ulp, cosh 1.5, tanh 1.1. No loops.
// Source: Cody and Waite 1980, chapters 12 and 13; the series are Taylor's, that of the tangent is Cephes' tanhf
// (S. L. Moshier, 1989).

// e^|x| / 2, for |x| <= 104.
fn half_exp_f32(x: f32) -> f32 {
    return exp_scaled_f32(min(abs_f32(x), 104.0), 0.0, -1);
}

// sinh x, 1.7 ulp.
fn sinh_f32(x: f32) -> f32 {
    let a = min(abs_f32(x), 104.0);
    let z = a * a;
    let series = 0.16666667 + z * (0.0083333333 + z * (1.9841270e-4 + z * (2.7557319e-6 + z * 2.5052108e-8)));
    let half = half_exp_f32(a);
    let result = copy_sign_f32(select(half - 0.25 / half, a + a * z * series, a < 1.0), x);
    return select(result, x, magnitude_f32(x) < 0x39800000u || is_nan_f32(x));
}

// cosh x, 1.5 ulp.
fn cosh_f32(x: f32) -> f32 {
    let half = half_exp_f32(x);
    return select(half + 0.25 / half, x, is_nan_f32(x));
}

// tanh x, 1.1 ulp; from 10 on it is 1.
fn tanh_f32(x: f32) -> f32 {
    let a = min(abs_f32(x), 10.0);
    let z = a * a;
    let series = -0.33333281 + z * (0.13331442 + z * (-0.053739715 + z * (0.020639088 - z * 0.0057049887)));
    let less = quotient_f32(Pair_f32(2.0, 0.0), sum_f32(exp_scaled_f32(2.0 * a, 0.0, 0), 1.0));
    let far = 1.0 - (less.high + less.low);
    let result = copy_sign_f32(select(far, a + a * z * series, a < 0.625), x);
    return select(result, x, magnitude_f32(x) < 0x39800000u || is_nan_f32(x));
}
