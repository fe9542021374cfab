// Exact sums of element-wise programs: for each output the digits of the sum of f(operand[at(output, row)], ...), an f32, over its rows.
//
//     sum = 2^-149 * sum over d of digit[d] * 2^(24 d)          d in 0 .. 13
//
// An f32 is m 2^(b - 149) with m below 2^24 and b in 0 .. 253: bits b % 24 up are added to digit b / 24 and the one above it, as integers with the
// sign of the element. Integers add in any order, so no lane, part, device or rank leaves a trace. A digit has 31 bits: after 124 additions, each
// below 2^24, what exceeds 24 bits is carried on. The topmost digit takes the carries of 2^42 elements.
//
// Layout: as fold.wgsl. The 13 digits of an invocation are a column of shared memory, 256 words apart, so that lanes never meet in a bank; the column
// ends with three words of its own: whether anything but -0 was seen, +inf, -inf; a NaN counts as both. A state is these 16 words, 64 bytes, for each
// output and part.
// Bytes: as fold.wgsl; 16 KiB of shared memory. Work: about 25 integer operations and 4 accesses to shared memory for each element, and 0.7 for
// carries: on a device of 14e12 such operations a second 0.5e12 elements, two thirds of what 3 TB/s bring; a plain sum is bound by memory.
// Trips: rows / (parts * LANES * EACH), 13 for each 124 rows of an invocation, 8 * 29 in the tree, together below 60000 by choice of the parts.
// Sources: R. M. Neal, "Fast exact summation using small and large superaccumulators", 2015, arXiv:1505.05571; U. Kulisch, "Computer arithmetic and
// validity", 2013, doi:10.1515/9783110301793. What stands between default and end is an example.

struct Arguments {
    outputs: u32,
    rows: u32,
    parts: u32,
    rows_of_part: u32,
    total: u32, // words of the whole array: the distance between parts
    fresh: u32, // whether states begin anew
    words: array<vec4<u32>, 60>,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
const LANES = 16u;
const EACH = 1u;
const SPAN = 1u;
@group(0) @binding(1) var<storage, read> a0: array<f32>;
@group(0) @binding(2) var<storage, read_write> b0: array<i32>;
//!end
const PLACES = WORKGROUP / LANES;
const DIGITS = 13u;
const WORDS = 16u;
const BITS = 24u;
// Groups of elements between two carries.
const PENDING = 124u / EACH;

var<workgroup> columns: array<i32, WORKGROUP * WORDS>;
// What was not -0, by bits; 1 for +inf and 2 for -inf.
var<private> seen: u32;
var<private> infinite: u32;

// Add an f32, by its bits, to a column.
fn add(bits: u32, column: u32) {
    let field = (bits >> 23u) & 255u;
    seen |= bits ^ 0x80000000u;
    if field == 255u {
        let of_sign = select(1u, 2u, (bits >> 31u) == 1u);
        infinite |= select(of_sign, 3u, (bits & 0x7fffffu) != 0u);
        return;
    }
    let place = max(field, 1u) - 1u;
    let digit = place / BITS;
    let shift = place - digit * BITS;
    let mantissa = (bits & 0x7fffffu) | (min(field, 1u) << 23u);
    // -1 for negative elements: x ^ sign - sign is then -x.
    let sign = bitcast<i32>(bits) >> 31u;
    let at = digit * WORKGROUP + column;
    columns[at] += (i32((mantissa << shift) & 0xffffffu) ^ sign) - sign;
    columns[at + WORKGROUP] += (i32(mantissa >> (BITS - shift)) ^ sign) - sign;
}

// Bring all digits of a column but the topmost into 0 .. 2^24.
fn carry(column: u32) {
    var over = 0i;
    for (var d = 0u; d < DIGITS - 1u; d += 1u) {
        let value = columns[d * WORKGROUP + column] + over;
        columns[d * WORKGROUP + column] = value & 0xffffff;
        over = value >> BITS;
    }
    columns[(DIGITS - 1u) * WORKGROUP + column] += over;
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let number = group.x + group.y * groups.x;
    let place = number * PLACES + invocation / LANES;
    let part = place / arguments.outputs;
    let o = place % arguments.outputs;
    let lane = invocation % LANES;
    let live = part < arguments.parts;
    let start = part * arguments.rows_of_part;
    let end = min(start + arguments.rows_of_part, arguments.rows);
    seen = 0u;
    infinite = 0u;
    for (var d = 0u; d < WORDS; d += 1u) {
        columns[d * WORKGROUP + invocation] = 0i;
    }
    //!default
    let q0 = o * arguments.words[0].x;
    let q1 = o * WORDS;
    //!end
    if live {
        var pending = 0u;
        for (var first = start + lane * SPAN; first < end; first += EACH * LANES) {
            //!default
            add(bitcast<u32>(a0[q0 + first]), invocation);
            //!end
            pending += 1u;
            if pending == PENDING {
                carry(invocation);
                pending = 0u;
            }
        }
    }
    carry(invocation);
    columns[DIGITS * WORKGROUP + invocation] = select(0i, 1i, seen != 0u);
    columns[(DIGITS + 1u) * WORKGROUP + invocation] = i32(infinite & 1u);
    columns[(DIGITS + 2u) * WORKGROUP + invocation] = i32(infinite >> 1u);
    if LANES > 1u {
        for (var half = LANES / 2u; half > 0u; half /= 2u) {
            workgroupBarrier();
            if lane < half {
                for (var d = 0u; d < WORDS; d += 1u) {
                    columns[d * WORKGROUP + invocation] += columns[d * WORKGROUP + invocation + half];
                }
                carry(invocation);
            }
        }
    }
    if live && lane == 0u {
        //!default
        let at = part * arguments.total + q1;
        //!end
        if arguments.fresh == 0u {
            for (var d = 0u; d < WORDS; d += 1u) {
                columns[d * WORKGROUP + invocation] += b0[at + d];
            }
            carry(invocation);
        }
        for (var d = 0u; d < WORDS; d += 1u) {
            b0[at + d] = columns[d * WORKGROUP + invocation];
        }
    }
}
