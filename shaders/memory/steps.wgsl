// Numbers at equal distances: element i is start + n(i) step, where n(i) is its global index, rounded twice; the last number of all may be given.
//
//     elements[i] = start + kept(n(i) step)          n(i) = first + (phase + i) / run period + (phase + i) mod run
//
// Layout: the segment's elements are those of a progression: runs of indices at equal distances (src/layout/progression.rs). An invocation writes
// one of them. The product is kept from being fused with the sum, so floats have the bits of the CPU's; none is subnormal, by the host's choice.
// No loops, no barriers. Bytes: those of the array, written once; two operations of the dtype and two divisions of 64 bits an element.

struct Arguments {
    first: vec2<u32>, // numbers of 64 bits, the low word first
    phase: vec2<u32>,
    run: vec2<u32>,
    period: vec2<u32>,
    start: vec2<u32>,
    step: vec2<u32>,
    last: vec2<u32>, // the value at the index `end`
    end: vec2<u32>,
    elements: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias T = f32;
fn kept(x: T) -> T {
    return x;
}
fn number(index: u64) -> T {
    return f32(index);
}
fn scalar(words: vec2<u32>) -> T {
    return bitcast<f32>(words.x);
}
fn scalar_u64(low: u32, high: u32) -> u64 {
    return u64(low) | (u64(high) << 32u);
}
//!end
@group(0) @binding(1) var<storage, read_write> elements: array<T>;

fn long(words: vec2<u32>) -> u64 {
    return scalar_u64(words.x, words.y);
}

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
    let place = long(arguments.phase) + u64(i);
    let run = long(arguments.run);
    let index = long(arguments.first) + place / run * long(arguments.period) + place % run;
    let value = scalar(arguments.start) + kept(number(index) * scalar(arguments.step));
    elements[i] = select(value, scalar(arguments.last), index == long(arguments.end));
}
