// Labels of 32 bits as elements of i64, on devices with and without i64: the high word is that of the sign.
//
//     wide[i] = labels[i]
//
// Layout: an invocation for a label. No loops. What stands between default and end is an example.

struct Arguments {
    labels: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
//!end
@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read_write> wide: array<vec2<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let i = (group.x + group.y * groups.x) * WORKGROUP + invocation;
    if i >= arguments.labels {
        return;
    }
    let label = labels[i];
    wide[i] = vec2<u32>(label, select(0u, 0xffffffffu, (label >> 31u) != 0u));
}
