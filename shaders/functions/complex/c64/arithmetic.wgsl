// Arithmetic of c64: products, quotients, magnitudes, square roots; comparison and selection. Special values are
// NumPy's and those of C99's Annex G.
//
// Accuracy in ulp of each part: multiply, square, abs 2; sqrt, sign 3; divide, reciprocal 5; the others are rounded
// once. The bounds presume that no product on the way is below the normal range.
//
// C.-P. Jeannerod, "A radix-independent error analysis of the Cornea-Harrison-Tang method", ACM TOMS 42(3), 2016,
// doi:10.1145/2824252. R. L. Smith, "Algorithm 116: complex division", CACM 5(8), 1962, doi:10.1145/368637.368661.
// T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, ACM TOMS 20(2), 1994, doi:10.1145/198429.198431.

// The real part.
fn real_c64(z: vec2<f64>) -> f64 {
    return z.x;
}

// The imaginary part.
fn imag_c64(z: vec2<f64>) -> f64 {
    return z.y;
}

// The complex conjugate.
fn conj_c64(z: vec2<f64>) -> vec2<f64> {
    return vec2<f64>(z.x, negative_f64(z.y));
}

// -z.
fn negative_c64(z: vec2<f64>) -> vec2<f64> {
    return vec2<f64>(negative_f64(z.x), negative_f64(z.y));
}

// x + y.
fn add_c64(x: vec2<f64>, y: vec2<f64>) -> vec2<f64> {
    return x + y;
}

// x - y.
fn subtract_c64(x: vec2<f64>, y: vec2<f64>) -> vec2<f64> {
    return x - y;
}

// Whether a part is NaN.
fn is_nan_c64(z: vec2<f64>) -> bool {
    return is_nan_f64(z.x) || is_nan_f64(z.y);
}

// Whether a part is an infinity.
fn is_inf_c64(z: vec2<f64>) -> bool {
    return is_inf_f64(z.x) || is_inf_f64(z.y);
}

// Whether both parts are finite.
fn is_finite_c64(z: vec2<f64>) -> bool {
    return is_finite_f64(z.x) && is_finite_f64(z.y);
}

// Whether both parts are zeros.
fn is_zero_c64(z: vec2<f64>) -> bool {
    return is_zero_f64(z.x) && is_zero_f64(z.y);
}

// Whether x = y.
fn equal_c64(x: vec2<f64>, y: vec2<f64>) -> bool {
    return equal_f64(x.x, y.x) && equal_f64(x.y, y.y);
}

// Whether x and y differ; NaN differs from everything.
fn not_equal_c64(x: vec2<f64>, y: vec2<f64>) -> bool {
    return not_equal_f64(x.x, y.x) || not_equal_f64(x.y, y.y);
}

// x where the condition holds, y elsewhere.
fn select_c64(condition: bool, x: vec2<f64>, y: vec2<f64>) -> vec2<f64> {
    return select(y, x, condition);
}

// The magnitude, without overflow on the way; within 1 ulp.
fn abs_c64(z: vec2<f64>) -> f64 {
    return hypot_f64(z.x, z.y);
}

// a b + c d within 2 roundings whatever cancels; the plain sum where a product is not finite. Symmetric in its two
// products, so that multiplication commutes bit by bit.
fn sum_of_products_c64(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let first = two_product_f64(a, b);
    let second = two_product_f64(c, d);
    let sum = two_sum_f64(first.high, second.high);
    let result = sum.high + kept_f64(sum.low + (first.low + second.low));
    if !is_finite_f64(sum.high) {
        return a * b + c * d;
    }
    // A driver may drop the addition of a zero that it knows, so the sign of a zero is made by bits.
    let is_negative = signbit_f64(a) != signbit_f64(b) && signbit_f64(c) != signbit_f64(d);
    return select(result, select(0.0lf, negative_f64(0.0lf), is_negative), is_zero_f64(result));
}

// x y, within 2 ulp; the same bits as y x.
fn multiply_c64(x: vec2<f64>, y: vec2<f64>) -> vec2<f64> {
    let re = sum_of_products_c64(x.x, y.x, negative_f64(x.y), y.y);
    return vec2<f64>(re, sum_of_products_c64(x.x, y.y, x.y, y.x));
}

// z z, within 2 ulp.
fn square_c64(z: vec2<f64>) -> vec2<f64> {
    return multiply_c64(z, z);
}

// The exponent field less its bias: floor(log2 |x|) of a normal x.
fn exponent_c64(x: f64) -> i32 {
    return i32(u32(magnitude_f64(x) >> EXPONENT_SHIFT_C64)) - EXPONENT_BIAS_C64;
}

// x 2^n, which may leave the range of a single factor.
fn scale_c64(x: f64, n: i32) -> f64 {
    let third = n / 3;
    let twice = kept_f64(kept_f64(x * power_of_two_f64(third)) * power_of_two_f64(third));
    return twice * power_of_two_f64(n - 2 * third);
}

// The exponent of the larger part of z, 0 for zero; z 2^-exponent is near 1.
fn larger_exponent_c64(z: vec2<f64>) -> i32 {
    return select(max(exponent_c64(z.x), exponent_c64(z.y)), 0, is_zero_c64(z));
}

// z 2^n.
fn scaled_c64(z: vec2<f64>, n: i32) -> vec2<f64> {
    return vec2<f64>(scale_c64(z.x, n), scale_c64(z.y, n));
}

