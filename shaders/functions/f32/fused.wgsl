// a b + c of f32, rounded once, on drivers that fuse products with sums and on those that do not.
//
// What has to be rounded as written goes through an integer operation, which no compiler sees through. The product is
// exact in two parts (Dekker), and so is its sum with c (Knuth); the last sum rounds.
// Accuracy: rounded once, but where the exact value is within 2^-24 ulp of the middle of two floats; no part may be
// subnormal. 20 operations, no loops.
// Sources: T. J. Dekker, Numer. Math. 18, 1971, doi:10.1007/BF01397083; D. E. Knuth, "The Art of Computer Programming",
// vol. 2, 4.2.2.

// a b + c.
fn fused_f32(a: f32, b: f32, c: f32) -> f32 {
    let product = kept_f32(a * b);
    let x = pair_f32(a);
    let y = pair_f32(b);
    let first = kept_f32(x.high * y.high - product);
    let second = kept_f32(first + x.high * y.low);
    let third = kept_f32(second + x.low * y.high);
    let rest = kept_f32(third + x.low * y.low);
    let sum = kept_f32(product + c);
    let seen = kept_f32(sum - product);
    let lost = kept_f32(product - kept_f32(sum - seen)) + kept_f32(c - seen);
    return sum + kept_f32(lost + rest);
}
