// Uniform numbers of random bits: multiples of 2^-24 (f32) or 2^-53 (f64) in [0, 1), all equally likely, and one less
// these, in (0, 1]. A recipe takes the 128 bits of a block and gives the words of the elements that they make.
//
// Exact: whole numbers below 2^24 and 2^53, times a power of two. No loops.

fn unit_f32(bits: u32) -> f32 {
    return f32(bits >> 8u) * 5.9604644775390625e-8;
}

fn unit_f64(bits: vec2<u32>) -> f64 {
    return f64(scalar_u64(bits.x, bits.y) >> 11u) * 1.1102230246251565e-16lf;
}

fn words_of_u64(x: u64) -> vec2<u32> {
    return vec2<u32>(u32(x & 0xfffffffflu), u32(x >> 32u));
}

fn words_of_f64(x: f64) -> vec2<u32> {
    return words_of_u64(bitcast<u64>(x));
}

fn uniform_f32(bits: vec4<u32>) -> vec4<u32> {
    return bitcast<vec4<u32>>(vec4<f32>(bits >> vec4<u32>(8u)) * 5.9604644775390625e-8);
}

fn uniform_c32(bits: vec4<u32>) -> vec4<u32> {
    return uniform_f32(bits);
}

fn uniform_f64(bits: vec4<u32>) -> vec4<u32> {
    return vec4<u32>(words_of_f64(unit_f64(bits.xy)), words_of_f64(unit_f64(bits.zw)));
}

fn uniform_c64(bits: vec4<u32>) -> vec4<u32> {
    return uniform_f64(bits);
}

fn open_uniform_f32(bits: vec4<u32>) -> vec4<u32> {
    return bitcast<vec4<u32>>(1.0 - vec4<f32>(bits >> vec4<u32>(8u)) * 5.9604644775390625e-8);
}

fn open_uniform_f64(bits: vec4<u32>) -> vec4<u32> {
    return vec4<u32>(words_of_f64(1.0lf - unit_f64(bits.xy)), words_of_f64(1.0lf - unit_f64(bits.zw)));
}
