// Elements to their places by one digit, those with equal digits in the order in which they are: a pass of a radix sort.
//
// Layout: a workgroup takes one part of a segment, tile after tile of EACH elements for an invocation, and knows where the part's first
// element of each digit goes: h[d, part], made of the counts (count.wgsl, scan.wgsl). A tile is first put in order in shared memory, as words
// of a digit and a place in the tile, by four stable splits of two bits each: every invocation counts the four values in its own run of EACH
// words (odd, so that runs begin in different banks), in 16 bits of two words each; the counts are scanned over the invocations in
// log2(WORKGROUP) steps; then each word goes where the counts before it say. Now equal digits are neighbours, and so are their destinations: 15
// elements in a row for random digits. Ranks come from prefix counts alone, no atomics: the order is always the same.
// Destinations are numbered through all segments; those outside the segments that are bound are left to other launches.
// Trips: (2 + 4 * (2 * 15 + log2(WORKGROUP)) + 4 * 15) * tiles of a part, below 60000 by choice of the parts. Bytes: an element and its number are
// read twice, the second time from a cache, and written once. About 40 reads and writes of shared memory and 200 instructions for an element,
// 44 barriers for a tile.
// Sources: N. Satish, M. Harris, M. Garland, IPDPS 2009, doi:10.1109/IPDPS.2009.5161005. D. Merrill, A. Grimshaw, "High performance and scalable
// radix sorting", 2011, doi:10.1142/S0129626411000187. What stands between default and end is an example.

struct Arguments {
    elements: u32, // of the segment
    elements_of_part: u32,
    parts: u32, // of the segment
    first_part: u32, // its number among those of all segments
    all_parts: u32,
    shift: u32, // the lowest bit of the digit
    start: u32, // the segment's first element among all
    segment_bits: u32, // log2 of the elements of a segment
    first_segment: u32, // the first one of those that are written
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
@group(0) @binding(1) var<storage, read> a0: array<u32>;
fn digit(at: u32) -> u32 { return (a0[at] >> arguments.shift) & 255u; }
@group(0) @binding(2) var<storage, read> h: array<u32>;
@group(0) @binding(3) var<storage, read_write> b0: array<u32>;
fn deal(origin: u32, number: u32) { b0[number] = a0[origin]; }
//!end
const EACH = 15u;
const TILE = EACH * WORKGROUP;

var<workgroup> words: array<u32, TILE>;
var<workgroup> sums: array<vec2<u32>, 2u * WORKGROUP>;
var<workgroup> starts: array<u32, 256>; // of the digits in the tile
var<workgroup> places: array<u32, 256>; // where the next of each digit goes

// Four counts of 16 bits: a one for the value q, and the count of the value q.
fn one_of(q: u32) -> vec2<u32> {
    let one = 1u << ((q & 1u) * 16u);
    return vec2<u32>(select(one, 0u, q > 1u), select(0u, one, q > 1u));
}

fn count_of(counts: vec2<u32>, q: u32) -> u32 {
    return (select(counts.x, counts.y, q > 1u) >> ((q & 1u) * 16u)) & 0xffffu;
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let part = group.x + group.y * groups.x;
    let live = part < arguments.parts;
    if live {
        for (var d = lane; d < 256u; d += WORKGROUP) {
            places[d] = h[d * arguments.all_parts + arguments.first_part + part];
        }
    }
    let first = select(arguments.elements, part * arguments.elements_of_part, live);
    let end = min(first + arguments.elements_of_part, arguments.elements);
    for (var start = first; start < end; start += TILE) {
        // What is beyond the end has the last digit and comes last.
        for (var place = lane; place < TILE; place += WORKGROUP) {
            var d = 255u;
            if start + place < end {
                d = digit(start + place);
            }
            words[place] = (d << 16u) | place;
        }
        workgroupBarrier();
        for (var bit = 16u; bit < 24u; bit += 2u) {
            var own: array<u32, EACH>;
            var sum = vec2<u32>();
            for (var j = 0u; j < EACH; j++) {
                own[j] = words[lane * EACH + j];
                sum += one_of((own[j] >> bit) & 3u);
            }
            var half = 0u;
            sums[lane] = sum;
            for (var reach = 1u; reach < WORKGROUP; reach *= 2u) {
                workgroupBarrier();
                if lane >= reach {
                    sum += sums[half + lane - reach];
                }
                half = WORKGROUP - half;
                sums[half + lane] = sum;
            }
            workgroupBarrier();
            let total = sums[half + WORKGROUP - 1u];
            let first_two = (total.x & 0xffffu) + (total.x >> 16u);
            var next = vec2<u32>(total.x << 16u, first_two | ((first_two + (total.y & 0xffffu)) << 16u));
            if lane > 0u {
                next += sums[half + lane - 1u];
            }
            for (var j = 0u; j < EACH; j++) {
                let q = (own[j] >> bit) & 3u;
                words[count_of(next, q)] = own[j];
                next += one_of(q);
            }
            workgroupBarrier();
        }
        for (var place = lane; place < TILE; place += WORKGROUP) {
            let d = words[place] >> 16u;
            if place == 0u || words[max(place, 1u) - 1u] >> 16u != d {
                starts[d] = place;
            }
        }
        workgroupBarrier();
        for (var place = lane; place < TILE; place += WORKGROUP) {
            let word = words[place];
            let origin = start + (word & 0xffffu);
            if origin < end {
                deal(origin, places[word >> 16u] + place - starts[word >> 16u]);
            }
        }
        workgroupBarrier();
        for (var place = lane; place < TILE; place += WORKGROUP) {
            let d = words[place] >> 16u;
            if place + 1u == TILE || words[min(place + 1u, TILE - 1u)] >> 16u != d {
                places[d] += place + 1u - starts[d];
            }
        }
        workgroupBarrier();
    }
}
