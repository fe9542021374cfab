// Labels that the host has found: labels[pair.x] = pair.y for each pair.
//
// Layout: an invocation for a pair; no two write the same label. No loops. What stands between default and end is an example.

struct Arguments {
    pairs: u32,
    start: u32, // the first of them
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
//!end
@group(0) @binding(1) var<storage, read> pairs: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read_write> labels: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let i = (group.x + group.y * groups.x) * WORKGROUP + invocation;
    if i >= arguments.pairs {
        return;
    }
    let pair = pairs[arguments.start + i];
    labels[pair.x] = pair.y;
}
