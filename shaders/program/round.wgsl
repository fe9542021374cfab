// Exact sums, or means, as f32: the digits that exact.wgsl leaves, divided by a count, rounded once to the nearest value, ties to even.
//
//     result[o] = round(2^-149 * sum over d of digit[o][d] * 2^(24 d) / count)
//
// Layout: an invocation for each output, 16 words of digits and flags for each: of 32 bits from one part, of 64 where parts were added. Digits are
// carried into 0 .. 2^24, negated if the sum is negative, and divided as on paper; one digit more below 2^-149 and whether anything is left keep the
// rounding right. The two leading digits have 25 bits at least, one more than an f32. The class of the result is Reproducible: nothing here is
// computed in floats.
// Bytes: 64 or 128 read and 4 written for each output. Trips: 15, four times. What stands between default and end is an example.

struct Arguments {
    outputs: u32,
    into: u32, // where the first result goes
    count_low: u32,
    count_high: u32, // below 2^8: a digit and a remainder are then one number of 64 bits
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias Digit = i32;
//!end
@group(0) @binding(1) var<storage, read> states: array<Digit>;
@group(0) @binding(2) var<storage, read_write> results: array<f32>;

const DIGITS = 13u;
const WORDS = 16u;
// With one below and one above.
const ALL = DIGITS + 2u;
const MASK = 0xffffffu;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let o = (group.x + group.y * groups.x) * WORKGROUP + lane;
    if o >= arguments.outputs {
        return;
    }
    let state = o * WORDS;
    var digits: array<u32, ALL>;
    var over = i64();
    digits[0] = 0u;
    for (var d = 1u; d < ALL; d += 1u) {
        if d <= DIGITS {
            over += i64(states[state + d - 1u]);
        }
        digits[d] = u32(over & 0xffffffli);
        over = over >> 24u;
    }
    let is_negative = over < i64();
    if is_negative {
        var one = 1u;
        for (var d = 0u; d < ALL; d += 1u) {
            let value = (digits[d] ^ MASK) + one;
            digits[d] = value & MASK;
            one = value >> 24u;
        }
    }
    let count = u64(arguments.count_low) | (u64(arguments.count_high) << 32u);
    var rest = u64();
    for (var k = 0u; k < ALL; k += 1u) {
        let d = ALL - 1u - k;
        let dividend = (rest << 24u) | u64(digits[d]);
        digits[d] = u32(dividend / count);
        rest = dividend % count;
    }
    var top = 0u;
    for (var d = 1u; d < ALL; d += 1u) {
        top = select(top, d, digits[d] != 0u);
    }
    var is_more = rest != u64();
    for (var d = 0u; d + 1u < top; d += 1u) {
        is_more = is_more || digits[d] != 0u;
    }
    var magnitude = 0u;
    if digits[top] != 0u {
        var next = 0u;
        if top > 0u {
            next = digits[top - 1u];
        }
        let leading = (u64(digits[top]) << 24u) | u64(next);
        // The weight of the last bit of the leading digits, and of the last one that the result keeps, as powers of two.
        let unit = (i32(top) - 2i) * 24i - 149i;
        let exponent = unit + 24i + i32(firstLeadingBit(digits[top]));
        let place = max(exponent - 23i, -149i);
        let shift = u32(place - unit);
        let kept = u32(leading >> shift);
        let below = leading & ((u64(1u) << shift) - u64(1u));
        let half = u64(1u) << (shift - 1u);
        let is_up = below > half || (below == half && (is_more || (kept & 1u) == 1u));
        // A mantissa with its leading bit raises the exponent by one; so does rounding up to the next power of two.
        magnitude = (u32(place + 149i) << 23u) + kept + select(0u, 1u, is_up);
        magnitude = select(magnitude, 0x7f800000u, exponent > 127i);
    }
    var bits = magnitude | select(0u, 0x80000000u, is_negative);
    // Nothing but -0 was seen; infinities; both of them, or a NaN.
    let is_plus = states[state + DIGITS + 1u] != Digit();
    let is_minus = states[state + DIGITS + 2u] != Digit();
    bits = select(bits, 0x80000000u, states[state + DIGITS] == Digit());
    bits = select(bits, 0x7f800000u, is_plus);
    bits = select(bits, 0xff800000u, is_minus);
    bits = select(bits, 0x7fc00000u, is_plus && is_minus);
    results[arguments.into + o] = bitcast<f32>(bits);
}
