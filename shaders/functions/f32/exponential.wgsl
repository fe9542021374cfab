// Exponentials of f32: x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial in r, and a scaling by 2^n.
//
// n times the high part of ln 2 is exact (8 and 9 bits). The products of n with the two parts are told apart by a sign
// that is turned in the bits, lest a driver take n out and add the parts first.
// Accuracy: exp 1.1 ulp, exp2 1.1, expm1 1.2, subnormal results included. No loops.
// Source: W. J. Cody, W. Waite, "Software Manual for the Elementary Functions", 1980; coefficients of isotherm's own.

const LOG2_E_F32 = 1.44269504;
const LN_2_HIGH_F32 = 0.693359375;
const LN_2_LOW_F32 = -2.12194440e-4;

// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2, to 2^-28 of e^r.
fn exp_series_f32(r: f32) -> f32 {
    return 0.5 + r * (0.16666518 + r * (0.041666456 + r * (0.008368968 + r * 0.0013935815)));
}

// n and r, which is high + low.
struct Reduced_f32 {
    n: f32,
    high: f32,
    low: f32,
}

// x + more = n ln 2 + high + low, for |x| <= 110 and a much smaller rest; high is exact.
fn reduced_by_ln_2_f32(x: f32, more: f32) -> Reduced_f32 {
    let n = round((x + more) * LOG2_E_F32);
    return Reduced_f32(n, x + negative_f32(n) * LN_2_HIGH_F32, more - n * LN_2_LOW_F32);
}

// e^(x + more) 2^offset for |x| <= 110 and a much smaller rest, 1.1 ulp.
fn exp_scaled_f32(x: f32, more: f32, offset: i32) -> f32 {
    let reduced = reduced_by_ln_2_f32(x, more);
    let r = reduced.high + reduced.low;
    return scaled_f32(1.0 + (r + r * r * exp_series_f32(r)), i32(reduced.n) + offset);
}

// 2^n (high + low).
struct Power_f32 {
    n: i32,
    value: Pair_f32,
}

// e^(x + more) for |x| <= 110 and a much smaller rest, to 2^-25.
fn exp_parts_f32(x: f32, more: f32) -> Power_f32 {
    let reduced = reduced_by_ln_2_f32(x, more);
    let r = reduced.high + reduced.low;
    return Power_f32(i32(reduced.n), sum_f32(1.0, r + r * r * exp_series_f32(r)));
}

// e^x, 1.1 ulp.
fn exp_f32(x: f32) -> f32 {
    return select(exp_scaled_f32(clamp(x, -104.0, 89.0), 0.0, 0), x, is_nan_f32(x));
}

// 2^x, 1.1 ulp: the rest of the rounding to an integer is exact.
fn exp2_f32(x: f32) -> f32 {
    let bounded = clamp(x, -151.0, 129.0);
    let n = round(bounded);
    let r = bounded - n;
    let series = 0.6931472 + r * (0.2402265 + r * (0.05550406 + r * (0.009618087
        + r * (0.0013336657 + r * (0.00015452299 + r * 1.467336e-5)))));
    return select(scaled_f32(1.0 + r * series, i32(n)), x, is_nan_f32(x));
}

// e^x - 1, 1.2 ulp: (2^n - 1) + 2^n high, then 2^n times the rest. All at half the size, because 2^n itself may be
// beyond the largest float.
fn expm1_f32(x: f32) -> f32 {
    let reduced = reduced_by_ln_2_f32(clamp(x, -20.0, 89.0), 0.0);
    let r = reduced.high + reduced.low;
    let half_power = bitcast<f32>(u32(i32(reduced.n) + 126) << 23u);
    let head = (half_power - 0.5) + half_power * reduced.high;
    let result = 2.0 * (head + half_power * (reduced.low + r * r * exp_series_f32(r)));
    // Below 2^-25, and for NaN.
    let itself = magnitude_f32(x) < 0x33000000u || is_nan_f32(x);
    return select(result, x, itself);
}
