// Hyperbolic and trigonometric functions of c32; the latter are the former of i z, as in C99, whose special values they
// have.
//
// Accuracy in ulp of each part: sinh, cosh, sin, cos 3; tanh, tan 6.

// i z, by which trigonometric functions become hyperbolic ones.
fn times_i_c32(z: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(negative_f32(z.y), z.x);
}

// -i z, the way back.
fn over_i_c32(z: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(z.y, negative_f32(z.x));
}

// exp(|re| + i im) / 2, which sinh and cosh are for a large real part; as exp(|re| - 1 + i im) e / 2, because the
// exponential itself may overflow where its half does not.
fn half_polar_c32(z: vec2<f32>) -> vec2<f32> {
    let half = polar_c32(abs(z.x) - 1.0, z.y);
    return vec2<f32>(half.x * 1.3591409142295225, half.y * 1.3591409142295225);
}

// sinh z = sinh(re) cos(im) + i cosh(re) sin(im), within 3 ulp.
fn sinh_c32(z: vec2<f32>) -> vec2<f32> {
    if is_zero_f32(z.y) {
        return vec2<f32>(sinh_f32(z.x), z.y);
    }
    if !is_finite_f32(z.y) {
        return vec2<f32>(select(nan_f32(), z.x, is_zero_f32(z.x) || is_inf_f32(z.x)), nan_f32());
    }
    if abs(z.x) > EXP_LIMIT_C32 {
        let half = half_polar_c32(z);
        return vec2<f32>(half.x * copy_sign_c32(1.0, z.x), half.y);
    }
    return vec2<f32>(sinh_f32(z.x) * cos_f32(z.y), cosh_f32(z.x) * sin_f32(z.y));
}

// cosh z = cosh(re) cos(im) + i sinh(re) sin(im), within 3 ulp.
fn cosh_c32(z: vec2<f32>) -> vec2<f32> {
    if is_zero_f32(z.y) || (is_zero_f32(z.x) && is_finite_f32(z.y)) {
        let zero = select(copy_sign_c32(0.0, sin_f32(z.y)), z.y, is_zero_f32(z.y));
        let signed_zero = select(zero, negative_f32(zero), signbit_f32(z.x) && !is_nan_f32(z.x));
        return vec2<f32>(cosh_f32(z.x) * cos_f32(z.y), signed_zero);
    }
    if !is_finite_f32(z.y) {
        let re = select(nan_f32(), infinity_like_f32(1.0), is_inf_f32(z.x));
        return vec2<f32>(re, select(nan_f32(), 0.0, is_zero_f32(z.x)));
    }
    if abs(z.x) > EXP_LIMIT_C32 {
        let half = half_polar_c32(z);
        return vec2<f32>(half.x, half.y * copy_sign_c32(1.0, z.x));
    }
    return vec2<f32>(cosh_f32(z.x) * cos_f32(z.y), sinh_f32(z.x) * sin_f32(z.y));
}

// tanh z = (sinh(re) cosh(re) + i sin(im) cos(im)) / (sinh(re)^2 + cos(im)^2), in which nothing cancels; within 6 ulp.
fn tanh_c32(z: vec2<f32>) -> vec2<f32> {
    if !is_finite_f32(z.y) {
        if is_inf_f32(z.x) {
            return vec2<f32>(copy_sign_c32(1.0, z.x), copy_sign_c32(0.0, z.y));
        }
        return vec2<f32>(select(nan_f32(), z.x, is_zero_f32(z.x)), nan_f32());
    }
    if is_nan_f32(z.x) {
        return vec2<f32>(z.x, select(nan_f32(), z.y, is_zero_f32(z.y)));
    }
    let sin = sin_f32(z.y);
    let cos = cos_f32(z.y);
    // tanh(20) is 1; beyond, sinh^2 is e to the 2 |re| over 4 and would soon overflow.
    if abs(z.x) > 20.0 {
        let decay = exp_f32(-abs(z.x));
        return vec2<f32>(copy_sign_c32(1.0, z.x), 4.0 * sin * cos * decay * decay);
    }
    let sinh = sinh_f32(z.x);
    let norm = sinh * sinh + cos * cos;
    return vec2<f32>(sinh * cosh_f32(z.x) / norm, sin * cos / norm);
}

// sin z = sinh(i z) / i, within 3 ulp.
fn sin_c32(z: vec2<f32>) -> vec2<f32> {
    return over_i_c32(sinh_c32(times_i_c32(z)));
}

// cos z = cosh(i z), within 3 ulp.
fn cos_c32(z: vec2<f32>) -> vec2<f32> {
    return cosh_c32(times_i_c32(z));
}

// tan z = tanh(i z) / i, within 6 ulp.
fn tan_c32(z: vec2<f32>) -> vec2<f32> {
    return over_i_c32(tanh_c32(times_i_c32(z)));
}
