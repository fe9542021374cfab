// How often each digit occurs in each part of a segment: the first step of a pass of a radix sort.
//
//     h[d, part] = number of the elements of the part whose digit is d
//
// Layout: a workgroup takes one part; its invocations take every WORKGROUP-th element and count in shared memory, in COPIES tables so that
// equal digits of neighbours do not wait for each other. Numbers are added in any order and come to the same. Trips: elements of a part /
// WORKGROUP + 2 * 256 * COPIES / WORKGROUP, below 60000 by choice of the parts. Bytes: one read of each element.
// Source: N. Satish, M. Harris, M. Garland, "Designing efficient sorting algorithms for manycore GPUs", IPDPS 2009,
// doi:10.1109/IPDPS.2009.5161005. What stands between default and end is an example.

struct Arguments {
    elements: u32, // of the segment
    elements_of_part: u32,
    parts: u32, // of the segment
    first_part: u32, // its number among those of all segments
    all_parts: u32,
    shift: u32, // the lowest bit of the digit
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
@group(0) @binding(1) var<storage, read> a0: array<u32>;
fn digit(at: u32) -> u32 { return (a0[at] >> arguments.shift) & 255u; }
@group(0) @binding(2) var<storage, read_write> h: array<u32>;
//!end
const COPIES = 4u;

var<workgroup> counts: array<atomic<u32>, 256u * COPIES>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let part = group.x + group.y * groups.x;
    for (var at = lane; at < 256u * COPIES; at += WORKGROUP) {
        atomicStore(&counts[at], 0u);
    }
    workgroupBarrier();
    let live = part < arguments.parts;
    let first = select(arguments.elements, part * arguments.elements_of_part, live);
    let end = min(first + arguments.elements_of_part, arguments.elements);
    for (var at = first + lane; at < end; at += WORKGROUP) {
        atomicAdd(&counts[digit(at) * COPIES + lane % COPIES], 1u);
    }
    workgroupBarrier();
    if live {
        for (var d = lane; d < 256u; d += WORKGROUP) {
            var count = 0u;
            for (var copy = 0u; copy < COPIES; copy++) {
                count += atomicLoad(&counts[d * COPIES + copy]);
            }
            h[d * arguments.all_parts + arguments.first_part + part] = count;
        }
    }
}
