// Functions of u64.
//
// Results wrap modulo 2^64, division by zero gives 0, quotients round down and remainders take the divisor's sign, as
// in Python and NumPy. All exact. The loop of pow has at most 64 trips: one for each bit of the exponent.

// x + y, wrapping.
fn add_u64(x: u64, y: u64) -> u64 {
    return x + y;
}

// x - y, wrapping.
fn subtract_u64(x: u64, y: u64) -> u64 {
    return x - y;
}

// x y, wrapping.
fn multiply_u64(x: u64, y: u64) -> u64 {
    return x * y;
}

// -x, wrapping: it counts down from 2^64.
fn negative_u64(x: u64) -> u64 {
    return 0lu - x;
}

// x itself.
fn abs_u64(x: u64) -> u64 {
    return x;
}

// 0 or 1.
fn sign_u64(x: u64) -> u64 {
    return select(0lu, 1lu, x != 0lu);
}

// x x, wrapping.
fn square_u64(x: u64) -> u64 {
    return x * x;
}

// x itself, which is an integer.
fn floor_u64(x: u64) -> u64 {
    return x;
}

// x itself, which is an integer.
fn ceil_u64(x: u64) -> u64 {
    return x;
}

// x itself, which is an integer.
fn trunc_u64(x: u64) -> u64 {
    return x;
}

// x itself, which is an integer.
fn round_u64(x: u64) -> u64 {
    return x;
}

// Never.
fn is_nan_u64(x: u64) -> bool {
    return false;
}

// Never.
fn is_inf_u64(x: u64) -> bool {
    return false;
}

// Always.
fn is_finite_u64(x: u64) -> bool {
    return true;
}

// floor(x / y); 0 if y is 0.
fn floor_divide_u64(x: u64, y: u64) -> u64 {
    // What the machine may not divide by is replaced.
    let divisor = select(y, 1lu, y == 0lu);
    return select(x / divisor, 0lu, y == 0lu);
}

// x - y floor(x / y); 0 if y is 0.
fn remainder_u64(x: u64, y: u64) -> u64 {
    return select(x - y * floor_divide_u64(x, y), 0lu, y == 0lu);
}

// x to the power y, wrapping; at most 64 trips.
fn pow_u64(x: u64, y: u64) -> u64 {
    var rest = y;
    var power = x;
    var result = 1lu;
    while rest != 0lu {
        result = select(result, result * power, (rest & 1lu) == 1lu);
        power = power * power;
        rest = rest >> 1u;
    }
    return result;
}

// The larger of two.
fn maximum_u64(x: u64, y: u64) -> u64 {
    return select(x, y, y > x);
}

// The smaller of two.
fn minimum_u64(x: u64, y: u64) -> u64 {
    return select(x, y, y < x);
}

// The bits set in both.
fn bitwise_and_u64(x: u64, y: u64) -> u64 {
    return x & y;
}

// The bits set in either.
fn bitwise_or_u64(x: u64, y: u64) -> u64 {
    return x | y;
}

// The bits set in one of the two.
fn bitwise_xor_u64(x: u64, y: u64) -> u64 {
    return x ^ y;
}

// The bits not set.
fn bitwise_invert_u64(x: u64) -> u64 {
    return ~x;
}

// 2^y x, wrapping; 0 if y is above 63.
fn left_shift_u64(x: u64, y: u64) -> u64 {
    let shifted = x << u32(y & 63lu);
    return select(0lu, shifted, y <= 63lu);
}

// floor(x / 2^y); 0 if y is above 63.
fn right_shift_u64(x: u64, y: u64) -> u64 {
    let shifted = x >> u32(y & 63lu);
    return select(0lu, shifted, y <= 63lu);
}

// x == y.
fn equal_u64(x: u64, y: u64) -> bool {
    return x == y;
}

// x != y.
fn not_equal_u64(x: u64, y: u64) -> bool {
    return x != y;
}

// x < y.
fn less_u64(x: u64, y: u64) -> bool {
    return x < y;
}

// x <= y.
fn less_equal_u64(x: u64, y: u64) -> bool {
    return x <= y;
}

// x > y.
fn greater_u64(x: u64, y: u64) -> bool {
    return x > y;
}

// x >= y.
fn greater_equal_u64(x: u64, y: u64) -> bool {
    return x >= y;
}

// x where the condition holds, else y.
fn select_u64(condition: bool, x: u64, y: u64) -> u64 {
    return select(y, x, condition);
}
