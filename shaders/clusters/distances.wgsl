// The squared distance of each row from the nearest of some centres; with LOWER the least of that and what stands there.
//
//     distance(x, c) = sum over j of (x[j] - c[j])^2, in the order of the columns, each square added by fma
//
// Layout: an invocation takes a row, as in pass.wgsl. Bytes: 4 columns + 4 a row (f32), 8 with LOWER. Flops: 3 k columns a row. Trips: centres, or
// centres columns / 4 where rows are streamed, below 50000 by choice of the host. What stands between default and end is an example.

struct Arguments {
    rows: u32,
    offset: u32, // of the first row in its array
    first: u32, // the number of its distance
    centers: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias T = f32;
alias V = f32;
alias C = f32;
const COLUMNS = 2u;
const PACK = 1u; // columns in a V
const FARTHEST: T = 3e38;
const KEPT = 16u;
const LOWER = true;
fn element(at: u32) -> T {
    return rows[at];
}
//!end
@group(0) @binding(1) var<storage, read> rows: array<V>;
@group(0) @binding(2) var<storage, read> centers: array<C>;
@group(0) @binding(3) var<storage, read_write> distances: array<T>;
var<workgroup> kept: array<C, KEPT>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    for (var i = invocation; i < min(KEPT, arguments.centers * COLUMNS / PACK); i += WORKGROUP) {
        kept[i] = centers[i];
    }
    workgroupBarrier();
    let row = (group.x + group.y * groups.x) * WORKGROUP + invocation;
    if row >= arguments.rows {
        return;
    }
    var least = FARTHEST;
    var second = FARTHEST;
    var best = 0u;
    //!default
    for (var c = 0u; c < arguments.centers; c++) {
        var sum = T(0);
        for (var j = 0u; j < COLUMNS; j++) {
            let d = rows[arguments.offset + row * COLUMNS + j] - kept[c * COLUMNS + j];
            sum = fma(d, d, sum);
        }
        second = min(second, max(sum, least));
        best = select(best, c, sum < least);
        least = min(least, sum);
    }
    //!end
    if LOWER {
        least = min(least, distances[arguments.first + row]);
    }
    distances[arguments.first + row] = least;
}
