// Rows of one array to or from rows of another one that are given by their numbers: gather and scatter.
//
//     here[j, c] = there[n[j], c]          gather;  scatter writes there[n[j], c] = here[j, c]
//
// Layout: an invocation takes one element of a box of rows and columns of the array here; neighbours along a row lie side by side on both sides.
// Of the array there one segment is bound: what lies in others, or nowhere, is left to other launches. Place arithmetic is modulo 2^32 from the
// segment's first element on. No loops, no barriers. Bytes: an element is read and written once; the numbers are read once for each row.
// What stands between default and end is an example.

struct Arguments {
    rows: u32,
    columns: u32, // of the box
    here: u32, // where the box begins
    here_step: u32, // from row to row
    numbers: u32, // where the numbers of its rows begin
    there_step: u32,
    first_row: u32, // the first row there of which the box's columns reach the segment
    last_row: u32,
    there: u32, // where that row's first column of the box is, from the segment's beginning on
    elements: u32, // of the segment
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
@group(0) @binding(1) var<storage, read> n0: array<u32>;
@group(0) @binding(2) var<storage, read> a0: array<u32>;
@group(0) @binding(3) var<storage, read_write> b0: array<u32>;
fn number(at: u32) -> u32 { return n0[at]; }
fn bring(here: u32, there: u32) { b0[here] = a0[there]; }
//!end

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = (group.x + group.y * groups.x) * WORKGROUP + lane;
    if i >= arguments.rows * arguments.columns {
        return;
    }
    let column = i % arguments.columns;
    let j = i / arguments.columns;
    let row = number(arguments.numbers + j);
    if row < arguments.first_row || row > arguments.last_row {
        return;
    }
    let there = arguments.there + (row - arguments.first_row) * arguments.there_step + column;
    if there < arguments.elements {
        bring(arguments.here + j * arguments.here_step + column, there);
    }
}
