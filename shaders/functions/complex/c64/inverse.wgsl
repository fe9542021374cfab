// Inverse trigonometric and hyperbolic functions of c64: asinh, acos and atanh are computed, the others turn into them.
// Branch cuts are Kahan's: the sign of a zero says from which side.
//
// Accuracy: 4 ulp of each part.
//
// T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, "Implementing the complex arcsine and arccosine functions using
// exception handling", ACM TOMS 23(3), 1997, doi:10.1145/275323.275324. W. Kahan, "Branch cuts for complex elementary
// functions", 1987.

// Whether 1 / z^2 is below the last place, so that all inverse functions are their limits.
fn is_large_c64(z: vec2<f64>) -> bool {
    return abs(z.x) > 1.0lf / EPSILON_C64 || abs(z.y) > 1.0lf / EPSILON_C64;
}

// Whether z^2 is below the last place, so that all odd inverse functions are z.
fn is_small_c64(z: vec2<f64>) -> bool {
    return abs(z.x) < SMALL_C64 && abs(z.y) < SMALL_C64;
}

// log(2 |z|).
fn log_of_double_c64(z: vec2<f64>) -> f64 {
    return log_abs_c64(z) + 0.6931471805599453lf;
}

// The ellipse with foci +-i through x + i y in the first quadrant: on it the real part of the inverse hyperbolic sine
// is constant. `a` is its larger half-axis, which is also half the sum of the distances to the foci.
struct Ellipse_c64 {
    x: f64,
    y: f64,
    a: f64,
    // a - 1 and a - y, each a sum of two terms that do not cancel.
    above_one: f64,
    above_y: f64,
}

// (hypotenuse - leg) / 2 of a right triangle with legs `side` and `leg`, without cancellation for a positive leg.
fn excess_c64(side: f64, leg: f64, hypotenuse: f64) -> f64 {
    if is_zero_f64(leg) {
        return 0.5lf * side;
    }
    if leg < 0.0lf {
        return 0.5lf * (hypotenuse - leg);
    }
    return 0.5lf * (side * side / (hypotenuse + leg));
}

// The ellipse through x + i y.
fn ellipse_c64(x: f64, y: f64) -> Ellipse_c64 {
    let far = hypot_f64(x, y + 1.0lf);
    let near = hypot_f64(x, y - 1.0lf);
    let mean = (far + near) * 0.5lf;
    let a = select(mean, 1.0lf, mean < 1.0lf);
    let above_one = excess_c64(x, 1.0lf + y, far) + excess_c64(x, 1.0lf - y, near);
    let above_y = excess_c64(x, y + 1.0lf, far) + excess_c64(x, y - 1.0lf, near);
    return Ellipse_c64(x, y, a, above_one, above_y);
}

// Whether the point is so near the axis of the foci that the excess over it rounds away.
fn touches_axis_c64(ellipse: Ellipse_c64) -> bool {
    return ellipse.x < EPSILON_C64 * abs(ellipse.y - 1.0lf);
}

// Whether the point is so near a focus that both excesses are sqrt(x).
fn touches_focus_c64(ellipse: Ellipse_c64) -> bool {
    return ellipse.y == 1.0lf && ellipse.x < EPSILON_C64 * EPSILON_C64;
}

// arcosh(a).
fn log_part_c64(ellipse: Ellipse_c64) -> f64 {
    let x = ellipse.x;
    let y = ellipse.y;
    let a = ellipse.a;
    if a >= 10.0lf {
        return log_f64(a + sqrt_f64(a * a - 1.0lf));
    }
    if touches_focus_c64(ellipse) {
        return sqrt_f64(x);
    }
    let touches = touches_axis_c64(ellipse);
    if touches && y < 1.0lf {
        return x / sqrt_f64((1.0lf - y) * (1.0lf + y));
    }
    let beyond = select(ellipse.above_one, y - 1.0lf, touches);
    return log1p_f64(beyond + sqrt_f64(beyond * (select(a, y, touches) + 1.0lf)));
}

// sqrt(a^2 - y^2), the other side of the triangle with hypotenuse a whose angle is the imaginary part.
fn angle_base_c64(ellipse: Ellipse_c64) -> f64 {
    let x = ellipse.x;
    let y = ellipse.y;
    let a = ellipse.a;
    if y <= 0.64lf * a {
        return sqrt_f64((a - y) * (a + y));
    }
    if touches_focus_c64(ellipse) {
        return sqrt_f64(x) * sqrt_f64((a + y) * 0.5lf);
    }
    if !touches_axis_c64(ellipse) {
        return sqrt_f64(ellipse.above_y * (a + y));
    }
    if y > 1.0lf {
        return x * (y / sqrt_f64((y + 1.0lf) * (y - 1.0lf)));
    }
    return sqrt_f64((1.0lf - y) * (1.0lf + y));
}

