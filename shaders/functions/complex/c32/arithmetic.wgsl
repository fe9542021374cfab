// Arithmetic of c32: products, quotients, magnitudes, square roots; comparison and selection. Special values are
// NumPy's and those of C99's Annex G.
//
// Accuracy in ulp of each part: multiply, square, abs 2; sqrt, sign 3; divide, reciprocal 5; the others are rounded
// once. The bounds presume that no product on the way is below the normal range.
//
// C.-P. Jeannerod, "A radix-independent error analysis of the Cornea-Harrison-Tang method", ACM TOMS 42(3), 2016,
// doi:10.1145/2824252. R. L. Smith, "Algorithm 116: complex division", CACM 5(8), 1962, doi:10.1145/368637.368661.
// T. E. Hull, T. F. Fairgrieve, P. T. P. Tang, ACM TOMS 20(2), 1994, doi:10.1145/198429.198431.

// The real part.
fn real_c32(z: vec2<f32>) -> f32 {
    return z.x;
}

// The imaginary part.
fn imag_c32(z: vec2<f32>) -> f32 {
    return z.y;
}

// The complex conjugate.
fn conj_c32(z: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(z.x, negative_f32(z.y));
}

// -z.
fn negative_c32(z: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(negative_f32(z.x), negative_f32(z.y));
}

// x + y.
fn add_c32(x: vec2<f32>, y: vec2<f32>) -> vec2<f32> {
    return x + y;
}

// x - y.
fn subtract_c32(x: vec2<f32>, y: vec2<f32>) -> vec2<f32> {
    return x - y;
}

// Whether a part is NaN.
fn is_nan_c32(z: vec2<f32>) -> bool {
    return is_nan_f32(z.x) || is_nan_f32(z.y);
}

// Whether a part is an infinity.
fn is_inf_c32(z: vec2<f32>) -> bool {
    return is_inf_f32(z.x) || is_inf_f32(z.y);
}

// Whether both parts are finite.
fn is_finite_c32(z: vec2<f32>) -> bool {
    return is_finite_f32(z.x) && is_finite_f32(z.y);
}

// Whether both parts are zeros.
fn is_zero_c32(z: vec2<f32>) -> bool {
    return is_zero_f32(z.x) && is_zero_f32(z.y);
}

// Whether x = y.
fn equal_c32(x: vec2<f32>, y: vec2<f32>) -> bool {
    return equal_f32(x.x, y.x) && equal_f32(x.y, y.y);
}

// Whether x and y differ; NaN differs from everything.
fn not_equal_c32(x: vec2<f32>, y: vec2<f32>) -> bool {
    return not_equal_f32(x.x, y.x) || not_equal_f32(x.y, y.y);
}

// x where the condition holds, y elsewhere.
fn select_c32(condition: bool, x: vec2<f32>, y: vec2<f32>) -> vec2<f32> {
    return select(y, x, condition);
}

// The magnitude, without overflow on the way; within 1 ulp.
fn abs_c32(z: vec2<f32>) -> f32 {
    return hypot_f32(z.x, z.y);
}

// a b + c d within 2 roundings whatever cancels; the plain sum where a product is not finite. Symmetric in its two
// products, so that multiplication commutes bit by bit.
fn sum_of_products_c32(a: f32, b: f32, c: f32, d: f32) -> f32 {
    let first = two_product_f32(a, b);
    let second = two_product_f32(c, d);
    let sum = two_sum_f32(first.high, second.high);
    let result = sum.high + kept_f32(sum.low + (first.low + second.low));
    if !is_finite_f32(sum.high) {
        return a * b + c * d;
    }
    // A driver may drop the addition of a zero that it knows, so the sign of a zero is made by bits.
    let is_negative = signbit_f32(a) != signbit_f32(b) && signbit_f32(c) != signbit_f32(d);
    return select(result, select(0.0, negative_f32(0.0), is_negative), is_zero_f32(result));
}

// x y, within 2 ulp; the same bits as y x.
fn multiply_c32(x: vec2<f32>, y: vec2<f32>) -> vec2<f32> {
    let re = sum_of_products_c32(x.x, y.x, negative_f32(x.y), y.y);
    return vec2<f32>(re, sum_of_products_c32(x.x, y.y, x.y, y.x));
}

// z z, within 2 ulp.
fn square_c32(z: vec2<f32>) -> vec2<f32> {
    return multiply_c32(z, z);
}

// The exponent field less its bias: floor(log2 |x|) of a normal x.
fn exponent_c32(x: f32) -> i32 {
    return i32(u32(magnitude_f32(x) >> EXPONENT_SHIFT_C32)) - EXPONENT_BIAS_C32;
}

// x 2^n, which may leave the range of a single factor.
fn scale_c32(x: f32, n: i32) -> f32 {
    let third = n / 3;
    let twice = kept_f32(kept_f32(x * power_of_two_f32(third)) * power_of_two_f32(third));
    return twice * power_of_two_f32(n - 2 * third);
}

// The exponent of the larger part of z, 0 for zero; z 2^-exponent is near 1.
fn larger_exponent_c32(z: vec2<f32>) -> i32 {
    return select(max(exponent_c32(z.x), exponent_c32(z.y)), 0, is_zero_c32(z));
}

