// Arithmetic, comparison and selection of f32.
//
// Exact (correctly rounded where the operation rounds), but for what a driver may do in add, subtract, multiply and
// divide: flush subnormal numbers, round a quotient within 2.5 ulp, fuse a product with a sum, and, where an operand is
// a constant of the program's text, see 0 x as 0 and (x + 1) - 1 as x. What must not be seen so comes from memory.
// Comparisons are made on the bits, so they hold for subnormal numbers and NaN on every driver. No loops.

// x + y.
fn add_f32(x: f32, y: f32) -> f32 {
    return x + y;
}

// x - y. The sign is turned by its bit because a driver may take x - x for 0, which it is not for infinities and NaN.
fn subtract_f32(x: f32, y: f32) -> f32 {
    return x + negative_f32(y);
}

// x y.
fn multiply_f32(x: f32, y: f32) -> f32 {
    return x * y;
}

// x / y.
fn divide_f32(x: f32, y: f32) -> f32 {
    return x / y;
}

// 1 / x.
fn reciprocal_f32(x: f32) -> f32 {
    return 1.0 / x;
}

// x x.
fn square_f32(x: f32) -> f32 {
    return x * x;
}

// -x.
fn negative_f32(x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(x) ^ SIGN_F32);
}

// |x|.
fn abs_f32(x: f32) -> f32 {
    return bitcast<f32>(magnitude_f32(x));
}

// 1 or -1 by the sign of x; 0 for either zero, NaN for NaN.
fn sign_f32(x: f32) -> f32 {
    let sign = select(copy_sign_f32(1.0, x), 0.0, magnitude_f32(x) == 0u);
    return select(sign, x, is_nan_f32(x));
}

// The magnitude of x with the sign of y.
fn copy_sign_f32(x: f32, y: f32) -> f32 {
    return bitcast<f32>(magnitude_f32(x) | (bitcast<u32>(y) & SIGN_F32));
}

// The float next to x in the direction of y; y itself where they are equal.
fn next_after_f32(x: f32, y: f32) -> f32 {
    let bits = bitcast<u32>(x);
    let away = less_f32(x, y) == (bits < SIGN_F32);
    let next = select(bits - 1u, bits + 1u, away);
    // From zero the next is the smallest subnormal number, on the side of y.
    let from_zero = (bitcast<u32>(y) & SIGN_F32) | 1u;
    let result = bitcast<f32>(select(next, from_zero, magnitude_f32(x) == 0u));
    return select(select(result, nan_f32(), is_nan_f32(x) || is_nan_f32(y)), y, equal_f32(x, y));
}

// The larger of two; NaN if either is. Of two zeros, the second.
fn maximum_f32(x: f32, y: f32) -> f32 {
    return select(y, x, greater_f32(x, y) || is_nan_f32(x));
}

// The smaller of two; NaN if either is. Of two zeros, the second.
fn minimum_f32(x: f32, y: f32) -> f32 {
    return select(y, x, less_f32(x, y) || is_nan_f32(x));
}

// x where the condition holds, else y.
fn select_f32(condition: bool, x: f32, y: f32) -> f32 {
    return select(y, x, condition);
}

// Whether x is a NaN.
fn is_nan_f32(x: f32) -> bool {
    return magnitude_f32(x) > INFINITY_BITS_F32;
}

// Whether x is an infinity.
fn is_inf_f32(x: f32) -> bool {
    return magnitude_f32(x) == INFINITY_BITS_F32;
}

// Whether x is neither.
fn is_finite_f32(x: f32) -> bool {
    return magnitude_f32(x) < INFINITY_BITS_F32;
}

// Whether x has a minus sign, zeros and NaN included.
fn signbit_f32(x: f32) -> bool {
    return bitcast<u32>(x) >= SIGN_F32;
}

const INFINITE_ORDER_F32 = 0x7f800000;

// An integer that is ordered as the numbers are; both zeros are 0, a NaN is beyond the infinity of its sign.
fn order_f32(x: f32) -> i32 {
    let magnitude = bitcast<i32>(magnitude_f32(x));
    return select(magnitude, -magnitude, signbit_f32(x));
}

// x == y.
fn equal_f32(x: f32, y: f32) -> bool {
    return order_f32(x) == order_f32(y) && !is_nan_f32(x);
}

// x != y; true where either is NaN.
fn not_equal_f32(x: f32, y: f32) -> bool {
    return order_f32(x) != order_f32(y) || is_nan_f32(x);
}

// x < y. In ascending order, two numbers between the infinities are no NaN.
fn less_f32(x: f32, y: f32) -> bool {
    let a = order_f32(x);
    let b = order_f32(y);
    return a < b && a >= -INFINITE_ORDER_F32 && b <= INFINITE_ORDER_F32;
}

// x <= y.
fn less_equal_f32(x: f32, y: f32) -> bool {
    let a = order_f32(x);
    let b = order_f32(y);
    return a <= b && a >= -INFINITE_ORDER_F32 && b <= INFINITE_ORDER_F32;
}

// x > y.
fn greater_f32(x: f32, y: f32) -> bool {
    return less_f32(y, x);
}

// x >= y.
fn greater_equal_f32(x: f32, y: f32) -> bool {
    return less_equal_f32(y, x);
}
