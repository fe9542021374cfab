// The generator: Philox4x32 with 10 rounds makes 128 random bits of a counter of 128 bits and a key of 64.
//
// Of the words (a, b, c, d) a round makes (high(M1 c) ^ b ^ k0, low(M1 c), high(M0 a) ^ d ^ k1, low(M0 a)); a step is added to the key after each.
// The kernel says how two words are multiplied: `product` is native_product_u32 or wide_product_u32.
//
// Exact; the same bits as src/random/philox.rs. About 110 operations with products of 64 bits, 350 without. No loops. The key is summed up step by
// step because Mesa takes ten times as long to compile sums of the key and multiples of the step (measured with 22.3.6).
// Source: J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11, doi:10.1145/2063384.2063405.

fn philox_round(words: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    let first = product(0xd2511f53u, words.x);
    let second = product(0xcd9e8d57u, words.z);
    return vec4<u32>(second.y ^ words.y ^ key.x, second.x, first.y ^ words.w ^ key.y, first.x);
}

fn philox(counter: vec4<u32>, seed: vec2<u32>) -> vec4<u32> {
    let step = vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
    var words = counter;
    var key = seed;
    words = philox_round(words, key);
    key += step;
    words = philox_round(words, key);
    key += step;
    words = philox_round(words, key);
    key += step;
    words = philox_round(words, key);
    key += step;
    words = philox_round(words, key);
    key += step;
    words = philox_round(words, key);
    key += step;
    words = philox_round(words, key);
    key += step;
    words = philox_round(words, key);
    key += step;
    words = philox_round(words, key);
    key += step;
    return philox_round(words, key);
}