// z 2^n.
fn scaled_c32(z: vec2<f32>, n: i32) -> vec2<f32> {
    return vec2<f32>(scale_c32(z.x, n), scale_c32(z.y, n));
}

// x / 0.
fn over_zero_c32(x: f32) -> f32 {
    return select(infinity_like_f32(x), nan_f32(), is_nan_f32(x) || is_zero_f32(x));
}

// x + y whose zero has the right sign also where a driver drops the addition of a zero that it knows.
fn signed_sum_c32(x: f32, y: f32) -> f32 {
    let sum = x + y;
    return select(sum, select(0.0, negative_f32(0.0), signbit_f32(x) && signbit_f32(y)), is_zero_f32(sum));
}

// x / y by Smith's formula, for operands that are not finite.
fn special_quotient_c32(x: vec2<f32>, y: vec2<f32>) -> vec2<f32> {
    if abs(y.x) >= abs(y.y) && !is_nan_c32(y) {
        let ratio = y.y / y.x;
        let scale = 1.0 / signed_sum_c32(y.x, y.y * ratio);
        let re = signed_sum_c32(x.x, x.y * ratio) * scale;
        return vec2<f32>(re, signed_sum_c32(x.y, negative_f32(x.x * ratio)) * scale);
    }
    let ratio = y.x / y.y;
    let scale = 1.0 / signed_sum_c32(y.y, y.x * ratio);
    let re = signed_sum_c32(x.x * ratio, x.y) * scale;
    return vec2<f32>(re, signed_sum_c32(x.y * ratio, negative_f32(x.x)) * scale);
}

// x / y, within 5 ulp. Both are scaled first, so that only a quotient that is itself too large overflows. Division by
// zero gives x.x / 0 and x.y / 0, whatever the sign of zero; operands that are not finite follow NumPy.
fn divide_c32(x: vec2<f32>, y: vec2<f32>) -> vec2<f32> {
    if is_zero_c32(y) {
        return vec2<f32>(over_zero_c32(x.x), over_zero_c32(x.y));
    }
    if !is_finite_c32(x) || !is_finite_c32(y) {
        return special_quotient_c32(x, y);
    }
    let up = larger_exponent_c32(x);
    let down = larger_exponent_c32(y);
    let a = scaled_c32(x, -up);
    let b = scaled_c32(y, -down);
    let norm = sum_of_products_c32(b.x, b.x, b.y, b.y);
    let re = sum_of_products_c32(a.x, b.x, a.y, b.y) / norm;
    let im = sum_of_products_c32(a.y, b.x, negative_f32(a.x), b.y) / norm;
    return scaled_c32(vec2<f32>(re, im), up - down);
}

// 1 / z, within 5 ulp.
fn reciprocal_c32(z: vec2<f32>) -> vec2<f32> {
    return divide_c32(vec2<f32>(1.0, 0.0), z);
}

// z / |z|, within 3 ulp, and 0 for zero. An infinite part beside a finite one gives the direction of its axis, two
// infinite parts NaN.
fn sign_c32(z: vec2<f32>) -> vec2<f32> {
    if is_nan_c32(z) || (is_inf_f32(z.x) && is_inf_f32(z.y)) {
        return vec2<f32>(nan_f32(), nan_f32());
    }
    if is_inf_c32(z) {
        let re = select(0.0, copy_sign_f32(1.0, z.x), is_inf_f32(z.x));
        return vec2<f32>(re, select(0.0, copy_sign_f32(1.0, z.y), is_inf_f32(z.y)));
    }
    if is_zero_c32(z) {
        return vec2<f32>(0.0, 0.0);
    }
    let unit = scaled_c32(z, -larger_exponent_c32(z));
    let length = abs_c32(unit);
    return vec2<f32>(unit.x / length, unit.y / length);
}

// x with the sign of y, where NaN counts as positive.
fn copy_sign_c32(x: f32, y: f32) -> f32 {
    return copy_sign_f32(x, select(y, 0.0, is_nan_f32(y)));
}

// The square root in the right half-plane, within 3 ulp, cut along the negative real axis.
fn sqrt_c32(z: vec2<f32>) -> vec2<f32> {
    if is_inf_f32(z.y) {
        return vec2<f32>(infinity_like_f32(1.0), z.y);
    }
    if is_inf_f32(z.x) {
        let zero = select(0.0, z.y, is_nan_f32(z.y));
        if z.x > 0.0 {
            return vec2<f32>(z.x, copy_sign_c32(zero, z.y));
        }
        return vec2<f32>(zero, copy_sign_c32(infinity_like_f32(1.0), z.y));
    }
    if is_nan_c32(z) {
        return vec2<f32>(nan_f32(), nan_f32());
    }
    if is_zero_c32(z) {
        return vec2<f32>(0.0, z.y);
    }
    let exponent = larger_exponent_c32(z);
    let odd = exponent & 1;
    let unit = scaled_c32(z, odd - exponent);
    let larger = scale_c32(sqrt_f32((abs(unit.x) + abs_c32(unit)) * 0.5), (exponent - odd) / 2);
    // From the unscaled part: scaling may have pushed a small one below the normal range.
    let smaller = abs(z.y) / (larger + larger);
    if z.x >= 0.0 {
        return vec2<f32>(larger, copy_sign_c32(smaller, z.y));
    }
    return vec2<f32>(smaller, copy_sign_c32(larger, z.y));
}
