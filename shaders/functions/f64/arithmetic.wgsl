// Arithmetic, comparison and selection of f64. Exact or rounded once, as the device rounds: Vulkan asks for correct
// rounding of + - *, and of division and square root where a device does not cut corners in f64 (none is known to).

// x + y.
fn add_f64(x: f64, y: f64) -> f64 {
    return x + y;
}

// x - y.
fn subtract_f64(x: f64, y: f64) -> f64 {
    return x - y;
}

// x y.
fn multiply_f64(x: f64, y: f64) -> f64 {
    return x * y;
}

// x / y.
fn divide_f64(x: f64, y: f64) -> f64 {
    return x / y;
}

// -x.
fn negative_f64(x: f64) -> f64 {
    return bitcast<f64>(bitcast<u64>(x) ^ SIGN_F64);
}

// x without its sign.
fn abs_f64(x: f64) -> f64 {
    return bitcast<f64>(magnitude_f64(x));
}

// 1 with the sign of x, 0 for either zero, NaN for NaN.
fn sign_f64(x: f64) -> f64 {
    let sign = select(copy_sign_f64(1.0lf, x), 0.0lf, is_zero_f64(x));
    return select(sign, x, is_nan_f64(x));
}

// x x.
fn square_f64(x: f64) -> f64 {
    return x * x;
}

// 1 / x.
fn reciprocal_f64(x: f64) -> f64 {
    return 1.0lf / x;
}

// The square root; NaN below zero.
fn sqrt_f64(x: f64) -> f64 {
    return select(sqrt(x), nan_f64(), x < 0.0lf);
}

// Whether x = y.
fn equal_f64(x: f64, y: f64) -> bool {
    return x == y && !is_nan_f64(x);
}

// Whether x and y differ; NaN differs from everything.
fn not_equal_f64(x: f64, y: f64) -> bool {
    return x != y || is_nan_f64(x) || is_nan_f64(y);
}

// Whether x < y.
fn less_f64(x: f64, y: f64) -> bool {
    return x < y;
}

// Whether x <= y.
fn less_equal_f64(x: f64, y: f64) -> bool {
    return x <= y;
}

// Whether x > y.
fn greater_f64(x: f64, y: f64) -> bool {
    return x > y;
}

// Whether x >= y.
fn greater_equal_f64(x: f64, y: f64) -> bool {
    return x >= y;
}

// x where the condition holds, y elsewhere.
fn select_f64(condition: bool, x: f64, y: f64) -> f64 {
    return select(y, x, condition);
}

// The larger of two, NaN if either is; of two zeros, the second.
fn maximum_f64(x: f64, y: f64) -> f64 {
    let larger = select(y, x, x > y);
    return select(select(larger, y, is_nan_f64(y)), x, is_nan_f64(x));
}

// The smaller of two, NaN if either is; of two zeros, the second.
fn minimum_f64(x: f64, y: f64) -> f64 {
    let smaller = select(y, x, x < y);
    return select(select(smaller, y, is_nan_f64(y)), x, is_nan_f64(x));
}
