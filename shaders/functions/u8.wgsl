// Functions of u8, whose values are u32 from 0 to 255.
//
// Results wrap modulo 2^8, division by zero gives 0, quotients round down and remainders take the divisor's sign, as in
// Python and NumPy. All exact. The loop of pow has at most 8 trips: one for each bit of the exponent.

// x + y, wrapping.
fn add_u8(x: u32, y: u32) -> u32 {
    return (x + y) & 0xffu;
}

// x - y, wrapping.
fn subtract_u8(x: u32, y: u32) -> u32 {
    return (x - y) & 0xffu;
}

// x y, wrapping.
fn multiply_u8(x: u32, y: u32) -> u32 {
    return (x * y) & 0xffu;
}

// -x, wrapping: it counts down from 2^8.
fn negative_u8(x: u32) -> u32 {
    return (0u - x) & 0xffu;
}

// x itself.
fn abs_u8(x: u32) -> u32 {
    return x;
}

// 0 or 1.
fn sign_u8(x: u32) -> u32 {
    return select(0u, 1u, x != 0u);
}

// x x, wrapping.
fn square_u8(x: u32) -> u32 {
    return (x * x) & 0xffu;
}

// x itself, which is an integer.
fn floor_u8(x: u32) -> u32 {
    return x;
}

// x itself, which is an integer.
fn ceil_u8(x: u32) -> u32 {
    return x;
}

// x itself, which is an integer.
fn trunc_u8(x: u32) -> u32 {
    return x;
}

// x itself, which is an integer.
fn round_u8(x: u32) -> u32 {
    return x;
}

// Never.
fn is_nan_u8(x: u32) -> bool {
    return false;
}

// Never.
fn is_inf_u8(x: u32) -> bool {
    return false;
}

// Always.
fn is_finite_u8(x: u32) -> bool {
    return true;
}

// floor(x / y); 0 if y is 0.
fn floor_divide_u8(x: u32, y: u32) -> u32 {
    // What the machine may not divide by is replaced.
    let divisor = select(y, 1u, y == 0u);
    return select(x / divisor, 0u, y == 0u);
}

// x - y floor(x / y); 0 if y is 0.
fn remainder_u8(x: u32, y: u32) -> u32 {
    return select(x - y * floor_divide_u8(x, y), 0u, y == 0u);
}

// x to the power y, wrapping; at most 8 trips.
fn pow_u8(x: u32, y: u32) -> u32 {
    var rest = y;
    var power = x;
    var result = 1u;
    while rest != 0u {
        result = select(result, result * power, (rest & 1u) == 1u);
        power = power * power;
        rest = rest >> 1u;
    }
    return result & 0xffu;
}

// The larger of two.
fn maximum_u8(x: u32, y: u32) -> u32 {
    return select(x, y, y > x);
}

// The smaller of two.
fn minimum_u8(x: u32, y: u32) -> u32 {
    return select(x, y, y < x);
}

// The bits set in both.
fn bitwise_and_u8(x: u32, y: u32) -> u32 {
    return x & y;
}

// The bits set in either.
fn bitwise_or_u8(x: u32, y: u32) -> u32 {
    return x | y;
}

// The bits set in one of the two.
fn bitwise_xor_u8(x: u32, y: u32) -> u32 {
    return x ^ y;
}

// The bits not set.
fn bitwise_invert_u8(x: u32) -> u32 {
    return x ^ 0xffu;
}

// 2^y x, wrapping; 0 if y is above 7.
fn left_shift_u8(x: u32, y: u32) -> u32 {
    let shifted = x << (y & 7u);
    return select(0u, shifted & 0xffu, y <= 7u);
}

// floor(x / 2^y); 0 if y is above 7.
fn right_shift_u8(x: u32, y: u32) -> u32 {
    let shifted = x >> (y & 7u);
    return select(0u, shifted, y <= 7u);
}

// x == y.
fn equal_u8(x: u32, y: u32) -> bool {
    return x == y;
}

// x != y.
fn not_equal_u8(x: u32, y: u32) -> bool {
    return x != y;
}

// x < y.
fn less_u8(x: u32, y: u32) -> bool {
    return x < y;
}

// x <= y.
fn less_equal_u8(x: u32, y: u32) -> bool {
    return x <= y;
}

// x > y.
fn greater_u8(x: u32, y: u32) -> bool {
    return x > y;
}

// x >= y.
fn greater_equal_u8(x: u32, y: u32) -> bool {
    return x >= y;
}

// x where the condition holds, else y.
fn select_u8(condition: bool, x: u32, y: u32) -> u32 {
    return select(y, x, condition);
}
