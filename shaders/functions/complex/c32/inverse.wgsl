// Inverse trigonometric and hyperbolic functions of c32: asinh, acos and atanh are computed, the others turn into them.
// Branch cuts are Kahan's: the sign of a zero says from which side.
//
// Accuracy: 4 ulp of each part.
//
// T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, "Implementing the complex arcsine and arccosine functions using
// exception handling", ACM TOMS 23(3), 1997, doi:10.1145/275323.275324. W. Kahan, "Branch cuts for complex elementary
// functions", 1987.

// Whether 1 / z^2 is below the last place, so that all inverse functions are their limits.
fn is_large_c32(z: vec2<f32>) -> bool {
    return abs(z.x) > 1.0 / EPSILON_C32 || abs(z.y) > 1.0 / EPSILON_C32;
}

// Whether z^2 is below the last place, so that all odd inverse functions are z.
fn is_small_c32(z: vec2<f32>) -> bool {
    return abs(z.x) < SMALL_C32 && abs(z.y) < SMALL_C32;
}

// log(2 |z|).
fn log_of_double_c32(z: vec2<f32>) -> f32 {
    return log_abs_c32(z) + 0.6931471805599453;
}

// The ellipse with foci +-i through x + i y in the first quadrant: on it the real part of the inverse hyperbolic sine
// is constant. `a` is its larger half-axis, which is also half the sum of the distances to the foci.
struct Ellipse_c32 {
    x: f32,
    y: f32,
    a: f32,
    // a - 1 and a - y, each a sum of two terms that do not cancel.
    above_one: f32,
    above_y: f32,
}

// (hypotenuse - leg) / 2 of a right triangle with legs `side` and `leg`, without cancellation for a positive leg.
fn excess_c32(side: f32, leg: f32, hypotenuse: f32) -> f32 {
    if is_zero_f32(leg) {
        return 0.5 * side;
    }
    if leg < 0.0 {
        return 0.5 * (hypotenuse - leg);
    }
    return 0.5 * (side * side / (hypotenuse + leg));
}

// The ellipse through x + i y.
fn ellipse_c32(x: f32, y: f32) -> Ellipse_c32 {
    let far = hypot_f32(x, y + 1.0);
    let near = hypot_f32(x, y - 1.0);
    let mean = (far + near) * 0.5;
    let a = select(mean, 1.0, mean < 1.0);
    let above_one = excess_c32(x, 1.0 + y, far) + excess_c32(x, 1.0 - y, near);
    let above_y = excess_c32(x, y + 1.0, far) + excess_c32(x, y - 1.0, near);
    return Ellipse_c32(x, y, a, above_one, above_y);
}

// Whether the point is so near the axis of the foci that the excess over it rounds away.
fn touches_axis_c32(ellipse: Ellipse_c32) -> bool {
    return ellipse.x < EPSILON_C32 * abs(ellipse.y - 1.0);
}

// Whether the point is so near a focus that both excesses are sqrt(x).
fn touches_focus_c32(ellipse: Ellipse_c32) -> bool {
    return ellipse.y == 1.0 && ellipse.x < EPSILON_C32 * EPSILON_C32;
}

// arcosh(a).
fn log_part_c32(ellipse: Ellipse_c32) -> f32 {
    let x = ellipse.x;
    let y = ellipse.y;
    let a = ellipse.a;
    if a >= 10.0 {
        return log_f32(a + sqrt_f32(a * a - 1.0));
    }
    if touches_focus_c32(ellipse) {
        return sqrt_f32(x);
    }
    let touches = touches_axis_c32(ellipse);
    if touches && y < 1.0 {
        return x / sqrt_f32((1.0 - y) * (1.0 + y));
    }
    let beyond = select(ellipse.above_one, y - 1.0, touches);
    return log1p_f32(beyond + sqrt_f32(beyond * (select(a, y, touches) + 1.0)));
}

// sqrt(a^2 - y^2), the other side of the triangle with hypotenuse a whose angle is the imaginary part.
fn angle_base_c32(ellipse: Ellipse_c32) -> f32 {
    let x = ellipse.x;
    let y = ellipse.y;
    let a = ellipse.a;
    if y <= 0.64 * a {
        return sqrt_f32((a - y) * (a + y));
    }
    if touches_focus_c32(ellipse) {
        return sqrt_f32(x) * sqrt_f32((a + y) * 0.5);
    }
    if !touches_axis_c32(ellipse) {
        return sqrt_f32(ellipse.above_y * (a + y));
    }
    if y > 1.0 {
        return x * (y / sqrt_f32((y + 1.0) * (y - 1.0)));
    }
    return sqrt_f32((1.0 - y) * (1.0 + y));
}

