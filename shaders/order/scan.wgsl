// Scans along lines whose elements are neighbours: the running fold of each line, with its own element (inclusive) or without it (exclusive).
//
//     b[l, r] = c[l] o a[l, 0] o ... o a[l, r]          inclusive; exclusive ends with a[l, r - 1]
//
// Layout: a workgroup takes one part of one line, tile after tile of EACH elements for an invocation. A tile is read side by side into shared
// memory; each invocation folds its own run there (EACH is odd, so runs begin in different banks); the folds are scanned in log2(WORKGROUP)
// steps between two halves of `sums`; each run is scanned from what is before it; the tile is written side by side. What is before a part is
// read from c: the carry of the line, or the scanned sums of its parts (sums.wgsl makes the sums, this kernel scans them). The shape of all
// folds depends on the extents alone. Trips: (4 EACH + log2(WORKGROUP)) * tiles of a part, below 60000 by choice of the parts. Bytes: one read
// and one write of each element, and a read more for the sums where lines have several parts: 2/3 of the speed of a copy. A fold and a half
// for an element.
// Sources: G. E. Blelloch, "Prefix sums and their applications", CMU-CS-90-190, 1990. W. D. Hillis, G. L. Steele, "Data parallel algorithms",
// 1986, doi:10.1145/7902.7903. What stands between default and end is an example.

struct Arguments {
    lines: u32,
    rows: u32,
    parts: u32,
    rows_of_part: u32,
    fresh: u32, // whether nothing is before
    keep: u32, // whether what a line came to is written to c
    exclusive: u32,
    // Row r of line l is at offset + l / inner * line_step + l % inner + r * row_step.
    offset: u32,
    inner: u32,
    line_step: u32,
    row_step: u32,
    // What is before part p of line l is at c_offset + l / c_inner * c_line_step + l % c_inner + p * c_part_step.
    c_offset: u32,
    c_inner: u32,
    c_line_step: u32,
    c_part_step: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
const EACH = 15u;
alias State = f32;
@group(0) @binding(1) var<storage, read_write> c: array<State>;
@group(0) @binding(2) var<storage, read> a0: array<f32>;
@group(0) @binding(3) var<storage, read_write> b0: array<f32>;
fn nothing() -> State { return 0.0; }
fn both(before: State, after: State) -> State { return before + after; }
fn element(at: u32) -> State { return a0[at]; }
fn keep_element(at: u32, value: State) { b0[at] = value; }
//!end

var<workgroup> tile: array<State, EACH * WORKGROUP>;
var<workgroup> sums: array<State, 2u * WORKGROUP>;

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
    let at_carry = arguments.c_offset + line / arguments.c_inner * arguments.c_line_step + line % arguments.c_inner
        + part * arguments.c_part_step;
    var carry = nothing();
    if live && arguments.fresh == 0u {
        carry = c[at_carry];
    }
    let own = lane * EACH;
    for (var start = first; start < end; start += EACH * WORKGROUP) {
        for (var j = 0u; j < EACH; j++) {
            let place = j * WORKGROUP + lane;
            var value = nothing();
            if start + place < end {
                value = element(origin + (start + place) * arguments.row_step);
            }
            tile[place] = value;
        }
        workgroupBarrier();
        var sum = tile[own];
        for (var j = 1u; j < EACH; j++) {
            sum = both(sum, tile[own + j]);
        }
        var half = 0u;
        sums[lane] = sum;
        for (var reach = 1u; reach < WORKGROUP; reach *= 2u) {
            workgroupBarrier();
            if lane >= reach {
                sum = both(sums[half + lane - reach], sum);
            }
            half = WORKGROUP - half;
            sums[half + lane] = sum;
        }
        workgroupBarrier();
        var before = carry;
        if lane > 0u {
            before = both(carry, sums[half + lane - 1u]);
        }
        carry = both(carry, sums[half + WORKGROUP - 1u]);
        for (var j = 0u; j < EACH; j++) {
            let after = both(before, tile[own + j]);
            if arguments.exclusive == 0u {
                tile[own + j] = after;
            } else {
                tile[own + j] = before;
            }
            before = after;
        }
        workgroupBarrier();
        for (var j = 0u; j < EACH; j++) {
            let place = j * WORKGROUP + lane;
            if start + place < end {
                keep_element(origin + (start + place) * arguments.row_step, tile[place]);
            }
        }
    }
    if live && arguments.keep != 0u && lane == 0u {
        c[at_carry] = carry;
    }
}
