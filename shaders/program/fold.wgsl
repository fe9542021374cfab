// Reductions of element-wise programs: for each output a fold of f(operand[at(output, row)], ...) over its rows.
//
//     part[p][o] = fold over the rows of part p of f(o, row)          a later pass folds the parts
//
// Layout: LANES invocations, a power of two, share an output: lane l takes EACH rows at a time, LANES apart from l on or, of bytes that lie side by
// side, the four of a word from 4 l on (see map.wgsl); then they fold their states as a tree in shared memory. So the shape of the fold depends on the
// numbers of rows and outputs and on dtypes alone, never on the device: runs give the same bits. Outputs and rows are counted through dimensions of a
// box, as in map.wgsl. Where a box continues one that came before, states begin with what is stored.
// Bytes: each element of an operand is read once, in as many bytes as it has; a state is written for each output and part. Trips of the loop over rows:
// rows / (parts * LANES * EACH), below 60000 by choice of the parts; of the tree: 6 at the most.
// Sources: M. Harris, "Optimizing parallel reduction in CUDA", 2007. What stands between default and end is an example.

struct Arguments {
    outputs: u32,
    rows: u32,
    parts: u32,
    rows_of_part: u32,
    total: u32, // outputs of the whole array: the distance between parts
    fresh: u32, // whether states begin anew
    words: array<vec4<u32>, 60>,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
const LANES = 16u;
const EACH = 4u;
const SPAN = 1u;
const APART = LANES;
@group(0) @binding(1) var<storage, read> a0: array<f32>;
@group(0) @binding(2) var<storage, read_write> b0: array<f32>;
var<workgroup> shared0: array<f32, WORKGROUP>;
//!end
const PLACES = WORKGROUP / LANES;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let number = group.x + group.y * groups.x;
    // Places for an output and part are numbered through the outputs of the first part, then through those of the next.
    let place = number * PLACES + invocation / LANES;
    let part = place / arguments.outputs;
    let o = place % arguments.outputs;
    let lane = invocation % LANES;
    let live = part < arguments.parts;
    let start = part * arguments.rows_of_part;
    let end = min(start + arguments.rows_of_part, arguments.rows);
    //!default
    let q0 = o * arguments.words[0].x;
    let q1 = o;
    var s0 = 0.0;
    //!end
    if live {
        for (var first = start + lane * SPAN; first < end; first += EACH * LANES) {
            //!default
            let last = end - 1u;
            let r0 = a0[q0 + first];
            let r1 = a0[q0 + min(first + APART, last)];
            s0 = s0 + r0;
            if first + APART <= last {
                s0 = s0 + r1;
            }
            //!end
        }
    }
    if LANES > 1u {
        //!default
        shared0[invocation] = s0;
        //!end
        for (var half = LANES / 2u; half > 0u; half /= 2u) {
            workgroupBarrier();
            if lane < half {
                let other = invocation + half;
                //!default
                s0 = s0 + shared0[other];
                shared0[invocation] = s0;
                //!end
            }
        }
    }
    if live && lane == 0u {
        let at = part * arguments.total;
        //!default
        if arguments.fresh == 0u {
            s0 = b0[at + q1] + s0;
        }
        b0[at + q1] = s0;
        //!end
    }
}