// The inverse hyperbolic sine, cut along the imaginary axis beyond +-i.
fn asinh_c32(z: vec2<f32>) -> vec2<f32> {
    if is_nan_c32(z) {
        if is_inf_c32(z) {
            return vec2<f32>(select(infinity_like_f32(1.0), z.x, is_inf_f32(z.x)), nan_f32());
        }
        return vec2<f32>(nan_f32(), select(nan_f32(), z.y, is_zero_f32(z.y)));
    }
    if is_small_c32(z) {
        return z;
    }
    let x = abs(z.x);
    let y = abs(z.y);
    if is_large_c32(z) {
        return vec2<f32>(copy_sign_f32(log_of_double_c32(z), z.x), copy_sign_f32(atan2_f32(y, x), z.y));
    }
    let ellipse = ellipse_c32(x, y);
    let im = atan2_f32(ellipse.y, angle_base_c32(ellipse));
    return vec2<f32>(copy_sign_f32(log_part_c32(ellipse), z.x), copy_sign_f32(im, z.y));
}

// The inverse cosine, cut along the real axis beyond +-1.
fn acos_c32(z: vec2<f32>) -> vec2<f32> {
    if is_nan_c32(z) {
        if is_inf_c32(z) {
            return vec2<f32>(nan_f32(), select(negative_f32(z.y), infinity_like_f32(-1.0), is_inf_f32(z.x)));
        }
        return vec2<f32>(select(nan_f32(), 1.5707963267948966, is_zero_f32(z.x)), nan_f32());
    }
    let x = abs(z.x);
    let y = abs(z.y);
    if is_large_c32(z) {
        return vec2<f32>(atan2_f32(y, z.x), copy_sign_f32(log_of_double_c32(z), negative_f32(z.y)));
    }
    if is_small_c32(z) {
        return vec2<f32>(1.5707963267948966 - z.x, negative_f32(z.y));
    }
    // The arcsine's ellipse is that of the inverse hyperbolic sine with the axes exchanged.
    let ellipse = ellipse_c32(y, x);
    let re = atan2_f32(angle_base_c32(ellipse), z.x);
    return vec2<f32>(re, copy_sign_f32(log_part_c32(ellipse), negative_f32(z.y)));
}

// log |(1 + z) / (1 - z)| / 2 = log(1 + 4 x / ((1 - x)^2 + y^2)) / 4.
fn atanh_re_c32(x: f32, y: f32) -> f32 {
    if x == 1.0 && y < EPSILON_C32 {
        return (0.6931471805599453 - log_f32(y)) * 0.5;
    }
    let gap = x - 1.0;
    return log1p_f32(4.0 * x / (gap * gap + y * y)) * 0.25;
}

// arg((1 + z) / (1 - z)) / 2.
fn atanh_im_c32(x: f32, y: f32) -> f32 {
    if x != 1.0 {
        return atan2_f32(y + y, sum_of_products_c32(1.0 - x, 1.0 + x, negative_f32(y), y)) * 0.5;
    }
    // 1 - x^2 - y^2 would keep only y^2, which may be 0 where y is not.
    if is_zero_f32(y) {
        return y;
    }
    return atan2_f32(2.0, negative_f32(y)) * 0.5;
}

// The inverse hyperbolic tangent, cut along the real axis beyond +-1.
fn atanh_c32(z: vec2<f32>) -> vec2<f32> {
    let x = abs(z.x);
    let y = abs(z.y);
    if is_nan_c32(z) {
        let keeps_im = is_inf_f32(y);
        let keeps_re = keeps_im || is_inf_f32(x) || is_zero_f32(x);
        let re = copy_sign_c32(select(nan_f32(), 0.0, keeps_re), z.x);
        return vec2<f32>(re, copy_sign_c32(select(nan_f32(), 1.5707963267948966, keeps_im), z.y));
    }
    if is_small_c32(z) {
        return z;
    }
    if is_large_c32(z) {
        var re = 0.0;
        if !is_inf_c32(z) {
            re = reciprocal_c32(z).x;
        }
        return vec2<f32>(copy_sign_f32(re, z.x), copy_sign_f32(1.5707963267948966, z.y));
    }
    return vec2<f32>(copy_sign_f32(atanh_re_c32(x, y), z.x), copy_sign_f32(atanh_im_c32(x, y), z.y));
}

// The inverse sine, cut along the real axis beyond +-1.
fn asin_c32(z: vec2<f32>) -> vec2<f32> {
    return over_i_c32(asinh_c32(times_i_c32(z)));
}

// The inverse tangent, cut along the imaginary axis beyond +-i.
fn atan_c32(z: vec2<f32>) -> vec2<f32> {
    return over_i_c32(atanh_c32(times_i_c32(z)));
}

// The inverse hyperbolic cosine with a real part that is not negative, cut along the real axis below 1.
fn acosh_c32(z: vec2<f32>) -> vec2<f32> {
    let w = acos_c32(z);
    if is_nan_f32(w.y) {
        return vec2<f32>(nan_f32(), select(nan_f32(), w.x, is_zero_f32(z.x)));
    }
    return vec2<f32>(abs(w.y), copy_sign_c32(w.x, z.y));
}
