// Division of f64 that rounds down, and its remainder, by Python's rules: the remainder has the sign of the divisor, a
// quotient of zero that of the true quotient. Exact, but that a quotient beyond 2^53 is rounded.
//
// The truncated remainder beneath both is a long division of the significands, as integers, 11 bits at a time: at most
// 191 trips.

// x - y trunc(x / y) with the sign of x; NaN for infinite x and zero y.
fn truncated_remainder_f64(x: f64, y: f64) -> f64 {
    let a = magnitude_f64(x);
    let b = magnitude_f64(y);
    if a >= INFINITY_BITS_F64 || b > INFINITY_BITS_F64 || b == 0lu {
        return nan_f64();
    }
    if a < b {
        return x;
    }
    // Subnormal numbers have the exponent field of the smallest normal ones, and no implicit bit.
    let a_exponent = max(i32(u32(a >> 52u)), 1);
    let b_exponent = max(i32(u32(b >> 52u)), 1);
    let divisor = (b & MANTISSA_F64) | select(0lu, IMPLICIT_BIT_F64, b >= IMPLICIT_BIT_F64);
    let dividend = (a & MANTISSA_F64) | select(0lu, IMPLICIT_BIT_F64, a >= IMPLICIT_BIT_F64);
    var rest = dividend % divisor;
    var digits = a_exponent - b_exponent;
    while digits > 0 && rest != 0lu {
        let some = min(digits, 11);
        rest = (rest << u32(some)) % divisor;
        digits -= some;
    }
    // rest 2^(b_exponent - 1075): the conversion is exact, its exponent is moved, unless that leaves the normal range.
    let bits = bitcast<u64>(f64(rest));
    let exponent = i32(u32(bits >> 52u)) + b_exponent - 1075;
    let normal = (bits & MANTISSA_F64) | (u64(u32(max(exponent, 0))) << 52u);
    let subnormal = rest << u32(min(b_exponent - 1, 63));
    let magnitude = select(normal, subnormal, exponent < 1);
    return copy_sign_f64(bitcast<f64>(select(magnitude, 0lu, rest == 0lu)), x);
}

// x - y floor(x / y) with the sign of y; NaN for infinite x and zero y.
fn remainder_f64(x: f64, y: f64) -> f64 {
    let rest = truncated_remainder_f64(x, y);
    if is_nan_f64(rest) {
        return rest;
    }
    if is_zero_f64(rest) {
        return copy_sign_f64(0.0lf, y);
    }
    return select(rest, rest + y, signbit_f64(rest) != signbit_f64(y));
}

// floor(x / y); x / y itself for zero y, NaN for infinite x.
fn floor_divide_f64(x: f64, y: f64) -> f64 {
    if is_zero_f64(y) {
        return x / y;
    }
    let rest = truncated_remainder_f64(x, y);
    if is_nan_f64(rest) {
        return rest;
    }
    // Nearly a whole number: the difference is exact or far beyond 2^53 multiples of y.
    var quotient = (x - rest) / y;
    if !is_zero_f64(rest) && signbit_f64(rest) != signbit_f64(y) {
        quotient -= 1.0lf;
    }
    if is_zero_f64(quotient) {
        return bitcast<f64>((bitcast<u64>(x) ^ bitcast<u64>(y)) & SIGN_F64);
    }
    let whole = floor_f64(quotient);
    return select(whole, whole + 1.0lf, quotient - whole > 0.5lf);
}
