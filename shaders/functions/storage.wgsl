// Elements in memory and in arguments: bytes in words, numbers of 64 bits in pairs of words, and where an element lies in the whole array.

// Byte `at` of an array, of whose words this is the one that holds it.
fn load_u8(word: u32, at: u32) -> u32 {
    return (word >> ((at & 3u) * 8u)) & 255u;
}

fn load_bool(word: u32, at: u32) -> bool {
    return load_u8(word, at) != 0u;
}

// All bits of a word but those of byte `at`.
fn others_of_byte(at: u32) -> u32 {
    return ~(255u << ((at & 3u) * 8u));
}

// A value in 0..=255 at its place in the word that holds byte `at`.
fn byte_of_u8(value: u32, at: u32) -> u32 {
    return value << ((at & 3u) * 8u);
}

fn byte_of_bool(value: bool, at: u32) -> u32 {
    return byte_of_u8(u32(value), at);
}

// The four bytes from `at` on, which lie in the word `low`, or in it and in `high`.
fn four_bytes(low: u32, high: u32, at: u32) -> u32 {
    let shift = (at & 3u) * 8u;
    // Bits from beyond a word are shifted in two steps: a shift by all 32 is none.
    return (low >> shift) | ((high << (31u - shift)) << 1u);
}

// `old` with its first bytes, `count` of them, 1 to 4, replaced by those of `new_bytes`.
fn with_bytes(old: u32, new_bytes: u32, count: u32) -> u32 {
    let replaced = 0xffffffffu >> (32u - 8u * count);
    return (old & ~replaced) | (new_bytes & replaced);
}

fn scalar_bool(low: u32) -> bool {
    return low != 0u;
}

fn scalar_u8(low: u32) -> u32 {
    return low;
}

fn scalar_i32(low: u32) -> i32 {
    return bitcast<i32>(low);
}

fn scalar_f32(low: u32) -> f32 {
    return bitcast<f32>(low);
}

fn scalar_u64(low: u32, high: u32) -> u64 {
    return u64(low) | (u64(high) << 32u);
}

fn scalar_i64(low: u32, high: u32) -> i64 {
    return bitcast<i64>(scalar_u64(low, high));
}

fn scalar_f64(low: u32, high: u32) -> f64 {
    return bitcast<f64>(scalar_u64(low, high));
}

fn scalar_c32(real: u32, imaginary: u32) -> vec2<f32> {
    return vec2<f32>(bitcast<f32>(real), bitcast<f32>(imaginary));
}

fn scalar_c64(real_low: u32, real_high: u32, imaginary_low: u32, imaginary_high: u32) -> vec2<f64> {
    return vec2<f64>(scalar_f64(real_low, real_high), scalar_f64(imaginary_low, imaginary_high));
}

// The global index of element `at` of a progression: runs of equal length at equal distances.
fn global_index(at: u32, start: u64, run: u64, period: u64) -> i64 {
    let place = u64(at);
    return i64(start + place / run * period + place % run);
}
