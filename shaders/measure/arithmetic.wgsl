// The ceiling of arithmetic: 16 independent chains of x <- a x + b in each invocation, as fast as the device multiplies and adds.
//
// Layout: nothing is read but the arguments; each invocation writes one element at the end, so that no chain can be left out. With a < 1 the
// chains come near b / (1 - a), neither denormal nor infinite.
// Trips: as many as the arguments say, which the host keeps below 60000. No barriers.
// 16 x 8 fused multiply-adds, of two operations each, for each trip; the trip itself adds, compares and branches once.

struct Arguments {
    trips: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias T = f32;
//!end
@group(0) @binding(1) var<storage, read> factors: array<T>;
@group(0) @binding(2) var<storage, read_write> results: array<T>;

fn eight(x: vec4<T>, a: vec4<T>, b: vec4<T>) -> vec4<T> {
    let four = fma(fma(fma(fma(x, a, b), a, b), a, b), a, b);
    return fma(fma(fma(fma(four, a, b), a, b), a, b), a, b);
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = (group.x + group.y * groups.x) * WORKGROUP + lane;
    if i >= arrayLength(&results) {
        return;
    }
    let a = vec4<T>(factors[0]);
    let b = vec4<T>(factors[1]);
    var x = vec4<T>(T(lane), T(lane + 1u), T(lane + 2u), T(lane + 3u));
    var y = x + vec4<T>(T(4));
    var z = y + vec4<T>(T(4));
    var w = z + vec4<T>(T(4));
    for (var k = 0u; k < arguments.trips; k++) {
        x = eight(x, a, b);
        y = eight(y, a, b);
        z = eight(z, a, b);
        w = eight(w, a, b);
    }
    let all = x + y + z + w;
    results[i] = all.x + all.y + all.z + all.w;
}
