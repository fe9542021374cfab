// Rounding of f64 to whole numbers. Exact; the sign of a zero is that of the argument.
//
// By bits, because a driver's own functions may be wrong (lavapipe's trunc and round give back numbers from 2^24 on).

// x without its fraction.
fn trunc_f64(x: f64) -> f64 {
    let exponent = i32(u32(magnitude_f64(x) >> 52u)) - 1023;
    // The bits below the point: all but the sign below 1, none from 2^52 on.
    let fraction = select(MANTISSA_F64 >> u32(clamp(exponent, 0, 52)), MAGNITUDE_F64, exponent < 0);
    return bitcast<f64>(bitcast<u64>(x) & ~fraction);
}

// The largest whole number not above x.
fn floor_f64(x: f64) -> f64 {
    let whole = trunc_f64(x);
    return copy_sign_f64(select(whole, whole - 1.0lf, whole > x), x);
}

// The smallest whole number not below x.
fn ceil_f64(x: f64) -> f64 {
    let whole = trunc_f64(x);
    return copy_sign_f64(select(whole, whole + 1.0lf, whole < x), x);
}

// The whole number nearest to x, of two the even one.
fn round_f64(x: f64) -> f64 {
    let whole = trunc_f64(x);
    // Exact: a float has a fraction only below 2^52.
    let fraction = abs(x - whole);
    let is_odd = trunc_f64(0.5lf * whole) != 0.5lf * whole;
    let is_up = fraction > 0.5lf || (fraction == 0.5lf && is_odd);
    return copy_sign_f64(select(whole, whole + copy_sign_f64(1.0lf, x), is_up), x);
}
