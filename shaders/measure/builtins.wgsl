// What a device makes of the operations and builtins that kernels rely on, for pairs of numbers.
//
//     results[k * count + i] = the k-th operation of left[i] and right[i]
//
// Layout: one invocation for each pair; the host compares with the correctly rounded results. No loops, no barriers.

struct Arguments {
    count: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias T = f32;
//!end
@group(0) @binding(1) var<storage, read> left: array<T>;
@group(0) @binding(2) var<storage, read> right: array<T>;
@group(0) @binding(3) var<storage, read_write> results: array<T>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let i = (group.x + group.y * groups.x) * WORKGROUP + lane;
    let count = arguments.count;
    if i >= count {
        return;
    }
    let x = left[i];
    let y = right[i];
    results[i] = x + y;
    results[count + i] = x - y;
    results[2u * count + i] = x * y;
    results[3u * count + i] = x / y;
    results[4u * count + i] = sqrt(abs(x));
    results[5u * count + i] = fma(x, abs(y), x);
    results[6u * count + i] = floor(x);
    results[7u * count + i] = ceil(x);
    results[8u * count + i] = trunc(x);
    results[9u * count + i] = round(x);
    results[10u * count + i] = min(x, y);
    results[11u * count + i] = max(x, y);
}
