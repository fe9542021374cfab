// Uniform integers of random bits: the lowest one plus the upper half of 64 bits times the number of integers.
//
// `range` holds the lowest integer and their number, both of 64 bits, low words first. Exact; no loops.
// Source: D. Lemire, "Fast random integer generation in an interval", 2019, doi:10.1145/3230636.

// The upper half of 64 bits times a number of 32.
fn part_of_u32(bits: vec2<u32>, count: u32) -> u32 {
    let low = wide_product_u32(bits.x, count);
    let high = wide_product_u32(bits.y, count);
    let middle = high.x + low.y;
    return high.y + select(0u, 1u, middle < low.y);
}

fn integers_i32(bits: vec4<u32>, range: vec4<u32>) -> vec4<u32> {
    return vec4<u32>(range.x + part_of_u32(bits.xy, range.z), range.x + part_of_u32(bits.zw, range.z), 0u, 0u);
}

fn integers_u8(bits: vec4<u32>, range: vec4<u32>) -> vec4<u32> {
    return integers_i32(bits, range);
}

// The upper half of the product of two numbers of 64 bits, which are given in words.
fn part_of_u64(bits: vec2<u32>, count: vec2<u32>) -> u64 {
    let x = vec2<u64>(bits);
    let y = vec2<u64>(count);
    let first = x.y * y.x + ((x.x * y.x) >> 32u);
    let second = x.x * y.y + (first & 0xfffffffflu);
    return x.y * y.y + (first >> 32u) + (second >> 32u);
}

fn integers_u64(bits: vec4<u32>, range: vec4<u32>) -> vec4<u32> {
    let low = scalar_u64(range.x, range.y);
    let first = words_of_u64(low + part_of_u64(bits.xy, range.zw));
    return vec4<u32>(first, words_of_u64(low + part_of_u64(bits.zw, range.zw)));
}

fn integers_i64(bits: vec4<u32>, range: vec4<u32>) -> vec4<u32> {
    return integers_u64(bits, range);
}
