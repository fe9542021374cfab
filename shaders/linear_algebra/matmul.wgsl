// Products of matrices, a stack of them, and distances between the rows of a and the columns of b:
//
//     c(i, j) = sum over l of a(i, l) b(l, j)          or c(i, j) += that, for each matrix of the stack
//     c(i, j) = sum over l of (a(i, l) - b(l, j))^2    or its root; sum over l of |a(i, l) - b(l, j)|; max over l of |a(i, l) - b(l, j)|
//
// They differ in what an index adds to a register, `combine`, which puts partial results together, and in the roots that c_store takes at last.
// Layout: element (i, l) of a lies at a_at + i a_outer + l a_inner, (l, j) of b at b_at + j b_outer + l b_inner, (i, j) of c at c_at + i c_row + j;
// matrix s of the stack begins (s / stack) x_stack1 + (s % stack) x_stack0 further on. So panels of larger blocks and transposes are strides.
// A workgroup computes a tile of TILE x TILE elements, each of its THREADS = 2 TILE invocations ROWS x COLUMNS of them in registers, as quads of
// four columns. Panels of DEPTH = 8 indices of both factors pass through workgroup memory, as quads of four rows of a or four columns of b with the
// same l: each invocation brings one quad of either. A panel is read from memory while the one before it is multiplied, and there are two of them in
// workgroup memory, so that one barrier for each will do. A row of quads there has one more than it needs: invocations that write quads of other l
// write to other banks. Of each 4 x 4 block of a register tile the next lies half a tile away: neighbours read neighbouring quads.
// Invocations read neighbouring elements: along l where A_INNER (B_INNER) says that those lie side by side, along i (j) otherwise.
// Four neighbours of c are stored at once, as one element of an array of fours where all rows begin and end at multiples of four.
// Tiles are numbered in bands of BAND rows of tiles, so that those that run at a time share panels in the cache.
// With `parts` above 1 the inner axis is cut into parts of `depth` indices, whose products lie c_part apart; sum.wgsl adds them in order.
//
// Trips: depth / 8 of the outer loop and depth of the inner one, below 37000 by choice of the parts, at most 32768 indices each. Outside of the
// matrices both factors are zeros, whose distance is 0. Flops: 2 m n k (8 of complex numbers), 3 m n k of distances, in two instructions each, three
// for the largest: bits are compared, since drivers drop NaN. Bytes from memory, or its caches: 2 (m n k / TILE) sizeof(T), and
// m n sizeof(T) written: 32 flops a byte for f32 with tiles of 128, 8 for f64 and 32 for c32 with 64, 8 for c64 with 32. Bytes from workgroup
// memory: ROWS + COLUMNS elements for ROWS x COLUMNS products, of which neighbours share most: 2 flops a byte for f32 with 8 x 8, 2/3 for f64
// with 8 x 4.
// Sums: each element is one sum of k products in order of l, or of as many sums as parts: whatever the order, within (k u / (1 - k u)) |A| |B|
// whether or not products are fused; 2 k in place of k for each part of a complex number. The relative error of squared distances is
// within g(k + 3), that of sums of magnitudes within g(k), that of the largest within u, with g(k) = k u / (1 - k u).
// Sources: K. Goto, R. A. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008, doi:10.1145/1356052.1356053;
// V. Volkov, J. W. Demmel, "Benchmarking GPUs to tune dense linear algebra", SC 2008, doi:10.1109/SC.2008.5214359.
// What stands between default and end is an example.

