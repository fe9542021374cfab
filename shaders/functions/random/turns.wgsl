// Sine and cosine of an angle counted in whole turns: turn = n/4 + r with |r| <= 1/8, which is exact, and a polynomial in
// r^2 for each. What the random normals need.
//
// Step by step the arithmetic of src/math/turns.rs, with its coefficients and its fused products, so that the bits are
// the CPU's but in one of about 10^6 values. Error: absolute, about an ulp of 1; no loops.

struct Turned_f32 {
    sin: f32,
    cos: f32,
}

// For a turn in [0, 1].
fn sin_cos_turns_f32(turn: f32) -> Turned_f32 {
    let quarters = round_f32(4.0 * turn);
    let r = kept_f32(turn - 0.25 * quarters);
    let z = kept_f32(r * r);
    let square = kept_f32(z * z);
    var sin_series = fused_f32(-76.682945, z, 81.623764);
    sin_series = fused_f32(sin_series, square, fused_f32(-41.341858, z, 6.2831855));
    var cos_series = fused_f32(58.552834, z, -85.423035);
    cos_series = fused_f32(cos_series, square, fused_f32(64.93914, z, -19.739208));
    let sin = kept_f32(r * sin_series);
    let cos = fused_f32(z, cos_series, 1.0);
    let n = u32(quarters);
    let odd = (n & 1u) == 1u;
    let sin_bits = bitcast<u32>(select(sin, cos, odd)) ^ ((n & 2u) << 30u);
    let cos_bits = bitcast<u32>(select(cos, sin, odd)) ^ (((n + 1u) & 2u) << 30u);
    return Turned_f32(bitcast<f32>(sin_bits), bitcast<f32>(cos_bits));
}

struct Turned_f64 {
    sin: f64,
    cos: f64,
}

// For a turn in [0, 1].
fn sin_cos_turns_f64(turn: f64) -> Turned_f64 {
    let quarters = round_f64(4.0lf * turn);
    let r = kept_f64(turn - 0.25lf * quarters);
    let z = kept_f64(r * r);
    let square = kept_f64(z * z);
    var sin_series = fused_f64(6.803792399570851lf, z, 3.4048303247830822lf);
    sin_series = fused_f64(sin_series, square, fused_f64(-15.085626168567224lf, z, 42.058596641222486lf));
    sin_series = fused_f64(sin_series, square, fused_f64(-76.7058592124648lf, z, 81.60524927463717lf));
    sin_series = fused_f64(sin_series, square, fused_f64(-41.341702240398305lf, z, 6.283185307179586lf));
    var cos_series = fused_f64(-1.6875405767277358lf, square, fused_f64(7.902592686243894lf, z, -26.426240466437644lf));
    cos_series = fused_f64(cos_series, square, fused_f64(60.24464122162197lf, z, -85.45681720596787lf));
    cos_series = fused_f64(cos_series, square, fused_f64(64.93939402266665lf, z, -19.739208802178716lf));
    let sin = kept_f64(r * sin_series);
    let cos = fused_f64(z, cos_series, 1.0lf);
    let n = u32(quarters);
    let odd = (n & 1u) == 1u;
    let sin_sign = select(0lu, SIGN_F64, (n & 2u) != 0u);
    let cos_sign = select(0lu, SIGN_F64, ((n + 1u) & 2u) != 0u);
    let sin_bits = bitcast<u64>(select(sin, cos, odd)) ^ sin_sign;
    let cos_bits = bitcast<u64>(select(cos, sin, odd)) ^ cos_sign;
    return Turned_f64(bitcast<f64>(sin_bits), bitcast<f64>(cos_bits));
}
