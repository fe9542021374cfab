// Exponentials of f64: x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial in r, and a scaling by 2^n.
//
// Accuracy: exp 1.0 ulp, exp2 0.8, expm1 1.5. The polynomials are those of the CPU's functions. The product of n with
// the leading part of ln 2 is exact (W. J. Cody, W. Waite, "Software Manual for the Elementary Functions", 1980).

const LOG2_E_F64 = 1.4426950408889634lf;
const LN_2_HIGH_F64 = 0.6931471805599453lf;
const LN_2_LOW_F64 = 2.3190468138462996e-17lf;
// ln 2 with 21 trailing zero bits, so that its product with a small whole number is exact, and the rest.
const LN_2_SHORT_F64 = 0.6931471803691238lf;
const LN_2_REST_F64 = 1.9082149292705877e-10lf;

// ln 2 with 26 trailing zero bits, and the rest.
const LN_2_HALF_WIDTH_F64 = 0.693147175014019lf;
const LN_2_HALF_REST_F64 = 5.5459262969660605e-09lf;

// x = n ln 2 + rest.
struct Reduced_f64 {
    n: i32,
    rest: f64,
}

// The reduction of `high + low`, |high| below 2^20. The difference with the leading product is exact.
fn reduced_f64(high: f64, low: f64) -> Reduced_f64 {
    let n = floor(high * LOG2_E_F64 + 0.5lf);
    return Reduced_f64(i32(n), kept_f64(high - n * LN_2_SHORT_F64) + (low - n * LN_2_REST_F64));
}

// (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2, to 2^-60 of e^r.
fn exp_series_f64(r: f64) -> f64 {
    var sum = 2.0911367871348534e-9lf;
    sum = sum * r + 2.5100569275813683e-8lf;
    sum = sum * r + 2.7557282693108636e-7lf;
    sum = sum * r + 2.75572680728901e-6lf;
    sum = sum * r + 2.4801587317322748e-5lf;
    sum = sum * r + 0.00019841269863303223lf;
    sum = sum * r + 0.0013888888888886517lf;
    sum = sum * r + 0.008333333333330011lf;
    sum = sum * r + 0.041666666666666664lf;
    sum = sum * r + 0.16666666666666669lf;
    return sum * r + 0.5lf;
}

// e^(high + low) for high in [-746, 710].
fn exp_sum_f64(high: f64, low: f64) -> f64 {
    let reduced = reduced_f64(high, low);
    let r = reduced.rest;
    return scaled_f64(joined_f64(1.0lf, r + r * r * exp_series_f64(r)), reduced.n);
}

// e^x, within 1.0 ulp.
fn exp_f64(x: f64) -> f64 {
    let power = exp_sum_f64(bounded_f64(x, -746.0lf, 710.0lf), 0.0lf);
    return select(power, x, is_nan_f64(x));
}

// e^x in two parts for x in [-746, 700], to about 2^-55.
fn exp_pair_f64(x: f64) -> Pair_f64 {
    let reduced = reduced_f64(x, 0.0lf);
    let r = reduced.rest;
    let head = ordered_sum_f64(1.0lf, r);
    let power = ordered_sum_f64(head.high, head.low + r * r * exp_series_f64(r));
    return Pair_f64(scaled_f64(power.high, reduced.n), scaled_f64(power.low, reduced.n));
}

// e^x - 1, within 1.5 ulp: (2^n - 1) + 2^n r in two parts, plus 2^n times the series. All at half the size, because 2^n
// itself may be one step beyond the largest float.
fn expm1_f64(x: f64) -> f64 {
    let reduced = reduced_f64(bounded_f64(x, -40.0lf, 710.0lf), 0.0lf);
    let r = reduced.rest;
    let half_power = power_of_two_f64(reduced.n - 1);
    let head = ordered_sum_f64(half_power - 0.5lf, half_power * r);
    let tail = half_power * (r * r * exp_series_f64(r));
    let result = 2.0lf * joined_f64(head.high, head.low + tail);
    return select(result, x, abs(x) < 1e-17lf || is_nan_f64(x));
}

// (2^r - 1 - r ln 2) / r^2 for |r| <= 1/2, to 2^-63 of 2^r.
fn exp2_series_f64(r: f64) -> f64 {
    var sum = 2.5599726174145337e-11lf;
    sum = sum * r + 4.455618471533928e-10lf;
    sum = sum * r + 7.055006629454837e-9lf;
    sum = sum * r + 1.0178058616946155e-7lf;
    sum = sum * r + 1.3215486456148266e-6lf;
    sum = sum * r + 1.5252733837299154e-5lf;
    sum = sum * r + 0.00015403530393907054lf;
    sum = sum * r + 0.0013333558146411573lf;
    sum = sum * r + 0.009618129107628102lf;
    sum = sum * r + 0.055504108664821604lf;
    return sum * r + 0.24022650695910072lf;
}

// 2^x, within 0.8 ulp. The rest of the rounding to a whole number is exact, and so is its head's product.
fn exp2_f64(x: f64) -> f64 {
    let y = bounded_f64(x, -1076.0lf, 1025.0lf);
    let n = floor(y + 0.5lf);
    let r = y - n;
    let head = head_f64(r);
    let small = r * r * exp2_series_f64(r) + ((r - head) * LN_2_HIGH_F64 + head * LN_2_HALF_REST_F64);
    let power = scaled_f64(joined_f64(1.0lf, head * LN_2_HALF_WIDTH_F64 + small), i32(n));
    return select(power, x, is_nan_f64(x));
}
