// Exponentials and powers of c64, with the special values of C99's Annex G and NumPy.
//
// Accuracy: exp 3 ulp of each part; expm1 3 ulp of the larger part; pow and exp2 8 + 4 |w log z| ulp of the larger
// part, because the error of the logarithm is multiplied. One loop of at most 7 trips.

// exp(x) cos(angle) and exp(x) sin(angle), finite also where exp(x) alone is not.
fn polar_c64(x: f64, angle: f64) -> vec2<f64> {
    // Exact up to twice the limit, beyond which both factors overflow together.
    let is_large = x > EXP_LIMIT_C64;
    let length = exp_f64(select(x, x - EXP_LIMIT_C64, is_large));
    let rest = select(1.0lf, EXP_OF_LIMIT_C64, is_large);
    return vec2<f64>(length * cos_f64(angle) * rest, length * sin_f64(angle) * rest);
}

// e^z, within 3 ulp.
fn exp_c64(z: vec2<f64>) -> vec2<f64> {
    if is_zero_f64(z.y) {
        return vec2<f64>(exp_f64(z.x), z.y);
    }
    if is_inf_f64(z.x) && !is_finite_f64(z.y) {
        if z.x < 0.0lf {
            return vec2<f64>(0.0lf, copy_sign_c64(0.0lf, z.y));
        }
        return vec2<f64>(z.x, nan_f64());
    }
    return polar_c64(z.x, z.y);
}

// e^z - 1, within 3 ulp of the larger part, accurate near 0.
fn expm1_c64(z: vec2<f64>) -> vec2<f64> {
    if is_zero_f64(z.y) {
        return vec2<f64>(expm1_f64(z.x), z.y);
    }
    let power = exp_c64(z);
    // Where 1 is below the last place of exp(re), or exp(re) is 0: the other formula would form inf - inf or inf NaN.
    if !is_finite_f64(z.y) || abs(z.x) >= 50.0lf {
        return vec2<f64>(power.x - 1.0lf, power.y);
    }
    let half_sin = sin_f64(z.y * 0.5lf);
    return vec2<f64>(expm1_f64(z.x) * cos_f64(z.y) - (half_sin + half_sin) * half_sin, power.y);
}

// z^n for n from 1 to 127, by repeated multiplication: at most 7 trips.
fn whole_power_c64(z: vec2<f64>, n: u32) -> vec2<f64> {
    var power = z;
    var result = z;
    var is_started = false;
    var left = n;
    while true {
        if (left & 1u) == 1u {
            if is_started {
                result = multiply_c64(result, power);
            } else {
                result = power;
            }
            is_started = true;
        }
        left = left >> 1u;
        if left == 0u {
            break;
        }
        power = multiply_c64(power, power);
    }
    return result;
}

// x^y: exp(y log x), and by repeated multiplication for whole exponents up to 100, as NumPy. A power of 0 is 1 for
// exponent 0, 0 for a positive real exponent, and NaN for every other.
fn pow_c64(x: vec2<f64>, y: vec2<f64>) -> vec2<f64> {
    if is_zero_c64(y) {
        return vec2<f64>(1.0lf, 0.0lf);
    }
    if is_zero_c64(x) {
        let vanishes = y.x > 0.0lf && is_zero_f64(y.y);
        let value = select(nan_f64(), 0.0lf, vanishes);
        return vec2<f64>(value, value);
    }
    let whole = trunc_f64(y.x);
    if is_zero_f64(y.y) && whole == y.x && abs(whole) <= 100.0lf {
        let power = whole_power_c64(x, u32(abs(i32(whole))));
        if whole < 0.0lf {
            return reciprocal_c64(power);
        }
        return power;
    }
    return exp_c64(multiply_c64(y, log_c64(x)));
}

// 2^z, as pow; exact for whole numbers up to 100.
fn exp2_c64(z: vec2<f64>) -> vec2<f64> {
    let whole = trunc_f64(z.x);
    if is_zero_f64(z.y) && whole == z.x && abs(whole) <= 100.0lf {
        return vec2<f64>(power_of_two_f64(i32(whole)), 0.0lf);
    }
    if is_finite_c64(z) {
        return exp_c64(multiply_c64(z, vec2<f64>(0.6931471805599453lf, 0.0lf)));
    }
    // What that product is: a driver may drop its factor 0, which makes NaN of infinity.
    let re = select(nan_f64(), z.x, is_finite_f64(z.y));
    return exp_c64(vec2<f64>(re, select(nan_f64(), z.y * 0.6931471805599453lf, is_finite_f64(z.x))));
}
