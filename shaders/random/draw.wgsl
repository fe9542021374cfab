// Random numbers: elements of an endless sequence, at the global indices of a region.
//
//     element[i] = recipe(philox(key, counter))[i mod PER]          counter = (i / PER, stream)
//
// The generator is Philox4x32 with 10 rounds: see functions/random/philox.wgsl.
//
// Layout: the region's elements, one after another in the array here, are *runs* of neighbours in the global sequence. An invocation makes one
// block of 128 bits and all its elements that are in its run, of which there are PER at the most; where a run begins and ends amid a block,
// fewer. Runs follow each other in rows, and rows along axes that are progressions (runs of indices at equal distances; see
// src/layout/progression.rs), so a launch takes a segment of the array however short its runs are. What a workgroup makes is contiguous in the
// array: it is gathered in shared memory, then written in order, whole words by neighbours.
// Global indices have 64 bits, in two words; positions in the segment have 32, their differences a sign.
// Two barriers. Trips: as many as there are axes, at most 24, and 4 times those of copying.
// Bytes: those of the elements, written once. Operations for 16 bytes: about 110 with products of 64 bits, 350 without; for places 30 in one
// run, some 30 more for each axis and 70 for many runs.

struct Axis {
    extent: u32,
    first: u32, // index along the axis at which the first row is
    run: u32,
    unused: u32,
    step: vec2<u32>, // from an index to the next in its run, in elements of the whole array
    period: vec2<u32>, // from one run to the next
}

struct Arguments {
    seed: vec4<u32>, // key, stream
    parameters: vec4<u32>, // of the distribution
    origin: vec2<u32>, // global index from which steps are counted
    begin: u32, // the elements to write: positions in the segment
    end: u32,
    invocations: u32,
    position: u32, // where the first run begins; it may be before the segment
    run: u32, // elements
    row: u32, // elements, modulo 2^32
    runs: u32, // in a row
    blocks: u32, // invocations for each run; 0 where there is one run
    first_run: u32, // of its row
    first_block: u32,
    run_step: vec2<u32>,
    last_run: u32, // elements of the last run of a row
    axes: u32, // innermost first
    axis: array<Axis, 24>,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
const SHIFT = 2u; // of two, is PER
const WIDTH = 1u; // words of an element
const ENTRIES = 4u; // words of a block's elements
@group(0) @binding(1) var<storage, read_write> elements: array<u32>;
fn recipe(bits: vec4<u32>, parameters: vec4<u32>) -> vec4<u32> {
    return bits;
}
fn philox(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
    return counter;
}
fn long_sum_u32(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return a + b;
}
fn long_product_u32(a: vec2<u32>, b: u32) -> vec2<u32> {
    return a * b;
}
//!end
const PER = 1u << SHIFT;

var<workgroup> staged: array<u32, WORKGROUP * ENTRIES>;
var<workgroup> bounds: array<u32, 2>;

// A run: the global index and the position of its first element, and how many it has.
struct Run {
    index: vec2<u32>,
    position: u32,
    len: u32,
}

// Run `number`, counted from the first one of the first row.
fn run_at(number: u32) -> Run {
    let column = number % arguments.runs;
    var rest = number / arguments.runs;
    let position = arguments.position + rest * arguments.row + (column - arguments.first_run) * arguments.run;
    var index = long_sum_u32(arguments.origin, long_product_u32(arguments.run_step, column));
    for (var k = 0u; k < arguments.axes; k++) {
        let axis = arguments.axis[k];
        let at = (axis.first + rest) % axis.extent;
        rest = (axis.first + rest) / axis.extent;
        index = long_sum_u32(index, long_product_u32(axis.period, at / axis.run));
        index = long_sum_u32(index, long_product_u32(axis.step, at % axis.run));
    }
    return Run(index, position, select(arguments.run, arguments.last_run, column + 1u == arguments.runs));
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let invocation = (group.x + group.y * groups.x) * WORKGROUP + lane;
    var block = arguments.first_block + invocation;
    var run = Run(arguments.origin, arguments.position, arguments.run);
    if arguments.blocks > 0u {
        run = run_at(arguments.first_run + block / arguments.blocks);
        block = block % arguments.blocks;
    }
    // The block's first element counted from the run's first one; those of both that are in the run; and in the segment's part.
    let offset = bitcast<i32>(block * PER - (run.index.x & (PER - 1u)));
    let first = clamp(offset, 0, i32(run.len));
    let last = clamp(offset + i32(PER), 0, i32(run.len));
    let start = bitcast<i32>(run.position - arguments.begin);
    let span = i32(arguments.end - arguments.begin);
    let live = invocation < arguments.invocations;
    let low = select(span, clamp(start + first, 0, span), live) * i32(WIDTH);
    let high = select(span, clamp(start + last, 0, span), live) * i32(WIDTH);
    if lane == 0u {
        bounds[0] = u32(low);
    }
    if lane == WORKGROUP - 1u {
        bounds[1] = u32(high);
    }
    workgroupBarrier();
    let base = bounds[0];
    let count = bounds[1] - base;
    if low < high {
        // Shifts by 32 bits have no meaning.
        let number = vec2<u32>((run.index.x >> SHIFT) | ((run.index.y << 1u) << (31u - SHIFT)), run.index.y >> SHIFT);
        let counter = long_sum_u32(number, vec2<u32>(block, 0u));
        let words = recipe(philox(vec4<u32>(counter, arguments.seed.zw), arguments.seed.xy), arguments.parameters);
        for (var k = 0; k < i32(ENTRIES); k++) {
            let at = (start + offset) * i32(WIDTH) + k;
            if low <= at && at < high {
                staged[u32(at) - base] = words[k];
            }
        }
    }
    workgroupBarrier();
    let origin = arguments.begin * WIDTH + base;
    //!default
    for (var k = lane; k < count; k += WORKGROUP) {
        elements[origin + k] = staged[k];
    }
    //!end
}
