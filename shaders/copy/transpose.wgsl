// Copies in which source and destination run along different dimensions: tiles of 32 by 32 elements through shared memory.
//
//     destination[q + c + r * write_step] = source[p + r + c * read_step]          for r in 0 .. rows, c in 0 .. columns, of every plane
//
// Layout: a workgroup of 256 moves one tile of one plane. It reads 32 neighbours along r, eight c at a time, and writes 32 neighbours along c, so
// that both sides see runs of 128 bytes and more. Tiles have 33 elements in a row: lanes that go down a column then find different banks of shared
// memory. Group number (plane * tiles along r + tile along r) * tiles along c + tile along c; elements beyond the edges are neither read nor
// written.
// Bytes: each element is read once and written once; shared memory 33/32 KiB for each byte of an element, 16.5 KiB at the most. Trips: 4 and 4.
// Sources: G. Ruetsch, P. Micikevicius, "Optimizing matrix transpose in CUDA", 2009. What stands between default and end is an example.

struct Arguments {
    tiles: u32,
    rows: u32,
    columns: u32,
    read_step: u32,
    write_step: u32,
    words: array<vec4<u32>, 60>, // of planes: offsets, extents and steps
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias T = u32;
//!end
@group(0) @binding(1) var<storage, read> source: array<T>;
@group(0) @binding(2) var<storage, read_write> destination: array<T>;

const SIDE = 32u;
const PITCH = SIDE + 1u;
const LINES = WORKGROUP / SIDE;
var<workgroup> tile: array<T, SIDE * PITCH>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let number = group.x + group.y * groups.x;
    let live = number < arguments.tiles;
    let across = (arguments.columns + SIDE - 1u) / SIDE;
    let down = (arguments.rows + SIDE - 1u) / SIDE;
    let row = number / across % down * SIDE;
    let column = number % across * SIDE;
    let plane = number / across / down;
    let x = invocation % SIDE;
    let y = invocation / SIDE;
    //!default
    let p0 = plane * arguments.words[0].x;
    let p1 = plane * arguments.words[0].y;
    //!end
    for (var line = y; line < SIDE; line += LINES) {
        let r = row + x;
        let c = column + line;
        if live && r < arguments.rows && c < arguments.columns {
            tile[line * PITCH + x] = source[p0 + r + c * arguments.read_step];
        }
    }
    workgroupBarrier();
    for (var line = y; line < SIDE; line += LINES) {
        let r = row + line;
        let c = column + x;
        if live && r < arguments.rows && c < arguments.columns {
            destination[p1 + c + r * arguments.write_step] = tile[x * PITCH + line];
        }
    }
}
