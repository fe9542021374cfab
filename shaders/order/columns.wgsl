// Scans along lines that lie side by side, and the folds of their parts: what scan.wgsl and sums.wgsl are for other lines.
//
//     b[l, r] = c[l, p] o a[l, first of p] o ... o a[l, r]          for the rows r of part p
//
// Layout: an invocation takes one part of one line, row after row; neighbours take neighbouring lines, so that they read and write side by
// side (of few lines, what they share of a cache line is read row after row). Without `keep_element` storing anything the kernel is the fold of
// the parts. The shape depends on the extents alone. Trips: rows of a part, below 60000 by choice of the parts. Bytes: as scan.wgsl. One fold
// for an element. Arguments are those of scan.wgsl. Source: G. E. Blelloch, "Prefix sums and their applications", CMU-CS-90-190, 1990.

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
@group(0) @binding(3) var<storage, read_write> b0: array<f32>;
fn nothing() -> State { return 0.0; }
fn both(before: State, after: State) -> State { return before + after; }
fn element(at: u32) -> State { return a0[at]; }
fn keep_element(at: u32, value: State) { b0[at] = value; }
//!end

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let number = (group.x + group.y * groups.x) * WORKGROUP + lane;
    let line = number % arguments.lines;
    let part = number / arguments.lines;
    if part >= arguments.parts {
        return;
    }
    let first = part * arguments.rows_of_part;
    let end = min(first + arguments.rows_of_part, arguments.rows);
    let origin = arguments.offset + line / arguments.inner * arguments.line_step + line % arguments.inner;
    let at_carry = arguments.c_offset + line / arguments.c_inner * arguments.c_line_step + line % arguments.c_inner
        + part * arguments.c_part_step;
    var before = nothing();
    if arguments.fresh == 0u {
        before = c[at_carry];
    }
    for (var row = first; row < end; row++) {
        let at = origin + row * arguments.row_step;
        let after = both(before, element(at));
        if arguments.exclusive == 0u {
            keep_element(at, after);
        } else {
            keep_element(at, before);
        }
        before = after;
    }
    if arguments.keep != 0u {
        c[at_carry] = before;
    }
}
