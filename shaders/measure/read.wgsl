// The ceiling of whatever only reads: each invocation reads 16 times 16 bytes and keeps their exclusive or.
//
// Layout: a workgroup reads 16 runs of WORKGROUP elements one behind the other, so that neighbours read neighbours and 16 reads of an invocation
// are under way at once. Elements are a multiple of 16 WORKGROUP; an invocation whose workgroup begins behind them reads nothing.
// What is kept is written if it equals a number that the host names, which random elements never do: nothing is written, and no compiler knows.
// Trips: 16. No barriers. Reads 16 bytes for each element, and an exclusive or for each word.

const READS = 16u;

struct Arguments {
    elements: u32,
    never: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
//!end
@group(0) @binding(1) var<storage, read> source: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> kept: array<vec4<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let first = (group.x + group.y * groups.x) * WORKGROUP * READS + lane;
    if first >= arguments.elements {
        return;
    }
    var all = vec4<u32>();
    for (var k = 0u; k < READS; k++) {
        all ^= source[first + k * WORKGROUP];
    }
    if all.x == arguments.never && all.y == arguments.never && all.z == arguments.never {
        kept[lane] = all;
    }
}
