// Numbers as unevaluated sums of two f64, some 105 bits of one number: what the functions use where one float would
// round away too much.
//
// A driver may contract a b + c, and may treat sums as if they were exact: (a + b) - a becomes b, and Mesa moves the
// constant of (1 - a) + b outwards. It does not see through bits, so what has to be rounded as written goes through an
// integer operation; and products are made of factors of 26 and 27 bits, exact whether they are fused or not.
//
// T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18, 1971,
// doi:10.1007/BF01397083.

struct Pair_f64 {
    high: f64,
    low: f64,
}

// x itself, as something that the compiler knows nothing of: the minimum changes nothing but one NaN.
fn kept_f64(x: f64) -> f64 {
    return bitcast<f64>(min(bitcast<u64>(x), 0xfffffffffffffffelu));
}

// The leading 26 bits of x: the product of two such heads is exact, and so is that of a head and a tail.
fn head_f64(x: f64) -> f64 {
    return bitcast<f64>(bitcast<u64>(x) & 0xfffffffff8000000lu);
}

// x + y exactly, for |x| >= |y| or x = 0.
fn ordered_sum_f64(x: f64, y: f64) -> Pair_f64 {
    let high = kept_f64(x + y);
    return Pair_f64(high, kept_f64(kept_f64(x - high) + y));
}

// x + y exactly.
fn two_sum_f64(x: f64, y: f64) -> Pair_f64 {
    let in_order = abs(x) >= abs(y);
    return ordered_sum_f64(select(y, x, in_order), select(x, y, in_order));
}

// x y to 2^-105, unless the low part underflows.
fn two_product_f64(x: f64, y: f64) -> Pair_f64 {
    let high = kept_f64(x * y);
    let x_head = head_f64(x);
    let y_head = head_f64(y);
    let x_tail = x - x_head;
    let y_tail = y - y_head;
    // From the large terms to the small ones; all but the last are exact.
    let first = kept_f64(x_head * y_head - high);
    let second = kept_f64(first + x_head * y_tail);
    let third = kept_f64(second + x_tail * y_head);
    return Pair_f64(high, third + x_tail * y_tail);
}

// high + low, whatever low is the sum of.
fn joined_f64(high: f64, low: f64) -> f64 {
    return high + kept_f64(low);
}

// The nearest float.
fn pair_value_f64(x: Pair_f64) -> f64 {
    return joined_f64(x.high, x.low);
}

// x + y for |x| >= |y| or x = 0, to about 2^-101 of x.
fn pair_plus_smaller_f64(x: Pair_f64, y: Pair_f64) -> Pair_f64 {
    let sum = ordered_sum_f64(x.high, y.high);
    return ordered_sum_f64(sum.high, sum.low + (x.low + y.low));
}

// x y, to about 2^-101.
fn pair_times_f64(x: Pair_f64, y: Pair_f64) -> Pair_f64 {
    let product = two_product_f64(x.high, y.high);
    return Pair_f64(product.high, product.low + (x.high * y.low + x.low * y.high));
}

// x / y, to about 2^-100, with one division: what the rounded reciprocal gets wrong is in the rest.
fn pair_over_f64(x: Pair_f64, y: Pair_f64) -> Pair_f64 {
    let reciprocal = 1.0lf / y.high;
    let quotient = kept_f64(x.high * reciprocal);
    let product = two_product_f64(quotient, y.high);
    let rest = kept_f64(x.high - product.high) + ((x.low - product.low) - quotient * y.low);
    return Pair_f64(quotient, rest * reciprocal);
}

// The square root of a pair that is not negative, to about 2^-100.
fn pair_sqrt_f64(x: Pair_f64) -> Pair_f64 {
    let root = kept_f64(sqrt(x.high));
    let square = two_product_f64(root, root);
    let rest = kept_f64(x.high - square.high) + (x.low - square.low);
    return Pair_f64(root, select(rest / (root + root), 0.0lf, is_zero_f64(root)));
}
