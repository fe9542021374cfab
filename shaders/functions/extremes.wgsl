// Folds for least and greatest elements: as minimum and maximum, but of two zeros the least is -0 and the greatest +0, whatever their order. Exact.

fn least_i32(x: i32, y: i32) -> i32 {
    return min(x, y);
}

fn greatest_i32(x: i32, y: i32) -> i32 {
    return max(x, y);
}

fn least_i64(x: i64, y: i64) -> i64 {
    return min(x, y);
}

fn greatest_i64(x: i64, y: i64) -> i64 {
    return max(x, y);
}

fn least_u64(x: u64, y: u64) -> u64 {
    return min(x, y);
}

fn greatest_u64(x: u64, y: u64) -> u64 {
    return max(x, y);
}

// Of two zeros one with a sign, if either has one: by bits, since comparisons do not see it.
fn least_f32(x: f32, y: f32) -> f32 {
    let zero = bitcast<f32>(bitcast<u32>(x) | bitcast<u32>(y));
    return select(minimum_f32(x, y), zero, magnitude_f32(x) == 0u && magnitude_f32(y) == 0u);
}

fn greatest_f32(x: f32, y: f32) -> f32 {
    let zero = bitcast<f32>(bitcast<u32>(x) & bitcast<u32>(y));
    return select(maximum_f32(x, y), zero, magnitude_f32(x) == 0u && magnitude_f32(y) == 0u);
}

fn least_f64(x: f64, y: f64) -> f64 {
    let zero = bitcast<f64>(bitcast<u64>(x) | bitcast<u64>(y));
    return select(minimum_f64(x, y), zero, (bitcast<u64>(zero) << 1u) == 0lu);
}

fn greatest_f64(x: f64, y: f64) -> f64 {
    let either = bitcast<u64>(x) | bitcast<u64>(y);
    let zero = bitcast<f64>(bitcast<u64>(x) & bitcast<u64>(y));
    return select(maximum_f64(x, y), zero, (either << 1u) == 0lu);
}
