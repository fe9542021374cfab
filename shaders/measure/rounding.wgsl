// What a device's compiler makes of floating-point arithmetic: sums that cancel, products that are added, denormals, infinities and NaN.
//
// Layout: numbers that no compiler knows are read, each answer is written to its place, by one invocation. No loops, no barriers.
// Here a value is compared with itself on purpose: kernels must not.
// Source of the sum with its error: Knuth, The Art of Computer Programming 2, section 4.2.2, theorem B.

//!default
const WORKGROUP = 256u;
alias T = f32;
//!end
// One, a small number, a number whose square has a rounding error, that square rounded, the least normal number, infinity, NaN, zero.
@group(0) @binding(1) var<storage, read> given: array<T>;
@group(0) @binding(2) var<storage, read_write> answers: array<T>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
    if lane > 0u {
        return;
    }
    let one = given[0];
    let small = given[1];
    let long = given[2];
    let square = given[3];
    let least = given[4];
    let infinity = given[5];
    let nan = given[6];
    let zero = given[7];
    let sum = one + small;
    let part = sum - one;
    answers[0] = (one - (sum - part)) + (small - part);
    answers[1] = fma(long, long, -square);
    answers[2] = long * long - square;
    answers[3] = least * (one / (one + one));
    answers[4] = answers[3] * (one + one);
    answers[5] = infinity - infinity;
    answers[6] = infinity * zero;
    answers[7] = max(nan, one);
    answers[8] = min(one, nan);
    answers[9] = select(zero, one, nan != nan);
    answers[10] = select(zero, one, nan < one || nan > one || nan == one);
    answers[11] = zero * -one;
    answers[12] = one / zero;
    answers[13] = sqrt(-one);
}