// x / 0.
fn over_zero_c64(x: f64) -> f64 {
    return select(infinity_like_f64(x), nan_f64(), is_nan_f64(x) || is_zero_f64(x));
}

// x + y whose zero has the right sign also where a driver drops the addition of a zero that it knows.
fn signed_sum_c64(x: f64, y: f64) -> f64 {
    let sum = x + y;
    return select(sum, select(0.0lf, negative_f64(0.0lf), signbit_f64(x) && signbit_f64(y)), is_zero_f64(sum));
}

// x / y by Smith's formula, for operands that are not finite.
fn special_quotient_c64(x: vec2<f64>, y: vec2<f64>) -> vec2<f64> {
    if abs(y.x) >= abs(y.y) && !is_nan_c64(y) {
        let ratio = y.y / y.x;
        let scale = 1.0lf / signed_sum_c64(y.x, y.y * ratio);
        let re = signed_sum_c64(x.x, x.y * ratio) * scale;
        return vec2<f64>(re, signed_sum_c64(x.y, negative_f64(x.x * ratio)) * scale);
    }
    let ratio = y.x / y.y;
    let scale = 1.0lf / signed_sum_c64(y.y, y.x * ratio);
    let re = signed_sum_c64(x.x * ratio, x.y) * scale;
    return vec2<f64>(re, signed_sum_c64(x.y * ratio, negative_f64(x.x)) * scale);
}

// x / y, within 5 ulp. Both are scaled first, so that only a quotient that is itself too large overflows. Division by
// zero gives x.x / 0 and x.y / 0, whatever the sign of zero; operands that are not finite follow NumPy.
fn divide_c64(x: vec2<f64>, y: vec2<f64>) -> vec2<f64> {
    if is_zero_c64(y) {
        return vec2<f64>(over_zero_c64(x.x), over_zero_c64(x.y));
    }
    if !is_finite_c64(x) || !is_finite_c64(y) {
        return special_quotient_c64(x, y);
    }
    let up = larger_exponent_c64(x);
    let down = larger_exponent_c64(y);
    let a = scaled_c64(x, -up);
    let b = scaled_c64(y, -down);
    let norm = sum_of_products_c64(b.x, b.x, b.y, b.y);
    let re = sum_of_products_c64(a.x, b.x, a.y, b.y) / norm;
    let im = sum_of_products_c64(a.y, b.x, negative_f64(a.x), b.y) / norm;
    return scaled_c64(vec2<f64>(re, im), up - down);
}

// 1 / z, within 5 ulp.
fn reciprocal_c64(z: vec2<f64>) -> vec2<f64> {
    return divide_c64(vec2<f64>(1.0lf, 0.0lf), z);
}

// z / |z|, within 3 ulp, and 0 for zero. An infinite part beside a finite one gives the direction of its axis, two
// infinite parts NaN.
fn sign_c64(z: vec2<f64>) -> vec2<f64> {
    if is_nan_c64(z) || (is_inf_f64(z.x) && is_inf_f64(z.y)) {
        return vec2<f64>(nan_f64(), nan_f64());
    }
    if is_inf_c64(z) {
        let re = select(0.0lf, copy_sign_f64(1.0lf, z.x), is_inf_f64(z.x));
        return vec2<f64>(re, select(0.0lf, copy_sign_f64(1.0lf, z.y), is_inf_f64(z.y)));
    }
    if is_zero_c64(z) {
        return vec2<f64>(0.0lf, 0.0lf);
    }
    let unit = scaled_c64(z, -larger_exponent_c64(z));
    let length = abs_c64(unit);
    return vec2<f64>(unit.x / length, unit.y / length);
}

// x with the sign of y, where NaN counts as positive.
fn copy_sign_c64(x: f64, y: f64) -> f64 {
    return copy_sign_f64(x, select(y, 0.0lf, is_nan_f64(y)));
}

// The square root in the right half-plane, within 3 ulp, cut along the negative real axis.
fn sqrt_c64(z: vec2<f64>) -> vec2<f64> {
    if is_inf_f64(z.y) {
        return vec2<f64>(infinity_like_f64(1.0lf), z.y);
    }
    if is_inf_f64(z.x) {
        let zero = select(0.0lf, z.y, is_nan_f64(z.y));
        if z.x > 0.0lf {
            return vec2<f64>(z.x, copy_sign_c64(zero, z.y));
        }
        return vec2<f64>(zero, copy_sign_c64(infinity_like_f64(1.0lf), z.y));
    }
    if is_nan_c64(z) {
        return vec2<f64>(nan_f64(), nan_f64());
    }
    if is_zero_c64(z) {
        return vec2<f64>(0.0lf, z.y);
    }
    let exponent = larger_exponent_c64(z);
    let odd = exponent & 1;
    let unit = scaled_c64(z, odd - exponent);
    let larger = scale_c64(sqrt_f64((abs(unit.x) + abs_c64(unit)) * 0.5lf), (exponent - odd) / 2);
    // From the unscaled part: scaling may have pushed a small one below the normal range.
    let smaller = abs(z.y) / (larger + larger);
    if z.x >= 0.0lf {
        return vec2<f64>(larger, copy_sign_c64(smaller, z.y));
    }
    return vec2<f64>(smaller, copy_sign_c64(larger, z.y));
}
