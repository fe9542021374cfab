// Floats as parts of wide integers, for sums that are exact: a finite x is a whole number of units 2^(base - 150) for f32 (2^(base - 1075) for
// f64) where `base` is not above its exponent field (1 for all floats). Its magnitude is spread over two or three words of 32 bits of that number.
// Exact.

struct Spread {
    word: u32, // where the lowest of the words stands
    low: u32,
    middle: u32,
    high: u32,
}

fn spread_f32(x: f32, base: u32) -> Spread {
    let magnitude = magnitude_f32(x);
    let field = magnitude >> 23u;
    let mantissa = (magnitude & 0x7fffffu) | select(0u, 0x800000u, field > 0u);
    let position = max(field, 1u) - base;
    let shift = position & 31u;
    return Spread(position >> 5u, mantissa << shift, (mantissa >> 1u) >> (31u - shift), 0u);
}

fn spread_f64(x: f64, base: u32) -> Spread {
    let magnitude = magnitude_f64(x);
    let field = u32(magnitude >> 52u);
    let mantissa = (magnitude & MANTISSA_F64) | select(0lu, IMPLICIT_BIT_F64, field > 0u);
    let position = max(field, 1u) - base;
    let shift = position & 31u;
    let lower = mantissa << shift;
    let high = u32((mantissa >> 1u) >> (63u - shift));
    return Spread(position >> 5u, u32(lower & 0xfffffffflu), u32(lower >> 32u), high);
}
