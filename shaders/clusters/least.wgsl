// Rows whose keys may be among the least: what is left for the host to decide of a race between all rows, and of which of them are the farthest.
//
// A distance d here is within TOLERANCE and TINY of the CPU's, so a row's key lies between two bounds, which are words ordered as the keys:
//
//     RACE:    of the time -ln(u) / d at which the row arrives; u is the uniform number in (0, 1] of its place in the whole array
//     else:    of -d
//
// The first launch finds the least upper bound in each part of the rows. As many rows as there are parts have keys that are not above these, so the
// n least keys are not above the n-th of them. The second launch (LIST) lists the rows whose lower bound is not above it: of a race one row, or two
// in some 10^5; where the list has no room for all, it counts them.
//
// With u = 1 - v the logarithm is found from v below 1/2, else from u, both rounded from 53 bits: within 6 ulps of f32, also
// where distances are of f64.
//
// Layout: a workgroup takes every groups-th tile of WORKGROUP rows, an invocation one row of it; its rows are a part. Bytes: a distance for each
// row in each launch. Operations: 250 for the random bits (a pair of rows has a block) and 60. Trips: rows / (groups WORKGROUP), at most 128.
// Source: P. S. Efraimidis, P. G. Spirakis, 2006, DOI 10.1016/j.ipl.2005.11.003. What stands between default and end is an example.

struct Arguments {
    seed: vec4<u32>, // key, stream
    start: vec2<u32>, // the place of the first row in the whole array
    period: vec2<u32>, // from one run of rows to the next
    run: u32,
    rows: u32, // of this segment
    first: u32, // the position of the first of them
    groups: u32,
    part: u32, // where their parts begin
    bound: u32,
    room: u32, // for positions
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias T = f32;
const RACE = true;
const LIST = true;
const TOLERANCE: T = 5e-6;
const TINY: T = 1e-36;
const FARTHEST: T = 3e38;
fn ordered(x: T) -> u32 {
    return bitcast<u32>(x);
}
fn long_sum_u32(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return a + b;
}
fn long_product_u32(a: vec2<u32>, b: u32) -> vec2<u32> {
    return a * b;
}
fn philox(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    return counter;
}
fn log_f32(x: f32) -> f32 {
    return x;
}
fn log1p_f32(x: f32) -> f32 {
    return x;
}
//!end
@group(0) @binding(1) var<storage, read> distances: array<T>;
@group(0) @binding(2) var<storage, read_write> parts: array<u32>;
@group(0) @binding(3) var<storage, read_write> found: array<atomic<u32>>; // how many, and their positions
var<workgroup> least: atomic<u32>;

const NEVER = 0xffffffffu;
const LOGARITHMS: T = 4e-6; // their error, and that of a quotient

// The bits of the row's uniform number 1 - v: v in words of 32 and 21 bits.
fn bits_of(position: u32) -> vec2<u32> {
    let run = long_product_u32(arguments.period, position / arguments.run);
    let place = long_sum_u32(arguments.start, long_sum_u32(run, vec2<u32>(position % arguments.run, 0u)));
    let block = vec2<u32>((place.x >> 1u) | (place.y << 31u), place.y >> 1u);
    let words = philox(vec4<u32>(block, arguments.seed.zw), arguments.seed.xy);
    let own = select(words.xy, words.zw, (place.x & 1u) == 1u);
    return vec2<u32>(own.y, own.x >> 11u);
}

// -ln(1 - v).
fn logarithm(bits: vec2<u32>) -> f32 {
    let v = f32(bits.x) * 2.3283064365386963e-10 + f32(bits.y) * 1.1102230246251565e-16;
    let u = f32(~bits.x) * 2.3283064365386963e-10 + f32(0x200000u - bits.y) * 1.1102230246251565e-16;
    return abs(select(log_f32(u), log1p_f32(-v), v < 0.5));
}

// Between which bounds the key of the row at a position lies, whose distance is the one here.
fn bounds(position: u32, distance: T) -> vec2<u32> {
    let near = max(distance * (T(1) - TOLERANCE) - TINY, T(0));
    let far = distance * (T(1) + TOLERANCE) + TINY;
    if !RACE {
        return vec2<u32>(select(NEVER - ordered(far), 0u, distance >= FARTHEST), NEVER - ordered(near));
    }
    let wait = T(logarithm(bits_of(position)));
    let earliest = wait * (T(1) - LOGARITHMS) / far;
    let latest = wait * (T(1) + LOGARITHMS) / near;
    // Drivers may take subnormal numbers for zero.
    return vec2<u32>(
        select(ordered(earliest), 0u, earliest < TINY || distance >= FARTHEST),
        select(ordered(latest), NEVER, near == T(0)),
    );
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let number = group.x + group.y * groups.x;
    let begin = select(arguments.rows, number * WORKGROUP + invocation, number < arguments.groups);
    if LIST {
        for (var row = begin; row < arguments.rows; row += arguments.groups * WORKGROUP) {
            if bounds(arguments.first + row, distances[row]).x <= arguments.bound {
                let place = atomicAdd(&found[0], 1u);
                if place < arguments.room {
                    atomicStore(&found[1u + place], arguments.first + row);
                }
            }
        }
        return;
    }
    if invocation == 0u {
        atomicStore(&least, NEVER);
    }
    workgroupBarrier();
    var own = NEVER;
    for (var row = begin; row < arguments.rows; row += arguments.groups * WORKGROUP) {
        own = min(own, bounds(arguments.first + row, distances[row]).y);
    }
    atomicMin(&least, own);
    workgroupBarrier();
    if invocation == 0u && number < arguments.groups {
        parts[arguments.part + number] = atomicLoad(&least);
    }
}