struct Arguments {
    groups: u32,
    tile_rows: u32,
    tile_columns: u32,
    parts: u32,
    depth: u32,
    fresh: u32, // whether c begins anew
    stack: u32,
    m: u32,
    n: u32,
    k: u32,
    a_at: u32,
    a_outer: u32,
    a_inner: u32,
    a_stack0: u32,
    a_stack1: u32,
    b_at: u32,
    b_outer: u32,
    b_inner: u32,
    b_stack0: u32,
    b_stack1: u32,
    c_at: u32,
    c_row: u32,
    c_stack0: u32,
    c_stack1: u32,
    c_part: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const TILE = 32u;
const ROWS = 4u;
const COLUMNS = 4u;
const A_INNER = true;
const B_INNER = false;
alias T = f32;
alias Quad = vec4<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> c: array<f32>;
fn quad(x: T, y: T, z: T, w: T) -> Quad { return Quad(x, y, z, w); }
fn element(q: Quad, at: u32) -> T { return q[at]; }
fn a_element(p: u32) -> T { return a[p]; }
fn a_four(p: u32, step: u32) -> Quad { return Quad(a[p], a[p + step], a[p + 2u * step], a[p + 3u * step]); }
fn b_element(p: u32) -> T { return b[p >> 2u][p & 3u]; }
fn b_four(p: u32, step: u32) -> Quad { return b[p >> 2u]; }
fn combine(x: T, y: T) -> T { return x + y; }
fn c_store(p: u32, value: T) { c[p] = value; }
fn c_combine(p: u32, value: T) { c_store(p, combine(c[p], value)); }
fn c_store_four(p: u32, values: Quad) {
    c_store(p, element(values, 0u));
    c_store(p + 1u, element(values, 1u));
    c_store(p + 2u, element(values, 2u));
    c_store(p + 3u, element(values, 3u));
}
fn c_combine_four(p: u32, values: Quad) {
    c_combine(p, element(values, 0u));
    c_combine(p + 1u, element(values, 1u));
    c_combine(p + 2u, element(values, 2u));
    c_combine(p + 3u, element(values, 3u));
}
//!end
const THREADS = 2u * TILE;
const QUADS = TILE / 4u;
const DEPTH = 8u;
const PITCH = QUADS + 1u;
const BAND = 8u;

var<workgroup> a_panels: array<Quad, 2u * DEPTH * PITCH>;
var<workgroup> b_panels: array<Quad, 2u * DEPTH * PITCH>;

// Elements (i, l) to (i + 3, l) of the matrix of a that begins there, zeros outside of it.
fn a_quad(begin: u32, i: u32, l: u32, end: u32) -> Quad {
    if l >= end || i >= arguments.m {
        return Quad();
    }
    let step = arguments.a_outer;
    let p = begin + i * step + l * arguments.a_inner;
    let left = arguments.m - i;
    if left >= 4u {
        return a_four(p, step);
    }
    var second = T();
    var third = T();
    if left > 1u {
        second = a_element(p + step);
    }
    if left > 2u {
        third = a_element(p + 2u * step);
    }
    return quad(a_element(p), second, third, T());
}

// Elements (l, j) to (l, j + 3) of the matrix of b that begins there, zeros outside of it.
fn b_quad(begin: u32, j: u32, l: u32, end: u32) -> Quad {
    if l >= end || j >= arguments.n {
        return Quad();
    }
    let step = arguments.b_outer;
    let p = begin + j * step + l * arguments.b_inner;
    let left = arguments.n - j;
    if left >= 4u {
        return b_four(p, step);
    }
    var second = T();
    var third = T();
    if left > 1u {
        second = b_element(p + step);
    }
    if left > 2u {
        third = b_element(p + 2u * step);
    }
    return quad(b_element(p), second, third, T());
}

// Store elements (i, j) to (i, j + 3) of the matrix of c that begins there, or what they come to with those that are there.
fn c_quad(begin: u32, i: u32, j: u32, values: Quad) {
    if i >= arguments.m || j >= arguments.n {
        return;
    }
    let p = begin + i * arguments.c_row + j;
    let fresh = arguments.fresh != 0u;
    if arguments.n - j >= 4u {
        if fresh {
            c_store_four(p, values);
        } else {
            c_combine_four(p, values);
        }
        return;
    }
    for (var at = 0u; at < arguments.n - j; at++) {
        if fresh {
            c_store(p + at, element(values, at));
        } else {
            c_combine(p + at, element(values, at));
        }
    }
}

@compute @workgroup_size(THREADS)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) invocation: u32,
) {
    let number = group.x + group.y * groups.x;
    if number >= arguments.groups {
        return;
    }
    let tiles = arguments.tile_rows * arguments.tile_columns;
    let part = number / tiles % arguments.parts;
    let matrix = number / tiles / arguments.parts;
    let outer = matrix / arguments.stack;
    let inner = matrix % arguments.stack;
    let band = BAND * arguments.tile_columns;
    let in_band = number % tiles % band;
    let top = number % tiles / band * BAND;
    let height = min(arguments.tile_rows - top, BAND);
    let i0 = (top + in_band % height) * TILE;
    let j0 = in_band / height * TILE;
    let start = part * arguments.depth;
    let end = min(start + arguments.depth, arguments.k);

    // What this invocation brings.
    let a_l = select(invocation / QUADS, invocation % DEPTH, A_INNER);
    let a_q = select(invocation % QUADS, invocation / DEPTH, A_INNER);
    let b_l = select(invocation / QUADS, invocation % DEPTH, B_INNER);
    let b_q = select(invocation % QUADS, invocation / DEPTH, B_INNER);
    let a_begin = arguments.a_at + outer * arguments.a_stack1 + inner * arguments.a_stack0;
    let b_begin = arguments.b_at + outer * arguments.b_stack1 + inner * arguments.b_stack0;
    let a_i = i0 + 4u * a_q;
    let b_j = j0 + 4u * b_q;
    var a_next = a_quad(a_begin, a_i, start + a_l, end);
    var b_next = b_quad(b_begin, b_j, start + b_l, end);

    // What it computes.
    let across = invocation % (TILE / COLUMNS);
    let down = invocation / (TILE / COLUMNS);
    //!default
    var c0_0 = Quad();
    var c1_0 = Quad();
    var c2_0 = Quad();
    var c3_0 = Quad();
    //!end
    var panel = 0u;
    for (var l0 = start; l0 < end; l0 += DEPTH) {
        a_panels[panel + a_l * PITCH + a_q] = a_next;
        b_panels[panel + b_l * PITCH + b_q] = b_next;
        workgroupBarrier();
        a_next = a_quad(a_begin, a_i, l0 + DEPTH + a_l, end);
        b_next = b_quad(b_begin, b_j, l0 + DEPTH + b_l, end);
        for (var l = 0u; l < DEPTH; l++) {
            let a_row = panel + l * PITCH + down;
            let b_row = panel + l * PITCH + across;
            //!default
            let a0 = a_panels[a_row];
            let b0 = b_panels[b_row];
            c0_0 = fma(Quad(a0.x), b0, c0_0);
            c1_0 = fma(Quad(a0.y), b0, c1_0);
            c2_0 = fma(Quad(a0.z), b0, c2_0);
            c3_0 = fma(Quad(a0.w), b0, c3_0);
            //!end
        }
        panel = DEPTH * PITCH - panel;
    }
    let c_begin = arguments.c_at + part * arguments.c_part + outer * arguments.c_stack1 + inner * arguments.c_stack0;
    let i = i0 + 4u * down;
    let j = j0 + 4u * across;
    //!default
    c_quad(c_begin, i, j, c0_0);
    c_quad(c_begin, i + 1u, j, c1_0);
    c_quad(c_begin, i + 2u, j, c2_0);
    c_quad(c_begin, i + 3u, j, c3_0);
    //!end
}
