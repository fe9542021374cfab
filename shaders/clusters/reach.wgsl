// The range of magnitudes: the greatest of all, and the least that is not zero. Of f64 the high words, which order them as far as their exponents
// go.
//
// Layout: invocations walk the array side by side; bits of magnitudes are ordered as the magnitudes, so atomics on integers fold them, first those
// of a workgroup. Exact. Bytes: the array once. Trips: elements / (groups WORKGROUP), below 60000 by choice of the groups. What stands between
// default and end is an example.

struct Arguments {
    elements: u32,
    groups: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias V = u32;
fn high(x: V) -> u32 {
    return x & 0x7fffffffu;
}
fn is_zero(x: V) -> bool {
    return high(x) == 0u;
}
//!end
@group(0) @binding(1) var<storage, read> values: array<V>;
@group(0) @binding(2) var<storage, read_write> range: array<atomic<u32>>;
var<workgroup> greatest: atomic<u32>;
var<workgroup> least: atomic<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let number = group.x + group.y * groups.x;
    if invocation == 0u {
        atomicStore(&greatest, 0u);
        atomicStore(&least, 0xffffffffu);
    }
    workgroupBarrier();
    var most = 0u;
    var fewest = 0xffffffffu;
    for (var i = number * WORKGROUP + invocation; i < arguments.elements; i += arguments.groups * WORKGROUP) {
        let value = values[i];
        most = max(most, high(value));
        fewest = min(fewest, select(high(value), 0xffffffffu, is_zero(value)));
    }
    atomicMax(&greatest, most);
    atomicMin(&least, fewest);
    workgroupBarrier();
    if invocation == 0u {
        atomicMax(&range[0], atomicLoad(&greatest));
        atomicMin(&range[1], atomicLoad(&least));
    }
}
