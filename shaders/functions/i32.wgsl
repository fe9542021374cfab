// Functions of i32.
//
// Results wrap modulo 2^32, division by zero gives 0, quotients round down and remainders take the divisor's sign, as
// in Python and NumPy. All exact. The loop of pow has at most 32 trips: one for each bit of the exponent. No quotient
// of two operands is taken that the machine does not define, and no % at all: Vulkan leaves it open for negative
// operands.

// x + y, wrapping.
fn add_i32(x: i32, y: i32) -> i32 {
    return x + y;
}

// x - y, wrapping.
fn subtract_i32(x: i32, y: i32) -> i32 {
    return x - y;
}

// x y, wrapping.
fn multiply_i32(x: i32, y: i32) -> i32 {
    return x * y;
}

// -x, wrapping: the smallest integer is its own negative.
fn negative_i32(x: i32) -> i32 {
    return -x;
}

// The magnitude, wrapping: that of the smallest integer is itself.
fn abs_i32(x: i32) -> i32 {
    return select(x, -x, x < 0);
}

// -1, 0 or 1.
fn sign_i32(x: i32) -> i32 {
    return select(select(0, 1, x > 0), -1, x < 0);
}

// x x, wrapping.
fn square_i32(x: i32) -> i32 {
    return x * x;
}

// x itself, which is an integer.
fn floor_i32(x: i32) -> i32 {
    return x;
}

// x itself, which is an integer.
fn ceil_i32(x: i32) -> i32 {
    return x;
}

// x itself, which is an integer.
fn trunc_i32(x: i32) -> i32 {
    return x;
}

// x itself, which is an integer.
fn round_i32(x: i32) -> i32 {
    return x;
}

// Never.
fn is_nan_i32(x: i32) -> bool {
    return false;
}

// Never.
fn is_inf_i32(x: i32) -> bool {
    return false;
}

// Always.
fn is_finite_i32(x: i32) -> bool {
    return true;
}

// floor(x / y); 0 if y is 0, and the smallest integer divided by -1 wraps to itself.
fn floor_divide_i32(x: i32, y: i32) -> i32 {
    // What the machine may not divide by is replaced.
    let divisor = select(y, 1, y == 0 || y == -1);
    let quotient = x / divisor;
    let rest = x - quotient * divisor;
    let below = rest != 0 && (rest < 0) != (y < 0);
    let result = select(quotient, quotient - 1, below);
    return select(select(result, -x, y == -1), 0, y == 0);
}

// x - y floor(x / y), which has the sign of y; 0 if y is 0.
fn remainder_i32(x: i32, y: i32) -> i32 {
    return select(x - y * floor_divide_i32(x, y), 0, y == 0);
}

// x to the power y, wrapping; at most 32 trips. A negative y gives the true power rounded towards zero:
// that of 1 or -1, and 0 for every other x, 0 included.
fn pow_i32(x: i32, y: i32) -> i32 {
    if y < 0 && x != 1 && x != -1 {
        return 0;
    }
    // A power of 1 or -1 depends on the last bit of y alone, which a change of sign keeps.
    var rest = bitcast<u32>(abs_i32(y));
    var power = x;
    var result = 1;
    while rest != 0u {
        result = select(result, result * power, (rest & 1u) == 1u);
        power = power * power;
        rest = rest >> 1u;
    }
    return result;
}

// The larger of two.
fn maximum_i32(x: i32, y: i32) -> i32 {
    return select(x, y, y > x);
}

// The smaller of two.
fn minimum_i32(x: i32, y: i32) -> i32 {
    return select(x, y, y < x);
}

// The bits set in both.
fn bitwise_and_i32(x: i32, y: i32) -> i32 {
    return x & y;
}

// The bits set in either.
fn bitwise_or_i32(x: i32, y: i32) -> i32 {
    return x | y;
}

// The bits set in one of the two.
fn bitwise_xor_i32(x: i32, y: i32) -> i32 {
    return x ^ y;
}

// The bits not set.
fn bitwise_invert_i32(x: i32) -> i32 {
    return ~x;
}

// 2^y x, wrapping; 0 if y is negative or above 31.
fn left_shift_i32(x: i32, y: i32) -> i32 {
    let shifted = x << u32(y & 31);
    return select(0, shifted, y >= 0 && y <= 31);
}

// floor(x / 2^y); -1 or 0, after the sign of x, if y is negative or above 31.
fn right_shift_i32(x: i32, y: i32) -> i32 {
    let places = select(31, y, y >= 0 && y <= 31);
    return x >> u32(places);
}

// x == y.
fn equal_i32(x: i32, y: i32) -> bool {
    return x == y;
}

// x != y.
fn not_equal_i32(x: i32, y: i32) -> bool {
    return x != y;
}

// x < y.
fn less_i32(x: i32, y: i32) -> bool {
    return x < y;
}

// x <= y.
fn less_equal_i32(x: i32, y: i32) -> bool {
    return x <= y;
}

// x > y.
fn greater_i32(x: i32, y: i32) -> bool {
    return x > y;
}

// x >= y.
fn greater_equal_i32(x: i32, y: i32) -> bool {
    return x >= y;
}

// x where the condition holds, else y.
fn select_i32(condition: bool, x: i32, y: i32) -> i32 {
    return select(y, x, condition);
}
