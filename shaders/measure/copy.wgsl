// The ceiling of whatever reads and writes: an array copied as 16 bytes by each invocation.
//
// Layout: neighbours in a workgroup read and write neighbours in memory. No loops, no barriers.
// Moves 32 bytes for each element, of which half are read; no arithmetic.
// Source: McCalpin, Memory Bandwidth and Machine Balance in Current High Performance Computers, 1995 (STREAM).

struct Arguments {
    elements: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
//!end
@group(0) @binding(1) var<storage, read> source: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read_write> destination: array<vec4<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = (group.x + group.y * groups.x) * WORKGROUP + lane;
    if i >= arguments.elements {
        return;
    }
    destination[i] = source[i];
}
