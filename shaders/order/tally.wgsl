// How often each digit occurs among the elements of groups whose keys begin with certain prefixes: a round of a search for order statistics.
//
//     counts[s, d] = number of the elements x of the group of slot s with (key(x) - least) >> shift = prefix[s] 2^width + d
//
// Layout: a workgroup takes a part of a box of outer x rows x columns elements; its invocations take every WORKGROUP-th. Each element finds
// its group's lens and looks its prefix up among those of the group (ascending) by bisection. SHARED: counts of the slots from first_slot on,
// 16 at the most, are made in shared memory, in copies as there is room, so that equal digits of neighbours do not wait for each other, and
// what is not zero is added to the counts at the end. Otherwise they are added at once: of many slots, neighbours seldom meet. Integers are
// added in any order and come to the same. Trips: (22 + 1) * elements of a part / WORKGROUP, below 60000 by choice of the parts, and 16. Bytes:
// one read of each element. 80 to 150 instructions for an element, which bound it rather than the bytes.
// Source: D. E. Knuth, The Art of Computer Programming 3, 5.2.5. What stands between default and end is an example.

struct Arguments {
    elements: u32, // of the box
    elements_of_part: u32,
    rows: u32,
    columns: u32,
    offset: u32, // where the box begins in its segment
    outer_step: u32,
    row_step: u32,
    group: u32, // of the box's first element, modulo 2^32
    group_step: u32, // from one outer index to the next
    groups: u32, // that are asked about
    first_slot: u32,
    slots: u32, // from there on
    copies: u32, // a power of two
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
// Of each group: the least key, the first slot, and shift + 2^6 width + 2^10 slots.
@group(0) @binding(1) var<storage, read> lenses: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> prefixes: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;
//!default
const WORKGROUP = 256u;
const SHARED = true;
@group(0) @binding(4) var<storage, read> a0: array<u32>;
fn key_of(at: u32) -> vec2<u32> { return vec2<u32>(a0[at], 0u); }
fn difference_of_pairs(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> { return x - y; }
fn shifted_pair(x: vec2<u32>, n: u32) -> vec2<u32> { return vec2<u32>(x.x >> n, 0u); }
//!end
const ROOM = 4096u;

var<workgroup> bins: array<atomic<u32>, ROOM>;

fn is_below(x: vec2<u32>, y: vec2<u32>) -> bool {
    return x.y < y.y || (x.y == y.y && x.x < y.x);
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let part = group.x + group.y * groups.x;
    if SHARED {
        for (var at = lane; at < ROOM; at += WORKGROUP) {
            atomicStore(&bins[at], 0u);
        }
        workgroupBarrier();
    }
    // Parts beyond the last one begin beyond the last element.
    let first = min(part * arguments.elements_of_part, arguments.elements);
    let end = min(first + arguments.elements_of_part, arguments.elements);
    for (var number = first + lane; number < end; number += WORKGROUP) {
        let column = number % arguments.columns;
        let rest = number / arguments.columns;
        let outer = rest / arguments.rows;
        let asked = arguments.group + outer * arguments.group_step + column;
        if asked < arguments.groups {
            let at = arguments.offset + outer * arguments.outer_step + rest % arguments.rows * arguments.row_step + column;
            let lens = lenses[asked];
            let known = shifted_pair(difference_of_pairs(key_of(at), lens.xy), lens.w & 63u);
            let width = (lens.w >> 6u) & 15u;
            let prefix = shifted_pair(known, width);
            let last = lens.z + (lens.w >> 10u);
            var slot = lens.z;
            var above = last;
            while slot < above {
                let middle = (slot + above) / 2u;
                if is_below(prefixes[middle], prefix) {
                    slot = middle + 1u;
                } else {
                    above = middle;
                }
            }
            if slot < last && all(prefixes[min(slot, last - 1u)] == prefix) {
                let digit = known.x & ((1u << width) - 1u);
                if SHARED {
                    let bin = (slot - arguments.first_slot) * 256u + digit;
                    atomicAdd(&bins[bin * arguments.copies + lane % arguments.copies], 1u);
                } else {
                    atomicAdd(&counts[slot * 256u + digit], 1u);
                }
            }
        }
    }
    if SHARED {
        workgroupBarrier();
        for (var bin = lane; bin < arguments.slots * 256u; bin += WORKGROUP) {
            var count = 0u;
            for (var copy = 0u; copy < arguments.copies; copy++) {
                count += atomicLoad(&bins[bin * arguments.copies + copy]);
            }
            if count > 0u {
                atomicAdd(&counts[arguments.first_slot * 256u + bin], count);
            }
        }
    }
}
