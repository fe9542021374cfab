// One pass of k-means over rows: each row's nearest centre, and by how much that changes the sums over the rows of each cluster.
//
//     distance(x, c) = sum over j of (x[j] - c[j])^2, in the order of the columns, each square added by fma
//     label(x)       = the first c whose distance is least
//     sums[k]       += x for each row that enters cluster k, and -= x for each that leaves it
//
// Exact sums. A sum is two wide integers, of what raises it and of what lowers it, in words of 32 bits: a float adds to two words (three for f64),
// and what a word carries goes to the next one. Integers add up to the same in any order, so atomics do: no order of rows or workgroups shows in
// any bit.
// Labels are certain where the least distance is ahead of the second by more than the rounding errors of both here and on a CPU, which is less
// than TOLERANCE of the second, and TINY where squares underflow. The other rows, some ten in a million of 16 columns, are listed for the host. So
// labels and sums have the same bits as on a CPU, whatever a device makes of fma.
//
// Layout: a workgroup takes a tile of WORKGROUP rows at a time, an invocation one row: in registers when it is short (16 floats are four loads of
// 16 bytes, which fill whole lines of a first-level cache), else streamed past four centres at a time. Centres of short rows are in workgroup
// memory. Rows that changed their cluster are listed there; then all invocations share their elements, neighbours taking neighbouring columns.
// Sums that fit are kept in workgroup memory, and delivered once by each workgroup.
//
// state: moved | size of each cluster | inertia, word by word | sums [raised, lowered][word][cluster][column] | for each segment the number of
// doubts, and the first of them: label, old label, row. So the host gets them with the sums; only where there are more of them, it asks again.
//
// Bytes: a row is read once, and its label: 4 columns + 4 (f32); labels are written where they change, and what changed is read again from a
// cache. Flops: 3 k columns a row. 10M x 16 f32, k = 8: 680 MB and 3.8 GFLOP, that is 0.22 ms at 3 TB/s and 0.06 ms at 67 TFLOP/s. Instructions
// for a row: 256 for distances, 32 for comparisons, 32 loads of centres, some 50 more: 370 for 32 rows together, of some 650 that a multiprocessor
// of an H100 issues while it reads these. So memory bounds it: 85 % of the bandwidth is 0.27 ms. Bringing centres there and the state back, which
// nothing overlaps, is some 0.08 ms more: 0.35 ms an iteration, 61 % of the read bandwidth. The first pass moves all rows: two atomics and some 30
// instructions for an element, about half that rate. None of this is measured.
// Trips of an invocation: tiles (centres + 9 columns + 8), streamed tiles (centres (columns + 1) / 4 + 9 columns + 8), below 50000 by choice of
// the tiles; then words of workgroup memory / WORKGROUP.
// Sources: S. P. Lloyd, 1982, DOI 10.1109/TIT.1982.1056489; R. M. Neal, arXiv:1505.05571 (exact sums). What stands between default and end is an
// example.

