// Inverse trigonometric functions of f64: the arctangent of a ratio that is turned by 0, pi/4 or pi/2 first, the
// arcsine of x or of sqrt((1 - x)/2).
//
// Accuracy: asin, acos, atan, atan2 0.7 ulp. The series are those of the CPU's functions.

const PI_HIGH_F64 = 3.141592653589793lf;
const PI_LOW_F64 = 1.2246467991473532e-16lf;
const QUARTER_PI_HIGH_F64 = 0.7853981633974483lf;
const QUARTER_PI_LOW_F64 = 3.061616997868383e-17lf;
// Below this arcsine and arctangent are their argument.
const TINY_ANGLE_F64 = 1e-9lf;

// (atan(t) / t - 1) / t^2 in z = t^2 for |t| <= sqrt 2 - 1, to 2^-57.
fn atan_series_f64(z: f64) -> f64 {
    var sum = -0.019162068915902573lf;
    sum = sum * z + 0.03921955253255129lf;
    sum = sum * z - 0.05085030492810941lf;
    sum = sum * z + 0.058580687568615106lf;
    sum = sum * z - 0.06664502215671447lf;
    sum = sum * z + 0.07692182535116648lf;
    sum = sum * z - 0.09090904549884611lf;
    sum = sum * z + 0.11111111014561013lf;
    sum = sum * z - 0.14285714284657894lf;
    sum = sum * z + 0.1999999999999548lf;
    return sum * z - 0.3333333333333333lf;
}

// (asin(x) / x - 1) / x^2 in z = x^2 <= 1/4, to 2^-57.
fn asin_series_f64(z: f64) -> f64 {
    var sum = 0.028757851367421566lf;
    sum = sum * z - 0.014851887071247204lf;
    sum = sum * z + 0.01740087944269402lf;
    sum = sum * z + 0.005457506718640358lf;
    sum = sum * z + 0.01032281435018578lf;
    sum = sum * z + 0.011479177415184906lf;
    sum = sum * z + 0.013971212973552933lf;
    sum = sum * z + 0.017352392720869973lf;
    sum = sum * z + 0.02237217294214989lf;
    sum = sum * z + 0.030381944138531247lf;
    sum = sum * z + 0.04464285714635543lf;
    sum = sum * z + 0.07499999999998433lf;
    return sum * z + 0.16666666666666669lf;
}

// The angle of the point (x, y) in the first quadrant, in two parts: the ratio is turned before it is divided, so that
// it is at most sqrt 2 - 1.
fn quadrant_angle_f64(y: f64, x: f64) -> Pair_f64 {
    var over = Pair_f64(y, 0.0lf);
    var under = Pair_f64(x, 0.0lf);
    var base = Pair_f64(0.0lf, 0.0lf);
    if y > 2.414213562373095lf * x {
        over = Pair_f64(-x, 0.0lf);
        under = Pair_f64(y, 0.0lf);
        base = Pair_f64(HALF_PI_HIGH_F64, HALF_PI_LOW_F64);
    } else if y > 0.41421356237309503lf * x {
        over = two_sum_f64(y, -x);
        under = two_sum_f64(y, x);
        base = Pair_f64(QUARTER_PI_HIGH_F64, QUARTER_PI_LOW_F64);
    }
    let t = pair_over_f64(over, under);
    let z = t.high * t.high;
    let head = ordered_sum_f64(base.high, t.high);
    let tail = t.high * z * atan_series_f64(z) + (t.low - z * t.low);
    return ordered_sum_f64(head.high, head.low + (base.low + tail));
}

// atan x, within 0.7 ulp.
fn atan_f64(x: f64) -> f64 {
    let angle = quadrant_angle_f64(bounded_f64(abs(x), 0.0lf, 1e300lf), 1.0lf);
    let result = copy_sign_f64(pair_value_f64(angle), x);
    return select(result, x, abs(x) < TINY_ANGLE_F64 || is_nan_f64(x));
}

