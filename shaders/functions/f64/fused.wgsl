// a b + c of f64, rounded once, whether or not a driver fuses products with sums: the product is exact in two parts, and
// so is its sum with c; the last sum rounds.
//
// Accuracy: rounded once, but where the exact value is within 2^-53 ulp of the middle of two floats. 20 operations, no
// loops. Source: D. E. Knuth, "The Art of Computer Programming", vol. 2, 4.2.2.

// a b + c.
fn fused_f64(a: f64, b: f64, c: f64) -> f64 {
    let product = two_product_f64(a, b);
    let sum = kept_f64(product.high + c);
    let seen = kept_f64(sum - product.high);
    let lost = kept_f64(product.high - kept_f64(sum - seen)) + kept_f64(c - seen);
    return joined_f64(sum, lost + kept_f64(product.low));
}
