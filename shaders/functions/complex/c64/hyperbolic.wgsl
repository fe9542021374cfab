// Hyperbolic and trigonometric functions of c64; the latter are the former of i z, as in C99, whose special values they
// have.
//
// Accuracy in ulp of each part: sinh, cosh, sin, cos 3; tanh, tan 6.

// i z, by which trigonometric functions become hyperbolic ones.
fn times_i_c64(z: vec2<f64>) -> vec2<f64> {
    return vec2<f64>(negative_f64(z.y), z.x);
}

// -i z, the way back.
fn over_i_c64(z: vec2<f64>) -> vec2<f64> {
    return vec2<f64>(z.y, negative_f64(z.x));
}

// exp(|re| + i im) / 2, which sinh and cosh are for a large real part; as exp(|re| - 1 + i im) e / 2, because the
// exponential itself may overflow where its half does not.
fn half_polar_c64(z: vec2<f64>) -> vec2<f64> {
    let half = polar_c64(abs(z.x) - 1.0lf, z.y);
    return vec2<f64>(half.x * 1.3591409142295225lf, half.y * 1.3591409142295225lf);
}

// sinh z = sinh(re) cos(im) + i cosh(re) sin(im), within 3 ulp.
fn sinh_c64(z: vec2<f64>) -> vec2<f64> {
    if is_zero_f64(z.y) {
        return vec2<f64>(sinh_f64(z.x), z.y);
    }
    if !is_finite_f64(z.y) {
        return vec2<f64>(select(nan_f64(), z.x, is_zero_f64(z.x) || is_inf_f64(z.x)), nan_f64());
    }
    if abs(z.x) > EXP_LIMIT_C64 {
        let half = half_polar_c64(z);
        return vec2<f64>(half.x * copy_sign_c64(1.0lf, z.x), half.y);
    }
    return vec2<f64>(sinh_f64(z.x) * cos_f64(z.y), cosh_f64(z.x) * sin_f64(z.y));
}

// cosh z = cosh(re) cos(im) + i sinh(re) sin(im), within 3 ulp.
fn cosh_c64(z: vec2<f64>) -> vec2<f64> {
    if is_zero_f64(z.y) || (is_zero_f64(z.x) && is_finite_f64(z.y)) {
        let zero = select(copy_sign_c64(0.0lf, sin_f64(z.y)), z.y, is_zero_f64(z.y));
        let signed_zero = select(zero, negative_f64(zero), signbit_f64(z.x) && !is_nan_f64(z.x));
        return vec2<f64>(cosh_f64(z.x) * cos_f64(z.y), signed_zero);
    }
    if !is_finite_f64(z.y) {
        let re = select(nan_f64(), infinity_like_f64(1.0lf), is_inf_f64(z.x));
        return vec2<f64>(re, select(nan_f64(), 0.0lf, is_zero_f64(z.x)));
    }
    if abs(z.x) > EXP_LIMIT_C64 {
        let half = half_polar_c64(z);
        return vec2<f64>(half.x, half.y * copy_sign_c64(1.0lf, z.x));
    }
    return vec2<f64>(cosh_f64(z.x) * cos_f64(z.y), sinh_f64(z.x) * sin_f64(z.y));
}

// tanh z = (sinh(re) cosh(re) + i sin(im) cos(im)) / (sinh(re)^2 + cos(im)^2), in which nothing cancels; within 6 ulp.
fn tanh_c64(z: vec2<f64>) -> vec2<f64> {
    if !is_finite_f64(z.y) {
        if is_inf_f64(z.x) {
            return vec2<f64>(copy_sign_c64(1.0lf, z.x), copy_sign_c64(0.0lf, z.y));
        }
        return vec2<f64>(select(nan_f64(), z.x, is_zero_f64(z.x)), nan_f64());
    }
    if is_nan_f64(z.x) {
        return vec2<f64>(z.x, select(nan_f64(), z.y, is_zero_f64(z.y)));
    }
    let sin = sin_f64(z.y);
    let cos = cos_f64(z.y);
    // tanh(20) is 1; beyond, sinh^2 is e to the 2 |re| over 4 and would soon overflow.
    if abs(z.x) > 20.0lf {
        let decay = exp_f64(-abs(z.x));
        return vec2<f64>(copy_sign_c64(1.0lf, z.x), 4.0lf * sin * cos * decay * decay);
    }
    let sinh = sinh_f64(z.x);
    let norm = sinh * sinh + cos * cos;
    return vec2<f64>(sinh * cosh_f64(z.x) / norm, sin * cos / norm);
}

// sin z = sinh(i z) / i, within 3 ulp.
fn sin_c64(z: vec2<f64>) -> vec2<f64> {
    return over_i_c64(sinh_c64(times_i_c64(z)));
}

// cos z = cosh(i z), within 3 ulp.
fn cos_c64(z: vec2<f64>) -> vec2<f64> {
    return cosh_c64(times_i_c64(z));
}

// tan z = tanh(i z) / i, within 6 ulp.
fn tan_c64(z: vec2<f64>) -> vec2<f64> {
    return over_i_c64(tanh_c64(times_i_c64(z)));
}
