// Rounding to integers, division that rounds down, and its remainder, of f32.
//
// All on the bits, so exact on every driver, subnormal numbers and signed zeros included. Only two results are rounded:
// quotients from 2^26 on, as those of a division are, and the sum of a remainder and a divisor of the other sign (which
// a driver may flush where it is subnormal).
// The remainder is a long division of the mantissas that takes 8 bits a step: the exponents differ by at most 277, so
// the loop has at most 35 trips.
// floor_divide and remainder follow Python and NumPy (npy_divmod): the remainder has the divisor's sign.

// The integer part of x, towards zero.
fn trunc_f32(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    let exponent = i32((bits >> 23u) & 0xffu) - 127;
    let fraction = MANTISSA_F32 >> u32(clamp(exponent, 0, 23));
    return bitcast<f32>(bits & select(~fraction, SIGN_F32, exponent < 0));
}

// The largest integer not above x.
fn floor_f32(x: f32) -> f32 {
    let whole = trunc_f32(x);
    let below = signbit_f32(x) && bitcast<u32>(whole) != bitcast<u32>(x);
    return select(whole, whole - 1.0, below && !is_nan_f32(x));
}

// The smallest integer not below x.
fn ceil_f32(x: f32) -> f32 {
    return negative_f32(floor_f32(negative_f32(x)));
}

// The nearest integer, halves to the even one.
fn round_f32(x: f32) -> f32 {
    let whole = trunc_f32(abs_f32(x));
    // Above 2^23 there is no fraction, and below what matters is its comparison with 1/2, which no flushing changes.
    let fraction = abs_f32(x) - whole;
    let odd = (u32(min(whole, 8388608.0)) & 1u) == 1u;
    let up = magnitude_f32(x) < 0x4b000000u && (fraction > 0.5 || (fraction == 0.5 && odd));
    return copy_sign_f32(select(whole, whole + 1.0, up), x);
}

// |x| = mantissa 2^(exponent - 150), with 24 bits in the mantissa unless x is subnormal.
struct Whole_f32 {
    mantissa: u32,
    exponent: i32,
}

// The mantissa and exponent of |x|, finite.
fn whole_f32(x: f32) -> Whole_f32 {
    let bits = magnitude_f32(x);
    let subnormal = bits < IMPLICIT_BIT_F32;
    let mantissa = select((bits & MANTISSA_F32) | IMPLICIT_BIT_F32, bits, subnormal);
    return Whole_f32(mantissa, max(i32(bits >> 23u), 1));
}

// mantissa 2^(exponent - 150) for a mantissa below 2^24, where this is a float.
fn float_of_whole_f32(x: Whole_f32) -> f32 {
    let shift = min(i32(countLeadingZeros(x.mantissa)) - 8, x.exponent - 1);
    let mantissa = x.mantissa << u32(shift);
    let exponent = select(x.exponent - shift, 0, mantissa < IMPLICIT_BIT_F32);
    return bitcast<f32>((mantissa & MANTISSA_F32) | (bitcast<u32>(exponent) << 23u));
}

// |x| = quotient |y| + rest; the quotient modulo 2^32.
struct Division_f32 {
    quotient: u32,
    rest: f32,
}

// Long division of finite |x| by finite, nonzero |y|, exact; at most 35 trips.
fn division_f32(x: f32, y: f32) -> Division_f32 {
    let a = whole_f32(x);
    let b = whole_f32(y);
    var places = a.exponent - b.exponent;
    if places < 0 {
        return Division_f32(0u, abs_f32(x));
    }
    var quotient = a.mantissa / b.mantissa;
    var rest = a.mantissa - quotient * b.mantissa;
    // A rest is below 2^24, which leaves room for 8 more bits.
    while places > 0 && rest != 0u {
        let step = u32(min(places, 8));
        let shifted = rest << step;
        let digits = shifted / b.mantissa;
        rest = shifted - digits * b.mantissa;
        quotient = (quotient << step) | digits;
        places = places - i32(step);
    }
    quotient = quotient << u32(min(places, 31));
    return Division_f32(quotient, float_of_whole_f32(Whole_f32(rest, b.exponent)));
}

// x - y floor(x / y), with the sign of y; NaN for infinite x and for zero y.
fn remainder_f32(x: f32, y: f32) -> f32 {
    if !is_finite_f32(x) || is_nan_f32(y) || magnitude_f32(y) == 0u {
        return nan_f32();
    }
    var rest = abs_f32(x);
    if is_finite_f32(y) {
        rest = division_f32(x, y).rest;
    }
    if magnitude_f32(rest) == 0u {
        return copy_sign_f32(0.0, y);
    }
    if signbit_f32(x) != signbit_f32(y) {
        return y + copy_sign_f32(rest, x);
    }
    return copy_sign_f32(rest, x);
}

// floor(x / y); x / 0 is infinite or NaN.
fn floor_divide_f32(x: f32, y: f32) -> f32 {
    let opposite = signbit_f32(x) != signbit_f32(y);
    let sign = bitcast<f32>(select(0u, SIGN_F32, opposite));
    if magnitude_f32(y) == 0u {
        let undefined = magnitude_f32(x) == 0u || is_nan_f32(x);
        return select(infinity_like_f32(sign), nan_f32(), undefined);
    }
    if !is_finite_f32(x) || is_nan_f32(y) {
        return nan_f32();
    }
    if magnitude_f32(x) == 0u || is_inf_f32(y) {
        return select(sign, -1.0, opposite && magnitude_f32(x) != 0u);
    }
    let division = division_f32(x, y);
    let below = opposite && magnitude_f32(division.rest) != 0u;
    let a = whole_f32(x);
    let b = whole_f32(y);
    let places = a.exponent - b.exponent + i32(countLeadingZeros(b.mantissa)) - i32(countLeadingZeros(a.mantissa));
    if places <= 26 {
        return copy_sign_f32(f32(i32(division.quotient) + select(0, 1, below)), sign);
    }
    // So large a quotient is an integer, whatever its last bits. Small numbers are raised, lest they be flushed.
    let multiple = abs_f32(x) - division.rest;
    let raised = (raised_f32(x) - raised_f32(copy_sign_f32(division.rest, x))) / raised_f32(y);
    return select(copy_sign_f32(multiple, x) / y, raised, magnitude_f32(x) < 0x49800000u);
}
