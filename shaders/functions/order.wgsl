// Elements as unsigned integers that have the same order: keys. They take the bits of elements, and pairs of words (low, high) where there are 64.
//
// Zeros: -0 comes before +0. Every NaN has the greatest key there is, which no number has. All exact, no loops.

const SIGN_OF_KEY = 0x80000000u;
const NAN_KEY = 0xffffffffu;

fn key_bool(bits: u32) -> u32 {
    return bits;
}

fn key_u8(bits: u32) -> u32 {
    return bits;
}

fn key_i32(bits: u32) -> u32 {
    return bits ^ SIGN_OF_KEY;
}

// Negative numbers count down as their bits count up, so all their bits are turned; of others only the sign.
fn key_f32(bits: u32) -> u32 {
    let key = bits ^ select(SIGN_OF_KEY, NAN_KEY, bits >= SIGN_OF_KEY);
    return select(key, NAN_KEY, (bits & ~SIGN_OF_KEY) > 0x7f800000u);
}

fn key_u64(bits: vec2<u32>) -> vec2<u32> {
    return bits;
}

fn key_i64(bits: vec2<u32>) -> vec2<u32> {
    return vec2<u32>(bits.x, bits.y ^ SIGN_OF_KEY);
}

fn key_f64(bits: vec2<u32>) -> vec2<u32> {
    let negative = bits.y >= SIGN_OF_KEY;
    let key = bits ^ vec2<u32>(select(0u, NAN_KEY, negative), select(SIGN_OF_KEY, NAN_KEY, negative));
    let high = bits.y & ~SIGN_OF_KEY;
    let is_nan = high > 0x7ff00000u || (high == 0x7ff00000u && bits.x != 0u);
    return select(key, vec2<u32>(NAN_KEY, NAN_KEY), is_nan);
}

// x - y modulo 2^64.
fn difference_of_pairs(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> {
    return vec2<u32>(x.x - y.x, x.y - y.y - u32(x.x < y.x));
}

// x >> n for n in 0..=63.
fn shifted_pair(x: vec2<u32>, n: u32) -> vec2<u32> {
    // What comes down from the high word: two shifts, since one by 32 is not defined.
    let low = (x.x >> (n & 31u)) | ((x.y << 1u) << (31u - (n & 31u)));
    let high = x.y >> (n & 31u);
    return select(vec2<u32>(low, high), vec2<u32>(high, 0u), n >= 32u);
}