struct Arguments {
    rows: u32,
    offset: u32, // of the first row in its array
    first: u32, // the number of its label
    tiles: u32, // of each workgroup
    groups: u32,
    centers: u32, // no two of them the same
    clusters: u32,
    counted: u32, // whether the rows count for sums
    is_fresh: u32, // whether rows have no labels yet
    base: u32, // the least exponent field of a value
    words: u32, // of a sum
    inertia: u32, // where it stands in the state
    sums: u32, // where they begin
    kept: u32, // words of the state that a workgroup keeps
    counter: u32, // where the state counts the doubts of this segment; those that it shows follow
    numbers: u32, // where the clusters of the centres begin
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias T = f32;
alias V = f32;
alias C = f32;
const COLUMNS = 2u;
const PACK = 1u; // columns in a V
const TOLERANCE: T = 5e-6;
const TINY: T = 1e-36;
const FARTHEST: T = 3e38;
const KEPT = 16u;
const LOCAL = true;
const CELLS = 1024u;
const WIDTH = 1u; // words of an element
const SHOWN = 100u; // rows in doubt that the state has room for
fn element(at: u32) -> T {
    return rows[at];
}
fn words_of(value: T) -> vec2<u32> {
    return vec2<u32>(bitcast<u32>(value), 0u);
}
fn is_negative(value: T) -> bool {
    return value < 0.0;
}
fn spread(value: T, base: u32) -> Spread {
    return Spread(0u, 0u, 0u, 0u);
}
struct Spread { word: u32, low: u32, middle: u32, high: u32 }
//!end
@group(0) @binding(1) var<storage, read> rows: array<V>;
@group(0) @binding(2) var<storage, read> centers: array<C>;
@group(0) @binding(3) var<storage, read> numbers: array<u32>; // the same: which cluster a centre stands for
@group(0) @binding(4) var<storage, read_write> labels: array<u32>;
@group(0) @binding(5) var<storage, read_write> doubts: array<vec2<u32>>; // the number of a label, and what it is
@group(0) @binding(6) var<storage, read_write> state: array<atomic<u32>>;
var<workgroup> kept: array<C, KEPT>;
var<workgroup> cells: array<atomic<u32>, CELLS>;
var<workgroup> waiting: atomic<u32>;
var<workgroup> moves: array<vec3<u32>, WORKGROUP>; // a row, its old cluster, its new one

const NONE = 0xffffffffu;
const WORDS = 80u; // more than a sum has

// Add to the word of a number; what it carries goes to those that follow, `step` apart.
fn deliver(at: u32, step: u32, value: u32) {
    var place = at;
    var rest = value;
    for (var trip = 0u; trip < WORDS && rest != 0u; trip++) {
        let before = atomicAdd(&state[place], rest);
        rest = u32(before + rest < before);
        place += step;
    }
}

// The same, where the workgroup keeps its part of the state.
fn raise(at: u32, step: u32, value: u32) {
    if !LOCAL {
        deliver(at, step, value);
        return;
    }
    var place = at;
    var rest = value;
    for (var trip = 0u; trip < WORDS && rest != 0u; trip++) {
        let before = atomicAdd(&cells[place], rest);
        rest = u32(before + rest < before);
        place += step;
    }
}

fn count(at: u32, value: u32) {
    if LOCAL {
        atomicAdd(&cells[at], value);
    } else {
        atomicAdd(&state[at], value);
    }
}

// Add the magnitude of a value to a number.
fn add_up(at: u32, step: u32, value: T, base: u32) {
    let parts = spread(value, base);
    let place = at + parts.word * step;
    raise(place, step, parts.low);
    raise(place + step, step, parts.middle);
    raise(place + 2u * step, step, parts.high);
}

// Put the column of a row into its cluster, or take it out.
fn put(cluster: u32, column: u32, value: T, out: bool) {
    let step = arguments.clusters * COLUMNS;
    let lowered = select(0u, arguments.words * step, is_negative(value) != out);
    add_up(arguments.sums + lowered + cluster * COLUMNS + column, step, value, arguments.base);
}

// Write a row with its label into the state, for the host.
fn show(at: u32, label: u32, old: u32, begin: u32) {
    atomicStore(&state[at], label);
    atomicStore(&state[at + 1u], old);
    for (var j = 0u; j < COLUMNS; j++) {
        let words = words_of(element(begin + j));
        atomicStore(&state[at + 2u + j * WIDTH], words.x);
        if WIDTH > 1u {
            atomicStore(&state[at + 3u + j * WIDTH], words.y);
        }
    }
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let number = group.x + group.y * groups.x;
    for (var i = invocation; i < min(KEPT, arguments.centers * COLUMNS / PACK); i += WORKGROUP) {
        kept[i] = centers[i];
    }
    if LOCAL {
        for (var i = invocation; i < arguments.kept; i += WORKGROUP) {
            atomicStore(&cells[i], 0u);
        }
    }
    if invocation == 0u {
        atomicStore(&waiting, 0u);
    }
    var before = 0u; // moves of earlier tiles
    for (var tile = 0u; tile < arguments.tiles; tile++) {
        workgroupBarrier();
        let row = (tile * arguments.groups + number) * WORKGROUP + invocation;
        if number < arguments.groups && row < arguments.rows {
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
            let label = arguments.first + row;
            let old = select(labels[label], NONE, arguments.is_fresh != 0u);
            let nearest = numbers[arguments.numbers + best];
            let certain = least < FARTHEST && second - least > TOLERANCE * second + TINY;
            if !certain {
                let place = atomicAdd(&state[arguments.counter], 1u);
                doubts[place] = vec2<u32>(label, old);
                if place < SHOWN {
                    show(arguments.counter + 1u + place * (2u + COLUMNS * WIDTH), label, old, arguments.offset + row * COLUMNS);
                }
            } else if nearest != old {
                labels[label] = nearest;
                if arguments.counted != 0u {
                    moves[atomicAdd(&waiting, 1u) - before] = vec3<u32>(row, old, nearest);
                }
            }
            //!default
            if certain && arguments.counted != 0u {
                add_up(arguments.inertia, 1u, least, 1u);
            }
            //!end
        }
        workgroupBarrier();
        let all = atomicLoad(&waiting);
        let items = (all - before) * COLUMNS;
        before = all;
        for (var item = invocation; item < items; item += WORKGROUP) {
            let moved = moves[item / COLUMNS];
            let column = item % COLUMNS;
            let value = element(arguments.offset + moved.x * COLUMNS + column);
            put(moved.z, column, value, false);
            if moved.y != NONE {
                put(moved.y, column, value, true);
            }
            if column == 0u {
                count(0u, 1u);
                count(1u + moved.z, 1u);
                if moved.y != NONE {
                    count(1u + moved.y, 0xffffffffu);
                }
            }
        }
    }
    workgroupBarrier();
    if LOCAL {
        for (var i = invocation; i < arguments.kept; i += WORKGROUP) {
            let value = atomicLoad(&cells[i]);
            if i < arguments.inertia {
                atomicAdd(&state[i], value);
            } else {
                deliver(i, select(arguments.clusters * COLUMNS, 1u, i < arguments.sums), value);
            }
        }
    }
}
