// As transpose.wgsl, of bytes, four to a word: tiles of 64 by 64.
//
//     destination[q + c + r * write_step] = source[p + r + c * read_step]          for r in 0 .. rows, c in 0 .. columns, of every plane
//
// Layout: a workgroup of 256 moves one tile of one plane. It reads words along r, 16 c at a time, and writes words along c. In shared memory each
// byte has a word, and a row of the tile 65 of them. A row of the destination begins at a whole word; its last word keeps the bytes beyond the last
// column.
// Bytes: each element is read once and written once; 16.25 KiB of shared memory. Trips: 4 and 4.
// Sources: as transpose.wgsl. What stands between default and end is an example.

struct Arguments {
    tiles: u32,
    rows: u32,
    columns: u32,
    read_step: u32,
    write_step: u32,
    words: array<vec4<u32>, 60>, // of planes: offsets, extents and steps
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
@group(0) @binding(1) var<storage, read> source: array<u32>;
@group(0) @binding(2) var<storage, read_write> destination: array<u32>;
//!default
const WORKGROUP = 256u;
fn four_bytes(low: u32, high: u32, at: u32) -> u32 {
    return select(low, high, at > 3u);
}
fn with_bytes(old: u32, new_bytes: u32, count: u32) -> u32 {
    return select(old, new_bytes, count == 4u);
}
//!end
const SIDE = 64u;
const PITCH = SIDE + 1u;
const WORDS = SIDE / 4u;
const LINES = WORKGROUP / WORDS;
var<workgroup> tile: array<u32, SIDE * PITCH>;

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
    let x = invocation % WORDS * 4u;
    let y = invocation / WORDS;
    //!default
    let p0 = plane * arguments.words[0].x;
    let p1 = plane * arguments.words[0].y;
    //!end
    for (var line = y; line < SIDE; line += LINES) {
        let r = row + x;
        let c = column + line;
        if live && r < arguments.rows && c < arguments.columns {
            let at = p0 + r + c * arguments.read_step;
            let end = at + min(3u, arguments.rows - 1u - r);
            let four = four_bytes(source[at >> 2u], source[end >> 2u], at);
            let into = line * PITCH + x;
            tile[into] = four & 255u;
            tile[into + 1u] = (four >> 8u) & 255u;
            tile[into + 2u] = (four >> 16u) & 255u;
            tile[into + 3u] = four >> 24u;
        }
    }
    workgroupBarrier();
    for (var line = y; line < SIDE; line += LINES) {
        let r = row + line;
        let c = column + x;
        if live && r < arguments.rows && c < arguments.columns {
            let at = (p1 + c + r * arguments.write_step) >> 2u;
            let above = x * PITCH + line;
            let low = tile[above] | (tile[above + PITCH] << 8u);
            let high = tile[above + 2u * PITCH] | (tile[above + 3u * PITCH] << 8u);
            if c + 3u < arguments.columns {
                destination[at] = low | (high << 16u);
            } else {
                destination[at] = with_bytes(destination[at], low | (high << 16u), arguments.columns - c);
            }
        }
    }
}
