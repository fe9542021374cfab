// One value in every element of an array, whatever their dtype.
//
//     words[i] = pattern          for i in 0 .. quads
//
// Layout: elements of 1, 4, 8 or 16 bytes repeat within 16 bytes, so a pattern of four words says them all, and an invocation writes 16 bytes at
// once. What the last one writes beyond the elements lies in the same buffer, whose size is a multiple of 256 bytes.
// No loops, no barriers. Bytes: those of the array, written once; no arithmetic.

struct Arguments {
    pattern: vec4<u32>,
    quads: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
//!end
@group(0) @binding(1) var<storage, read_write> words: array<vec4<u32>>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = (group.x + group.y * groups.x) * WORKGROUP + lane;
    if i < arguments.quads {
        words[i] = arguments.pattern;
    }
}
