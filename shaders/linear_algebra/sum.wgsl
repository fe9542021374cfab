// Sums of parts, in their order: the second half of products whose inner axis was cut, and of those that several ranks have a part of.
//
//     c[at(e)] = (((x[e] + x[step + e]) + x[2 step + e]) + ...)          or c[at(e)] += that, for e in 0 .. elements
//
// with `combine` in place of +, which of distances may be the larger one: see matmul.wgsl.
// Layout: element e = ((s, i), j) of a part in row-major order, of m rows and n columns in each matrix s of the stack, is at
// c_at + (s / stack) c_stack1 + (s % stack) c_stack0 + i c_row + j in c, and at x_at + e in its part.
//
// Trips: parts - 1, at most 512 for cut products, and the number of ranks otherwise. Bytes: each element of the parts once, each of c once or twice.
// Sums: parts - 1 additions. What stands between default and end is an example.

struct Arguments {
    elements: u32,
    parts: u32,
    fresh: u32, // whether c begins anew
    stack: u32,
    m: u32,
    n: u32,
    x_at: u32,
    x_step: u32,
    c_at: u32,
    c_row: u32,
    c_stack0: u32,
    c_stack1: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
alias T = f32;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
fn a_element(p: u32) -> T { return a[p]; }
fn c_store(p: u32, value: T) { c[p] = value; }
fn combine(x: T, y: T) -> T { return x + y; }
fn c_combine(p: u32, value: T) { c_store(p, combine(c[p], value)); }
//!end

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let e = (group.x + group.y * groups.x) * WORKGROUP + lane;
    if e >= arguments.elements {
        return;
    }
    let first = arguments.x_at + e;
    var sum = a_element(first);
    for (var part = 1u; part < arguments.parts; part++) {
        sum = combine(sum, a_element(first + part * arguments.x_step));
    }
    let row = e / arguments.n;
    let matrix = row / arguments.m;
    let place = matrix / arguments.stack * arguments.c_stack1 + matrix % arguments.stack * arguments.c_stack0;
    let p = arguments.c_at + place + row % arguments.m * arguments.c_row + e % arguments.n;
    if arguments.fresh == 0u {
        c_combine(p, sum);
    } else {
        c_store(p, sum);
    }
}
