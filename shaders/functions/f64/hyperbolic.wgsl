// Hyperbolic functions of f64, by the addition theorem around n ln 2: sinh(n ln 2 + r) = a cosh r + b sinh r and
// cosh(n ln 2 + r) = b cosh r + a sinh r, where a and b, half the difference and half the sum of 2^n and 2^-n, are
// exact in two parts. Near zero a is 0, so nothing cancels, and there is no division.
//
// Accuracy: sinh 1.2 ulp, cosh 0.8, tanh 1.1.

// Below this sinh x and tanh x are x.
const TINY_HYPERBOLIC_F64 = 1e-9lf;

// Halves of sinh x and cosh x: the whole might be just beyond the largest float on the way.
struct Halves_f64 {
    sinh: Pair_f64,
    cosh: Pair_f64,
}

// a (1 + cosh_rest) + b (r + sinh_rest), its leading terms first.
fn hyperbolic_sum_f64(a: Pair_f64, b: Pair_f64, r: f64, cosh_rest: f64, sinh_rest: f64) -> Pair_f64 {
    let product = two_product_f64(b.high, r);
    let head = ordered_sum_f64(a.high, product.high);
    let lows = product.low + (a.low + b.low * r);
    let tail = a.high * cosh_rest + (b.high * sinh_rest + lows);
    return ordered_sum_f64(head.high, head.low + tail);
}

// The halves for 0 <= x <= 710.6.
fn halves_f64(x: f64) -> Halves_f64 {
    let reduced = reduced_f64(x, 0.0lf);
    let r = reduced.rest;
    let growing = power_of_two_f64(reduced.n - 2);
    // From 40 on it is below a quarter ulp of the other, and its exponent would soon leave the range.
    let shrinking = select(power_of_two_f64(-2 - min(reduced.n, 64)), 0.0lf, x > 40.0lf);
    let a = ordered_sum_f64(growing, -shrinking);
    let b = ordered_sum_f64(growing, shrinking);
    let z = r * r;
    // (sinh(r) / r - 1) / z, to 2^-58.
    var sinh_series = 2.5100569275813683e-8lf;
    sinh_series = sinh_series * z + 2.75572680728901e-6lf;
    sinh_series = sinh_series * z + 0.00019841269863303223lf;
    sinh_series = sinh_series * z + 0.008333333333330011lf;
    sinh_series = sinh_series * z + 0.16666666666666669lf;
    // (cosh(r) - 1 - z/2) / z^2, to 2^-64.
    var cosh_series = 2.091136787137725e-9lf;
    cosh_series = cosh_series * z + 2.7557282693108557e-7lf;
    cosh_series = cosh_series * z + 2.4801587317322748e-5lf;
    cosh_series = cosh_series * z + 0.0013888888888886517lf;
    cosh_series = cosh_series * z + 0.041666666666666664lf;
    let sinh_rest = r * z * sinh_series;
    let cosh_rest = 0.5lf * z + z * z * cosh_series;
    let sinh = hyperbolic_sum_f64(a, b, r, cosh_rest, sinh_rest);
    let cosh = hyperbolic_sum_f64(b, a, r, cosh_rest, sinh_rest);
    return Halves_f64(sinh, cosh);
}

// sinh x, within 1.2 ulp.
fn sinh_f64(x: f64) -> f64 {
    let halves = halves_f64(bounded_f64(abs(x), 0.0lf, 710.6lf));
    let result = copy_sign_f64(2.0lf * pair_value_f64(halves.sinh), x);
    return select(result, x, abs(x) < TINY_HYPERBOLIC_F64 || is_nan_f64(x));
}

// cosh x, within 0.8 ulp.
fn cosh_f64(x: f64) -> f64 {
    let halves = halves_f64(bounded_f64(abs(x), 0.0lf, 710.6lf));
    return select(2.0lf * pair_value_f64(halves.cosh), x, is_nan_f64(x));
}

// tanh x, within 1.1 ulp; from 22 on it rounds to 1.
fn tanh_f64(x: f64) -> f64 {
    let halves = halves_f64(bounded_f64(abs(x), 0.0lf, 22.0lf));
    let result = copy_sign_f64(pair_value_f64(pair_over_f64(halves.sinh, halves.cosh)), x);
    return select(result, x, abs(x) < TINY_HYPERBOLIC_F64 || is_nan_f64(x));
}
