// Numbers of 64 bits in two words, the low one first: global indices, on devices with and without integers of 64 bits.
//
// All exact, modulo 2^64. No loops.

// a + b.
fn long_sum_u32(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    let low = a.x + b.x;
    return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

// a b.
fn long_product_u32(a: vec2<u32>, b: u32) -> vec2<u32> {
    let product = wide_product_u32(a.x, b);
    return vec2<u32>(product.x, product.y + a.y * b);
}

// a b as the two words of its 64 bits, on devices that have such integers: one instruction of most.
fn native_product_u32(a: u32, b: u32) -> vec2<u32> {
    let product = u64(a) * u64(b);
    return vec2<u32>(u32(product & 0xfffffffflu), u32(product >> 32u));
}
