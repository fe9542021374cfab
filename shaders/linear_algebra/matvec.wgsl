// Products of matrices and vectors, a stack of them, and distances of rows from one:
//
//     y(o) = sum over l of m(o, l) v(l)          or y(o) += that, for each matrix of the stack
//
// or what else `fold` does with a result so far and two elements, and `combine` with two results: see matmul.wgsl.
// Layout: element (o, l) of m lies at m_at + o m_outer + l m_inner, l of v at v_at + l v_inner, o of y at y_at + o y_outer; matrix s of the
// stack begins (s / stack) x_stack1 + (s % stack) x_stack0 further on. So a vector times a matrix is the same with other strides.
// LANES invocations, a power of two, share an output: lane l takes every LANES-th index from l on, four of them at a time so that as many reads
// are on their way, and they add their sums as a tree. Where elements lie side by side along l there are many lanes, where they do along o there
// is one: neighbours read neighbouring elements either way.
// With `parts` above 1 the indices l are cut into parts of `depth`, whose sums lie y_part apart; sum.wgsl adds them in order.
//
// Trips: depth / LANES in all, at most 32768 by choice of the parts; of the tree 8. Bytes: each element of m once. Flops: 2 for each element.
// Sums: whatever the order, within (k u / (1 - k u)) |M| |v|; 2 k in place of k for each part of a complex number.
// Source: M. Harris, "Optimizing parallel reduction in CUDA", 2007. What stands between default and end is an example.

struct Arguments {
    groups: u32,
    blocks: u32, // groups that the outputs of one matrix and part need
    parts: u32,
    depth: u32,
    fresh: u32, // whether y begins anew
    stack: u32,
    outputs: u32,
    k: u32,
    m_at: u32,
    m_outer: u32,
    m_inner: u32,
    m_stack0: u32,
    m_stack1: u32,
    v_at: u32,
    v_inner: u32,
    v_stack0: u32,
    v_stack1: u32,
    y_at: u32,
    y_outer: u32,
    y_stack0: u32,
    y_stack1: u32,
    y_part: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
const LANES = 16u;
alias T = f32;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
fn a_element(p: u32) -> T { return a[p]; }
fn b_element(p: u32) -> T { return b[p]; }
fn c_store(p: u32, value: T) { c[p] = value; }
fn combine(x: T, y: T) -> T { return x + y; }
fn c_combine(p: u32, value: T) { c_store(p, combine(c[p], value)); }
fn fold(before: T, x: T, y: T) -> T { return fma(x, y, before); }
//!end
const OUTPUTS = WORKGROUP / LANES;

var<workgroup> sums: array<T, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let number = group.x + group.y * groups.x;
    if number >= arguments.groups {
        return;
    }
    let part = number / arguments.blocks % arguments.parts;
    let matrix = number / arguments.blocks / arguments.parts;
    let outer = matrix / arguments.stack;
    let inner = matrix % arguments.stack;
    let o = number % arguments.blocks * OUTPUTS + invocation / LANES;
    let lane = invocation % LANES;
    let live = o < arguments.outputs;
    let start = part * arguments.depth;
    let end = select(start, min(start + arguments.depth, arguments.k), live);
    let m = arguments.m_at + o * arguments.m_outer + outer * arguments.m_stack1 + inner * arguments.m_stack0;
    let v = arguments.v_at + outer * arguments.v_stack1 + inner * arguments.v_stack0;
    let m_step = arguments.m_inner;
    let v_step = arguments.v_inner;
    var s0 = T();
    var s1 = T();
    var s2 = T();
    var s3 = T();
    var l = start + lane;
    for (; l + 3u * LANES < end; l += 4u * LANES) {
        let l1 = l + LANES;
        let l2 = l + 2u * LANES;
        let l3 = l + 3u * LANES;
        s0 = fold(s0, a_element(m + l * m_step), b_element(v + l * v_step));
        s1 = fold(s1, a_element(m + l1 * m_step), b_element(v + l1 * v_step));
        s2 = fold(s2, a_element(m + l2 * m_step), b_element(v + l2 * v_step));
        s3 = fold(s3, a_element(m + l3 * m_step), b_element(v + l3 * v_step));
    }
    for (; l < end; l += LANES) {
        s0 = fold(s0, a_element(m + l * m_step), b_element(v + l * v_step));
    }
    var sum = combine(combine(s0, s1), combine(s2, s3));
    if LANES > 1u {
        sums[invocation] = sum;
        for (var half = LANES / 2u; half > 0u; half /= 2u) {
            workgroupBarrier();
            if lane < half {
                sum = combine(sum, sums[invocation + half]);
                sums[invocation] = sum;
            }
        }
    }
    if live && lane == 0u {
        let p = arguments.y_at + o * arguments.y_outer + part * arguments.y_part + outer * arguments.y_stack1 + inner * arguments.y_stack0;
        if arguments.fresh == 0u {
            c_combine(p, sum);
        } else {
            c_store(p, sum);
        }
    }
}
