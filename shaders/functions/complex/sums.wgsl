// What c32 needs of f32 beyond its functions: sums and products without rounding error. A driver may fuse products and
// reorder sums, so what has to be rounded as written goes through an integer operation, and products are made of
// factors of 12 bits, exact whether they are fused or not.
//
// Accuracy: exact, unless a low part underflows. T. J. Dekker, Numer. Math. 18, 1971, doi:10.1007/BF01397083.

// Whether x is a zero of either sign.
fn is_zero_f32(x: f32) -> bool {
    return magnitude_f32(x) == 0u;
}

// 2^n for n in -126..=127.
fn power_of_two_f32(n: i32) -> f32 {
    return bitcast<f32>(u32(n + 127) << 23u);
}

// x itself, as something that the compiler knows nothing of: the minimum changes nothing but one NaN.
fn kept_f32(x: f32) -> f32 {
    return bitcast<f32>(min(bitcast<u32>(x), 0xfffffffeu));
}

// x + y exactly.
fn two_sum_f32(x: f32, y: f32) -> Pair_f32 {
    let in_order = abs(x) >= abs(y);
    let larger = select(y, x, in_order);
    let high = kept_f32(x + y);
    return Pair_f32(high, kept_f32(larger - high) + select(x, y, in_order));
}

// x y exactly.
fn two_product_f32(x: f32, y: f32) -> Pair_f32 {
    let high = kept_f32(x * y);
    let x_head = leading_f32(x);
    let y_head = leading_f32(y);
    let x_tail = x - x_head;
    let y_tail = y - y_head;
    // From the large terms to the small ones, all exact.
    let first = kept_f32(x_head * y_head - high);
    let second = kept_f32(first + x_head * y_tail);
    let third = kept_f32(second + x_tail * y_head);
    return Pair_f32(high, third + x_tail * y_tail);
}