// The angle of the point (x, y), between -pi and pi, within 0.7 ulp; zeros have signs as in IEEE 754.
fn atan2_f64(y: f64, x: f64) -> f64 {
    if is_nan_f64(x) || is_nan_f64(y) {
        return nan_f64();
    }
    // A point in the same direction whose coordinates can be divided: infinities become 1 beside 0, the origin lies on
    // the axis.
    let larger = max(magnitude_f64(x), magnitude_f64(y));
    var height = abs(y);
    var width = abs(x);
    if larger == INFINITY_BITS_F64 {
        height = select(0.0lf, 1.0lf, is_inf_f64(y));
        width = select(0.0lf, 1.0lf, is_inf_f64(x));
    } else if larger == 0lu {
        width = 1.0lf;
    } else {
        let exponent = i32(u32(larger >> 52u)) - 1023;
        let scale = power_of_two_f64(select(0, 600, exponent < -400) - select(0, 600, exponent >= 900));
        height = height * scale;
        width = width * scale;
    }
    let angle = quadrant_angle_f64(height, width);
    if signbit_f64(x) {
        let turned = ordered_sum_f64(PI_HIGH_F64, -angle.high);
        return copy_sign_f64(joined_f64(turned.high, turned.low + (PI_LOW_F64 - angle.low)), y);
    }
    let ratio = height / width;
    return copy_sign_f64(select(pair_value_f64(angle), ratio, ratio < TINY_ANGLE_F64), y);
}

// The parts that arcsine and arccosine share for a = |x|: with s = a below 1/2 and s = sqrt((1 - a)/2) above, s in two
// parts and asin(s) - s.
struct Arcsine_f64 {
    s: Pair_f64,
    rest: f64,
}

// The arcsine's parts of a <= 1; NaN beyond.
fn arcsine_f64(a: f64) -> Arcsine_f64 {
    let is_upper = a >= 0.5lf;
    let z = select(a * a, 0.5lf * (1.0lf - a), is_upper);
    var s = Pair_f64(a, 0.0lf);
    if is_upper {
        s = pair_sqrt_f64(Pair_f64(z, 0.0lf));
    }
    return Arcsine_f64(s, s.high * z * asin_series_f64(z));
}

// asin x, within 0.7 ulp; NaN outside [-1, 1].
fn asin_f64(x: f64) -> f64 {
    let a = abs(x);
    if !(a <= 1.0lf) || is_nan_f64(x) {
        return nan_f64();
    }
    let arcsine = arcsine_f64(a);
    let head = ordered_sum_f64(HALF_PI_HIGH_F64, -2.0lf * arcsine.s.high);
    let upper = joined_f64(head.high, head.low + (HALF_PI_LOW_F64 - 2.0lf * (arcsine.s.low + arcsine.rest)));
    let result = copy_sign_f64(select(joined_f64(a, arcsine.rest), upper, a >= 0.5lf), x);
    return select(result, x, a < TINY_ANGLE_F64);
}

// acos x, within 0.7 ulp; NaN outside [-1, 1].
fn acos_f64(x: f64) -> f64 {
    let a = abs(x);
    if !(a <= 1.0lf) || is_nan_f64(x) {
        return nan_f64();
    }
    let arcsine = arcsine_f64(a);
    if a < 0.5lf {
        let middle = ordered_sum_f64(HALF_PI_HIGH_F64, -x);
        return joined_f64(middle.high, middle.low + (HALF_PI_LOW_F64 - copy_sign_f64(arcsine.rest, x)));
    }
    let high = 2.0lf * arcsine.s.high;
    let low = 2.0lf * (arcsine.s.low + arcsine.rest);
    if x < 0.0lf {
        let turned = ordered_sum_f64(PI_HIGH_F64, -high);
        return joined_f64(turned.high, turned.low + (PI_LOW_F64 - low));
    }
    return joined_f64(high, low);
}
