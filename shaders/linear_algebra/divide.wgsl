// Rows divided by an upper triangle from the right, in their place: x R^-1 by substitution.
//
//     x[j] = (x[j] - x[0] r[0, j] - ... - x[j - 1] r[j - 1, j]) / r[j, j]          for j in 0 .. width
//
// Layout: x has rows of `width` elements, row by row; r has width x width from `at` on, row by row. A group takes ROWS rows into its own memory,
// where the elements of a column lie side by side; an invocation substitutes along one of them.
//
// Trips: width^2 / 2, at most 512, and width for what is read and written. Bytes: each row once read and once written. Flops: width^2 a row.
// Error: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., theorem 8.5. What stands between default and end is an example.

struct Arguments {
    rows: u32,
    width: u32, // at most WIDTH
    at: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const ROWS = 64u;
const WIDTH = 32u;
alias T = f32;
fn without(sum: T, x: T, r: T) -> T { return sum - x * r; }
fn ratio(x: T, r: T) -> T { return x / r; }
//!end
@group(0) @binding(1) var<storage, read> r: array<T>;
@group(0) @binding(2) var<storage, read_write> x: array<T>;
// One more than the rows, so that a row's elements are in memory banks of their own.
var<workgroup> kept: array<T, WIDTH * (ROWS + 1)>;

@compute @workgroup_size(ROWS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let width = arguments.width;
    let first = min((group.x + group.y * groups.x) * ROWS, arguments.rows);
    let elements = min(arguments.rows - first, ROWS) * width;
    for (var e = lane; e < elements; e += ROWS) {
        kept[e % width * (ROWS + 1) + e / width] = x[first * width + e];
    }
    workgroupBarrier();
    if lane * width < elements {
        for (var j = 0u; j < width; j++) {
            var value = kept[j * (ROWS + 1) + lane];
            for (var i = 0u; i < j; i++) {
                value = without(value, kept[i * (ROWS + 1) + lane], r[arguments.at + i * width + j]);
            }
            kept[j * (ROWS + 1) + lane] = ratio(value, r[arguments.at + j * width + j]);
        }
    }
    workgroupBarrier();
    for (var e = lane; e < elements; e += ROWS) {
        x[first * width + e] = kept[e % width * (ROWS + 1) + e / width];
    }
}