// The inverse hyperbolic sine, cut along the imaginary axis beyond +-i.
fn asinh_c64(z: vec2<f64>) -> vec2<f64> {
    if is_nan_c64(z) {
        if is_inf_c64(z) {
            return vec2<f64>(select(infinity_like_f64(1.0lf), z.x, is_inf_f64(z.x)), nan_f64());
        }
        return vec2<f64>(nan_f64(), select(nan_f64(), z.y, is_zero_f64(z.y)));
    }
    if is_small_c64(z) {
        return z;
    }
    let x = abs(z.x);
    let y = abs(z.y);
    if is_large_c64(z) {
        return vec2<f64>(copy_sign_f64(log_of_double_c64(z), z.x), copy_sign_f64(atan2_f64(y, x), z.y));
    }
    let ellipse = ellipse_c64(x, y);
    let im = atan2_f64(ellipse.y, angle_base_c64(ellipse));
    return vec2<f64>(copy_sign_f64(log_part_c64(ellipse), z.x), copy_sign_f64(im, z.y));
}

// The inverse cosine, cut along the real axis beyond +-1.
fn acos_c64(z: vec2<f64>) -> vec2<f64> {
    if is_nan_c64(z) {
        if is_inf_c64(z) {
            return vec2<f64>(nan_f64(), select(negative_f64(z.y), infinity_like_f64(-1.0lf), is_inf_f64(z.x)));
        }
        return vec2<f64>(select(nan_f64(), 1.5707963267948966lf, is_zero_f64(z.x)), nan_f64());
    }
    let x = abs(z.x);
    let y = abs(z.y);
    if is_large_c64(z) {
        return vec2<f64>(atan2_f64(y, z.x), copy_sign_f64(log_of_double_c64(z), negative_f64(z.y)));
    }
    if is_small_c64(z) {
        return vec2<f64>(1.5707963267948966lf - z.x, negative_f64(z.y));
    }
    // The arcsine's ellipse is that of the inverse hyperbolic sine with the axes exchanged.
    let ellipse = ellipse_c64(y, x);
    let re = atan2_f64(angle_base_c64(ellipse), z.x);
    return vec2<f64>(re, copy_sign_f64(log_part_c64(ellipse), negative_f64(z.y)));
}

// log |(1 + z) / (1 - z)| / 2 = log(1 + 4 x / ((1 - x)^2 + y^2)) / 4.
fn atanh_re_c64(x: f64, y: f64) -> f64 {
    if x == 1.0lf && y < EPSILON_C64 {
        return (0.6931471805599453lf - log_f64(y)) * 0.5lf;
    }
    let gap = x - 1.0lf;
    return log1p_f64(4.0lf * x / (gap * gap + y * y)) * 0.25lf;
}

// arg((1 + z) / (1 - z)) / 2.
fn atanh_im_c64(x: f64, y: f64) -> f64 {
    if x != 1.0lf {
        return atan2_f64(y + y, sum_of_products_c64(1.0lf - x, 1.0lf + x, negative_f64(y), y)) * 0.5lf;
    }
    // 1 - x^2 - y^2 would keep only y^2, which may be 0 where y is not.
    if is_zero_f64(y) {
        return y;
    }
    return atan2_f64(2.0lf, negative_f64(y)) * 0.5lf;
}

// The inverse hyperbolic tangent, cut along the real axis beyond +-1.
fn atanh_c64(z: vec2<f64>) -> vec2<f64> {
    let x = abs(z.x);
    let y = abs(z.y);
    if is_nan_c64(z) {
        let keeps_im = is_inf_f64(y);
        let keeps_re = keeps_im || is_inf_f64(x) || is_zero_f64(x);
        let re = copy_sign_c64(select(nan_f64(), 0.0lf, keeps_re), z.x);
        return vec2<f64>(re, copy_sign_c64(select(nan_f64(), 1.5707963267948966lf, keeps_im), z.y));
    }
    if is_small_c64(z) {
        return z;
    }
    if is_large_c64(z) {
        var re = 0.0lf;
        if !is_inf_c64(z) {
            re = reciprocal_c64(z).x;
        }
        return vec2<f64>(copy_sign_f64(re, z.x), copy_sign_f64(1.5707963267948966lf, z.y));
    }
    return vec2<f64>(copy_sign_f64(atanh_re_c64(x, y), z.x), copy_sign_f64(atanh_im_c64(x, y), z.y));
}

// The inverse sine, cut along the real axis beyond +-1.
fn asin_c64(z: vec2<f64>) -> vec2<f64> {
    return over_i_c64(asinh_c64(times_i_c64(z)));
}

// The inverse tangent, cut along the imaginary axis beyond +-i.
fn atan_c64(z: vec2<f64>) -> vec2<f64> {
    return over_i_c64(atanh_c64(times_i_c64(z)));
}

// The inverse hyperbolic cosine with a real part that is not negative, cut along the real axis below 1.
fn acosh_c64(z: vec2<f64>) -> vec2<f64> {
    let w = acos_c64(z);
    if is_nan_f64(w.y) {
        return vec2<f64>(nan_f64(), select(nan_f64(), w.x, is_zero_f64(z.x)));
    }
    return vec2<f64>(abs(w.y), copy_sign_c64(w.x, z.y));
}
