// Element-wise programs: each invocation computes EACH elements of a box.
//
//     output[at(i)] = f(operand[at(i)], ...)          for i in 0 .. elements
//
// Layout: `i` counts the box in row-major order; where an operand or an output has that element follows from an offset and one step for each
// dimension, in elements of its segment, by arithmetic modulo 2^32. How elements are shared (group.rs):
//
//     one       EACH = 1                                    few elements, or functions of many operations, which do not wait for memory
//     apart     EACH = 4, from `first` on every WORKGROUP   words: each load of a workgroup is of 1024 neighbouring bytes or more, and four are
//                                                           under way for each operand. By Little's law 3.3 TB/s over 650 ns are 16 KiB for each of
//                                                           132 multiprocessors; 2048 invocations with one load of four bytes each have 8
//     beside    EACH = 4, neighbours from `first` on        outputs of bytes (bool, u8), four to a word: the word is stored whole, so nothing is
//                                                           atomic; operands of bytes are loaded as words where neighbours are neighbours in them
//
// Where the bytes of a word do not belong to one group, as in a column of a matrix of bytes, they are written by two atomic operations each.
// Bytes: each element of an operand is read once, each one of an output written once. All loads of a group come before its stores. No loops, no barriers.
// The elements beyond the last one are the last one again, and not stored.
// Sources: V. Volkov, "Better performance at lower occupancy", GPU Technology Conference, 2010. What stands between default and end is an example,
// which the host replaces: bindings and calls of the function library.

struct Arguments {
    elements: u32,
    words: array<vec4<u32>, 60>, // extents, offsets, steps and scalars, in the order in which the body reads them
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
const EACH = 4u;
const SPAN = 1u;
const APART = WORKGROUP;
@group(0) @binding(1) var<storage, read> a0: array<f32>;
@group(0) @binding(2) var<storage, read_write> b0: array<f32>;
//!end

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let first = (group.x + group.y * groups.x) * WORKGROUP * EACH + lane * SPAN;
    if first >= arguments.elements {
        return;
    }
    //!default
    let last = arguments.elements - 1u;
    let at0 = first;
    let at1 = min(first + APART, last);
    let v0 = a0[at0] * bitcast<f32>(arguments.words[0].x);
    let v1 = a0[at1] * bitcast<f32>(arguments.words[0].x);
    b0[at0] = v0;
    if first + APART <= last {
        b0[at1] = v1;
    }
    //!end
}
