// Exponentials and powers of c32, with the special values of C99's Annex G and NumPy.
//
// Accuracy: exp 3 ulp of each part; expm1 3 ulp of the larger part; pow and exp2 8 + 4 |w log z| ulp of the larger
// part, because the error of the logarithm is multiplied. One loop of at most 7 trips.

// exp(x) cos(angle) and exp(x) sin(angle), finite also where exp(x) alone is not.
fn polar_c32(x: f32, angle: f32) -> vec2<f32> {
    // Exact up to twice the limit, beyond which both factors overflow together.
    let is_large = x > EXP_LIMIT_C32;
    let length = exp_f32(select(x, x - EXP_LIMIT_C32, is_large));
    let rest = select(1.0, EXP_OF_LIMIT_C32, is_large);
    return vec2<f32>(length * cos_f32(angle) * rest, length * sin_f32(angle) * rest);
}

// e^z, within 3 ulp.
fn exp_c32(z: vec2<f32>) -> vec2<f32> {
    if is_zero_f32(z.y) {
        return vec2<f32>(exp_f32(z.x), z.y);
    }
    if is_inf_f32(z.x) && !is_finite_f32(z.y) {
        if z.x < 0.0 {
            return vec2<f32>(0.0, copy_sign_c32(0.0, z.y));
        }
        return vec2<f32>(z.x, nan_f32());
    }
    return polar_c32(z.x, z.y);
}

// e^z - 1, within 3 ulp of the larger part, accurate near 0.
fn expm1_c32(z: vec2<f32>) -> vec2<f32> {
    if is_zero_f32(z.y) {
        return vec2<f32>(expm1_f32(z.x), z.y);
    }
    let power = exp_c32(z);
    // Where 1 is below the last place of exp(re), or exp(re) is 0: the other formula would form inf - inf or inf NaN.
    if !is_finite_f32(z.y) || abs(z.x) >= 50.0 {
        return vec2<f32>(power.x - 1.0, power.y);
    }
    let half_sin = sin_f32(z.y * 0.5);
    return vec2<f32>(expm1_f32(z.x) * cos_f32(z.y) - (half_sin + half_sin) * half_sin, power.y);
}

// z^n for n from 1 to 127, by repeated multiplication: at most 7 trips.
fn whole_power_c32(z: vec2<f32>, n: u32) -> vec2<f32> {
    var power = z;
    var result = z;
    var is_started = false;
    var left = n;
    while true {
        if (left & 1u) == 1u {
            if is_started {
                result = multiply_c32(result, power);
            } else {
                result = power;
            }
            is_started = true;
        }
        left = left >> 1u;
        if left == 0u {
            break;
        }
        power = multiply_c32(power, power);
    }
    return result;
}

// x^y: exp(y log x), and by repeated multiplication for whole exponents up to 100, as NumPy. A power of 0 is 1 for
// exponent 0, 0 for a positive real exponent, and NaN for every other.
fn pow_c32(x: vec2<f32>, y: vec2<f32>) -> vec2<f32> {
    if is_zero_c32(y) {
        return vec2<f32>(1.0, 0.0);
    }
    if is_zero_c32(x) {
        let vanishes = y.x > 0.0 && is_zero_f32(y.y);
        let value = select(nan_f32(), 0.0, vanishes);
        return vec2<f32>(value, value);
    }
    let whole = trunc_f32(y.x);
    if is_zero_f32(y.y) && whole == y.x && abs(whole) <= 100.0 {
        let power = whole_power_c32(x, u32(abs(i32(whole))));
        if whole < 0.0 {
            return reciprocal_c32(power);
        }
        return power;
    }
    return exp_c32(multiply_c32(y, log_c32(x)));
}

// 2^z, as pow; exact for whole numbers up to 100.
fn exp2_c32(z: vec2<f32>) -> vec2<f32> {
    let whole = trunc_f32(z.x);
    if is_zero_f32(z.y) && whole == z.x && abs(whole) <= 100.0 {
        return vec2<f32>(power_of_two_f32(i32(whole)), 0.0);
    }
    if is_finite_c32(z) {
        return exp_c32(multiply_c32(z, vec2<f32>(0.6931471805599453, 0.0)));
    }
    // What that product is: a driver may drop its factor 0, which makes NaN of infinity.
    let re = select(nan_f32(), z.x, is_finite_f32(z.y));
    return exp_c32(vec2<f32>(re, select(nan_f32(), z.y * 0.6931471805599453, is_finite_f32(z.x))));
}
