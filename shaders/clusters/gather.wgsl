// Some rows of a table, one after the other: words[i][j] = table[list[i]][j].
//
// Layout: an invocation copies a word, neighbours neighbouring ones. Elements are one word (f32) or two (f64). No loops. What stands between
// default and end is an example.

struct Arguments {
    rows: u32, // of the list
    width: u32, // words of a row
    offset: u32, // of the table's first row in its array, in words
    into: u32, // the first row to write
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
//!end
@group(0) @binding(1) var<storage, read> table: array<u32>;
@group(0) @binding(2) var<storage, read> list: array<u32>;
@group(0) @binding(3) var<storage, read_write> words: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let i = (group.x + group.y * groups.x) * WORKGROUP + invocation;
    if i >= arguments.rows * arguments.width {
        return;
    }
    let row = arguments.into + i / arguments.width;
    let column = i % arguments.width;
    words[row * arguments.width + column] = table[arguments.offset + list[row] * arguments.width + column];
}
