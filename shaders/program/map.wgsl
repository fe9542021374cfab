// Element-wise programs: one invocation for each element of a box.
//
//     output[at(i)] = f(operand[at(i)], ...)          for i in 0 .. elements
//
// Layout: `i` counts the box in row-major order; where an operand or an output has that element follows from an offset and one step for each
// dimension, in elements of its segment, by arithmetic modulo 2^32. Arrays of bytes (bool, u8) are words of four elements; they are written by
// two atomic operations each, since neighbours may be written by other invocations.
// No loops, no barriers. What stands between default and end is an example, which the host replaces: bindings and calls of the function library.

struct Arguments {
    elements: u32,
    words: array<vec4<u32>, 60>, // extents, offsets, steps and scalars, in the order in which the body reads them
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
@group(0) @binding(1) var<storage, read> a0: array<f32>;
@group(0) @binding(2) var<storage, read_write> b0: array<f32>;
//!end

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
    //!default
    let p0 = i;
    let r0 = a0[p0];
    let r1 = bitcast<f32>(arguments.words[0].x);
    let r2 = r0 * r1;
    b0[p0] = r2;
    //!end
}
