// Functions of i64.
//
// Results wrap modulo 2^64, division by zero gives 0, quotients round down and remainders take the divisor's sign, as
// in Python and NumPy. All exact. The loop of pow has at most 64 trips: one for each bit of the exponent. No quotient
// of two operands is taken that the machine does not define, and no % at all: Vulkan leaves it open for negative
// operands.

// x + y, wrapping.
fn add_i64(x: i64, y: i64) -> i64 {
    return x + y;
}

// x - y, wrapping.
fn subtract_i64(x: i64, y: i64) -> i64 {
    return x - y;
}

// x y, wrapping.
fn multiply_i64(x: i64, y: i64) -> i64 {
    return x * y;
}

// -x, wrapping: the smallest integer is its own negative.
fn negative_i64(x: i64) -> i64 {
    return -x;
}

// The magnitude, wrapping: that of the smallest integer is itself.
fn abs_i64(x: i64) -> i64 {
    return select(x, -x, x < 0li);
}

// -1, 0 or 1.
fn sign_i64(x: i64) -> i64 {
    return select(select(0li, 1li, x > 0li), -1li, x < 0li);
}

// x x, wrapping.
fn square_i64(x: i64) -> i64 {
    return x * x;
}

// x itself, which is an integer.
fn floor_i64(x: i64) -> i64 {
    return x;
}

// x itself, which is an integer.
fn ceil_i64(x: i64) -> i64 {
    return x;
}

// x itself, which is an integer.
fn trunc_i64(x: i64) -> i64 {
    return x;
}

// x itself, which is an integer.
fn round_i64(x: i64) -> i64 {
    return x;
}

// Never.
fn is_nan_i64(x: i64) -> bool {
    return false;
}

// Never.
fn is_inf_i64(x: i64) -> bool {
    return false;
}

// Always.
fn is_finite_i64(x: i64) -> bool {
    return true;
}

// floor(x / y); 0 if y is 0, and the smallest integer divided by -1 wraps to itself.
fn floor_divide_i64(x: i64, y: i64) -> i64 {
    // What the machine may not divide by is replaced.
    let divisor = select(y, 1li, y == 0li || y == -1li);
    let quotient = x / divisor;
    let rest = x - quotient * divisor;
    let below = rest != 0li && (rest < 0li) != (y < 0li);
    let result = select(quotient, quotient - 1li, below);
    return select(select(result, -x, y == -1li), 0li, y == 0li);
}

// x - y floor(x / y), which has the sign of y; 0 if y is 0.
fn remainder_i64(x: i64, y: i64) -> i64 {
    return select(x - y * floor_divide_i64(x, y), 0li, y == 0li);
}

// x to the power y, wrapping; at most 64 trips. A negative y gives the true power rounded towards zero:
// that of 1 or -1, and 0 for every other x, 0 included.
fn pow_i64(x: i64, y: i64) -> i64 {
    if y < 0li && x != 1li && x != -1li {
        return 0li;
    }
    // A power of 1 or -1 depends on the last bit of y alone, which a change of sign keeps.
    var rest = bitcast<u64>(abs_i64(y));
    var power = x;
    var result = 1li;
    while rest != 0lu {
        result = select(result, result * power, (rest & 1lu) == 1lu);
        power = power * power;
        rest = rest >> 1u;
    }
    return result;
}

// The larger of two.
fn maximum_i64(x: i64, y: i64) -> i64 {
    return select(x, y, y > x);
}

// The smaller of two.
fn minimum_i64(x: i64, y: i64) -> i64 {
    return select(x, y, y < x);
}

// The bits set in both.
fn bitwise_and_i64(x: i64, y: i64) -> i64 {
    return x & y;
}

// The bits set in either.
fn bitwise_or_i64(x: i64, y: i64) -> i64 {
    return x | y;
}

// The bits set in one of the two.
fn bitwise_xor_i64(x: i64, y: i64) -> i64 {
    return x ^ y;
}

// The bits not set.
fn bitwise_invert_i64(x: i64) -> i64 {
    return ~x;
}

// 2^y x, wrapping; 0 if y is negative or above 63.
fn left_shift_i64(x: i64, y: i64) -> i64 {
    let shifted = x << u32(y & 63li);
    return select(0li, shifted, y >= 0li && y <= 63li);
}

// floor(x / 2^y); -1 or 0, after the sign of x, if y is negative or above 63.
fn right_shift_i64(x: i64, y: i64) -> i64 {
    let places = select(63li, y, y >= 0li && y <= 63li);
    return x >> u32(places);
}

// x == y.
fn equal_i64(x: i64, y: i64) -> bool {
    return x == y;
}

// x != y.
fn not_equal_i64(x: i64, y: i64) -> bool {
    return x != y;
}

// x < y.
fn less_i64(x: i64, y: i64) -> bool {
    return x < y;
}

// x <= y.
fn less_equal_i64(x: i64, y: i64) -> bool {
    return x <= y;
}

// x > y.
fn greater_i64(x: i64, y: i64) -> bool {
    return x > y;
}

// x >= y.
fn greater_equal_i64(x: i64, y: i64) -> bool {
    return x >= y;
}

// x where the condition holds, else y.
fn select_i64(condition: bool, x: i64, y: i64) -> i64 {
    return select(y, x, condition);
}
