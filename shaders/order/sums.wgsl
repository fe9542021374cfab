// The fold of each part of lines whose elements are neighbours: what scan.wgsl needs before it can work on all parts at once.
//
//     c[l, p] = fold over the rows of part p of a[l, row]
//
// Layout: a workgroup takes one part; its invocations take every WORKGROUP-th row and fold their states as a tree in shared memory. The
// shape depends on the extents alone. Trips: rows of a part / WORKGROUP + log2(WORKGROUP), below 60000 by choice of the parts. Bytes: one read
// of each element. Arguments are those of scan.wgsl. Source: G. E. Blelloch, CMU-CS-90-190, 1990.

struct Arguments {
    lines: u32,
    rows: u32,
    parts: u32,
    rows_of_part: u32,
    fresh: u32,
    keep: u32,
    exclusive: u32,
    offset: u32,
    inner: u32,
    line_step: u32,
    row_step: u32,
    c_offset: u32,
    c_inner: u32,
    c_line_step: u32,
    c_part_step: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias State = f32;
@group(0) @binding(1) var<storage, read_write> c: array<State>;
@group(0) @binding(2) var<storage, read> a0: array<f32>;
fn nothing() -> State { return 0.0; }
fn both(before: State, after: State) -> State { return before + after; }
fn element(at: u32) -> State { return a0[at]; }
//!end

var<workgroup> states: array<State, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let number = group.x + group.y * groups.x;
    let line = number / arguments.parts;
    let part = number % arguments.parts;
    let live = line < arguments.lines;
    let first = part * arguments.rows_of_part;
    let end = select(first, min(first + arguments.rows_of_part, arguments.rows), live);
    let origin = arguments.offset + line / arguments.inner * arguments.line_step + line % arguments.inner;
    var state = nothing();
    for (var row = first + lane; row < end; row += WORKGROUP) {
        state = both(state, element(origin + row * arguments.row_step));
    }
    states[lane] = state;
    for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if lane < half {
            state = both(state, states[lane + half]);
            states[lane] = state;
        }
    }
    if live && lane == 0u {
        c[arguments.c_offset + line / arguments.c_inner * arguments.c_line_step + line % arguments.c_inner
            + part * arguments.c_part_step] = state;
    }
}
